"""The timeline of a pregnancy: what happened when, and when it became known. It is asked by pregnancy id only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any, ClassVar, Literal, cast

from pydantic_core import from_json
from sqlalchemy import (
    BigInteger,
    Column,
    CompoundSelect,
    Connection,
    Index,
    MetaData,
    Row,
    Select,
    Table,
    Text,
    select,
    union_all,
)

from services.pregnancy_tracking.domain.birth_events import BenefitNoted, BirthWithdrawn
from services.pregnancy_tracking.domain.care_events import CounsellingGiven, LossSupportAssigned
from services.pregnancy_tracking.domain.duty_events import DutyKind
from services.pregnancy_tracking.domain.events import BirthNoted, PersonErased
from services.pregnancy_tracking.domain.link_events import PregnanciesLinked, PregnanciesUnlinked
from services.pregnancy_tracking.domain.register_events import TerminationPerformed
from services.pregnancy_tracking.domain.woman import WOMAN
from services.pregnancy_tracking.domain.words import DangerSigns, Identity, Infectious, Observations
from services.pregnancy_tracking.projections.timeline_entries import OCCURRED_ON, OWN, TOLD_BY, body_of
from shared.clock import COUNTY_TIME
from shared.eventstore import Recorded
from shared.kernel import Fact, Refusal, Value, key_of
from shared.projecting import View, load
from shared.sealed import Erased, Sealed
from shared.sealing import Sealer

SEALED: Mapping[str, type[Value]] = {
    "identity": Identity,
    "observations": Observations,
    "signs": DangerSigns,
    "infectious": Infectious,
}
"""Sealed parts by name, and what is in them."""
NOT_FOR_VILLAGES = frozenset({"infectious"})
"""What a village post is not shown."""

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
_OF_BIRTH = ENTRIES.c.birth.is_not(None)
Index("entries_of_birth", ENTRIES.c.birth, sqlite_where=_OF_BIRTH, postgresql_where=_OF_BIRTH)
BIRTHS_OF = Table(
    "births_of",
    TABLES,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("birth", Text, nullable=False, index=True),
    Column("pregnancy", Text, index=True),
    Column("recorded_at", Text, nullable=False),
)
"""Which pregnancy a birth belongs to since when that is known; null for none."""
BIRTHS = frozenset({BirthNoted, BirthWithdrawn})
"""Facts that say so."""


class OutsideCalendar(Refusal):
    """The moment lies at the ends of the calendar, where no offset can be applied."""


class Timeline(View):
    """One row per entry; `occurred_at` is a day, `recorded_at` a moment in UTC, `body` JSON with its sealed parts.

    What benefits tell belongs to a `birth`, and so to whatever pregnancy that birth belongs to. Counselling before a
    pregnancy is kept by her case, until she is erased.
    """

    name: ClassVar[str] = "timeline"
    version: ClassVar[int] = 5
    prompt: ClassVar[bool] = True
    tables: ClassVar[MetaData] = TABLES
    facts: ClassVar[tuple[type[Fact], ...]] = (*OCCURRED_ON, PersonErased)

    def project(self, batch: Sequence[Recorded], db: Connection) -> None:
        told, erased = batch, {each.case: each.position for each in batch if isinstance(each.fact, PersonErased)}
        if erased:
            db.execute(ENTRIES.delete().where(ENTRIES.c.pregnancy.in_(list(erased))))
            told = [each for each in batch if each.position > erased.get(each.case, 0)]
        load(db, ENTRIES, [_row(each) for each in told])
        load(db, BIRTHS_OF, [_birth_of(each) for each in batch if type(each.fact) in BIRTHS])


Order = Literal["occurred", "recorded"]
ORDERS: Mapping[Order, Sequence[Column[Any]]] = {
    "occurred": (ENTRIES.c.occurred_at, ENTRIES.c.recorded_at, ENTRIES.c.position),
    "recorded": (ENTRIES.c.position,),
}
"""As it happened: by day, of one day by when it became known, of one moment as it was written. Or all as written.

No two entries have one position, so that each order is the only one, on every store and after every rebuild.
"""


def timeline(
    db: Connection,
    pregnancy: str | Sequence[str],
    as_of: datetime | date | None = None,
    known_at: datetime | date | None = None,
    order: Order = "occurred",
) -> Sequence[Row[Any]]:
    """The entries of a pregnancy, or of linked records of one; of a woman's case, what she was told before any.

    Those that had happened by `as_of` and were known by `known_at`, a day to its end, in one of the ORDERS.
    Raises OutsideCalendar.
    """
    try:
        happened = None if as_of is None else _day(as_of).isoformat()
        known = None if known_at is None else _utc(_moment(known_at))
    except OverflowError:
        raise OutsideCalendar("no county keeps records of that moment") from None
    records = [pregnancy] if isinstance(pregnancy, str) else pregnancy
    query = select(ENTRIES).where(ENTRIES.c.position.in_(_positions(records, known)))
    if happened is not None:
        query = query.where(ENTRIES.c.occurred_at <= happened)
    if known is not None:
        query = query.where(ENTRIES.c.recorded_at <= known)
    return db.execute(query.order_by(*ORDERS[order])).all()


def _positions(records: Sequence[str], known: str | None) -> CompoundSelect[Any]:
    """Which entries: two questions in one, since stores would look through all entries for either of two columns."""
    own = select(ENTRIES.c.position).where(ENTRIES.c.pregnancy.in_(records))
    return union_all(own, select(ENTRIES.c.position).where(ENTRIES.c.birth.in_(_births(records, known))))


def _births(records: Sequence[str], known: str | None) -> Select[Any]:
    """The births that belong to these records, as that was known at a moment."""
    later = BIRTHS_OF.alias()
    moved = select(later.c.position).where(later.c.birth == BIRTHS_OF.c.birth, later.c.position > BIRTHS_OF.c.position)
    found = select(BIRTHS_OF.c.birth).where(BIRTHS_OF.c.pregnancy.in_(records))
    if known is not None:
        moved = moved.where(later.c.recorded_at <= known)
        found = found.where(BIRTHS_OF.c.recorded_at <= known)
    return found.where(~moved.exists())


def linked_with(db: Connection, pregnancy: str, known_at: datetime | date | None = None) -> str:
    """The record that is of the same pregnancy, as it was known; "" without one."""
    kinds = (PregnanciesLinked.__name__, PregnanciesUnlinked.__name__)
    steps = [row for row in timeline(db, pregnancy, known_at=known_at, order="recorded") if row.kind in kinds]
    linked = steps and steps[-1].kind == kinds[0]
    return str(from_json(steps[-1].body)["other"]) if linked else ""


def shown_to(rows: Sequence[Row[Any]], units: frozenset[str], *, herself: bool) -> list[Row[Any]]:
    """Without what is only for her and for the unit that treated her: to everybody else it was a loss.

    That is the procedure, and who owes her support after it.
    """
    if herself:
        return list(rows)
    treated = {from_json(row.body)["unit"] for row in rows if row.kind == LossSupportAssigned.__name__}
    kinds = {TerminationPerformed.__name__, LossSupportAssigned.__name__}

    def hidden(row: Row[Any]) -> bool:
        """Who owes her support is hidden where somebody treated her; else it is her own post, which has to see it."""
        supports = bool(treated) and from_json(row.body).get("duty", "").startswith(DutyKind.LOSS_SUPPORT)
        return row.kind in kinds or supports

    return [row for row in rows if not hidden(row) or units & {*treated, from_json(row.body).get("facility")}]


def opened(row: Row[Any], person: str, sealer: Sealer, *, village: bool = False) -> dict[str, Any]:
    """An entry as it is shown: sealed parts opened (`{"erased": true}` once she is), moments in county time.

    Without what is not for a `village` post.
    """
    body = from_json(row.body)
    for field, shape in SEALED.items():
        if body.get(field):
            body[field] = _opened(Sealed(**body[field]), person, shape, sealer)
    if village:
        body = {field: value for field, value in body.items() if field not in NOT_FOR_VILLAGES}
    return {
        "occurred_at": row.occurred_at,
        "recorded_at": datetime.fromisoformat(row.recorded_at).astimezone(COUNTY_TIME).isoformat(),
        "service": row.service,
        "kind": row.kind,
        "body": body,
    }


def _row(recorded: Recorded) -> tuple[Any, ...]:
    """An entry, in the order of the columns."""
    fact, kind, key = recorded.fact, type(recorded.fact), key_of(recorded.case)
    benefit = kind is BenefitNoted
    return (
        recorded.position,
        None if benefit else recorded.case if kind is CounsellingGiven else key,
        key if benefit else None,
        OCCURRED_ON[kind](fact).isoformat(),
        _utc(recorded.recorded_at),
        TOLD_BY.get(kind, OWN),
        kind.__name__,
        body_of(fact) or recorded.body.decode(),
    )


def _birth_of(recorded: Recorded) -> tuple[Any, ...]:
    """Where a birth belongs from here on, in the order of the columns."""
    noted = recorded.fact if isinstance(recorded.fact, BirthNoted) else None
    birth = noted.birth.birth if noted else cast("BirthWithdrawn", recorded.fact).birth
    return (recorded.position, birth, key_of(recorded.case) if noted else None, _utc(recorded.recorded_at))


def _opened(sealed: Sealed, person: str, shape: type[Value], sealer: Sealer) -> Any:
    """What was sealed as it is shown: one thing alone without its name."""
    value: Value | Erased = sealer.open(sealed, WOMAN.id(person), shape)
    if isinstance(value, Erased):
        return {"erased": True}
    told = value.model_dump(mode="json")
    return next(iter(told.values())) if len(told) == 1 else told


def _day(moment: datetime | date) -> date:
    return moment.astimezone(COUNTY_TIME).date() if isinstance(moment, datetime) else moment


def _moment(day: datetime | date) -> datetime:
    return day if isinstance(day, datetime) else datetime.combine(day, time.max, COUNTY_TIME)


@lru_cache(maxsize=1_024)
def _utc(moment: datetime) -> str:
    """Text that sorts as time, the same on both stores; facts of one commit share it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
