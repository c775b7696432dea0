"""The monthly digest of villages and townships: what was done for pregnancies, as it was known when it was frozen.

What becomes known later changes no frozen digest: it is told beside it. Linked records are registered once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar

from sqlalchemy import Boolean, Column, Connection, Date, Integer, MetaData, Select, Table, Text, case, func, select

from services.pregnancy_tracking.domain.care_events import AttemptLogged, DangerSignRaised, ReferralMade
from services.pregnancy_tracking.domain.duty_events import DutyLapsed, DutyMet, DutyOverdue
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
RULES = Table("rules", TABLES, Column("rule", Text, primary_key=True), Column("value", Integer, nullable=False))
DONE = Table(
    "done",
    TABLES,
    Column("township", Text, primary_key=True),
    Column("village", Text, primary_key=True),
    Column("month", Date, primary_key=True),
    Column("measure", Text, primary_key=True),
    Column("in_time", Boolean, primary_key=True),
    Column("count", Integer, nullable=False),
)
"""`in_time`: it was known when the digest of its month was frozen."""
FREEZES = "digest_day"
Row = dict[str, Any]
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
MEASURES = (
    *("registered", *VISITS.values(), "referral_results", "attempts", "danger_signs", "referrals"),
    *("met", "overdue", "lapsed"),
)


class Digest(View):
    """Counts by place, month and measure; in which month a fact is counted is told by its own day."""

    name: ClassVar[str] = "digest"
    version: ClassVar[int] = 2
    tables: ClassVar[MetaData] = TABLES
    facts: ClassVar[tuple[type[Fact], ...]] = (
        *(PolicyAdopted, ResidenceChanged, *LINKING),
        *MEASURED,
    )

    def project(self, batch: Sequence[Recorded], db: Connection) -> None:
        keys = {key_of(each.case) for each in batch}
        places = _places(db, keys)
        registered = _registered(db, keys) if any(isinstance(each.fact, LINKING) for each in batch) else {}
        freezes = db.scalar(select(RULES.c.value).where(RULES.c.rule == FREEZES)) or 0
        counts: Counter[tuple[Any, ...]] = Counter()
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
                    measure, day = MEASURED[type(fact)](fact)
                    month = day.replace(day=1)
                    counts[(*places[key], month, measure, _in_time(recorded, month, freezes))] += 1
        put(
            db,
            PLACES,
            [{"pregnancy": key, "township": at, "village": village} for key, (at, village) in places.items()],
        )
        put(db, REGISTERED, list(registered.values()))
        add(db, DONE, ("township", "village", "month", "measure", "in_time"), counts)


def _parted(
    fact: Linking, key: str, registered: dict[str, Row], recorded: Recorded, freezes: int
) -> dict[tuple[Any, ...], int]:
    """One registration less where a record turns out to be of another's pregnancy, and one more when it is not."""
    row, joined = registered.get(key), isinstance(fact, PregnanciesLinked) and fact.joined == key
    if row is None or row["joined"] == joined:
        return {}
    registered[key] = row | {"joined": joined}
    in_time = _in_time(recorded, row["month"], freezes)
    return {(row["township"], row["village"], row["month"], "registered", in_time): -1 if joined else 1}


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


def digest(township: str, month: date, *, by_village: bool) -> Select[Any]:
    """The digest of a township in a month: one row, or one per village; each measure as frozen, and what came late."""
    place = DONE.c.village if by_village else DONE.c.township
    columns = [func.sum(_of(measure, in_time=True)).label(measure) for measure in MEASURES]
    late = func.sum(case((DONE.c.in_time, 0), else_=DONE.c.count)).label("came_late")
    query = select(place.label("place"), *columns, late).where(DONE.c.township == township, DONE.c.month == month)
    return query.group_by(place).order_by(place)


def _of(measure: str, *, in_time: bool) -> Any:
    return case(((DONE.c.measure == measure) & (DONE.c.in_time == in_time), DONE.c.count), else_=0)


def _places(db: Connection, pregnancies: set[str]) -> dict[str, tuple[str, str]]:
    """Where each of these pregnancies is, by id."""
    found = select(PLACES).where(PLACES.c.pregnancy.in_(pregnancies))
    return {row.pregnancy: (row.township, row.village) for row in db.execute(found)}
