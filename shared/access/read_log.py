"""Every read of a person's record is a fact, and so is every broken glass: she can ask who looked and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

from pydantic import StringConstraints
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    MetaData,
    Row,
    Table,
    Text,
    bindparam,
    func,
    select,
    update,
)

from shared.access.glass import (
    ACCESS,
    BreakGlass,
    GlassBroken,
    GlassReviewed,
    ReviewGlass,
    break_glass,
    review_glass,
)
from shared.access.policy import Grant, Purpose, Role
from shared.eventstore import Recorded
from shared.kernel import Cases, Command, Decision, Fact, Handler, Id
from shared.projecting import View, load

PAGE = 100
Record = Annotated[str, StringConstraints(min_length=1, max_length=160)]
"""What was read: a case id, or the name of a list."""


class RecordRead(Fact, stored_as="access.RecordRead"):
    """Someone read a person's record. `unit` is the unit the record belongs to, "" if it belongs to none."""

    person: Id
    record: Record
    purpose: Purpose
    role: Role
    reader: Id
    unit: str


class LogRead(Command):
    """Record that `actor` read a person's record."""

    person: Id
    record: Record
    purpose: Purpose
    role: Role
    unit: str = ""


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


HANDLERS: dict[type[Command], Handler] = {
    LogRead: log_read,
    BreakGlass: break_glass,
    ReviewGlass: review_glass,
}

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
    Column("glass", BigInteger, nullable=False),
    Column("reviewer", Text),
    Column("reviewed_at", Text),
)
Index("broken_glass_of_person", GLASS.c.person, GLASS.c.reader, GLASS.c.until)


class AccessLog(View):
    """Who looked at whose record, when and for what; and whose record was opened by breaking the glass."""

    name: ClassVar[str] = "access_log"
    version: ClassVar[int] = 2
    tables: ClassVar[MetaData] = TABLES
    facts: ClassVar[tuple[type[Fact], ...]] = (RecordRead, GlassBroken, GlassReviewed)

    def project(self, batch: Sequence[Recorded], db: Connection) -> None:
        reads: list[dict[str, Any]] = []
        broken: list[dict[str, Any]] = []
        reviewed: list[dict[str, Any]] = []
        for recorded in batch:
            match recorded.fact:
                case RecordRead() as read:
                    at = {"position": recorded.position, "read_at": _utc(recorded.recorded_at)}
                    reads.append(read.model_dump(mode="json") | at)
                case GlassBroken() as glass:
                    time = {"since": _utc(glass.since), "until": _utc(glass.until), "glass": recorded.version}
                    broken.append(glass.model_dump(mode="json") | time | {"position": recorded.position})
                case GlassReviewed(person=person, glass=number, reviewer=reviewer):
                    at = {"reviewed_at": _utc(recorded.recorded_at), "reviewer": reviewer}
                    reviewed.append(at | {"hers": person, "number": number})
        load(db, READS, reads)
        load(db, GLASS, broken)
        if reviewed:
            one = (GLASS.c.person == bindparam("hers")) & (GLASS.c.glass == bindparam("number"))
            values: dict[str, Any] = {name: bindparam(name) for name in ("reviewed_at", "reviewer")}
            db.execute(update(GLASS).where(one).values(values), reviewed)


def reads_of(db: Connection, person: str, limit: int = PAGE, before: int | None = None) -> Sequence[Row[Any]]:
    """Reads of a person's record, newest first; the next page is `before` the last row's position."""
    query = select(READS).where(READS.c.person == person).order_by(READS.c.position.desc()).limit(limit)
    return db.execute(query if before is None else query.where(READS.c.position < before)).all()


def glass_broken(
    db: Connection, reviewer: str, limit: int = PAGE, before: int | None = None, *, unreviewed: bool = False
) -> Sequence[Row[Any]]:
    """Broken glasses a second person looks at, newest first: all but the reviewer's own; only those still to review."""
    query = select(GLASS).where(GLASS.c.reader != reviewer).order_by(GLASS.c.position.desc()).limit(limit)
    if unreviewed:
        query = query.where(GLASS.c.reviewer.is_(None))
    return db.execute(query if before is None else query.where(GLASS.c.position < before)).all()


def glass_of(db: Connection, person: str) -> Sequence[Row[Any]]:
    """Who ever broke the glass of a person's record, newest first: she sees it as she sees who read."""
    return db.execute(select(GLASS).where(GLASS.c.person == person).order_by(GLASS.c.position.desc())).all()


def unreviewed_glass(db: Connection) -> int:
    """Broken glasses that no second person has looked at."""
    return int(db.scalar(select(func.count()).select_from(GLASS).where(GLASS.c.reviewer.is_(None))) or 0)


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
