"""Births counted by month, township, facility, birth order, sex and vital state."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal, NamedTuple

from sqlalchemy import BigInteger, Column, Connection, MetaData, PrimaryKeyConstraint, Table, Text, func, select

from services.births.domain.events import BirthCorrected, BirthRecorded, BirthReinstated, BirthVoided
from services.births.domain.particulars import Sex, Told, Vital
from shared.eventstore import Recorded
from shared.kernel import Fact
from shared.projecting import View, add

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


By = Literal["month", "township", "facility", "birth_order"]


class SexRatio(View):
    """One row per cell; `month` is the county's month of birth. A correction moves a birth, a duplicate leaves."""

    name: ClassVar[str] = "sex_ratio"
    tables: ClassVar[MetaData] = TABLES
    version: ClassVar[int] = 3
    facts: ClassVar[tuple[type[Fact], ...]] = (BirthRecorded, BirthCorrected, BirthVoided, BirthReinstated)

    def project(self, batch: Sequence[Recorded], db: Connection) -> None:
        counts: Counter[tuple[str, ...]] = Counter()
        for recorded in batch:
            match recorded.fact:
                case BirthRecorded() as birth:
                    counts[_cell(birth)] += 1
                case BirthCorrected(before=before, after=after):
                    counts[_cell(before)] -= 1
                    counts[_cell(after)] += 1
                case BirthVoided(told=told):
                    counts[_cell(told)] -= 1
                case BirthReinstated(told=told):
                    counts[_cell(told)] += 1
        add(db, CELLS, KEY, counts)
        add(db, TOTALS, TOTALS_KEY, totals_of(counts))


def live_births(db: Connection, wanted: Filters) -> dict[str, Live]:
    """Live births by birth order; an order without births has zeros."""
    found = live_by(db, wanted, "birth_order")
    return {order: found.get(order, Live(0, 0)) for order in ORDERS}


def live_by(db: Connection, wanted: Filters, by: By) -> dict[str, Live]:
    """Live births by month, township, facility or birth order, in that order; only where there are any."""
    places = {"township": wanted.township, "facility": wanted.facility}
    asked = {name for name, code in places.items() if code or by == name}
    table = CELLS if asked == set(places) else TOTALS
    query = select(table.c[by], table.c.sex, func.sum(table.c.births))
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
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for key, sex, births in db.execute(query.group_by(table.c[by], table.c.sex)):
        found[key][sex] = int(births)
    return {key: Live(of[Sex.BOY], of[Sex.GIRL]) for key, of in sorted(found.items()) if of.total()}


def total(by_order: Mapping[str, Live]) -> Live:
    """All birth orders together."""
    return Live(sum(each.boys for each in by_order.values()), sum(each.girls for each in by_order.values()))


def totals_of(cells: Mapping[tuple[str, ...], int]) -> Mapping[tuple[str, ...], int]:
    """What changed cells change in each place they are part of."""
    totals: Counter[tuple[str, ...]] = Counter()
    for (month, township, facility, order, sex, vital), births in cells.items():
        if vital == Vital.LIVE:
            for place in ((township, ALL), (ALL, facility), (ALL, ALL)):
                totals[month, *place, order, sex] += births
    return totals


def _cell(birth: Told) -> tuple[str, ...]:
    month = f"{birth.born_at.year:04}-{birth.born_at.month:02}"
    order = ORDERS[min(birth.birth_order, len(ORDERS)) - 1]
    return month, birth.township, birth.facility, order, birth.sex.value, birth.vital.value
