"""The sex ratio at birth and its intervals: the interval of the proportion of boys, converted to boys per 100 girls."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

PER = 100
"""The ratio is boys per 100 girls."""


class Interval(NamedTuple):
    """Boys per 100 girls. `high` is None where no ratio is too high (no girls), both where nothing was born."""

    low: float | None
    high: float | None

    def holds(self, ratio: float) -> bool:
        """Whether these births do not speak against a ratio."""
        return (self.low is None or self.low <= ratio) and (self.high is None or ratio <= self.high)


NO_INTERVAL = Interval(None, None)


def ratio(boys: int, girls: int) -> float | None:
    """100 · boys / girls, None without girls."""
    return PER * boys / girls if girls else None


def exact(boys: int, girls: int, confidence: float) -> Interval:
    """The exact interval for statements.

    Source: Clopper and Pearson 1934; the bounds of the proportion are quantiles of beta distributions.
    """
    if not boys + girls:
        return NO_INTERVAL
    low, high = proportion(boys, boys + girls, confidence)
    return Interval(_as_ratio(low), _as_ratio(high))


def proportion(count: int, whole: int, confidence: float) -> tuple[float, float]:
    """The exact interval of a proportion, from 0 to 1. `whole` is not 0. Source: as `exact`."""
    rest = whole - count
    from scipy.special import betaincinv  # noqa: PLC0415 - takes longer to load than all else, and not everyone asks

    tail = (1 - confidence) / 2
    low = float(betaincinv(count, rest + 1, tail)) if count else 0.0
    high = float(betaincinv(count + 1, rest, 1 - tail)) if rest else 1.0
    return low, high


def wilson(boys: int, girls: int, confidence: float) -> Interval:
    """The score interval for charts. Source: Wilson 1927, without continuity correction."""
    births = boys + girls
    if not births:
        return NO_INTERVAL
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, spread = boys / births, z * z / births
    middle = share + spread / 2
    half = z * sqrt(share * (1 - share) / births + spread / births / 4)
    low, high = (middle - half) / (1 + spread), (middle + half) / (1 + spread)
    return Interval(_as_ratio(low if boys else 0.0), _as_ratio(high if girls else 1.0))


def funnel(births: float, baseline: float, confidence: float) -> Interval:
    """The limits within which the ratio of so many births lies by chance alone if the true one is the baseline.

    Source: Spiegelhalter 2005, approximate limits of a proportion. A ratio lies outside exactly if its Wilson interval
    of the same confidence leaves out the baseline.
    """
    if not births:
        return NO_INTERVAL
    z, share = NormalDist().inv_cdf((1 + confidence) / 2), baseline / (PER + baseline)
    half = z * sqrt(share * (1 - share) / births)
    return Interval(_as_ratio(max(0.0, share - half)), _as_ratio(min(1.0, share + half)))


def _as_ratio(share: float) -> float | None:
    """The ratio of a proportion of boys; None for boys only."""
    return PER * share / (1 - share) if share < 1 else None
