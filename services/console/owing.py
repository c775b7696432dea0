"""Shows what posts owe and what is late of it, transfers, what was done in a month, and how far care reaches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.table import Table

from services.console.client import Services
from services.console.showing import UNDEFINED, Show
from shared.access import Role

PAGE = 1_000
DUE = ("colour", "state", "kind", "due_until", "village", "holder", "pregnancy")
TRANSFERS = ("transfer", "direction", "county", "unit", "asked_by", "requested_on", "answer_by", "status", "changed_on")
DIGEST = (
    *("place", "registered", "antenatal_visits", "home_visits", "postnatal_visits", "referral_results", "attempts"),
    *("danger_signs", "referrals", "met", "overdue", "lapsed", "came_late", "taken_back"),
)
SHARES = ("early", "national", "who", "postnatal", "hospital")


def given(**asked: Any) -> dict[str, Any]:
    """What narrows a question, without what was not said."""
    return {name: value for name, value in asked.items() if value is not None}


def print_due(show: Show, services: Services, asked: Mapping[str, Any], *, as_csv: bool = False) -> None:
    """What a unit's posts owe, all pages; by duty, with nobody's name. Raises ServiceSilent, Refused."""
    _print(show, services, "/duties", asked, "due_list", DUE, as_csv=as_csv)


def print_late(show: Show, services: Services, asked: Mapping[str, Any], *, as_csv: bool = False) -> None:
    """What has come up to the county superior, all pages. Raises ServiceSilent, Refused."""
    _print(show, services, "/duties/escalated", asked, "late_duties", DUE, as_csv=as_csv, role=Role.COUNTY_HEALTH)


def print_transfers(show: Show, services: Services, asked: Mapping[str, Any], *, as_csv: bool = False) -> None:
    """Transfers of care, newest first, with nobody's name. Raises ServiceSilent, Refused."""
    _print(show, services, "/transfers", asked, "transfers", TRANSFERS, as_csv=as_csv, role=Role.COUNTY_HEALTH)


def print_digest(show: Show, services: Services, asked: Mapping[str, Any], *, as_csv: bool = False) -> None:
    """What was done in a month, as it was known when the digest was frozen. Raises ServiceSilent, Refused."""
    _print(show, services, "/digest", asked, "digest", DIGEST, as_csv=as_csv)


def print_coverage(show: Show, services: Services, asked: Mapping[str, Any], *, as_csv: bool = False) -> None:
    """How many had the care they are owed, per township. Raises ServiceSilent, Refused."""
    columns = ("township", "n", *(f"{share}_percent" for share in SHARES))
    _print(show, services, "/coverage", asked, "coverage", columns, as_csv=as_csv)


def _print(  # noqa: PLR0917 - what to show, in the order it is asked for
    show: Show,
    services: Services,
    path: str,
    asked: Mapping[str, Any],
    title: str,
    columns: Sequence[str],
    *,
    as_csv: bool,
    role: Role = Role.AUDITOR,
) -> None:
    if as_csv:
        show.document(page_of(services, path, {**asked, "format": "csv", "lang": show.lang}, role).text)
        return
    pages = list(pages_of(services, path, asked, role))
    rows = [row for page in pages for row in page["rows"]]
    show.answer({**pages[0], "limit": len(rows), "rows": rows}, _table(show, title, columns, rows))


def _table(show: Show, title: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Table:
    table = show.table(show.say(title), *columns)
    for row in rows:
        table.add_row(*(_cell(show, column, row[column]) for column in columns))
    return table


def _cell(show: Show, column: str, value: Any) -> str:
    """A cell; codes in her language."""
    if value is None:
        return UNDEFINED
    if column in {"direction", "status"}:
        return show.say(f"transfer_{value}")
    return show.say(str(value)) if column in {"colour", "state", "kind"} else str(value)


def pages_of(
    services: Services, path: str, asked: Mapping[str, Any], role: Role = Role.AUDITOR
) -> Iterator[dict[str, Any]]:
    """All pages of a table."""
    offset, total = 0, 1
    while offset < total:
        page = page_of(services, path, {**asked, "offset": offset, "limit": PAGE}, role).json()
        yield page
        offset, total = offset + PAGE, page["total"]


def page_of(services: Services, path: str, params: Mapping[str, Any], role: Role = Role.AUDITOR) -> Any:
    """One page, or a file."""
    return services.ask("pregnancy_tracking", path, role, params=dict(params))
