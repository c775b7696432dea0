"""The report of a township, or of the county, for inside: its counts and ratios are too fine to be published.

A public release is another document: of so few births it may print totals only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from services.births.domain.policy import Policy
from services.births.projections.intervals import Interval, exact, ratio
from services.births.projections.periods import Period
from services.births.projections.report_text import Figures, text
from services.births.projections.sex_ratio import Live, total

CONFIDENCE = 0.95
"""Of the exact intervals: the report's shape promises it by the name `interval95`."""


class Place(NamedTuple):
    """What a report is about. `code` is None for the whole county."""

    code: str | None
    name_zh: str
    name_en: str


COUNTY = Place(None, "全县", "The whole county")


def report(where: Place, asked: Period, births: Mapping[str, Live], policy: Policy) -> dict[str, Any]:
    """The report as JSON has it: live births by birth order, ratios to one decimal, None where undefined."""
    figures = {order: figures_of(live) for order, live in births.items()}
    all_births = figures_of(total(births))
    return {
        "township": where.code,
        asked.kind: str(asked),
        "from": asked.first.isoformat(),
        "to": asked.last.isoformat(),
        "births": all_births.live.births,
        **described(all_births),
        "by_birth_order": {order: described(each) for order, each in figures.items()},
        "text": text(where, asked, all_births, figures, policy),
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
