"""The figures of a release: which cells there are, in how much detail an area's are printed, and the printed rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from shared.kernel import Id, Value

Counts = tuple[int, ...]
"""Live births of an area: boys and girls of each birth order, in this order: six numbers."""
NONE: Counts = (0,) * 6
CELLS: Mapping[str, tuple[int, ...]] = {
    "births": (0, 1, 2, 3, 4, 5),
    "boys": (0, 2, 4),
    "girls": (1, 3, 5),
    "births of order 1": (0, 1),
    "births of order 2": (2, 3),
    "births of order 3+": (4, 5),
    "boys of order 1": (0,),
    "girls of order 1": (1,),
    "boys of order 2": (2,),
    "girls of order 2": (3,),
    "boys of order 3+": (4,),
    "girls of order 3+": (5,),
}
"""Every cell of an area: which of the six it is the sum of."""


class Axis(StrEnum):
    """What a row's areas are. Of the county there is one row."""

    COUNTY = "county"
    TOWNSHIP = "township"
    FACILITY = "facility"


class Detail(StrEnum):
    """How much of an area is printed; each holds all that the one before it does."""

    NOTHING = "nothing"
    TOTAL = "total"
    SEXES = "sexes"
    ORDERS = "orders"

    @property
    def rank(self) -> int:
        """From 0, the coarsest, to 3."""
        return RANKS.index(self)

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells that are printed."""
        return tuple(CELLS)[: PRINTED[self.rank]]


RANKS = tuple(Detail)
PRINTED = (0, 1, 3, len(CELLS))
"""How many of the cells, in their order, each detail prints."""


def detail_of(cell: str) -> Detail:
    """The coarsest detail that prints a cell."""
    return next(each for each in RANKS if cell in each.cells)


def sum_of(counts: Counts, cell: str) -> int:
    """The births in a cell."""
    return sum(counts[index] for index in CELLS[cell])


def together(areas: Iterable[Counts]) -> Counts:
    """Several areas' births."""
    return tuple(map(sum, zip(NONE, *areas, strict=True)))


class Sexes(Value):
    """Boys and girls, both printed, with their ratio (boys per 100 girls) and its exact 95 % interval.

    Rounded to one decimal. None where nothing was born, or no girls: `ratio` and the interval's upper end.
    """

    boys: int
    girls: int
    ratio: float | None
    low: float | None
    high: float | None


class Row(Value):
    """What is printed of an area, or of small areas together. What is None is suppressed."""

    axis: Axis
    areas: tuple[Id, ...]
    births: int | None = None
    sexes: Sexes | None = None
    by_order: tuple[Sexes, Sexes, Sexes] | None = None

    @property
    def detail(self) -> Detail:
        """How much is printed."""
        parts = (self.births, self.sexes, self.by_order)
        return RANKS[sum(part is not None for part in parts)]

    @property
    def printed(self) -> Mapping[str, int]:
        """The printed cells and their births."""
        named: dict[str, int] = {} if self.births is None else {"births": self.births}
        if self.sexes:
            named |= {"boys": self.sexes.boys, "girls": self.sexes.girls}
        for order, sexes in zip(("1", "2", "3+"), self.by_order or (), strict=False):
            named[f"births of order {order}"] = sexes.boys + sexes.girls
            named |= {f"boys of order {order}": sexes.boys, f"girls of order {order}": sexes.girls}
        return named


class Figures(Value):
    """The tables of a release: live births from `first` to `last` as the log knew them at position `know_at`.

    `year` is the statistical year, `policy` the version of the rules. An area without a row had no births.
    """

    period: Id
    year: int
    first: date
    last: date
    know_at: int
    policy: Id
    rows: tuple[Row, ...]


class Words(Value):
    """The release in plain words."""

    zh: str
    en: str
