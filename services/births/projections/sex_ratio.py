"""Births counted by month, township, facility, birth order, sex and vital state."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Literal, NamedTuple

from sqlalchemy import BigInteger, Column, Connection, MetaData, PrimaryKeyConstraint, Row, Table, Text, func, select

from services.births.domain.events import BirthCorrected, BirthRecorded, BirthReinstated, BirthVoided
from services.births.domain.particulars import Residence, Sex, Told, Vital
from shared.eventstore import Recorded
from shared.kernel import Fact
from shared.projecting import Counting, add

ORDERS = ("1", "2", "3+")
"""Birth orders as figures tell them apart; the last stands for all later ones."""

TABLES = MetaData()
CELLS = Table(
    "cells",
    TABLES,
    Column("month", Text, nullable=False),
    Column("township", Text, nullable=False),
    Column("facility", Text, nullable=False),
    Column("birth_order", Text, nullable=False),
    Column("sex", Text, nullable=False),
    Column("vital", Text, nullable=False),
    Column("births", BigInteger, nullable=False),
    PrimaryKeyConstraint("township", "facility", "month", "birth_order", "sex", "vital"),
)
KEY = tuple(column.name for column in CELLS.columns if column.name != "births")
TOTALS = Table(
    "totals",
    TABLES,
    Column("month", Text, nullable=False),
    Column("township", Text, nullable=False),
    Column("facility", Text, nullable=False),
    Column("birth_order", Text, nullable=False),
    Column("sex", Text, nullable=False),
    Column("births", BigInteger, nullable=False),
    PrimaryKeyConstraint("township", "facility", "month", "birth_order", "sex"),
)
"""Live births of all facilities, all townships, or both, where one is `ALL`: so that no question adds up a county."""
TOTALS_KEY = tuple(column.name for column in TOTALS.columns if column.name != "births")
ALL = ""
RESIDENCES = Table(
    "residences",
    TABLES,
    Column("month", Text, primary_key=True),
    Column("township", Text, primary_key=True),
    Column("residence", Text, primary_key=True),
    Column("sex", Text, primary_key=True),
    Column("births", BigInteger, nullable=False),
)
"""Live births by where the mother lived before."""
RESIDENCES_KEY = tuple(column.name for column in RESIDENCES.primary_key)


class Live(NamedTuple):
    """Live births by sex."""

    boys: int
    girls: int

    @property
    def births(self) -> int:
        """Both together."""
        return self.boys + self.girls


class Filters(NamedTuple):
    """Which births to count: months 'YYYY-MM' from `first` to `last`, both included; None filters nothing."""

    first: str | None = None
    last: str | None = None
    township: str | None = None
    facility: str | None = None
    birth_order: str | None = None


Counted = tuple[int, int, str, str, int, Sex, Vital, Residence]
"""Year, month, township, facility, birth order, sex, vital state and residence of births counted together."""
By = Literal["month", "township", "facility", "birth_order"]


class SexRatio(Counting):
    """One row per cell; `month` is the county's month of birth. A correction moves a birth, a duplicate leaves."""

    name: ClassVar[str] = "sex_ratio"
    tables: ClassVar[MetaData] = TABLES
    version: ClassVar[int] = 3
    facts: ClassVar[tuple[type[Fact], ...]] = (BirthRecorded, BirthCorrected, BirthVoided, BirthReinstated)

    def count(self, batch: Sequence[Recorded]) -> Counter[Counted]:
        counts: Counter[Counted] = Counter()
        for recorded in batch:
            for birth, more in counted(recorded.fact):
                counts[_counted(birth)] += more
        return counts

    def store(self, counts: Counter[Counted], db: Connection) -> None:
        cells: Counter[tuple[str, ...]] = Counter()
        residences: Counter[tuple[str, ...]] = Counter()
        for (year, month, township, facility, order, sex, vital, residence), births in counts.items():
            at = f"{year:04}-{month:02}"
            cells[at, township, facility, _order(order), sex.value, vital.value] += births
            if vital is Vital.LIVE:
                residences[at, township, residence.value, sex.value] += births
        add(db, CELLS, KEY, cells)
        add(db, TOTALS, TOTALS_KEY, totals_of(cells))
        add(db, RESIDENCES, RESIDENCES_KEY, residences)


def live_births(db: Connection, wanted: Filters) -> dict[str, Live]:
    """Live births by birth order; an order without births has zeros."""
    found = live_by(db, wanted, "birth_order")
    return {order: found.get(order, Live(0, 0)) for order in ORDERS}


def live_by(db: Connection, wanted: Filters, by: By) -> dict[str, Live]:
    """Live births by month, township, facility or birth order, in that order; only where there are any."""
    return {key: live for (key,), live in live_cells(db, wanted, (by,)).items()}


def live_cells(db: Connection, wanted: Filters, by: Sequence[By]) -> dict[tuple[str, ...], Live]:
    """Live births by any of month, township, facility and birth order at once, in order; only where there are any."""
    places = {"township": wanted.township, "facility": wanted.facility}
    asked = {name for name, code in places.items() if code or name in by}
    table = CELLS if asked == set(places) else TOTALS
    keys = [table.c[name] for name in by]
    query = select(*keys, table.c.sex, func.sum(table.c.births))
    if table is CELLS:
        query = query.where(table.c.vital == Vital.LIVE.value)
    for name, code in places.items():
        if code or name not in asked:
            query = query.where(table.c[name] == (code or ALL))
        elif table is TOTALS:
            query = query.where(table.c[name] != ALL)
    if wanted.first:
        query = query.where(table.c.month >= wanted.first)
    if wanted.last:
        query = query.where(table.c.month <= wanted.last)
    if wanted.birth_order:
        query = query.where(table.c.birth_order == wanted.birth_order)
    return _live(db.execute(query.group_by(*keys, table.c.sex)))


def _live(rows: Iterable[Row[Any]]) -> dict[tuple[str, ...], Live]:
    """Births by key and sex, as live births by key."""
    found: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for *key, sex, births in (tuple(row) for row in rows):
        found[tuple(key)][sex] = int(births)
    return {key: Live(of[Sex.BOY], of[Sex.GIRL]) for key, of in sorted(found.items()) if of.total()}


def live_by_residence(db: Connection, wanted: Filters) -> dict[str, Live]:
    """Live births of some months, of a township or of all, by where the mother lived before."""
    query = select(RESIDENCES.c.residence, RESIDENCES.c.sex, func.sum(RESIDENCES.c.births))
    query = query.where(RESIDENCES.c.month.between(wanted.first, wanted.last))
    if wanted.township:
        query = query.where(RESIDENCES.c.township == wanted.township)
    found = _live(db.execute(query.group_by(RESIDENCES.c.residence, RESIDENCES.c.sex)))
    return {residence: live for (residence,), live in found.items()}


def total(births: Mapping[Any, Live]) -> Live:
    """All of them together."""
    return Live(sum(each.boys for each in births.values()), sum(each.girls for each in births.values()))


def counted(fact: Fact) -> tuple[tuple[Told, int], ...]:
    """Which births count from a fact on (1), or do not any more (-1)."""
    match fact:
        case BirthRecorded() as birth:
            return ((birth, 1),)
        case BirthCorrected(before=before, after=after):
            return (before, -1), (after, 1)
        case BirthVoided(told=told):
            return ((told, -1),)
        case BirthReinstated(told=told):
            return ((told, 1),)
    return ()


def totals_of(cells: Mapping[tuple[str, ...], int]) -> Mapping[tuple[str, ...], int]:
    """What changed cells change in each place they are part of."""
    totals: Counter[tuple[str, ...]] = Counter()
    for (month, township, facility, order, sex, vital), births in cells.items():
        if vital == Vital.LIVE:
            for place in ((township, ALL), (ALL, facility), (ALL, ALL)):
                totals[month, *place, order, sex] += births
    return totals


def month_of(birth: Told) -> str:
    """The county's month of a birth, 'YYYY-MM'."""
    return f"{birth.born_at.year:04}-{birth.born_at.month:02}"


def order_of(birth: Told) -> str:
    """Its birth order as figures tell it apart."""
    return _order(birth.birth_order)


def _order(number: int) -> str:
    return ORDERS[min(number, len(ORDERS)) - 1]


def _counted(birth: Told) -> Counted:
    at = birth.born_at
    places = at.year, at.month, birth.township, birth.facility
    return *places, birth.birth_order, birth.sex, birth.vital, birth.residence
