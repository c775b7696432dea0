"""Births counted by month, township, facility, birth order, sex and vital state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import ClassVar, NamedTuple

from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Text, func, select

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
    Column("month", Text, primary_key=True),
    Column("township", Text, primary_key=True),
    Column("facility", Text, primary_key=True),
    Column("birth_order", Text, primary_key=True),
    Column("sex", Text, primary_key=True),
    Column("vital", Text, primary_key=True),
    Column("births", BigInteger, nullable=False),
)
KEY = tuple(column.name for column in CELLS.primary_key)


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


class SexRatio(View):
    """One row per cell; `month` is the county's month of birth. A correction moves a birth, a duplicate leaves."""

    name: ClassVar[str] = "sex_ratio"
    tables: ClassVar[MetaData] = TABLES
    version: ClassVar[int] = 2
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


def live_births(db: Connection, wanted: Filters) -> dict[str, Live]:
    """Live births by birth order; an order without births has zeros."""
    query = select(CELLS.c.birth_order, CELLS.c.sex, func.sum(CELLS.c.births)).where(CELLS.c.vital == Vital.LIVE.value)
    if wanted.first:
        query = query.where(CELLS.c.month >= wanted.first)
    if wanted.last:
        query = query.where(CELLS.c.month <= wanted.last)
    for name in ("township", "facility", "birth_order"):
        if value := getattr(wanted, name):
            query = query.where(CELLS.c[name] == value)
    rows = db.execute(query.group_by(CELLS.c.birth_order, CELLS.c.sex))
    found = {(order, sex): int(births) for order, sex, births in rows}
    return {order: Live(found.get((order, Sex.BOY), 0), found.get((order, Sex.GIRL), 0)) for order in ORDERS}


def total(by_order: Mapping[str, Live]) -> Live:
    """All birth orders together."""
    return Live(sum(each.boys for each in by_order.values()), sum(each.girls for each in by_order.values()))


def _cell(birth: Told) -> tuple[str, ...]:
    month = f"{birth.born_at.year:04}-{birth.born_at.month:02}"
    order = ORDERS[min(birth.birth_order, len(ORDERS)) - 1]
    return month, birth.township, birth.facility, order, birth.sex.value, birth.vital.value
