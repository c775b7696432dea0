"""The Bernoulli cumulative sum: evidence, week by week, that a share of boys has moved from one ratio to another.

Each live birth adds the logarithm of how much likelier it is at the alternative ratio than at the baseline, and the
sum never falls below zero (Page 1954; for Bernoulli data Reynolds and Stoumbos 1999). Weeks are summed whole, and
small ones together, so that no single birth can be read off the path.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from math import exp, log
from typing import NamedTuple

from services.births.domain.watch_rules import WatchRules

PER = 100
"""A sex ratio is boys per so many girls."""


class Week(NamedTuple):
    """Live births of a week, named by its Monday."""

    monday: date
    boys: int
    girls: int


def path(weeks: Sequence[Week], baseline: int, rules: WatchRules) -> dict[date, float]:
    """The level at the end of each batch, by the Monday of its last week; `weeks` in order of time."""
    boy, girl = weights(baseline, rules.alternative)
    level, levels = 0.0, dict[date, float]()
    for batch in _batches(weeks, rules.least_batch):
        level = max(0.0, level + batch.boys * boy + batch.girls * girl)
        levels[batch.monday] = level
    return levels


def weights(baseline: int, alternative: int) -> tuple[float, float]:
    """What one boy and one girl add: log-likelihood ratios of the proportions at the two sex ratios."""
    at_baseline, at_alternative = _share(baseline), _share(alternative)
    return log(at_alternative / at_baseline), log((1 - at_alternative) / (1 - at_baseline))


def chance(level: float) -> float:
    """At most how likely a level this high is while the ratio is the baseline: exp(-level).

    Lundberg's inequality for the sum's steady state: under the baseline the expected likelihood ratio is 1.
    """
    return exp(-level)


def discoveries(chances: Mapping[str, float], false_discovery_rate: float) -> frozenset[str]:
    """Of many watched at once, those that stand out though many are watched (Benjamini and Hochberg 1995)."""
    ordered = sorted(chances, key=chances.__getitem__)
    bound = false_discovery_rate / max(1, len(ordered))
    passing = [rank for rank, name in enumerate(ordered, 1) if chances[name] <= rank * bound]
    return frozenset(ordered[: max(passing, default=0)])


def _batches(weeks: Iterable[Week], least: int) -> Iterator[Week]:
    """Weeks joined until there are enough births in them; what is not enough yet waits."""
    boys = girls = 0
    for week in weeks:
        boys, girls = boys + week.boys, girls + week.girls
        if boys + girls >= least:
            yield Week(week.monday, boys, girls)
            boys = girls = 0


def _share(ratio: int) -> float:
    """The proportion of boys at a sex ratio."""
    return ratio / (PER + ratio)
