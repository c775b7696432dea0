"""Live births by week, facility and township: what the watch observes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import ClassVar, NamedTuple

from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Text, func, select

from services.births.domain.events import BirthCorrected, BirthRecorded, BirthReinstated, BirthVoided
from services.births.domain.particulars import Sex, Told, Vital
from shared.eventstore import Recorded
from shared.kernel import Fact
from shared.projecting import Counting, add

TABLES = MetaData()
WEEKS = Table(
    "weeks",
    TABLES,
    Column("week", Text, primary_key=True),
    Column("facility", Text, primary_key=True),
    Column("township", Text, primary_key=True),
    Column("sex", Text, primary_key=True),
    Column("births", BigInteger, nullable=False),
)
KEY = tuple(column.name for column in WEEKS.primary_key)
AREAS = ("facility", "township")
"""The columns that say where, as the watch names what it watches."""


class WeekOf(NamedTuple):
    """Live births by sex of a facility or township (`kind` says which) in the week that began on `week`, a Monday."""

    kind: str
    code: str
    week: date
    boys: int
    girls: int


class Weekly(Counting):
    """One row per week, facility, township and sex, of live births. A correction moves one, a duplicate leaves."""

    name: ClassVar[str] = "weekly"
    tables: ClassVar[MetaData] = TABLES
    facts: ClassVar[tuple[type[Fact], ...]] = (BirthRecorded, BirthCorrected, BirthVoided, BirthReinstated)

    def count(self, batch: Sequence[Recorded]) -> Counter[tuple[str, ...]]:
        counts: Counter[tuple[str, ...]] = Counter()
        for recorded in batch:
            match recorded.fact:
                case BirthRecorded() as birth:
                    counts.update(_cells(birth))
                case BirthCorrected(before=before, after=after):
                    counts.subtract(_cells(before))
                    counts.update(_cells(after))
                case BirthVoided(told=told):
                    counts.subtract(_cells(told))
                case BirthReinstated(told=told):
                    counts.update(_cells(told))
        return counts

    def store(self, counts: Counter[tuple[str, ...]], db: Connection) -> None:
        add(db, WEEKS, KEY, counts)


def weeks(db: Connection, first: date, last: date) -> list[WeekOf]:
    """Every facility's and township's weeks that began from `first` to `last`, both included, in order of time.

    Weeks in which all births left again are there too, with zeros: the watch may have to unlearn them.
    """
    return [row for kind in AREAS for row in _weeks_by(db, kind, first, last)]


def _weeks_by(db: Connection, kind: str, first: date, last: date) -> Iterable[WeekOf]:
    code = WEEKS.c[kind]
    within = (WEEKS.c.week >= first.isoformat(), WEEKS.c.week <= last.isoformat())
    query = select(code, WEEKS.c.week, WEEKS.c.sex, func.sum(WEEKS.c.births)).where(*within)
    rows = db.execute(query.group_by(code, WEEKS.c.week, WEEKS.c.sex).order_by(WEEKS.c.week, code))
    found: dict[tuple[str, str], dict[str, int]] = {}
    for where, week, sex, births in rows:
        found.setdefault((where, week), {})[sex] = int(births)
    for (where, week), by_sex in found.items():
        yield WeekOf(kind, where, date.fromisoformat(week), by_sex.get(Sex.BOY, 0), by_sex.get(Sex.GIRL, 0))


def monday_of(day: date) -> date:
    """The Monday of the week a day is in."""
    return day - timedelta(days=day.weekday())


def _cells(birth: Told) -> list[tuple[str, ...]]:
    if birth.vital is not Vital.LIVE:
        return []
    return [(monday_of(birth.born_on).isoformat(), birth.facility, birth.township, birth.sex.value)]
