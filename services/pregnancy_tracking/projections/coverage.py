"""How many of the women who gave birth had the care they are owed; per township, for nobody singly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, ClassVar

from sqlalchemy import Column, Connection, Date, Index, Integer, MetaData, Table, Text, func, select

from services.pregnancy_tracking.domain.birth_events import BirthRevised, BirthWithdrawn
from services.pregnancy_tracking.domain.care_events import DatingRevised
from services.pregnancy_tracking.domain.events import BirthNoted, PregnancyRegistered, VisitLogged
from services.pregnancy_tracking.domain.link_events import PregnanciesLinked, PregnanciesUnlinked
from services.pregnancy_tracking.domain.report_rules import ReportRules
from services.pregnancy_tracking.domain.transfer_events import CareTakenOver, ResidenceChanged
from services.pregnancy_tracking.domain.words import Birth, VisitKind
from shared.eventstore import Recorded
from shared.kernel import Fact, key_of
from shared.projecting import View, add, load, put

TABLES = MetaData()
COURSES = Table(
    "courses",
    TABLES,
    Column("pregnancy", Text, primary_key=True),
    Column("township", Text),
    Column("registered_on", Date),
    Column("began_on", Date),
)
"""`began_on` is the first day of the last menstrual period, or as if; null for an undated one."""
CONTACTS = Table(
    "contacts", TABLES, Column("pregnancy", Text, primary_key=True), Column("contacts", Integer, nullable=False)
)
BIRTHS = Table(
    "births",
    TABLES,
    Column("birth", Text, primary_key=True),
    Column("pregnancy", Text),
    Column("born_on", Date),
    Column("facility", Text),
)
VISITS = Table(
    "visits",
    TABLES,
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("pregnancy", Text, nullable=False),
    Column("visited_on", Date, nullable=False),
)
"""At home or after the birth."""
LINKS = Table("links", TABLES, Column("pregnancy", Text, primary_key=True), Column("kept", Text))
"""The record that another one of the same pregnancy is counted with; null when they were parted."""
Index("births_by_day", BIRTHS.c.born_on)
Index("visits_of_pregnancy", VISITS.c.pregnancy)
SHARES = ("early", "national", "who", "postnatal", "hospital")


class Coverage(View):
    """A row per pregnancy, its antenatal contacts, its births, and its visits after them.

    Who was cared for in another county before was registered there, and its contacts count. Linked records are one.
    """

    name: ClassVar[str] = "coverage"
    version: ClassVar[int] = 2
    tables: ClassVar[MetaData] = TABLES
    facts: ClassVar[tuple[type[Fact], ...]] = (
        *(PregnancyRegistered, CareTakenOver, ResidenceChanged, DatingRevised, VisitLogged),
        *(BirthNoted, BirthRevised, BirthWithdrawn, PregnanciesLinked, PregnanciesUnlinked),
    )

    def project(self, batch: Sequence[Recorded], db: Connection) -> None:  # noqa: C901 - one line per fact
        courses: dict[str, dict[str, Any]] = {}
        dated: dict[str, dict[str, Any]] = {}
        moved: dict[str, dict[str, Any]] = {}
        taken: dict[str, dict[str, Any]] = {}
        links: dict[str, dict[str, Any]] = {}
        births: list[dict[str, Any]] = []
        visits: list[dict[str, Any]] = []
        contacts: Counter[tuple[Any, ...]] = Counter()
        for recorded in batch:
            key = key_of(recorded.case)
            match recorded.fact:
                case PregnancyRegistered() as fact:
                    courses[key] = _course(key, fact)
                case CareTakenOver(before=before):
                    taken[key] = {"pregnancy": key, "registered_on": before.registered_on}
                    contacts[key,] += sum(each.kind is VisitKind.ANTENATAL for each in before.contacts)
                case ResidenceChanged(township=township):
                    moved[key] = {"pregnancy": key, "township": township}
                case DatingRevised(last_menstrual_period=began_on):
                    dated[key] = {"pregnancy": key, "began_on": began_on}
                case VisitLogged(kind=VisitKind.ANTENATAL):
                    contacts[key,] += 1
                case VisitLogged(kind=VisitKind.HOME | VisitKind.POSTNATAL, visited_on=day):
                    visits.append({"position": recorded.position, "pregnancy": key, "visited_on": day})
                case BirthNoted(birth=birth) | BirthRevised(birth=birth):
                    births.append(_birth(birth, key))
                case BirthWithdrawn(birth=gone):
                    births.append({"birth": gone, "pregnancy": None, "born_on": None, "facility": None})
                case PregnanciesLinked(kept=kept, joined=joined):
                    links[key] = {"pregnancy": key, "kept": kept if key == joined else None}
                case PregnanciesUnlinked():
                    links[key] = {"pregnancy": key, "kept": None}
        put(db, COURSES, list(courses.values()))
        put(db, COURSES, list(dated.values()))
        put(db, COURSES, list(moved.values()))
        put(db, COURSES, list(taken.values()))
        put(db, LINKS, list(links.values()))
        put(db, BIRTHS, births)
        load(db, VISITS, visits)
        add(db, CONTACTS, ("pregnancy",), contacts)


def coverage(db: Connection, since: date, until: date, rules: ReportRules, home: str) -> list[dict[str, Any]]:
    """Per township: `n` pregnancies that ended in a birth from `since` to `until`, and how many of them had each.

    `early`: registered before the week of the policy (of those dated); `national`, `who`: so many antenatal contacts;
    `postnatal`: seen within the policy's days after the birth; `hospital`: born elsewhere than at home.
    """
    record = func.coalesce(LINKS.c.kept, BIRTHS.c.pregnancy).label("pregnancy")
    ended = (
        select(
            record,
            func.max(BIRTHS.c.born_on).label("ended_on"),
            func.min(BIRTHS.c.facility).label("first"),
            func.max(BIRTHS.c.facility).label("last"),
        )
        .join_from(BIRTHS, LINKS, LINKS.c.pregnancy == BIRTHS.c.pregnancy, isouter=True)
        .where(BIRTHS.c.pregnancy.is_not(None))
        .group_by(record)
        .having(func.max(BIRTHS.c.born_on).between(since, until))
        .subquery()
    )
    query = (
        select(COURSES, ended.c.ended_on, ended.c.first, ended.c.last, CONTACTS.c.contacts)
        .join_from(ended, COURSES, COURSES.c.pregnancy == ended.c.pregnancy)
        .join(CONTACTS, CONTACTS.c.pregnancy == ended.c.pregnancy, isouter=True)
    )
    joined = _joined(db)
    seen = _seen(db, since, until, rules)
    counts: dict[str, Counter[str]] = {}
    for row in db.execute(query):
        township = counts.setdefault(row.township, Counter())
        also = joined.get(row.pregnancy)
        visits = [day for each in (row, also) if each for day in seen.get(each.pregnancy, ())]
        township.update(_had(row, also, visits, rules, home))
    return [
        {"township": code, "n": each["n"], "dated": each["dated"], **{share: each[share] for share in SHARES}}
        for code, each in sorted(counts.items())
    ]


def _joined(db: Connection) -> dict[str, Any]:
    """The other record of one pregnancy, by the record that it is counted with."""
    query = (
        select(LINKS.c.kept, COURSES, CONTACTS.c.contacts)
        .join_from(LINKS, COURSES, COURSES.c.pregnancy == LINKS.c.pregnancy)
        .join(CONTACTS, CONTACTS.c.pregnancy == LINKS.c.pregnancy, isouter=True)
        .where(LINKS.c.kept.is_not(None))
    )
    return {row.kept: row for row in db.execute(query)}


def _seen(db: Connection, since: date, until: date, rules: ReportRules) -> dict[str, list[date]]:
    """The days of visits that may be such as follow a birth in the period, by pregnancy."""
    last = until + timedelta(rules.postnatal_days)
    found: dict[str, list[date]] = {}
    for row in db.execute(select(VISITS).where(VISITS.c.visited_on.between(since, last))):
        found.setdefault(row.pregnancy, []).append(row.visited_on)
    return found


def _had(row: Any, also: Any, visits: list[date], rules: ReportRules, home: str) -> list[str]:
    """What one pregnancy counts for, with what its other record tells."""
    records, after = [each for each in (row, also) if each], timedelta(rules.postnatal_days)
    contacts = sum(each.contacts or 0 for each in records)
    registered_on = min(each.registered_on for each in records)
    began_on = next((each.began_on for each in records if each.began_on), None)
    had = {
        "dated": began_on is not None,
        "early": began_on is not None and (registered_on - began_on).days < 7 * rules.early_before_week,
        "national": contacts >= rules.national_contacts,
        "who": contacts >= rules.who_contacts,
        "postnatal": any(row.ended_on <= day <= row.ended_on + after for day in visits),
        "hospital": home not in {row.first, row.last},
    }
    return ["n", *(name for name, so in had.items() if so)]


def _course(key: str, fact: PregnancyRegistered) -> dict[str, Any]:
    return {
        "pregnancy": key,
        "township": fact.township,
        "registered_on": fact.registered_on,
        "began_on": fact.last_menstrual_period,
    }


def _birth(birth: Birth, key: str) -> dict[str, Any]:
    return {"birth": birth.birth, "pregnancy": key, "born_on": birth.born_on, "facility": birth.facility}
