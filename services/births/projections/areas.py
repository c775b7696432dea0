"""Areas side by side: the small ones together, each against the limits of a funnel."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from services.births.domain.policy import Policy, Statistics
from services.births.projections.intervals import Interval, funnel, ratio
from services.births.projections.sex_ratio import Live, total

PER_CENT = 100
SEVERAL = 2


class Standing(StrEnum):
    """Where a ratio lies in the funnel: within its inner limits, between inner and outer, or outside of both."""

    WITHIN = "within"
    BETWEEN = "between"
    OUTSIDE = "outside"


class Area(NamedTuple):
    """Live births of an area, or of several small ones together (`codes`)."""

    codes: tuple[str, ...]
    live: Live


class Limits(NamedTuple):
    """The limits of a funnel at some number of births."""

    inner: Interval
    outer: Interval


def pooled(areas: Mapping[str, Live], rules: Statistics) -> list[Area]:
    """Areas by code; those too small to stand alone are one, last, if there are several."""
    small = sorted(code for code, live in areas.items() if live.births < rules.pool_below)
    if len(small) < SEVERAL:
        return [Area((code,), areas[code]) for code in sorted(areas)]
    alone = [Area((code,), areas[code]) for code in sorted(set(areas) - set(small))]
    return [*alone, Area(tuple(small), total({code: areas[code] for code in small}))]


def limits(births: float, policy: Policy) -> Limits:
    """The funnel around the policy's baseline."""
    inner, outer = (funnel(births, policy.baseline, each / PER_CENT) for each in policy.of_statistics.funnel)
    return Limits(inner, outer)


def standing(live: Live, policy: Policy) -> Standing:
    """Where the ratio of these births lies. Without girls it lies above every limit there is."""
    inner, outer = limits(live.births, policy)
    found = ratio(*live)
    if _inside(inner, found):
        return Standing.WITHIN
    return Standing.BETWEEN if _inside(outer, found) else Standing.OUTSIDE


def _inside(limit: Interval, found: float | None) -> bool:
    return limit.high is None if found is None else limit.holds(found)
