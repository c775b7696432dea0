"""Shows how the registers of scans and procedures are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from services.console.client import Services
from services.console.owing import page_of, pages_of
from services.console.showing import UNDEFINED, Show

PATH = "/registers/integrity"
COUNTS = ("procedures", "without_certificate", "unauthorised", "late")
DAY = ("facility", "device", "day", "first_counter", "last_counter", "entries", "late", "missing")


def print_integrity(show: Show, services: Services, asked: Mapping[str, Any], *, as_csv: bool = False) -> None:
    """Device-days and procedures, all pages. `asked` has what narrows it. Raises ServiceSilent, Refused."""
    if as_csv:
        show.document(page_of(services, PATH, {**asked, "format": "csv", "lang": show.lang}).text)
        return
    pages = list(pages_of(services, PATH, asked))
    days = [day for page in pages for day in page["rows"]]
    procedures = pages[0]["procedures"]
    if show.as_json or not procedures:
        show.answer({"device_days": days, "procedures": procedures}, _days(show, days))
        return
    show.out.print(_days(show, days))
    show.out.print(_procedures(show, procedures))


def _days(show: Show, days: list[dict[str, Any]]) -> Table:
    table = show.table(show.say("integrity"), *DAY, "anomalies")
    for day in days:
        found = ", ".join(show.say(anomaly) for anomaly in day["anomalies"])
        table.add_row(*(str(day[column]) for column in DAY), found)
    return table


def _procedures(show: Show, procedures: list[dict[str, Any]]) -> Table:
    """Months too small for a number show none."""
    table = show.table(show.say("procedures_kept"), "facility", "period", "begins", *COUNTS)
    for row in procedures:
        shown = (UNDEFINED if row[count] is None else str(row[count]) for count in COUNTS)
        table.add_row(row["facility"], show.say(row["period"]), row["begins"], *shown)
    return table
