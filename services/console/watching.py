"""Where everything stands, and the wait until nothing is behind."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from services.console.client import Services, ServiceSilent
from services.console.words import Trouble
from shared.access import Role

PATIENCE = 60.0
"""Seconds for views and services to catch up once nothing new comes."""
PAUSE = 0.01
"""Seconds between looks."""
SWEPT_WITHIN = timedelta(minutes=1)
"""What time asks of a service is done so soon; a scenario's clock, once moved, stands still."""
Statuses = dict[str, dict[str, Any]]


class NotCaughtUp(Trouble):
    """Something stays behind."""


def statuses(services: Services) -> Statuses:
    """The status of every service. Raises ServiceSilent, Refused."""
    return {service: services.ask(service, "/status", Role.OPERATOR).json() for service in services.names()}


def behind(found: Statuses) -> list[str]:
    """What has not caught up, in words an operator knows; empty when everything has."""
    return [said for service, status in found.items() for said in _behind(service, status, found)]


def _behind(service: str, status: dict[str, Any], found: Statuses) -> Iterator[str]:
    if status["swept"] is None:
        yield f"{service} sweeps: none yet"
    elif (late := _moment(status["time"]) - _moment(status["swept"])) > SWEPT_WITHIN:
        yield f"{service} sweeps: {late}"
    for view, about in status["views"].items():
        if about["lag"] or about["rebuilding"]:
            yield f"{service} view {view}: {about['lag']}"
    if status["publishing"]["lag"]:
        yield f"{service} publishing: {status['publishing']['lag']}"
    for channel, about in status["publishes"].items():
        if about["sequence"] > about["relayed"]:
            yield f"{service} relay {channel}: {about['sequence'] - about['relayed']}"
    for channel, about in status["hears"].items():
        publisher, _, name = channel.partition(".")
        said = found.get(publisher, {}).get("publishes", {}).get(name, {}).get("sequence", 0)
        if missing := max(said, about["head"]) - about["position"]:
            yield f"{service} hears {channel}: {missing}"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def catch_up(services: Services) -> None:
    """Wait until nothing is behind, also while a service is being started again. Raises NotCaughtUp, Refused.

    One look is enough: whoever is asked before a publisher that has just said more shows as behind it.
    """
    deadline = time.monotonic() + PATIENCE
    while left := _left(services):
        if time.monotonic() > deadline:
            raise NotCaughtUp(seconds=PATIENCE, behind="; ".join(left))
        time.sleep(PAUSE)


def _left(services: Services) -> list[str]:
    try:
        return behind(statuses(services))
    except ServiceSilent as silent:
        return [f"{silent.fields['service']} silent"]
