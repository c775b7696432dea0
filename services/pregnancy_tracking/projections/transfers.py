"""Transfers by unit: what waits there for an answer, and what became of what was asked; with nobody's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Column, Connection, Date, Index, MetaData, Select, Table, Text, func, select

from services.pregnancy_tracking.domain.incoming_transfer import IncomingStatus
from services.pregnancy_tracking.domain.transfer_events import (
    CareTransferAccepted,
    CareTransferDeclined,
    CareTransferRequested,
    CareTransferTimedOut,
    CareTransferWithdrawn,
    IncomingTransferAccepted,
    IncomingTransferClosed,
    IncomingTransferDeclined,
    IncomingTransferReceived,
)
from services.pregnancy_tracking.domain.transfers import TransferStatus
from shared.eventstore import Recorded
from shared.kernel import Fact, key_of
from shared.projecting import View, load


class Direction(StrEnum):
    """From whom to whom: to another county, from one, or between units of this one."""

    OUTGOING = "outgoing"
    INCOMING = "incoming"
    WITHIN = "within"


TABLES = MetaData()
TRANSFERS = Table(
    "transfers",
    TABLES,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("transfer", Text, nullable=False, unique=True),
    Column("direction", Text, nullable=False),
    Column("county", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("requested_on", Date, nullable=False),
    Column("answer_by", Date, nullable=False),
)
"""`county` is the other one, `unit` the one asked, `asked_by` our unit that asks ("" for an incoming one)."""
STEPS = Table(
    "steps",
    TABLES,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("transfer", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("changed_on", Date, nullable=False),
)
Index("steps_of_transfer", STEPS.c.transfer, STEPS.c.position)


class TransferBook(View):
    """One row per transfer, one per change of it."""

    name: ClassVar[str] = "transfer_book"
    tables: ClassVar[MetaData] = TABLES
    facts: ClassVar[tuple[type[Fact], ...]] = (
        CareTransferRequested,
        CareTransferAccepted,
        CareTransferDeclined,
        CareTransferTimedOut,
        CareTransferWithdrawn,
        IncomingTransferReceived,
        IncomingTransferAccepted,
        IncomingTransferDeclined,
        IncomingTransferClosed,
    )

    def project(self, batch: Sequence[Recorded], db: Connection) -> None:
        transfers: list[dict[str, Any]] = []
        steps: list[dict[str, Any]] = []
        for recorded in batch:
            at = {"position": recorded.position}
            match recorded.fact:
                case CareTransferRequested() as asked:
                    transfers.append(at | _asked(asked))
                case IncomingTransferReceived() as received:
                    transfers.append(at | _received(received, key_of(recorded.case)))
                case fact:
                    steps.append(at | _step(fact, key_of(recorded.case)))
        load(db, TRANSFERS, transfers)
        load(db, STEPS, steps)


def of_unit(unit: str | None, direction: Direction | None = None, status: str | None = None) -> Select[Any]:
    """The transfers a unit is asked for or asks for, newest first; of every unit without one."""
    latest = func.coalesce(_latest(STEPS.c.status), IncomingStatus.WAITING.value)
    columns = (TRANSFERS.c[name] for name in SHOWN)
    query = select(*columns, latest.label("status"), _latest(STEPS.c.changed_on).label("changed_on"))
    if unit is not None:
        theirs = (TRANSFERS.c.direction != Direction.OUTGOING.value) & (TRANSFERS.c.unit == unit)
        query = query.where(theirs | (TRANSFERS.c.asked_by == unit))
    if direction is not None:
        query = query.where(TRANSFERS.c.direction == direction.value)
    if status is not None:
        query = query.where(latest == status)
    return query.order_by(TRANSFERS.c.position.desc())


def _latest(column: Column[Any]) -> Any:
    """What the last change of a transfer says."""
    said = select(column).where(STEPS.c.transfer == TRANSFERS.c.transfer)
    return said.order_by(STEPS.c.position.desc()).limit(1).scalar_subquery()


SHOWN = ("transfer", "direction", "county", "unit", "asked_by", "requested_on", "answer_by")


def _asked(asked: CareTransferRequested) -> dict[str, Any]:
    direction = Direction.OUTGOING if asked.letter else Direction.WITHIN
    told = {name: getattr(asked, name) for name in ("transfer", "county", "unit", "requested_on", "answer_by")}
    return told | {"direction": direction.value, "asked_by": asked.by}


def _received(received: IncomingTransferReceived, key: str) -> dict[str, Any]:
    told = {"county": received.county, "unit": received.unit, "answer_by": received.answer_by}
    about = {"transfer": key, "direction": Direction.INCOMING.value, "asked_by": ""}
    return told | about | {"requested_on": received.received_on}


def _step(fact: Fact, key: str) -> dict[str, Any]:
    """What a fact makes of a transfer: its key says which, unless the fact does."""
    if isinstance(fact, IncomingTransferClosed):
        return {"transfer": key, "status": fact.ground.value, "changed_on": fact.closed_on}
    status, day = CHANGES[type(fact)]
    return {"transfer": getattr(fact, "transfer", key), "status": status.value, "changed_on": getattr(fact, day)}


CHANGES: Mapping[type[Fact], tuple[StrEnum, str]] = {
    CareTransferAccepted: (TransferStatus.ACCEPTED, "accepted_on"),
    CareTransferDeclined: (TransferStatus.DECLINED, "declined_on"),
    CareTransferTimedOut: (TransferStatus.TIMED_OUT, "timed_out_on"),
    CareTransferWithdrawn: (TransferStatus.WITHDRAWN, "withdrawn_on"),
    IncomingTransferAccepted: (IncomingStatus.ACCEPTED, "accepted_on"),
    IncomingTransferDeclined: (IncomingStatus.DECLINED, "declined_on"),
}
"""What a transfer is after a fact, and which of its fields is the day."""
