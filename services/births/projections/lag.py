"""How long after a birth it was recorded, by sex: what shows whether one sex is told later than the other."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    MetaData,
    Select,
    Table,
    Text,
    bindparam,
    func,
    select,
    update,
)

from services.births.domain.events import BirthCorrected, BirthRecorded, BirthReinstated, BirthVoided
from services.births.domain.particulars import Sex, Told, Vital
from services.births.projections.sex_ratio import Filters, Live, month_of, order_of, total
from shared.clock import COUNTY_TIME
from shared.eventstore import Recorded
from shared.kernel import Fact
from shared.projecting import View, load

TABLES = MetaData()
BIRTHS = Table(
    "births",
    TABLES,
    Column("birth", Text, primary_key=True),
    Column("month", Text, nullable=False),
    Column("township", Text, nullable=False),
    Column("facility", Text, nullable=False),
    Column("birth_order", Text, nullable=False),
    Column("sex", Text, nullable=False),
    Column("counts", BigInteger, nullable=False),
    Column("born_on", Text, nullable=False),
    Column("recorded_on", Text, nullable=False),
)
Index("lag_by_month", BIRTHS.c.month, BIRTHS.c.township)
KEY = "of_birth"
"""The name of the parameter that says which row changes."""
MONTHS = 12


class Cell(NamedTuple):
    """Where in the triangle: the month of birth, and how many months later it was recorded (0 is the same)."""

    month: str
    later: int


class Lag(View):
    """One row per birth; `counts` is 1 while it is a live birth, `recorded_on` the day it was recorded first."""

    name: ClassVar[str] = "lag"
    tables: ClassVar[MetaData] = TABLES
    facts: ClassVar[tuple[type[Fact], ...]] = (BirthRecorded, BirthCorrected, BirthVoided, BirthReinstated)

    def project(self, batch: Sequence[Recorded], db: Connection) -> None:
        new: list[dict[str, Any]] = []
        changed: list[dict[str, Any]] = []
        for recorded in batch:
            match recorded.fact:
                case BirthRecorded(birth=birth) as told:
                    on = recorded.recorded_at.astimezone(COUNTY_TIME).date().isoformat()
                    new.append({"birth": birth} | _row(told) | {"recorded_on": on})
                case BirthCorrected(birth=birth, after=told) | BirthReinstated(birth=birth, told=told):
                    changed.append({KEY: birth} | _row(told))
                case BirthVoided(birth=birth, told=told):
                    changed.append({KEY: birth} | _row(told) | {"counts": 0})
        load(db, BIRTHS, new)
        if changed:
            columns: dict[str, Any] = {name: bindparam(name) for name in changed[0] if name != KEY}
            db.execute(update(BIRTHS).where(BIRTHS.c.birth == bindparam(KEY)).values(columns), changed)


def triangle(db: Connection, wanted: Filters) -> Mapping[Cell, Live]:
    """Live births by month of birth and months until they were recorded; only where there are any."""
    known = func.substr(BIRTHS.c.recorded_on, 1, len("YYYY-MM"))
    found: dict[Cell, Counter[str]] = defaultdict(Counter)
    for month, recorded, sex, births in db.execute(_counted(wanted, BIRTHS.c.month, known)):
        found[Cell(month, max(0, _months(recorded) - _months(month)))][sex] += int(births)
    return {cell: Live(of[Sex.BOY], of[Sex.GIRL]) for cell, of in sorted(found.items())}


def delays(db: Connection, wanted: Filters) -> Mapping[int, Live]:
    """Live births by days until they were recorded, in that order; only where there are any."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for born_on, recorded_on, sex, births in db.execute(_counted(wanted, BIRTHS.c.born_on, BIRTHS.c.recorded_on)):
        found[_days(born_on, recorded_on)][sex] += int(births)
    return {days: Live(of[Sex.BOY], of[Sex.GIRL]) for days, of in sorted(found.items())}


def median(waited: Mapping[int, Live]) -> Mapping[str, int | None]:
    """Of each sex, the first day by which half were registered; None where nobody was born."""
    return {sex: _median({days: getattr(live, sex) for days, live in waited.items()}) for sex in Live._fields}


def late(waited: Mapping[int, Live], after: int) -> Live:
    """Those registered more than so many days after birth."""
    return total({days: live for days, live in waited.items() if days > after})


def late_by_place(db: Connection, wanted: Filters, after: int) -> Mapping[str, Live]:
    """Those of the county, each township and each facility (by its kind and code); only where there are any."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    by = (BIRTHS.c.township, BIRTHS.c.facility, BIRTHS.c.born_on, BIRTHS.c.recorded_on)
    for township, facility, born_on, recorded_on, sex, births in db.execute(_counted(wanted, *by)):
        if _days(born_on, recorded_on) > after:
            for place in ("county", f"township:{township}", f"facility:{facility}"):
                found[place][sex] += int(births)
    return {place: Live(of[Sex.BOY], of[Sex.GIRL]) for place, of in found.items()}


def _days(born_on: str, recorded_on: str) -> int:
    return max(0, (date.fromisoformat(recorded_on) - date.fromisoformat(born_on)).days)


def _median(births: Mapping[int, int]) -> int | None:
    whole, known = sum(births.values()), 0
    for days, count in sorted(births.items()):
        known += count
        if whole and 2 * known >= whole:
            return days
    return None


def _counted(wanted: Filters, *by: ColumnElement[Any]) -> Select[Any]:
    query = select(*by, BIRTHS.c.sex, func.count()).where(BIRTHS.c.counts == 1).group_by(*by, BIRTHS.c.sex)
    if wanted.first:
        query = query.where(BIRTHS.c.month >= wanted.first)
    if wanted.last:
        query = query.where(BIRTHS.c.month <= wanted.last)
    for name in ("township", "facility", "birth_order"):
        if value := getattr(wanted, name):
            query = query.where(BIRTHS.c[name] == value)
    return query


def _row(told: Told) -> dict[str, Any]:
    return {
        "month": month_of(told),
        "township": told.township,
        "facility": told.facility,
        "birth_order": order_of(told),
        "sex": told.sex.value,
        "counts": int(told.vital is Vital.LIVE),
        "born_on": told.born_on.isoformat(),
    }


def _months(month: str) -> int:
    """Months since the year 0."""
    return int(month[:4]) * MONTHS + int(month[5:])
