"""Possible duplicates to review: pairs of births by id, and what was decided of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import Column, Connection, MetaData, Select, Table, Text, select

from services.births.domain.duplicate import Review
from services.births.domain.events import DuplicateConfirmed, DuplicateDismissed, DuplicateSuspected
from services.births.domain.particulars import Told
from shared.eventstore import Recorded
from shared.kernel import Fact
from shared.projecting import View, put

TABLES = MetaData()
PAIRS = Table(
    "pairs",
    TABLES,
    Column("of", Text, primary_key=True),
    Column("birth", Text, primary_key=True),
    Column("review", Text, nullable=False),
    Column("facility", Text, nullable=False),
    Column("township", Text, nullable=False),
    Column("born_on", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
)


class Wanted(NamedTuple):
    """Which pairs: None filters nothing."""

    review: str | None = None
    facility: str | None = None
    township: str | None = None


class Duplicates(View):
    """One row per pair; place and day are those of `birth`, `changed_at` when it was suspected or last decided."""

    name: ClassVar[str] = "duplicates"
    tables: ClassVar[MetaData] = TABLES
    facts: ClassVar[tuple[type[Fact], ...]] = (DuplicateSuspected, DuplicateConfirmed, DuplicateDismissed)

    def project(self, batch: Sequence[Recorded], db: Connection) -> None:
        rows: list[dict[str, Any]] = []
        for recorded in batch:
            at = recorded.recorded_at.isoformat()
            match recorded.fact:
                case DuplicateSuspected(of=of, birth=birth) as told:
                    rows.append(_row(of, birth, Review.OPEN, told, at))
                case DuplicateConfirmed(of=of, birth=birth, told=told):
                    rows.append(_row(of, birth, Review.CONFIRMED, told, at))
                case DuplicateDismissed(of=of, birth=birth, told=told):
                    rows.append(_row(of, birth, Review.DISMISSED, told, at))
        put(db, PAIRS, rows)


def pairs(wanted: Wanted) -> Select[Any]:
    """The pairs asked for, the longest undecided first."""
    query = select(PAIRS).where(*(PAIRS.c[name] == value for name, value in wanted._asdict().items() if value))
    return query.order_by(PAIRS.c.changed_at, PAIRS.c.of, PAIRS.c.birth)


def _row(of: str, birth: str, review: Review, told: Told, at: str) -> dict[str, Any]:
    return {
        "of": of,
        "birth": birth,
        "review": review.value,
        "facility": told.facility,
        "township": told.township,
        "born_on": told.born_on.isoformat(),
        "changed_at": at,
    }
