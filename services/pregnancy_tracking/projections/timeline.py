"""The timeline of a pregnancy: what happened when, and when it became known. It is asked by pregnancy id only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from operator import attrgetter
from typing import Any, ClassVar, cast

from pydantic_core import from_json
from sqlalchemy import BigInteger, Column, Connection, Index, MetaData, Row, Select, Table, Text, select

from services.pregnancy_tracking.domain.birth_events import (
    BenefitNoted,
    BirthRevised,
    BirthWithdrawn,
    PregnancyReopened,
)
from services.pregnancy_tracking.domain.events import (
    BirthNoted,
    CareAssigned,
    HandbookIssued,
    PregnancyEnded,
    PregnancyEndRevised,
    PregnancyRegistered,
    VisitLogged,
)
from services.pregnancy_tracking.domain.register_events import ScanNoted, TerminationPerformed
from services.pregnancy_tracking.domain.transfer_events import (
    CareTakenOver,
    CareTransferAccepted,
    CareTransferDeclined,
    CareTransferRequested,
    CareTransferTimedOut,
    CareTransferWithdrawn,
    ResidenceChanged,
)
from services.pregnancy_tracking.domain.woman import WOMAN
from services.pregnancy_tracking.domain.words import Identity, Observations
from shared.clock import COUNTY_TIME
from shared.eventstore import Recorded
from shared.kernel import Fact, Refusal, key_of
from shared.projecting import View, load
from shared.sealed import Erased, Sealed
from shared.sealing import Sealer

OCCURRED_ON: Mapping[type[Fact], Callable[[Any], date]] = {
    PregnancyRegistered: attrgetter("registered_on"),
    CareAssigned: attrgetter("assigned_on"),
    HandbookIssued: attrgetter("issued_on"),
    VisitLogged: attrgetter("visited_on"),
    BirthNoted: attrgetter("birth.born_on"),
    BirthRevised: attrgetter("birth.born_on"),
    BirthWithdrawn: attrgetter("born_on"),
    PregnancyEnded: attrgetter("ended_on"),
    PregnancyEndRevised: attrgetter("ended_on"),
    PregnancyReopened: attrgetter("ended_on"),
    BenefitNoted: attrgetter("since"),
    ScanNoted: attrgetter("scanned_on"),
    TerminationPerformed: attrgetter("performed_on"),
    CareTransferRequested: attrgetter("requested_on"),
    CareTransferAccepted: attrgetter("accepted_on"),
    CareTransferDeclined: attrgetter("declined_on"),
    CareTransferTimedOut: attrgetter("timed_out_on"),
    CareTransferWithdrawn: attrgetter("withdrawn_on"),
    CareTakenOver: attrgetter("taken_over_on"),
    ResidenceChanged: attrgetter("changed_on"),
}
"""Every fact with an entry in the timeline, and the day it is about."""
OWN, BIRTHS, BENEFITS = "pregnancy_tracking", "births", "benefits"
TOLD_BY: Mapping[type[Fact], str] = {
    BirthNoted: BIRTHS,
    BirthRevised: BIRTHS,
    BirthWithdrawn: BIRTHS,
    BenefitNoted: BENEFITS,
}
"""Whose part of the timeline an entry is, else ours."""
INSIDE = {"person", "sequence", "letter"}
"""Her pseudonym stays inside, by what number others said it, and what only another county can read."""
HIDING = frozenset(kind for kind in OCCURRED_ON if INSIDE & kind.model_fields.keys())
"""Facts that hold such a thing; of most others the entry is what is stored, byte for byte."""

TABLES = MetaData()
ENTRIES = Table(
    "entries",
    TABLES,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("pregnancy", Text),
    Column("birth", Text),
    Column("occurred_at", Text, nullable=False),
    Column("recorded_at", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),
)
Index("entries_of_pregnancy", ENTRIES.c.pregnancy)
Index("entries_of_birth", ENTRIES.c.birth)
BIRTHS_OF = Table(
    "births_of",
    TABLES,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("birth", Text, nullable=False, index=True),
    Column("pregnancy", Text, index=True),
    Column("recorded_at", Text, nullable=False),
)
"""Which pregnancy a birth belongs to since when that is known; null for none."""


class OutsideCalendar(Refusal):
    """The moment lies at the ends of the calendar, where no offset can be applied."""


class Timeline(View):
    """One row per entry; `occurred_at` is a day, `recorded_at` a moment in UTC, `body` JSON with its sealed parts.

    What benefits tell belongs to a `birth`, and so to whatever pregnancy that birth belongs to.
    """

    name: ClassVar[str] = "timeline"
    version: ClassVar[int] = 2
    tables: ClassVar[MetaData] = TABLES
    facts: ClassVar[tuple[type[Fact], ...]] = tuple(OCCURRED_ON)

    def project(self, batch: Sequence[Recorded], db: Connection) -> None:
        load(db, ENTRIES, [_row(recorded) for recorded in batch])
        load(db, BIRTHS_OF, [_birth_of(each) for each in batch if isinstance(each.fact, BirthNoted | BirthWithdrawn)])


def timeline(
    db: Connection, pregnancy: str, as_of: datetime | date | None = None, known_at: datetime | date | None = None
) -> Sequence[Row[Any]]:
    """The entries of a pregnancy that had happened by `as_of` and were known by `known_at`, a day to its end.

    Ordered by when they happened, then by when they became known. Raises OutsideCalendar.
    """
    try:
        happened = None if as_of is None else _day(as_of).isoformat()
        known = None if known_at is None else _utc(_moment(known_at))
    except OverflowError:
        raise OutsideCalendar("no county keeps records of that moment") from None
    query = select(ENTRIES).where((ENTRIES.c.pregnancy == pregnancy) | ENTRIES.c.birth.in_(_births(pregnancy, known)))
    if happened is not None:
        query = query.where(ENTRIES.c.occurred_at <= happened)
    if known is not None:
        query = query.where(ENTRIES.c.recorded_at <= known)
    return db.execute(query.order_by(ENTRIES.c.occurred_at, ENTRIES.c.recorded_at, ENTRIES.c.position)).all()


def _births(pregnancy: str, known: str | None) -> Select[Any]:
    """The births that belong to a pregnancy, as that was known at a moment."""
    later = BIRTHS_OF.alias()
    moved = select(later.c.position).where(later.c.birth == BIRTHS_OF.c.birth, later.c.position > BIRTHS_OF.c.position)
    found = select(BIRTHS_OF.c.birth).where(BIRTHS_OF.c.pregnancy == pregnancy)
    if known is not None:
        moved = moved.where(later.c.recorded_at <= known)
        found = found.where(BIRTHS_OF.c.recorded_at <= known)
    return found.where(~moved.exists())


def shown_to(rows: Sequence[Row[Any]], units: frozenset[str], *, herself: bool) -> list[Row[Any]]:
    """Without what is only for her and for the facility that treated her: to everybody else it was a loss."""
    kept = TerminationPerformed.__name__
    return [row for row in rows if row.kind != kept or herself or from_json(row.body)["facility"] in units]


def opened(row: Row[Any], person: str, sealer: Sealer) -> dict[str, Any]:
    """An entry as it is shown: sealed parts opened (`{"erased": true}` once she is), moments in county time."""
    body = from_json(row.body)
    for field, shape in (("identity", Identity), ("observations", Observations)):
        if body.get(field):
            body[field] = _opened(Sealed(**body[field]), person, shape, sealer)
    return {
        "occurred_at": row.occurred_at,
        "recorded_at": datetime.fromisoformat(row.recorded_at).astimezone(COUNTY_TIME).isoformat(),
        "service": row.service,
        "kind": row.kind,
        "body": body,
    }


def _row(recorded: Recorded) -> dict[str, Any]:
    fact, key = recorded.fact, key_of(recorded.case)
    told = fact.birth if isinstance(fact, BirthNoted | BirthRevised) else fact
    return {
        "position": recorded.position,
        "pregnancy": None if isinstance(fact, BenefitNoted) else key,
        "birth": key if isinstance(fact, BenefitNoted) else None,
        "occurred_at": OCCURRED_ON[type(fact)](fact).isoformat(),
        "recorded_at": _utc(recorded.recorded_at),
        "service": TOLD_BY.get(type(fact), OWN),
        "kind": type(fact).__name__,
        "body": told.model_dump_json(exclude=INSIDE),
    }


def _birth_of(recorded: Recorded) -> dict[str, Any]:
    """Where a birth belongs from here on."""
    noted = recorded.fact if isinstance(recorded.fact, BirthNoted) else None
    return {
        "position": recorded.position,
        "birth": noted.birth.birth if noted else cast("BirthWithdrawn", recorded.fact).birth,
        "pregnancy": key_of(recorded.case) if noted else None,
        "recorded_at": _utc(recorded.recorded_at),
    }


HIDING = frozenset(kind for kind in OCCURRED_ON if INSIDE & kind.model_fields.keys())
"""Facts that hold such a thing; of most others the entry is what is stored, byte for byte."""


def _opened(sealed: Sealed, person: str, shape: type[Identity | Observations], sealer: Sealer) -> dict[str, Any]:
    value: Identity | Observations | Erased = sealer.open(sealed, WOMAN.id(person), shape)
    match value:
        case Erased():
            return {"erased": True}
        case Observations(values=values):
            return dict(values)
        case Identity():
            return value.model_dump()


def _day(moment: datetime | date) -> date:
    return moment.astimezone(COUNTY_TIME).date() if isinstance(moment, datetime) else moment


def _moment(day: datetime | date) -> datetime:
    return day if isinstance(day, datetime) else datetime.combine(day, time.max, COUNTY_TIME)


@lru_cache(maxsize=1_024)
def _utc(moment: datetime) -> str:
    """Text that sorts as time, the same on both stores; facts of one commit share it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
