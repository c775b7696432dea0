"""Shows a pregnancy's timeline."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

import typer

from services.console.client import Services
from services.console.showing import Show, shown_moment
from shared.access import Purpose, Role
from shared.clock import COUNTY_TIME

KIND = "pregnancy:"
"""What the case ids begin with that receipts give; the service takes what follows."""
WHOLE = 100_000
"""Entries asked for at once: all there are, so that it is one look."""


def moment(text: str) -> str:
    """A day (which means to its end), or a moment, the county's if it has no offset; as the service takes it."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text}: 2024-12-31, or 2024-12-31T20:00:00+08:00") from None
    return (found if found.tzinfo else found.replace(tzinfo=COUNTY_TIME)).isoformat()


def print_timeline(show: Show, services: Services, pregnancy: str, asked: Mapping[str, Any]) -> None:
    """The whole timeline. `asked` has what narrows and orders it. Raises ServiceSilent, Refused."""
    path = f"/pregnancies/{quote(pregnancy.removeprefix(KIND), safe='')}/timeline"
    params = {**asked, "limit": WHOLE}
    found = services.ask("pregnancy_tracking", path, Role.AUDITOR, purpose=Purpose.AUDIT, params=params).json()
    table = show.table(show.say("timeline", pregnancy=pregnancy), "occurred", "recorded", "service", "what", "told")
    for entry in found["entries"]:
        recorded = shown_moment(entry["recorded_at"])
        table.add_row(entry["occurred_at"], recorded, entry["service"], entry["kind"], _told(entry["body"]))
    show.answer(found, table)


def _told(body: Mapping[str, Any]) -> str:
    """What an entry tells, without what is personal: that is for who asks for the JSON."""
    return ", ".join(str(value) for value in body.values() if isinstance(value, str | int))
