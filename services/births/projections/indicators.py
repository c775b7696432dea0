"""What indicators are counted from: births by place and vital state, deaths in the first weeks, mothers who died."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import BigInteger, Column, Connection, MetaData, Select, Table, Text, bindparam, func, select, update

from services.births.domain.events import (
    BirthCorrected,
    BirthRecorded,
    BirthReinstated,
    BirthVoided,
    MaternalDeathNoted,
    NeonatalDeathRecorded,
    NeonatalDeathWithdrawn,
)
from services.births.domain.particulars import Told, Vital
from services.births.projections.sex_ratio import Filters, counted, month_of, order_of
from shared.eventstore import Recorded
from shared.kernel import Fact
from shared.projecting import View, add, put

TABLES = MetaData()
CELLS = Table(
    "cells",
    TABLES,
    Column("month", Text, primary_key=True),
    Column("township", Text, primary_key=True),
    Column("facility", Text, primary_key=True),
    Column("birth_order", Text, primary_key=True),
    Column("vital", Text, primary_key=True),
    Column("births", BigInteger, nullable=False),
)
CELLS_KEY = tuple(column.name for column in CELLS.primary_key)
DEATHS = Table(
    "deaths",
    TABLES,
    Column("birth", Text, primary_key=True),
    Column("month", Text, nullable=False),
    Column("township", Text, nullable=False),
    Column("facility", Text, nullable=False),
    Column("birth_order", Text, nullable=False),
    Column("died", BigInteger, nullable=False),
    Column("counts", BigInteger, nullable=False),
)
"""Children whose death was ever recorded: `died` is 0 once that is withdrawn, `counts` while the birth is void."""
MOTHERS = Table(
    "mothers",
    TABLES,
    Column("month", Text, primary_key=True),
    Column("deaths", BigInteger, nullable=False),
)
"""Maternal deaths by month of death, of the whole county: too few to be told by township, or by birth order."""
KEY = "of_birth"
"""The name of the parameter that says which row changes."""


class Counts(NamedTuple):
    """Births of a period and place. `at_home` are live births outside of every hospital.

    `neonatal_deaths` are of children born in the period. `maternal_deaths` are those of the period in the whole county,
    None where only a part of it is asked for.
    """

    live: int
    still: int
    at_home: int
    neonatal_deaths: int
    maternal_deaths: int | None


class Indicators(View):
    """Cells of births, and the few whose child or mother died."""

    name: ClassVar[str] = "indicators"
    tables: ClassVar[MetaData] = TABLES
    version: ClassVar[int] = 2
    facts: ClassVar[tuple[type[Fact], ...]] = (
        BirthRecorded,
        BirthCorrected,
        BirthVoided,
        BirthReinstated,
        NeonatalDeathRecorded,
        NeonatalDeathWithdrawn,
        MaternalDeathNoted,
    )

    def project(self, batch: Sequence[Recorded], db: Connection) -> None:
        births: Counter[tuple[str, ...]] = Counter()
        mothers: Counter[tuple[str, ...]] = Counter()
        dead: list[dict[str, Any]] = []
        changes: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for recorded in batch:
            fact = recorded.fact
            for told, more in counted(fact):
                births[(*_of(told).values(), told.vital.value)] += more
            if isinstance(fact, NeonatalDeathRecorded):
                dead.append({"birth": fact.birth} | _of(fact.told) | {"died": 1, "counts": 1})
            if isinstance(fact, MaternalDeathNoted):
                mothers.update(_mothers(fact))
            for change in _changes(fact):
                changes[tuple(change)].append(change)
        add(db, CELLS, CELLS_KEY, births)
        add(db, MOTHERS, ("month",), mothers)
        put(db, DEATHS, dead)
        for columns, changed in changes.items():
            values: dict[str, Any] = {column: bindparam(column) for column in columns if column != KEY}
            db.execute(update(DEATHS).where(DEATHS.c.birth == bindparam(KEY)).values(values), changed)


def counts(db: Connection, wanted: Filters, homes: Collection[str]) -> Counts:
    """Births of some months, places and birth orders; `homes` are the facilities that are none."""
    query = _wanted(select(CELLS.c.facility, CELLS.c.vital, func.sum(CELLS.c.births)), CELLS, wanted)
    rows = db.execute(query.group_by(CELLS.c.facility, CELLS.c.vital)).all()
    dying = _wanted(select(func.count()).select_from(DEATHS), DEATHS, wanted)
    whole = not any((wanted.township, wanted.facility, wanted.birth_order))
    return Counts(
        live=sum(int(births) for _, vital, births in rows if vital == Vital.LIVE),
        still=sum(int(births) for _, vital, births in rows if vital == Vital.STILL),
        at_home=sum(int(births) for facility, vital, births in rows if vital == Vital.LIVE and facility in homes),
        neonatal_deaths=int(db.scalar(dying.where(DEATHS.c.died == 1, DEATHS.c.counts == 1)) or 0),
        maternal_deaths=int(db.scalar(_wanted(select(func.sum(MOTHERS.c.deaths)), MOTHERS, wanted)) or 0)
        if whole
        else None,
    )


def measures(found: Counts, certified: int) -> Mapping[str, tuple[int, int, int]]:
    """Each indicator: how many, of how many, and per how many it is told. `certified` have a valid certificate."""
    told = {
        "certified": (certified, found.live, 100),
        "hospital": (found.live - found.at_home, found.live, 100),
        "stillbirths": (found.still, found.live + found.still, 1_000),
        "neonatal": (found.neonatal_deaths, found.live, 1_000),
    }
    if found.maternal_deaths is None:
        return told
    return told | {"maternal": (found.maternal_deaths, found.live, 100_000)}


def _changes(fact: Fact) -> list[dict[str, Any]]:
    """What a fact changes of a death that is there; changes of the same columns stay in order."""
    match fact:
        case NeonatalDeathRecorded(birth=birth, told=told):
            return [{KEY: birth} | _of(told), {KEY: birth, "died": 1}, {KEY: birth, "counts": 1}]
        case NeonatalDeathWithdrawn(birth=birth):
            return [{KEY: birth, "died": 0}]
        case BirthCorrected(birth=birth, after=told):
            return [{KEY: birth} | _of(told)]
        case BirthVoided(birth=birth):
            return [{KEY: birth, "counts": 0}]
        case BirthReinstated(birth=birth):
            return [{KEY: birth, "counts": 1}]
    return []


def _mothers(fact: MaternalDeathNoted) -> Counter[tuple[str, ...]]:
    """The month a mother died; not the one told before, if that was corrected."""
    changed: Counter[tuple[str, ...]] = Counter({(f"{fact.died_on:%Y-%m}",): 1})
    if fact.instead_of:
        changed[(f"{fact.instead_of:%Y-%m}",)] -= 1
    return changed


def _of(told: Told) -> dict[str, str]:
    place = {"township": told.township, "facility": told.facility}
    return {"month": month_of(told)} | place | {"birth_order": order_of(told)}


def _wanted(query: Select[Any], table: Table, wanted: Filters) -> Select[Any]:
    if wanted.first:
        query = query.where(table.c.month >= wanted.first)
    if wanted.last:
        query = query.where(table.c.month <= wanted.last)
    for name in ("township", "facility", "birth_order"):
        if (value := getattr(wanted, name)) and name in table.c:
            query = query.where(table.c[name] == value)
    return query
