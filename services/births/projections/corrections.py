"""Corrections to decide, and what was decided of them: which birth's, where, and why; never what they would change."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import Column, Connection, MetaData, Select, Table, Text, bindparam, select, update

from services.births.domain.events import (
    BirthCorrected,
    BirthReinstated,
    BirthVoided,
    CorrectionRejected,
    CorrectionRequested,
)
from shared.eventstore import Recorded
from shared.kernel import Fact
from shared.projecting import View, load, put

KEY = "of_correction"
"""The name of the parameter that says which row changes."""
TABLES = MetaData()
CORRECTIONS = Table(
    "corrections",
    TABLES,
    Column("correction", Text, primary_key=True),
    Column("birth", Text, nullable=False),
    Column("facility", Text, nullable=False),
    Column("township", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("requested_at", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("decided_by", Text),
    Column("decided_at", Text),
    Column("rejected_because", Text),
)
OF_DUPLICATES = Table("of_duplicates", TABLES, Column("birth", Text, primary_key=True), Column("duplicate_of", Text))


class State(StrEnum):
    """What became of a correction."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"


class Wanted(NamedTuple):
    """Which corrections: None filters nothing."""

    state: State | None = None
    facility: str | None = None
    township: str | None = None


class Corrections(View):
    """One row per correction, and one per birth that was ever a duplicate; place as it was when it was asked for."""

    name: ClassVar[str] = "corrections"
    tables: ClassVar[MetaData] = TABLES
    facts: ClassVar[tuple[type[Fact], ...]] = (
        CorrectionRequested,
        BirthCorrected,
        CorrectionRejected,
        BirthVoided,
        BirthReinstated,
    )

    def project(self, batch: Sequence[Recorded], db: Connection) -> None:
        asked, decided, duplicates = list[dict[str, Any]](), list[dict[str, Any]](), dict[str, dict[str, Any]]()
        for recorded in batch:
            match recorded.fact:
                case CorrectionRequested() as fact:
                    asked.append(_row(fact, recorded))
                case BirthCorrected(correction=correction):
                    decided.append(_decision(correction, State.APPROVED, recorded, None))
                case CorrectionRejected(correction=correction, reason=reason):
                    decided.append(_decision(correction, State.REJECTED, recorded, reason.value))
                case BirthVoided(birth=birth, of=of):
                    duplicates[birth] = {"birth": birth, "duplicate_of": of}
                case BirthReinstated(birth=birth):
                    duplicates[birth] = {"birth": birth, "duplicate_of": None}
        load(db, CORRECTIONS, asked)
        put(db, OF_DUPLICATES, list(duplicates.values()))
        if decided:
            values: dict[str, Any] = {name: bindparam(name) for name in decided[0] if name != KEY}
            db.execute(update(CORRECTIONS).where(CORRECTIONS.c.correction == bindparam(KEY)).values(values), decided)


def corrections(wanted: Wanted) -> Select[Any]:
    """The corrections asked for, the longest waiting first. Those of a birth that is void wait for nobody."""
    void = select(OF_DUPLICATES.c.birth).where(OF_DUPLICATES.c.duplicate_of.is_not(None))
    waits = CORRECTIONS.c.state == State.WAITING.value
    query = select(CORRECTIONS).where(~(waits & CORRECTIONS.c.birth.in_(void)))
    query = query.where(*(CORRECTIONS.c[name] == value for name, value in wanted._asdict().items() if value))
    return query.order_by(~waits, CORRECTIONS.c.requested_at, CORRECTIONS.c.correction)


def _row(asked: CorrectionRequested, recorded: Recorded) -> dict[str, Any]:
    return {
        "correction": asked.correction,
        "birth": asked.birth,
        "facility": asked.before.facility,
        "township": asked.before.township,
        "reason": asked.reason.value,
        "requested_by": asked.requested_by,
        "requested_at": recorded.recorded_at.isoformat(),
        "state": State.WAITING.value,
        "decided_by": None,
        "decided_at": None,
        "rejected_because": None,
    }


def _decision(correction: str, state: State, recorded: Recorded, because: str | None) -> dict[str, Any]:
    return {
        KEY: correction,
        "state": state.value,
        "decided_by": recorded.actor,
        "decided_at": recorded.recorded_at.isoformat(),
        "rejected_because": because,
    }
