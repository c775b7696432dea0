"""The monthly digest of villages and townships: what was done for pregnancies, as it was known when it was frozen.

What becomes known later changes no frozen digest: it is told beside it. Linked records are registered once, and a duty
is not counted any more as what it turns out not to have been.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar

from sqlalchemy import Boolean, Column, Connection, Date, Integer, MetaData, Select, Table, Text, case, func, select

from services.pregnancy_tracking.domain.care_events import AttemptLogged, DangerSignRaised, ReferralMade
from services.pregnancy_tracking.domain.duty_events import (
    DutyAttempted,
    DutyCancelled,
    DutyDeclined,
    DutyLapsed,
    DutyMet,
    DutyMoved,
    DutyOpened,
    DutyOverdue,
    DutySuperseded,
    DutyWaived,
)
from services.pregnancy_tracking.domain.events import PregnancyRegistered, VisitLogged
from services.pregnancy_tracking.domain.link_events import PregnanciesLinked, PregnanciesUnlinked
from services.pregnancy_tracking.domain.policy import PolicyAdopted
from services.pregnancy_tracking.domain.transfer_events import ResidenceChanged
from services.pregnancy_tracking.domain.words import VisitKind
from shared.clock import COUNTY_TIME
from shared.eventstore import Recorded
from shared.kernel import Fact, key_of
from shared.projecting import View, add, put

TABLES = MetaData()
PLACES = Table(
    "places",
    TABLES,
    Column("pregnancy", Text, primary_key=True),
    Column("township", Text, nullable=False),
    Column("village", Text, nullable=False),
)
REGISTERED = Table(
    "registered",
    TABLES,
    Column("pregnancy", Text, primary_key=True),
    Column("township", Text, nullable=False),
    Column("village", Text, nullable=False),
    Column("month", Date, nullable=False),
    Column("joined", Boolean, nullable=False),
)
"""Where each was registered, and in which month; `joined`: its pregnancy is counted by another record."""
COUNTED = Table(
    "counted",
    TABLES,
    Column("pregnancy", Text, primary_key=True),
    Column("duty", Text, primary_key=True),
    Column("measure", Text, primary_key=True),
    Column("township", Text, nullable=False),
    Column("village", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("stands", Boolean, nullable=False),
)
"""As what a duty was counted (`met`, `overdue`, `lapsed`), where and for which day; `stands` until it is taken back."""
RULES = Table("rules", TABLES, Column("rule", Text, primary_key=True), Column("value", Integer, nullable=False))
DONE = Table(
    "done",
    TABLES,
    Column("month", Date, primary_key=True),
    Column("township", Text, primary_key=True),
    Column("village", Text, primary_key=True),
    Column("measure", Text, primary_key=True),
    Column("in_time", Boolean, primary_key=True),
    Column("count", Integer, nullable=False),
)
"""`in_time`: it was known when the digest of its month was frozen."""
FREEZES = "digest_day"
CHUNK = 500
"""Pregnancies named in one question: from more on, PostgreSQL would rather look through the whole table."""
Row = dict[str, Any]
Cell = tuple[str, str, date, str, bool]
Counted = dict[tuple[str, str, str], Row]
"""By pregnancy, duty and measure."""
Linking = PregnanciesLinked | PregnanciesUnlinked
LINKING = (PregnanciesLinked, PregnanciesUnlinked)
Measured = Callable[[Any], tuple[str, date]]
VISITS = {
    VisitKind.ANTENATAL: "antenatal_visits",
    VisitKind.HOME: "home_visits",
    VisitKind.POSTNATAL: "postnatal_visits",
}
MEASURED: Mapping[type[Fact], Measured] = {
    PregnancyRegistered: lambda fact: ("registered", fact.registered_on),
    VisitLogged: lambda fact: (VISITS.get(fact.kind, "referral_results"), fact.visited_on),
    AttemptLogged: lambda fact: ("attempts", fact.attempted_on),
    DangerSignRaised: lambda fact: ("danger_signs", fact.raised_on),
    ReferralMade: lambda fact: ("referrals", fact.referred_on),
    DutyMet: lambda fact: ("met", fact.met_on),
    DutyOverdue: lambda fact: ("overdue", fact.overdue_on),
    DutyLapsed: lambda fact: ("lapsed", fact.lapsed_on),
}
"""What is counted, and in the month of which day. Nothing is counted of what she declined, or of how it ended."""
OVERDUE = "overdue"
OF_DUTIES = ("met", OVERDUE, "lapsed")
MEASURES = (
    *("registered", *VISITS.values(), "referral_results", "attempts", "danger_signs", "referrals"),
    *OF_DUTIES,
)
OWED_UNTIL: Mapping[type[Fact], Callable[[Any], date]] = {
    DutyOpened: lambda _: date.min,
    DutySuperseded: lambda _: date.min,
    DutyOverdue: lambda fact: fact.overdue_on,
    DutyLapsed: lambda fact: fact.lapsed_on,
    DutyMet: lambda fact: fact.met_on,
    DutyAttempted: lambda fact: fact.attempted_on,
    DutyDeclined: lambda fact: fact.declined_on,
    DutyMoved: lambda fact: fact.moved_on,
    DutyCancelled: lambda fact: fact.cancelled_on,
    DutyWaived: lambda fact: fact.waived_on,
}
"""How long a duty was owed, by the fact that is told last of it: after that day it was not overdue.

Opened once more, or superseded, it was not what it was taken for at all.
"""


class Digest(View):
    """Counts by place, month and measure; in which month a fact is counted is told by its own day."""

    name: ClassVar[str] = "digest"
    version: ClassVar[int] = 4
    tables: ClassVar[MetaData] = TABLES
    facts: ClassVar[tuple[type[Fact], ...]] = (
        *(PolicyAdopted, ResidenceChanged, *LINKING),
        *dict.fromkeys((*MEASURED, *OWED_UNTIL)),
    )

    def project(self, batch: Sequence[Recorded], db: Connection) -> None:
        keys = {key_of(each.case) for each in batch}
        known, counted = _places(db, keys), _counted(db, batch)
        places = dict(known)
        registered = _registered(db, keys) if any(isinstance(each.fact, LINKING) for each in batch) else {}
        freezes = db.scalar(select(RULES.c.value).where(RULES.c.rule == FREEZES)) or 0
        counts: Counter[Cell] = Counter()
        for recorded in batch:
            fact, key = recorded.fact, key_of(recorded.case)
            if isinstance(fact, PolicyAdopted):
                freezes = fact.policy.reports.digest_day
                put(db, RULES, [{"rule": FREEZES, "value": freezes}])
            elif isinstance(fact, ResidenceChanged):
                places[key] = (fact.township, fact.village)
            elif isinstance(fact, LINKING):
                counts.update(_parted(fact, key, registered, recorded, freezes))
            else:
                if isinstance(fact, PregnancyRegistered):
                    places[key] = (fact.township, fact.village)
                    registered[key] = _row(key, fact)
                if key in places:
                    for row, more in _told(fact, key, places[key], counted):
                        counts[_cell(row, recorded, freezes)] += more
        moved = {key: place for key, place in places.items() if place != known.get(key)}
        put(db, PLACES, [{"pregnancy": key, "township": at, "village": to} for key, (at, to) in moved.items()])
        put(db, REGISTERED, list(registered.values()))
        put(db, COUNTED, list(counted.values()))
        add(db, DONE, ("township", "village", "month", "measure", "in_time"), counts)


def _told(fact: Fact, key: str, place: tuple[str, str], counted: Counted) -> Iterator[tuple[Row, int]]:
    """What a fact takes back of what its duty was counted as, and what it adds."""
    until = OWED_UNTIL.get(type(fact))
    duty: str = getattr(fact, "duty", "")
    if until:
        for measure in OF_DUTIES:
            row = counted.get((key, duty, measure))
            if row and row["stands"] and (measure != OVERDUE or row["day"] > until(fact)):
                counted[key, duty, measure] = row | {"stands": False}
                yield row, -1
    if type(fact) in MEASURED:
        measure, day = MEASURED[type(fact)](fact)
        row = {"measure": measure, "township": place[0], "village": place[1], "day": day}
        if until:
            counted[key, duty, measure] = {"pregnancy": key, "duty": duty, **row, "stands": True}
        yield row, 1


def _parted(fact: Linking, key: str, registered: dict[str, Row], recorded: Recorded, freezes: int) -> dict[Cell, int]:
    """One registration less where a record turns out to be of another's pregnancy, and one more when it is not."""
    row, joined = registered.get(key), isinstance(fact, PregnanciesLinked) and fact.joined == key
    if row is None or row["joined"] == joined:
        return {}
    registered[key] = row | {"joined": joined}
    return {_cell(row | {"day": row["month"], "measure": "registered"}, recorded, freezes): -1 if joined else 1}


def _cell(row: Row, recorded: Recorded, freezes: int) -> Cell:
    """The place, month and measure that something is counted in, and whether that is known in time."""
    month = row["day"].replace(day=1)
    return row["township"], row["village"], month, row["measure"], _in_time(recorded, month, freezes)


def _in_time(recorded: Recorded, month: date, freezes: int) -> bool:
    """Whether it was known when the digest of that month was frozen."""
    return recorded.recorded_at.astimezone(COUNTY_TIME).date() <= frozen_on(month, freezes)


def _row(key: str, fact: PregnancyRegistered) -> Row:
    month = fact.registered_on.replace(day=1)
    return {"pregnancy": key, "township": fact.township, "village": fact.village, "month": month, "joined": False}


def _registered(db: Connection, pregnancies: set[str]) -> dict[str, Row]:
    found = select(REGISTERED).where(REGISTERED.c.pregnancy.in_(pregnancies))
    return {row["pregnancy"]: dict(row) for row in db.execute(found).mappings()}


def frozen_on(month: date, day: int) -> date:
    """The last day on which something changes the digest of a month: that day of the next one."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) + timedelta(days=max(day, 1) - 1)


def digest(township: str | None, month: date, *, by_village: bool) -> Select[Any]:
    """The digest of a township, or of all, in a month: a row each, or one per village; each measure as frozen.

    Beside it what became known later, of all measures: `came_late` is more, `taken_back` is less than was frozen.
    """
    place = DONE.c.village if by_village else DONE.c.township
    columns = [func.sum(_of(measure, in_time=True)).label(measure) for measure in MEASURES]
    more = func.sum(case((~DONE.c.in_time & (DONE.c.count > 0), DONE.c.count), else_=0)).label("came_late")
    less = func.sum(case((~DONE.c.in_time & (DONE.c.count < 0), -DONE.c.count), else_=0)).label("taken_back")
    query = select(place.label("place"), *columns, more, less).where(DONE.c.month == month)
    if township is not None:
        query = query.where(DONE.c.township == township)
    return query.group_by(place).order_by(place)


def _of(measure: str, *, in_time: bool) -> Any:
    return case(((DONE.c.measure == measure) & (DONE.c.in_time == in_time), DONE.c.count), else_=0)


def _places(db: Connection, pregnancies: set[str]) -> dict[str, tuple[str, str]]:
    """Where each of these pregnancies is, by id."""
    found = select(PLACES).where(PLACES.c.pregnancy.in_(pregnancies))
    return {row.pregnancy: (row.township, row.village) for row in db.execute(found)}


def _counted(db: Connection, batch: Sequence[Recorded]) -> Counted:
    """What the duties that a batch is about were counted as, as far as it stands.

    Found by pregnancy alone: SQLite would look for each of the duties in each of the pregnancies.
    """
    wanted = {(key_of(each.case), getattr(each.fact, "duty", "")) for each in batch if type(each.fact) in OWED_UNTIL}
    pregnancies, counted = sorted({pregnancy for pregnancy, _ in wanted}), Counted()
    for begin in range(0, len(pregnancies), CHUNK):
        of = COUNTED.c.pregnancy.in_(pregnancies[begin : begin + CHUNK])
        for row in db.execute(select(COUNTED).where(of, COUNTED.c.stands)).mappings():
            if (row["pregnancy"], row["duty"]) in wanted:
                counted[row["pregnancy"], row["duty"], row["measure"]] = dict(row)
    return counted
