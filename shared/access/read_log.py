"""Every read of a person's record is a fact, and so is every broken glass: she can ask who looked and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import AwareDatetime, StringConstraints
from sqlalchemy import BigInteger, Column, Connection, Index, MetaData, Row, Table, Text, select

from shared.access.policy import Grant, Purpose, Role
from shared.eventstore import Recorded
from shared.kernel import Case, Cases, Command, Decision, Fact, Handler, Id, Value
from shared.projecting import View, load

GRANT_LASTS = timedelta(minutes=15)
"""How long a broken glass stays open (reliability.md, security)."""
PAGE = 100
Record = Annotated[str, StringConstraints(min_length=1, max_length=160)]
"""What was read: a case id, or the name of a list."""


class Reason(StrEnum):
    """Why the glass was broken. Codes, not text: text could hold what no record may."""

    EMERGENCY = "emergency"
    COVER = "cover"
    TRANSFER = "transfer"


class RecordRead(Fact, stored_as="access.RecordRead"):
    """Someone read a person's record. `unit` is the unit the record belongs to, "" if it belongs to none."""

    person: Id
    record: Record
    purpose: Purpose
    role: Role
    reader: Id
    unit: str


class GlassBroken(Fact, stored_as="access.GlassBroken"):
    """Someone opened a person's record outside the own units, for a while and for a reason."""

    person: Id
    reason: Reason
    role: Role
    reader: Id
    unit: str
    since: AwareDatetime
    until: AwareDatetime


class LogRead(Command):
    """Record that `actor` read a person's record."""

    person: Id
    record: Record
    purpose: Purpose
    role: Role
    unit: str = ""


class BreakGlass(Command):
    """Open a person's record to `actor` for 15 minutes."""

    person: Id
    reason: Reason
    role: Role
    unit: str = ""


class Accesses(Value):
    """Nothing: no decision depends on earlier reads, and nobody is judged by how often she was looked at."""


def evolve(state: Accesses, _: Fact) -> Accesses:
    return state


ACCESS = Case("access", Accesses(), evolve, private=True)
"""One case per person: the key is her pseudonym."""


def log_read(command: LogRead, cases: Cases) -> Decision:
    """Each read counts, also the same one again."""
    _ = cases[ACCESS, command.person]  # no decision needs it, but the version to append after does
    read = RecordRead(
        person=command.person,
        record=command.record,
        purpose=command.purpose,
        role=command.role,
        reader=command.actor,
        unit=command.unit,
    )
    return {ACCESS.id(command.person): [read]}


def break_glass(command: BreakGlass, cases: Cases) -> Decision:
    """Each breaking counts; permission to break is the policy's matter, what it opens is `permit`'s."""
    _ = cases[ACCESS, command.person]  # as in log_read
    broken = GlassBroken(
        person=command.person,
        reason=command.reason,
        role=command.role,
        reader=command.actor,
        unit=command.unit,
        since=command.at,
        until=command.at + GRANT_LASTS,
    )
    return {ACCESS.id(command.person): [broken]}


HANDLERS: dict[type[Command], Handler] = {LogRead: log_read, BreakGlass: break_glass}

TABLES = MetaData()
READS = Table(
    "reads",
    TABLES,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("person", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("reader", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("read_at", Text, nullable=False),
)
Index("reads_of_person", READS.c.person, READS.c.position)
GLASS = Table(
    "broken_glass",
    TABLES,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("person", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("reader", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("since", Text, nullable=False),
    Column("until", Text, nullable=False),
)
Index("broken_glass_of_person", GLASS.c.person, GLASS.c.reader, GLASS.c.until)


class AccessLog(View):
    """Who looked at whose record, when and for what; and whose record was opened by breaking the glass."""

    name: ClassVar[str] = "access_log"
    tables: ClassVar[MetaData] = TABLES
    facts: ClassVar[tuple[type[Fact], ...]] = (RecordRead, GlassBroken)

    def project(self, batch: Sequence[Recorded], db: Connection) -> None:
        reads: list[dict[str, Any]] = []
        broken: list[dict[str, Any]] = []
        for recorded in batch:
            match recorded.fact:
                case RecordRead() as read:
                    at = {"position": recorded.position, "read_at": _utc(recorded.recorded_at)}
                    reads.append(read.model_dump(mode="json") | at)
                case GlassBroken() as glass:
                    time = {"since": _utc(glass.since), "until": _utc(glass.until)}
                    broken.append(glass.model_dump(mode="json") | time | {"position": recorded.position})
        load(db, READS, reads)
        load(db, GLASS, broken)


def reads_of(db: Connection, person: str, limit: int = PAGE, before: int | None = None) -> Sequence[Row[Any]]:
    """Reads of a person's record, newest first; the next page is `before` the last row's position."""
    query = select(READS).where(READS.c.person == person).order_by(READS.c.position.desc()).limit(limit)
    return db.execute(query if before is None else query.where(READS.c.position < before)).all()


def glass_broken(
    db: Connection, reviewer: str, limit: int = PAGE, before: int | None = None, person: str = ""
) -> Sequence[Row[Any]]:
    """Broken glasses a second person looks at, newest first: all but the reviewer's own; of one person, if given."""
    query = select(GLASS).where(GLASS.c.reader != reviewer).order_by(GLASS.c.position.desc()).limit(limit)
    if person:
        query = query.where(GLASS.c.person == person)
    return db.execute(query if before is None else query.where(GLASS.c.position < before)).all()


def active_grant(db: Connection, reader: str, person: str, now: datetime) -> Grant | None:
    """The grant that opens this person's record to this reader now, for `permit`."""
    query = (
        select(GLASS.c.since, GLASS.c.until)
        .where(GLASS.c.person == person, GLASS.c.reader == reader, GLASS.c.until > _utc(now))
        .where(GLASS.c.since <= _utc(now))
        .order_by(GLASS.c.until.desc())
        .limit(1)
    )
    row = db.execute(query).first()
    if row is None:
        return None
    since, until = (datetime.fromisoformat(time) for time in row)
    return Grant(reader=reader, person=person, since=since, until=until)


def _utc(moment: datetime) -> str:
    """Text that sorts as time, the same on both stores."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
