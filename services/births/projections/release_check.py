"""Tries to recover protected cells from everything ever printed about a statistical year: the differencing check.

Protected is what may not be printed for its own sake: small cells, and all but the total of small areas. Cells that
are left out only to cover those need no cover of their own; that they do cover is what is checked.

The attack knows every printed cell of every edition, that births are whole and not negative, that an area with a row
had some, that townships and facilities add up to the county, and quarters to their year. Where a later edition prints
a cell anew, the later number counts; what only earlier editions printed, and quarters against their year, may differ by
births that were corrected or came late, and the attack believes in as few of those as the numbers allow. It is linear
programming (HiGHS): a cell is safe once two whole solutions lie the policy's width apart, so that what is called safe
is safe from whole numbers too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, NamedTuple

from services.births.domain.release_figures import CELLS, NONE, Axis, Counts, Figures, Row, sum_of, together
from services.births.domain.suppression import Areas, Disclosure
from services.births.projections.release_system import Sum, System

SEED = 2025
"""What the attack tries is the same each time."""
FRUITLESS = 3
"""Tries in a row that widen next to nothing, after which cells are tried one by one."""
ENOUGH = 8
"""Revealed cells after which it is told: each costs two programmes of its own."""
AXES = (Axis.TOWNSHIP, Axis.FACILITY)


class Cell(NamedTuple):
    """A cell of an area, or of several together; of the county if it names none."""

    period: str
    axis: Axis
    areas: tuple[str, ...]
    cell: str

    def __str__(self) -> str:
        where = "+".join(self.areas) or "the county"
        return f"{self.cell} in {where}, {self.period}"


Truth = Mapping[str, Mapping[Axis, Areas]]
"""What really is, by period: areas with births only."""


class Target(NamedTuple):
    """A protected cell, what it is in the system, and how wide it has to stay."""

    cell: Cell
    sum: Sum
    width: int


def revealed(editions: Sequence[Figures], truth: Truth, rules: Disclosure) -> tuple[Cell, ...]:
    """Protected cells that these editions of one statistical year, in the order of publication, give away.

    At most a few of them; none means that none is given away. `truth` is needed of every period that is printed, and
    of quarters that are not if their year is.
    """
    attack = _Attack(editions, truth, rules)
    return attack.revealed() if editions else ()


class _Attack:
    """Everything printed as one system of equations, and what is protected in it."""

    def __init__(self, editions: Sequence[Figures], truth: Truth, rules: Disclosure) -> None:
        self._truth, self._rules = truth, rules
        self._newest = {each.period: each for each in editions}
        self._printed = {period: _cells(figures) for period, figures in self._newest.items()}
        self._outdated = self._only_earlier(editions)
        self._system = System()
        self._areas = {period: {axis: self._known(period, axis) for axis in AXES} for period in self._periods()}
        for period, figures in self._newest.items():
            self._state(period, figures)
        self._add_up_to_the_year()

    def revealed(self) -> tuple[Cell, ...]:
        """Cells whose possible values lie too near one another."""
        targets = [each for each in self._targets() if each.width > 0]
        given = [each.cell for each in targets if each.sum.fixed]
        if given:
            return tuple(given[:ENOUGH])
        return _narrow(self._system, targets)

    def _periods(self) -> Iterator[str]:
        """What is printed; with a year all of its quarters."""
        years = [each for each in self._newest.values() if each.period == str(each.year)]
        quarters = (f"{figures.year}Q{number}" for figures in years for number in range(1, 5))
        yield from dict.fromkeys([*self._newest, *(each for each in quarters if each in self._truth)])

    def _known(self, period: str, axis: Axis) -> dict[str, list[Sum]]:
        """The six cells of each area: numbers where all are printed, else unknown."""
        if period not in self._newest:
            return {code: [self._system.unknown() for _ in NONE] for code in self._truth[period][axis]}
        single = [row for row in self._newest[period].rows if row.axis is axis and len(row.areas) == 1]
        return {row.areas[0]: self._six(row) for row in single}

    def _six(self, row: Row) -> list[Sum]:
        if row.by_order is None:
            return [self._system.unknown() for _ in NONE]
        return [Sum.of(count) for sexes in row.by_order for count in (sexes.boys, sexes.girls)]

    def _sum(self, cell: Cell) -> Sum:
        """A cell as a sum of areas' cells; an area without births adds nothing."""
        known = self._areas[cell.period][AXES[0] if cell.axis is Axis.COUNTY else cell.axis]
        codes: Iterable[str] = known if cell.axis is Axis.COUNTY else cell.areas
        return Sum.total(known[code][index] for code in codes if code in known for index in CELLS[cell.cell])

    def _state(self, period: str, figures: Figures) -> None:
        for cell, births in self._printed[period].items():
            self._system.equal(self._sum(cell), births)
        for cell, births in self._outdated.get(period, {}).items():
            self._system.nearly(self._sum(cell), births)
        for row in figures.rows:
            if row.births is None:
                self._system.least_be(self._sum(Cell(period, row.axis, row.areas, "births")), 1)
        for index in range(len(NONE)):
            town, facility = (Sum.total(six[index] for six in self._areas[period][axis].values()) for axis in AXES)
            self._system.equal(town.minus(facility), 0)

    def _add_up_to_the_year(self) -> None:
        for year in [each for each in self._newest.values() if each.period == str(each.year)]:
            quarters = [each for each in self._areas if each.startswith(f"{year.period}Q")]
            for axis in AXES if len(quarters) == 4 else ():  # noqa: PLR2004 - quarters of a year
                self._add_up(year.period, quarters, axis)

    def _add_up(self, year: str, quarters: Sequence[str], axis: Axis) -> None:
        zero = [Sum.of(0)] * len(NONE)
        parts = [self._areas[each][axis] for each in quarters]
        for code in dict.fromkeys(code for part in (self._areas[year][axis], *parts) for code in part):
            for index in range(len(NONE)):
                whole = self._areas[year][axis].get(code, zero)[index]
                self._system.nearly(whole.minus(Sum.total(part.get(code, zero)[index] for part in parts)), 0)

    def _targets(self) -> Iterator[Target]:
        for period in self._areas:
            if period not in self._newest:
                yield from self._unpublished(period)
                continue
            for row in self._newest[period].rows:
                for cell in self._protected(period, row.axis, row.areas):
                    yield Target(cell, self._sum(cell), self._width(cell))

    def _unpublished(self, period: str) -> Iterator[Target]:
        """Of a quarter that is not printed: what may not be."""
        for axis in AXES:
            for code in self._truth[period][axis]:
                for cell in self._protected(period, axis, (code,)):
                    yield Target(cell, self._sum(cell), self._rules.protection_width)

    def _protected(self, period: str, axis: Axis, codes: tuple[str, ...]) -> Iterator[Cell]:
        """The cells that may not be printed of an area for its own sake."""
        allowed = self._rules.detail_of(self._counts(period, axis, codes)).cells
        return (Cell(period, axis, codes, name) for name in CELLS if name not in allowed)

    def _width(self, cell: Cell) -> int:
        """What was printed before is known; only what became of it must not be, if that is another number."""
        before = self._outdated.get(cell.period, {}).get(cell)
        if before is None:
            return self._rules.protection_width
        return int(before != sum_of(self._counts(cell.period, cell.axis, cell.areas), cell.cell))

    def _counts(self, period: str, axis: Axis, codes: Iterable[str]) -> Counts:
        """What really is: births of areas together, of all for the county."""
        areas = self._truth[period][AXES[0] if axis is Axis.COUNTY else axis]
        return together(areas.get(code, NONE) for code in (areas if axis is Axis.COUNTY else codes))

    def _only_earlier(self, editions: Sequence[Figures]) -> Mapping[str, Mapping[Cell, int]]:
        """By period, the cells that only earlier editions printed, with their newest number."""
        found: dict[str, dict[Cell, int]] = {}
        for each in editions:
            found.setdefault(each.period, {}).update(_cells(each))
        return {
            period: {cell: births for cell, births in cells.items() if cell not in self._printed[period]}
            for period, cells in found.items()
        }


def _cells(figures: Figures) -> dict[Cell, int]:
    return {
        Cell(figures.period, row.axis, row.areas, name): births
        for row in figures.rows
        for name, births in row.printed.items()
    }


def _narrow(system: System, targets: Sequence[Target]) -> tuple[Cell, ...]:
    """Targets without two whole solutions far enough apart: first all at once by chance, then one by one."""
    random, ranges = Random(SEED), _Ranges(targets)  # noqa: S311 - which corners are tried, nothing secret
    fruitless = 0
    while ranges.open and fruitless < FRUITLESS:
        before = len(ranges.open)
        weights = [(target, random.choice((-1, 1))) for target in ranges.open]
        objective = Sum.total(target.sum.times(weight) for target, weight in weights)
        for direction in (1, -1):
            ranges.take(system.least(objective.times(direction)))
        fruitless = fruitless + 1 if len(ranges.open) > before * 0.9 else 0
    found: list[Cell] = []
    while ranges.open and len(found) < ENOUGH:
        target = ranges.open[0]
        for direction in (1, -1):
            ranges.take(system.least(target.sum.times(direction), whole=True))
        if target in ranges.open:
            found.append(target.cell)
            ranges.open.remove(target)
    return tuple(found)


class _Ranges:
    """The least and the most that each target was in the whole solutions found so far; `open` are too narrow yet."""

    def __init__(self, targets: Iterable[Target]) -> None:
        self.open = list(targets)
        self._seen: dict[Cell, tuple[int, int]] = {}

    def take(self, solution: Any) -> None:
        """Widen by one solution; None teaches nothing."""
        if solution is None:
            return
        for target in self.open:
            value = target.sum.at(solution)
            low, high = self._seen.get(target.cell, (value, value))
            self._seen[target.cell] = min(low, value), max(high, value)
        self.open = [each for each in self.open if self._span(each) < each.width]

    def _span(self, target: Target) -> int:
        low, high = self._seen[target.cell]
        return high - low
