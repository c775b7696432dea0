"""What a release may print: the most detail that neither its own rows nor all releases before it give away more than.

A pure function of what the log knew at a position, so that a release replayed there is the same, byte for byte.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from services.births.domain.policy import Policy
from services.births.domain.release import DifferencingRevealsCell, SuppressionWouldFail
from services.births.domain.release_figures import RANKS, Axis, Counts, Detail, Figures, Row, Sexes, detail_of, together
from services.births.domain.suppression import Areas, Disclosure, Plan, lower, plan
from services.births.projections.intervals import exact, ratio
from services.births.projections.periods import Period
from services.births.projections.quarterly_report import CONFIDENCE
from services.births.projections.release_check import AXES, Cell, Truth, revealed


class Known(NamedTuple):
    """What the log knew at a position: the rules, the births of each period of the year, and its releases in order."""

    position: int
    policy: Policy
    births: Truth
    editions: Sequence[Figures]


class Plans(NamedTuple):
    """The detail of everything a release prints."""

    county: Detail
    axes: Mapping[Axis, Plan]


def draft(period: Period, known: Known) -> Figures:
    """The figures of a release. Raises SuppressionWouldFail, DifferencingRevealsCell."""
    rules, births = known.policy.of_releases, known.births[str(period)]
    county = rules.detail_of(together(births[AXES[0]].values()))
    if county is Detail.NOTHING:
        raise SuppressionWouldFail(f"fewer than {rules.least_cell} births", accepted="a period with more births")
    plans = Plans(county, {axis: plan(births[axis], rules) for axis in AXES})
    while True:
        figures = _printed(period, known, plans)
        found = revealed([*known.editions, figures], known.births, rules)
        if not found:
            return figures
        coarser = _coarser(plans, found, births, rules)
        if coarser is None:
            refusal = DifferencingRevealsCell if known.editions else SuppressionWouldFail
            raise refusal(f"this would give away {'; '.join(map(str, found))}")
        plans = coarser


def _coarser(plans: Plans, found: Sequence[Cell], births: Mapping[Axis, Areas], rules: Disclosure) -> Plans | None:
    """A step less detail for each kind of cell of each axis that was given away; None if there is none left."""
    axes, county, lowered = dict(plans.axes), plans.county, False
    kinds = {(cell.axis, detail_of(cell.cell)): cell for cell in found if cell.axis is not Axis.COUNTY}
    for (axis, _), cell in kinds.items():
        coarser = lower(axes[axis], births[axis], cell.cell, cell.areas, rules)
        if coarser:
            axes[axis], lowered = coarser, True
    if not lowered and county.rank > Detail.TOTAL.rank:
        county, lowered = RANKS[county.rank - 1], True
    return Plans(county, axes) if lowered else None


def _printed(period: Period, known: Known, plans: Plans) -> Figures:
    births = known.births[str(period)]
    rows = [_row(Axis.COUNTY, (), together(births[AXES[0]].values()), plans.county)]
    for axis in AXES:
        rows += _rows(axis, births[axis], plans.axes[axis])
    return Figures(
        period=str(period),
        year=period.year,
        first=period.first,
        last=period.last,
        know_at=known.position,
        policy=known.policy.version,
        rows=tuple(rows),
    )


def _rows(axis: Axis, areas: Areas, details: Plan) -> list[Row]:
    """The areas in the order of their codes, then those pooled; all of the axis pooled would be the county again."""
    rows = [_row(axis, (code,), areas[code], details.areas[code]) for code in sorted(areas)]
    pooled = details.pooled
    if details.pool is Detail.NOTHING or len(pooled) == len(areas):
        return rows
    return [*rows, _row(axis, pooled, together(areas[code] for code in pooled), details.pool)]


def _row(axis: Axis, areas: tuple[str, ...], counts: Counts, detail: Detail) -> Row:
    rank = detail.rank
    return Row(
        axis=axis,
        areas=areas,
        births=sum(counts) if rank >= Detail.TOTAL.rank else None,
        sexes=_sexes(sum(counts[::2]), sum(counts[1::2])) if rank >= Detail.SEXES.rank else None,
        by_order=_by_order(counts) if detail is Detail.ORDERS else None,
    )


def _by_order(counts: Counts) -> tuple[Sexes, Sexes, Sexes]:
    first, second, later = (_sexes(*counts[at : at + 2]) for at in (0, 2, 4))
    return first, second, later


def _sexes(boys: int, girls: int) -> Sexes:
    low, high = exact(boys, girls, CONFIDENCE)
    return Sexes(boys=boys, girls=girls, ratio=_short(ratio(boys, girls)), low=_short(low), high=_short(high))


def _short(number: float | None) -> float | None:
    return None if number is None else round(number, 1)
