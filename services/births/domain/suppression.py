"""Which areas are printed in how much detail, so that no cell is too small and none is the rest of others.

Small areas are pooled: each prints its total at most, and together they print what they are large enough for. What a
plan gives away together with everything printed before is another question: see `projections.release_check`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from services.births.domain.release_figures import RANKS, Counts, Detail, detail_of, sum_of, together
from shared.kernel import Value


class Disclosure(Value):
    """What a release may print.

    A cell of fewer than `least_cell` births is not printed. An area of fewer than `small_area` births in the period
    prints its total at most. Whoever puts together all that was ever printed must be left with at least
    `protection_width` births between the least and the most that a suppressed cell can be. A restatement waits until
    `least_changes` births differ.
    """

    least_cell: int
    small_area: int
    protection_width: int
    least_changes: int

    def detail_of(self, counts: Counts) -> Detail:
        """The most that may be printed of an area for its own sake."""
        if sum_of(counts, "births") < self.least_cell:
            return Detail.NOTHING
        if sum_of(counts, "births") < self.small_area or min(map(sum, (counts[::2], counts[1::2]))) < self.least_cell:
            return Detail.TOTAL
        return Detail.SEXES if min(counts) < self.least_cell else Detail.ORDERS


Areas = Mapping[str, Counts]
"""Areas of one axis by code; each has births."""


class Plan(NamedTuple):
    """The detail of each area of an axis, and of those too small for more than a total together."""

    areas: Mapping[str, Detail]
    pool: Detail

    @property
    def pooled(self) -> tuple[str, ...]:
        """Areas that print their total at most, by code."""
        return tuple(sorted(code for code, detail in self.areas.items() if detail.rank < Detail.SEXES.rank))


def plan(areas: Areas, rules: Disclosure) -> Plan:
    """The most detail that these areas can have beside one another and their county."""
    return settled({code: rules.detail_of(counts) for code, counts in areas.items()}, areas, rules)


def settled(details: Mapping[str, Detail], areas: Areas, rules: Disclosure) -> Plan:
    """Details that leave no area to be found as the rest of others: the next smallest is lowered with it."""
    lowered = dict(details)
    pool = _pool(lowered, areas, rules)
    while _alone(Detail.NOTHING, lowered) and _lower(lowered, areas, Detail.TOTAL):
        pool = _pool(lowered, areas, rules)
    while _alone_in_orders(lowered, pool) and _lower(lowered, areas, Detail.ORDERS):
        pool = _pool(lowered, areas, rules)
    return Plan(lowered, pool)


def lower(plan: Plan, areas: Areas, cell: str, of: Sequence[str], rules: Disclosure) -> Plan | None:
    """The plan with one more area that does not print such a cell: one of these areas, else the smallest that does.

    None if none prints it any more.
    """
    details, detail = dict(plan.areas), detail_of(cell)
    mine = {code: counts for code, counts in areas.items() if code in of and details[code].rank >= detail.rank}
    if mine:
        details[min(mine)] = RANKS[detail.rank - 1]
        return settled(details, areas, rules)
    if _lower(details, areas, detail):
        return settled(details, areas, rules)
    pool = min(plan.pool, RANKS[detail.rank - 1], key=lambda each: each.rank)
    return plan._replace(pool=pool) if pool is not plan.pool else None


def _pool(details: dict[str, Detail], areas: Areas, rules: Disclosure) -> Detail:
    """The detail of the small areas together. Until they are large enough, the next smallest joins them."""
    while True:
        small = [code for code, detail in details.items() if detail.rank < Detail.SEXES.rank]
        pool = rules.detail_of(together(areas[code] for code in small))
        enough = len(small) > 1 and pool.rank >= Detail.SEXES.rank
        if not small or enough or not _lower(details, areas, Detail.SEXES):
            return pool if enough else Detail.NOTHING


def _lower(details: dict[str, Detail], areas: Areas, detail: Detail) -> bool:
    """Let the smallest area with this detail lose it; False if there is none."""
    having = [code for code, each in details.items() if each.rank >= detail.rank]
    if not having:
        return False
    smallest = min(having, key=lambda code: (sum_of(areas[code], "births"), code))
    details[smallest] = RANKS[detail.rank - 1]
    return True


def _alone(detail: Detail, details: Mapping[str, Detail]) -> bool:
    return sum(each is detail for each in details.values()) == 1


def _alone_in_orders(details: Mapping[str, Detail], pool: Detail) -> bool:
    """Whether exactly one area, the small ones taken together, does not print its birth orders."""
    without = sum(each is Detail.SEXES for each in details.values())
    small = any(each.rank < Detail.SEXES.rank for each in details.values())
    return without + (small and pool is not Detail.ORDERS) == 1
