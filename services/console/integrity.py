"""Shows how the registers of scans and procedures are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from services.console.client import Services
from services.console.owing import page_of, pages_of
from services.console.showing import UNDEFINED, Show

PATH, OF_PROCEDURES = "/registers/integrity", "/registers/procedures"
COUNTS = ("procedures", "without_certificate", "unauthorised", "late")
DAY = ("facility", "device", "day", "first_counter", "last_counter", "entries", "late", "missing")


def print_integrity(show: Show, services: Services, asked: Mapping[str, Any], *, as_csv: bool = False) -> None:
    """Device-days and procedures, all pages; as CSV the device-days. Raises ServiceSilent, Refused."""
    if as_csv:
        _print_csv(show, services, PATH, asked)
        return
    days, procedures = _rows(services, PATH, asked), _rows(services, OF_PROCEDURES, asked)
    if show.as_json or not procedures:
        show.answer({"device_days": days, "procedures": procedures}, _days(show, days))
        return
    show.out.print(_days(show, days))
    show.out.print(_procedures(show, procedures))


def print_procedures(show: Show, services: Services, asked: Mapping[str, Any], *, as_csv: bool = False) -> None:
    """Procedures alone. Raises ServiceSilent, Refused."""
    if as_csv:
        _print_csv(show, services, OF_PROCEDURES, asked)
        return
    procedures = _rows(services, OF_PROCEDURES, asked)
    show.answer({"procedures": procedures}, _procedures(show, procedures))


def _rows(services: Services, path: str, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of all pages. `asked` has what narrows them."""
    return [row for page in pages_of(services, path, asked) for row in page["rows"]]


def _print_csv(show: Show, services: Services, path: str, asked: Mapping[str, Any]) -> None:
    show.document(page_of(services, path, {**asked, "format": "csv", "lang": show.lang}).text)


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
