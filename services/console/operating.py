"""What operators do: rebuild views, and look after messages set aside."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from services.console.client import Refused, Services
from services.console.showing import Show
from services.console.watching import statuses
from services.console.words import Trouble
from shared.access import Role

HELD = "held"
"""The kind of what was set aside because something it needs is not known yet."""


class ViewUnknown(Trouble):
    """No service has such a view."""


class RebuildFailed(Trouble):
    """The view answers as before; its service's log says why."""


class MessageUnknown(Trouble):
    """No service has set such a message aside."""


def rebuild_view(show: Show, services: Services, view: str) -> None:
    """Rebuild a view in every service that has it. Raises ViewUnknown, RebuildFailed, ServiceSilent, Refused."""
    views = {service: status["views"] for service, status in statuses(services).items()}
    having = [service for service, names in views.items() if view in names]
    if not having:
        known = sorted({name for names in views.values() for name in names})
        raise ViewUnknown(view=view, known=", ".join(known))
    for service in having:
        _rebuild(show, services, service, view)
    show.done("rebuilt", services=", ".join(having), view=view)


def _rebuild(show: Show, services: Services, service: str, view: str) -> None:
    with show.progress("rebuilding", view=f"{service} {view}") as bar:
        about = services.ask(service, f"/views/{view}/rebuild", Role.OPERATOR, method="POST").json()
        while progress := about["rebuilding"]:
            bar.at(progress["done"], progress["total"] or 1, f"{progress['per_second']:.0f}/s")
            time.sleep(0.1)
            about = services.ask(service, f"/views/{view}", Role.OPERATOR).json()
        if about.get("failed"):
            raise RebuildFailed(view=view, service=service, reason=about["failed"])
        bar.at(about["position"], about["position"])


def parked_of(services: Services) -> list[dict[str, Any]]:
    """What every service has set aside, each with its service's name."""
    return [
        {"service": service, **each}
        for service in services.names()
        for each in services.ask(service, "/parked", Role.OPERATOR).json()
    ]


def try_held(services: Services) -> None:
    """Have every service try again what waits for something; what was taken meanwhile is passed over."""
    for each in parked_of(services):
        if each["kind"] == HELD:
            with suppress(Refused):
                services.ask(each["service"], f"/parked/{each['id']}/retry", Role.OPERATOR, method="POST")


def print_parked(show: Show, services: Services) -> None:
    """Messages set aside."""
    found = parked_of(services)
    table = show.table("", "service", "id", "kind", "reason", "attempts", "at")
    for each in found:
        table.add_row(*(str(each[name]) for name in ("service", "id", "kind", "reason", "attempts", "at")))
    show.answer(found, table)


def retry_parked(show: Show, services: Services, message: str) -> None:
    """Try one again, wherever it is. Raises MessageUnknown."""
    found = {
        service: services.ask(service, f"/parked/{message}/retry", Role.OPERATOR, method="POST").json()["result"]
        for service in _holders(services, message)
    }
    show.done("retried", parked=message, result=", ".join(f"{service} {result}" for service, result in found.items()))


def drop_parked(show: Show, services: Services, message: str) -> None:
    """Give one up, wherever it is. Raises MessageUnknown."""
    holders = _holders(services, message)
    for service in holders:
        services.ask(service, f"/parked/{message}", Role.OPERATOR, method="DELETE")
    show.done("dropped", parked=message, services=", ".join(holders))


def _holders(services: Services, message: str) -> list[str]:
    found = [each["service"] for each in parked_of(services) if each["id"] == message]
    if not found:
        raise MessageUnknown(parked=message)
    return found
