"""The watch at a glance: every facility and township watched, how far, and its signals. For inside only."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Column, Connection, MetaData, Select, Table, Text, and_, cast, func, literal, select

from services.births.domain.watch_events import (
    WATCH_FACTS,
    SignalCleared,
    SignalDismissed,
    SignalRaised,
    SignalWithdrawn,
    WatchReset,
    WeekObserved,
)
from shared.eventstore import Recorded
from shared.kernel import Fact
from shared.projecting import View, put

TABLES = MetaData()
WEEKS = Table(
    "weeks",
    TABLES,
    Column("kind", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("week", Text, primary_key=True),
    Column("births", BigInteger, nullable=False),
)
SIGNALS = Table(
    "signals",
    TABLES,
    Column("kind", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("signal_week", Text),
    Column("decided_on", Text),
)


class State(StrEnum):
    """What last became of an area's signal. `quiet`: it never signalled and was never reset."""

    QUIET = "quiet"
    RAISED = "raised"
    CLEARED = "cleared"
    WITHDRAWN = "withdrawn"
    DISMISSED = "dismissed"
    RESET = "reset"


class WatchBoard(View):
    """One row per area and week observed, and one per area with what last became of its signal."""

    name: ClassVar[str] = "watch_board"
    version: ClassVar[int] = 2
    tables: ClassVar[MetaData] = TABLES
    facts: ClassVar[tuple[type[Fact], ...]] = WATCH_FACTS

    def project(self, batch: Sequence[Recorded], db: Connection) -> None:
        weeks: dict[tuple[str, ...], dict[str, Any]] = {}
        signals: dict[tuple[str, ...], dict[str, Any]] = {}
        for recorded in batch:
            match recorded.fact:
                case WeekObserved(kind=kind, code=code, week=week, boys=boys, girls=girls):
                    at = {"kind": kind.value, "code": code, "week": week.isoformat()}
                    weeks[tuple(at.values())] = {**at, "births": boys + girls}
                case SignalRaised(week=week) as fact:
                    signals[fact.kind.value, fact.code] = _signal(fact, State.RAISED, week.isoformat(), None)
                case SignalCleared(week=week) as fact:
                    signals[fact.kind.value, fact.code] = _signal(fact, State.CLEARED, week.isoformat(), recorded)
                case SignalWithdrawn(week=week) as fact:
                    signals[fact.kind.value, fact.code] = _signal(fact, State.WITHDRAWN, week.isoformat(), recorded)
                case SignalDismissed(week=week) as fact:
                    signals[fact.kind.value, fact.code] = _signal(fact, State.DISMISSED, week.isoformat(), recorded)
                case WatchReset() as fact:
                    signals[fact.kind.value, fact.code] = _signal(fact, State.RESET, None, recorded)
        put(db, WEEKS, list(weeks.values()))
        put(db, SIGNALS, list(signals.values()))


def watched(kind: str | None = None, state: State | None = None) -> Select[Any]:
    """Each area with the last week observed, its births so far and its state; open signals first."""
    last, births = func.max(WEEKS.c.week), cast(func.sum(WEEKS.c.births), BigInteger)  # PostgreSQL sums to decimals
    counted = (last.label("observed_week"), births.label("births"))
    weeks = select(WEEKS.c.kind, WEEKS.c.code, *counted).group_by(WEEKS.c.kind, WEEKS.c.code).subquery()
    same = and_(SIGNALS.c.kind == weeks.c.kind, SIGNALS.c.code == weeks.c.code)
    found = func.coalesce(SIGNALS.c.state, literal(State.QUIET.value)).label("state")
    query = select(weeks, found, SIGNALS.c.signal_week, SIGNALS.c.decided_on).select_from(
        weeks.outerjoin(SIGNALS, same)
    )
    if kind:
        query = query.where(weeks.c.kind == kind)
    if state:
        query = query.where(found == state.value)
    return query.order_by((found != State.RAISED.value), weeks.c.kind, weeks.c.code)


def _signal(
    fact: SignalRaised | SignalCleared | SignalWithdrawn | SignalDismissed | WatchReset,
    state: State,
    week: str | None,
    decided: Recorded | None,
) -> dict[str, Any]:
    day = decided.recorded_at.date().isoformat() if decided else None
    return {"kind": fact.kind.value, "code": fact.code, "state": state.value, "signal_week": week, "decided_on": day}
