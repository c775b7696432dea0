"""The register of termination reviews, for the reviewing body only: by number and clock, with nobody's name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Column, Connection, MetaData, Select, Table, Text, func, select

from services.pregnancy_tracking.domain.review_events import (
    SecondOpinionOpened,
    TerminationApproved,
    TerminationCertified,
    TerminationDeclined,
    TerminationRequested,
    TerminationReviewEscalated,
    TerminationWithdrawn,
)
from services.pregnancy_tracking.domain.termination_review import Status
from shared.eventstore import Recorded
from shared.kernel import Fact, key_of
from shared.projecting import View, load

TABLES = MetaData()
REVIEWS = Table(
    "reviews",
    TABLES,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("review", Text, nullable=False, unique=True),
    Column("facility", Text, nullable=False),
    Column("requested_at", Text, nullable=False),
    Column("request", Text, nullable=False),
)
STEPS = Table(
    "steps",
    TABLES,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("review", Text, nullable=False, index=True),
    Column("status", Text),
    Column("since", Text),
    Column("detail", Text),
    Column("escalated", BigInteger),
)
"""What changed: `since` when the time to decide began to run, `detail` a certificate number or a ground's code."""


class ReviewRegister(View):
    """One row per review, one per step. Moments are text in UTC; `request` is the sealed request as JSON."""

    name: ClassVar[str] = "review_register"
    tables: ClassVar[MetaData] = TABLES
    facts: ClassVar[tuple[type[Fact], ...]] = (
        TerminationRequested,
        TerminationCertified,
        TerminationApproved,
        TerminationDeclined,
        SecondOpinionOpened,
        TerminationReviewEscalated,
        TerminationWithdrawn,
    )

    def project(self, batch: Sequence[Recorded], db: Connection) -> None:
        reviews: list[dict[str, Any]] = []
        steps: list[dict[str, Any]] = []
        for recorded in batch:
            row = {"position": recorded.position, "review": key_of(recorded.case)}
            if isinstance(recorded.fact, TerminationRequested):
                reviews.append(row | _requested(recorded.fact))
            steps.append(row | UNCHANGED | _changes(recorded.fact))
        load(db, REVIEWS, reviews)
        load(db, STEPS, steps)


UNCHANGED: dict[str, Any] = dict.fromkeys(("status", "since", "detail", "escalated"))


def reviews(*, status: Status | None = None, escalated: bool = False) -> Select[Any]:
    """Reviews in the order they were asked for; withdrawn ones are not there.

    `escalated` keeps those that are, now or before, the superior's to know of.
    """
    columns = [_latest(name).label(name) for name in ("status", "since", "detail")]
    rose = select(func.max(STEPS.c.escalated)).where(STEPS.c.review == REVIEWS.c.review).scalar_subquery()
    query = select(REVIEWS, *columns, func.coalesce(rose, 0).label("escalated"))
    shown = _latest("status")
    query = query.where(shown != Status.WITHDRAWN)
    if status is not None:
        query = query.where(shown == status)
    if escalated:
        query = query.where(rose == 1)
    return query.order_by(REVIEWS.c.position)


def _latest(name: str) -> Any:
    """What the last step that says it says of a review."""
    column = STEPS.c[name]
    said = select(column).where(STEPS.c.review == REVIEWS.c.review, column.is_not(None))
    return said.order_by(STEPS.c.position.desc()).limit(1).scalar_subquery()


def _requested(fact: TerminationRequested) -> dict[str, Any]:
    return {
        "facility": fact.facility,
        "requested_at": _utc(fact.requested_at),
        "request": fact.request.model_dump_json(),
    }


def _changes(fact: Fact) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    match fact:
        case TerminationRequested():
            changes = {"status": Status.REQUESTED.value}
        case TerminationCertified(certified_at=at, complete=True):
            changes = {"status": Status.CERTIFIED.value, "since": _utc(at)}
        case TerminationApproved(certificate=certificate):
            changes = {"status": Status.APPROVED.value, "detail": certificate}
        case TerminationDeclined(ground=ground):
            changes = {"status": Status.DECLINED.value, "detail": ground}
        case SecondOpinionOpened(opened_at=at):
            changes = {"status": Status.SECOND_OPINION.value, "since": _utc(at)}
        case TerminationReviewEscalated():
            changes = {"escalated": 1}
        case TerminationWithdrawn():
            changes = {"status": Status.WITHDRAWN.value}
    return changes


def _utc(moment: datetime) -> str:
    """Text that sorts as time, the same on both stores."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")
