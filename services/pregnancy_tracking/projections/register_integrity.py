"""How the registers of scans and procedures are kept, per device-day and facility; nothing about anybody in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from pydantic_core import from_json, to_json
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Date,
    Index,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    func,
    or_,
    select,
)

from services.pregnancy_tracking.domain.register_events import (
    DeviceDayClosed,
    ProcedureMonthClosed,
    ProcedureWeekClosed,
)
from shared.eventstore import Recorded
from shared.kernel import Fact
from shared.projecting import View, load

TABLES = MetaData()
DEVICE_DAYS = Table(
    "device_days",
    TABLES,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("facility", Text, nullable=False, index=True),
    Column("device", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("first_counter", BigInteger, nullable=False),
    Column("last_counter", BigInteger, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("late", Integer, nullable=False),
    Column("missing", BigInteger, nullable=False),
    Column("anomalies", Text, nullable=False),
)
PERIODS = Table(
    "procedure_periods",
    TABLES,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("facility", Text, nullable=False, index=True),
    Column("period", Text, nullable=False),
    Column("begins", Date, nullable=False),
    Column("procedures", Integer),
    Column("without_certificate", Integer),
    Column("unauthorised", Integer),
    Column("late", Integer),
)
"""Months (`procedures`) and weeks (the others); null for too few to tell."""
Index("device_days_by_day", DEVICE_DAYS.c.day, DEVICE_DAYS.c.facility)
OF_WEEKS = ("without_certificate", "unauthorised", "late")


class RegisterIntegrity(View):
    """Every closing as it was told; of a day, week or month the newest counts."""

    name: ClassVar[str] = "register_integrity"
    version: ClassVar[int] = 3
    tables: ClassVar[MetaData] = TABLES
    facts: ClassVar[tuple[type[Fact], ...]] = (DeviceDayClosed, ProcedureMonthClosed, ProcedureWeekClosed)

    def project(self, batch: Sequence[Recorded], db: Connection) -> None:
        days: list[dict[str, Any]] = []
        periods: list[dict[str, Any]] = []
        for recorded in batch:
            match recorded.fact:
                case DeviceDayClosed() as closed:
                    days.append({"position": recorded.position} | _day(closed))
                case ProcedureMonthClosed(facility=facility, month=month, procedures=procedures):
                    told = {"period": "month", "begins": month, "procedures": procedures, **dict.fromkeys(OF_WEEKS)}
                    periods.append({"position": recorded.position, "facility": facility} | told)
                case ProcedureWeekClosed(facility=facility, week=week) as shown:
                    told = {"period": "week", "begins": week, "procedures": None}
                    told |= {name: getattr(shown, name) for name in OF_WEEKS}
                    periods.append({"position": recorded.position, "facility": facility} | told)
        load(db, DEVICE_DAYS, days)
        load(db, PERIODS, periods)


def device_days(facility: str | None, since: date, until: date, *, only_anomalies: bool = False) -> Select[Any]:
    """Device-days from `since` to `until`, both included, as they became known; of one facility, or all."""
    key = (DEVICE_DAYS.c.day, DEVICE_DAYS.c.facility, DEVICE_DAYS.c.device)
    query = select(DEVICE_DAYS).where(_newest(DEVICE_DAYS, key, facility, since, until))
    if only_anomalies:
        query = query.where(DEVICE_DAYS.c.anomalies != NONE)
    return query.order_by(DEVICE_DAYS.c.position)


def with_anomalies(row: Mapping[str, Any]) -> dict[str, Any]:
    """A device-day with its anomalies as a list of codes."""
    return {**row, "anomalies": from_json(row["anomalies"])}


def procedure_periods(facility: str | None, since: date, until: date, *, only_anomalies: bool = False) -> Select[Any]:
    """Months and weeks that begin from `since` to `until`, by facility and time; or only weeks that show any of it."""
    key = (PERIODS.c.begins, PERIODS.c.facility, PERIODS.c.period)
    columns = [column for column in PERIODS.c if column is not PERIODS.c.position]
    query = select(*columns).where(_newest(PERIODS, key, facility, since, until))
    if only_anomalies:
        query = query.where(or_(*[PERIODS.c[name] > 0 for name in OF_WEEKS]))
    return query.order_by(PERIODS.c.facility, PERIODS.c.begins, PERIODS.c.period)


def _newest(
    table: Table, key: Sequence[Column[Any]], facility: str | None, since: date, until: date
) -> ColumnElement[bool]:
    """Whether a row is the newest of its `key`, which begins with the day it is about, on these days and there."""
    newest = select(func.max(table.c.position)).where(key[0].between(since, until)).group_by(*key)
    return table.c.position.in_(newest if facility is None else newest.where(table.c.facility == facility))


NONE = "[]"
"""No anomalies, as they are stored."""


def _day(closed: DeviceDayClosed) -> dict[str, Any]:
    return {
        "facility": closed.facility,
        "device": closed.device,
        "day": closed.day,
        "first_counter": closed.first,
        "last_counter": closed.last,
        "entries": closed.entries,
        "late": closed.late,
        "missing": closed.missing,
        "anomalies": to_json(closed.anomalies).decode(),
    }
