"""What auditors do: see who read whose record, and look, as the second person, at broken glass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.console.client import Services
from services.console.showing import UNDEFINED, Show, shown_moment
from services.console.words import Trouble
from shared.access import Purpose, Role

PAGE = 1_000
BROKEN = ("service", "at", "who", "role", "reason", "person", "number", "reviewer")


class ServiceUnknown(Trouble):
    """The deployment has no such service."""


def print_access_log(show: Show, services: Services, named: dict[str, str]) -> None:
    """Who read a person's record in any service, newest first. `named` has her pseudonym or her document."""
    found = [
        {"service": service, **entry}
        for service in services.names()
        for entry in _all(services, service, "/access-log", "entries", method="POST", json=named)
    ]
    table = show.table("", "service", "at", "who", "role", "why", "what")
    for entry in sorted(found, key=lambda each: str(each["read_at"]), reverse=True):
        read = (str(entry[name]) for name in ("reader", "role", "purpose", "record"))
        table.add_row(entry["service"], shown_moment(entry["read_at"]), *read)
    show.answer(found, table)


def glass_of(services: Services, *, unreviewed: bool) -> list[dict[str, Any]]:
    """Broken glasses of every service but one's own, newest first in each. Raises ServiceSilent, Refused."""
    return [
        {"service": service, **each}
        for service in services.names()
        for each in _all(services, service, "/glass", "glass", params={"unreviewed": unreviewed})
    ]


def print_glass(show: Show, services: Services, *, unreviewed: bool) -> None:
    """Broken glasses, each with what a review names it by. Raises ServiceSilent, Refused."""
    found = glass_of(services, unreviewed=unreviewed)
    table = show.table(show.say("glass"), *BROKEN)
    for each in found:
        when, seen = shown_moment(each["since"]), each["reviewer"] or UNDEFINED
        who = (each["reader"], each["role"], show.say(f"glass_{each['reason']}"))
        table.add_row(each["service"], when, *who, each["person"], str(each["glass"]), seen)
    show.answer(found, table)


def review_glass(show: Show, services: Services, service: str, person: str, number: int) -> None:
    """Say that one looked at a broken glass. Raises ServiceUnknown, ServiceSilent, Refused."""
    if service not in services.names():
        raise ServiceUnknown(service=service, known=", ".join(services.names()))
    seen = {"person": person, "glass": number}
    services.ask(service, "/glass/review", Role.AUDITOR, method="POST", purpose=Purpose.AUDIT, json=seen)
    show.done("glass_reviewed", service=service, **seen)


def _all(services: Services, service: str, path: str, of: str, **asked: Any) -> Iterator[dict[str, Any]]:
    """Entries of all pages, newest first, as an auditor. Each page is asked for with where the one before ended."""
    params = {**asked.pop("params", {}), "limit": PAGE}
    older: dict[str, int] = {}
    while True:
        about = {"purpose": Purpose.AUDIT, "params": params | older, **asked}
        page = services.ask(service, path, Role.AUDITOR, **about).json()[of]
        yield from page
        if len(page) < PAGE:
            return
        older = {"before": page[-1]["position"]}
