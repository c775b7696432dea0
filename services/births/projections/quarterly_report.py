"""The quarterly report of a township, for inside: its counts and ratios are too fine to be published.

A public release is another document: of so few births it may print totals only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from services.births.domain.policy import Policy
from services.births.domain.reference import Township
from services.births.projections.intervals import Interval, exact, ratio
from services.births.projections.report_text import Figures, text
from services.births.projections.sex_ratio import Filters, Live, total
from shared.kernel import Refusal

CONFIDENCE = 0.95
"""Of the exact intervals: the report's shape promises it by the name `interval95`."""
MONTHS, YEAR = 3, 12
"""Months of a quarter and of a year."""


class QuarterMalformed(Refusal):
    """A quarter is named by its statistical year and its number: 2025Q1."""


class Quarter(NamedTuple):
    """A quarter of the statistical year, with its first and last day."""

    year: int
    number: int
    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.year:04}Q{self.number}"

    def births_in(self, township: str) -> Filters:
        """What to count for a township's report."""
        return Filters(f"{self.first:%Y-%m}", f"{self.last:%Y-%m}", township)


def quarter(name: str, year_starts_in: int) -> Quarter:
    """The quarter of that name, the statistical year starting in that month. Raises QuarterMalformed.

    A year that does not start in January is named for the calendar year it ends in (domain.md: 2025Q1 is
    October to December 2024).
    """
    named = re.fullmatch(r"(?P<year>[12][0-9]{3})Q(?P<number>[1-4])", name)
    if not named:
        raise QuarterMalformed("not a quarter", pointer="/quarter", accepted="year and quarter, such as 2025Q1")
    year, number = int(named["year"]), int(named["number"])
    months = (year - (year_starts_in > 1)) * YEAR + year_starts_in - 1 + (number - 1) * MONTHS
    return Quarter(year, number, _first_of(months), _first_of(months + MONTHS) - timedelta(days=1))


def report(township: Township, asked: Quarter, births: Mapping[str, Live], policy: Policy) -> dict[str, Any]:
    """The report as JSON has it: live births by birth order, ratios to one decimal, None where undefined."""
    figures = {order: figures_of(live) for order, live in births.items()}
    all_births = figures_of(total(births))
    return {
        "township": township.code,
        "quarter": str(asked),
        "from": asked.first.isoformat(),
        "to": asked.last.isoformat(),
        "births": all_births.live.births,
        **described(all_births),
        "by_birth_order": {order: described(each) for order, each in figures.items()},
        "text": text(township, asked, all_births, figures, policy),
    }


def described(figures: Figures) -> dict[str, Any]:
    """Counts, ratio and exact interval of some births, to one decimal."""
    return {
        "boys": figures.live.boys,
        "girls": figures.live.girls,
        "ratio": _rounded(figures.ratio),
        "interval95": rounded(figures.interval),
    }


def rounded(interval: Interval) -> list[float | None]:
    """Both ends of an interval to one decimal."""
    return [_rounded(interval.low), _rounded(interval.high)]


def figures_of(live: Live) -> Figures:
    """The ratio of some births with its exact 95 % interval."""
    return Figures(live, ratio(*live), exact(*live, CONFIDENCE))


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 1)


def _first_of(months: int) -> date:
    """The first day of a month counted from the year 0."""
    return date(months // YEAR, months % YEAR + 1, 1)
