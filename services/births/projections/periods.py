"""Quarters and years of the statistical year, by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal, NamedTuple, TypeVar

from services.births.projections.sex_ratio import Filters
from shared.kernel import Refusal

MONTHS, YEAR = 3, 12
"""Months of a quarter and of a year."""
Span = Literal["month", "quarter", "year"]
"""How long a period is; quarters and years are those of the statistical year."""
Day = TypeVar("Day", str, date)
"""A day, or a month by name."""


class QuarterMalformed(Refusal):
    """A quarter is named by its statistical year and its number: 2025Q1."""


class YearMalformed(Refusal):
    """A statistical year is named by four digits: 2025."""


class EndsBeforeItBegins(Refusal):
    """What is asked about ends when it begins or later."""


class Period(NamedTuple):
    """A quarter, or (`number` is None) a whole statistical year, with its first and last day."""

    year: int
    number: int | None
    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.year:04}" if self.number is None else f"{self.year:04}Q{self.number}"

    @property
    def kind(self) -> str:
        """What it is called: `quarter` or `year`."""
        return "year" if self.number is None else "quarter"

    @property
    def months(self) -> list[str]:
        """Its months, 'YYYY-MM'."""
        begins = self.first.year * YEAR + self.first.month - 1
        count = YEAR if self.number is None else MONTHS
        return [f"{_first_of(each):%Y-%m}" for each in range(begins, begins + count)]

    def births_in(self, township: str | None = None) -> Filters:
        """What to count of this period."""
        return Filters(self.months[0], self.months[-1], township)

    def before(self) -> Iterator[Period]:
        """The periods before this one, the nearest first, as far back as the calendar goes on."""
        length = YEAR if self.number is None else MONTHS
        begins, at = self.first.year * YEAR + self.first.month - 1, self
        while (begins := begins - length) > YEAR:
            at = _period(at.year - (at.number in {None, 1}), at.number and (at.number - 2) % 4 + 1, begins)
            yield at


def quarter(name: str, year_starts_in: int) -> Period:
    """The quarter of that name, the statistical year starting in that month. Raises QuarterMalformed.

    A year that does not start in January is named for the calendar year it ends in (domain.md: 2025Q1 is
    October to December 2024).
    """
    named = re.fullmatch(r"(?P<year>[12][0-9]{3})Q(?P<number>[1-4])", name)
    if not named:
        raise QuarterMalformed("not a quarter", pointer="/quarter", accepted="year and quarter, such as 2025Q1")
    year, number = int(named["year"]), int(named["number"])
    return _period(year, number, _begins(year, year_starts_in) + (number - 1) * MONTHS)


def statistical_year(name: str, year_starts_in: int) -> Period:
    """The statistical year of that name. Raises YearMalformed."""
    if not re.fullmatch(r"[12][0-9]{3}", name):
        raise YearMalformed("not a year", pointer="/year", accepted="four digits, such as 2025")
    return _period(int(name), None, _begins(int(name), year_starts_in))


def check_order(first: Day | None, last: Day | None) -> None:
    """What is asked about, of which either end may be open. Raises EndsBeforeItBegins."""
    if first and last and last < first:
        raise EndsBeforeItBegins(f"{last} is before {first}", pointer="/to", accepted=f"{first} or later")


def name_of(month: str, span: Span, year_starts_in: int) -> str:
    """The name of the period a month 'YYYY-MM' lies in."""
    if span == "month":
        return month
    year, of_year = divmod(int(month[:4]) * YEAR + int(month[5:]) - year_starts_in, YEAR)
    named = f"{year + (year_starts_in > 1):04}"
    return named if span == "year" else f"{named}Q{of_year // MONTHS + 1}"


def _begins(year: int, year_starts_in: int) -> int:
    return (year - (year_starts_in > 1)) * YEAR + year_starts_in - 1


def _period(year: int, number: int | None, begins: int) -> Period:
    length = YEAR if number is None else MONTHS
    return Period(year, number, _first_of(begins), _first_of(begins + length) - timedelta(days=1))


def _first_of(months: int) -> date:
    """The first day of a month counted from the year 0."""
    return date(months // YEAR, months % YEAR + 1, 1)
