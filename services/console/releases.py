"""Shows published releases: which there are, and what one prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.table import Table

from services.console.client import Services
from services.console.showing import UNDEFINED, Show
from services.console.words import Lang
from shared.access import Role

MANY = 10_000
"""Editions listed at most: more than a county ever publishes."""
ORDERS = ("order_1", "order_2", "order_3+")


def print_releases(show: Show, services: Services, year: int | None, *, newest: bool) -> None:
    """The published editions, the newest first. Raises ServiceSilent, Refused."""
    asked = {"limit": MANY, "newest": newest} | ({} if year is None else {"year": year})
    found = services.ask("births", "/releases", Role.AUDITOR, params=asked).json()
    table = show.table(show.say("releases"), "period", "edition", "published_on", "reason")
    for row in found["rows"]:
        why = show.say(f"restated_{row['reason']}") if row["reason"] else ""
        table.add_row(row["period"], str(row["edition"]), row["published_on"], why)
    show.answer(found, table)


def print_release(show: Show, services: Services, period: str, edition: int | None) -> None:
    """What an edition prints, else the newest, with its text. Raises ServiceSilent, Refused."""
    asked = {} if edition is None else {"edition": edition}
    found = services.ask("births", f"/releases/{period}", Role.AUDITOR, params=asked).json()
    show.answer(found, _table(show, found))
    for lang in () if show.as_json else (show.lang, *(each for each in Lang if each is not show.lang)):
        show.out.print(found["text"][lang], markup=False)


def _table(show: Show, found: Mapping[str, Any]) -> Table:
    when = {"period": found["period"], "edition": found["edition"], "day": found["published_on"]}
    columns = ("by", "area", "birth_order", "births", "boys", "girls", "ratio", "interval")
    table = show.table(show.say("release", **when), *columns)
    for row in found["rows"]:
        for order, births, sexes in _lines(row):
            where = ("+".join(row["areas"]), show.say(order), UNDEFINED if births is None else str(births))
            table.add_row(show.say(f"by_{row['axis']}"), *where, *_figures(sexes))
    return table


def _lines(row: Mapping[str, Any]) -> Iterator[tuple[str, int | None, Mapping[str, Any] | None]]:
    yield "all", row["births"], row["sexes"]
    for order, sexes in zip(ORDERS, row["by_order"] or (), strict=False):
        yield order, sexes["boys"] + sexes["girls"], sexes


def _figures(sexes: Mapping[str, Any] | None) -> tuple[str, ...]:
    """What is suppressed is a dash."""
    if sexes is None:
        return (UNDEFINED,) * 4
    boys, girls, ratio, low, high = (UNDEFINED if each is None else str(each) for each in sexes.values())
    return boys, girls, ratio, f"{low} – {high}"
