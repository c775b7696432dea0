"""What posts and hospitals owe, in the order of clinical risk and the clock; by duty, with nobody's name.

Nothing here is about children, scans, ends or infections, and nothing can be asked for by them: whoever wants to know
whom a duty is owed to opens the pregnancy's record, which is recorded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache, reduce
from operator import add
from typing import Any, ClassVar

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    Index,
    Integer,
    MetaData,
    Select,
    SmallInteger,
    Table,
    Text,
    bindparam,
    case,
    false,
    func,
    or_,
    select,
    text,
    union_all,
)

from services.pregnancy_tracking.domain.care_events import RecordClosed, RiskGraded
from services.pregnancy_tracking.domain.duty_events import (
    Answerable,
    DutyAttempted,
    DutyCancelled,
    DutyDeclined,
    DutyKind,
    DutyMet,
    DutyMoved,
    DutyOpened,
    DutyReassigned,
    DutySuperseded,
    DutyWaived,
)
from services.pregnancy_tracking.domain.events import PregnancyRegistered
from services.pregnancy_tracking.domain.transfer_events import ResidenceChanged
from services.pregnancy_tracking.domain.words import RiskColour
from shared.eventstore import Recorded
from shared.kernel import Fact, key_of
from shared.projecting import View, put
from shared.tables import Paging

TABLES = MetaData()
DUTIES = Table(
    "duties",
    TABLES,
    Column("pregnancy", Text, primary_key=True),
    Column("duty", Text, primary_key=True),
    Column("kind", Text),
    Column("opens_on", Date),
    Column("due_until", Date),
    Column("lapses_on", Date),
    Column("unit", Text),
    Column("holder", Text),
    Column("joint", Text),
    Column("open", Boolean),
    Column("priority", SmallInteger),
    Column("village", Text),
)
"""`holder` answers: a post, or a hospital's unit; `joint` is the other of her posts. `priority` 0 is most at risk."""
for each in ("holder", "joint"):
    order = (DUTIES.c[each], DUTIES.c.priority, DUTIES.c.due_until, DUTIES.c.pregnancy, DUTIES.c.duty)
    more = [DUTIES.c[name] for name in ("opens_on", "lapses_on", "open", "holder") if name != each]
    Index(f"duties_by_{each}", *order, *more, sqlite_where=text("open = 1"), postgresql_where=text("open"))
Index("duties_by_day", DUTIES.c.due_until, sqlite_where=text("open = 1"), postgresql_where=text("open"))
WOMEN = Table(
    "under_care",
    TABLES,
    Column("pregnancy", Text, primary_key=True),
    Column("village", Text),
    Column("priority", SmallInteger),
    Column("erased", Boolean),
)
COLOURS = (RiskColour.RED, RiskColour.ORANGE, RiskColour.YELLOW, RiskColour.GREEN)
"""By priority; who was never graded comes with green."""
UNGRADED = len(COLOURS) - 1
CLOSING = (DutyMet, DutyAttempted, DutyDeclined, DutyMoved, DutyCancelled, DutySuperseded, DutyWaived)
CHUNK = 500


class State(StrEnum):
    """What the day makes of a duty that is not closed."""

    NOT_YET_OPEN = "not_yet_open"
    DUE = "due"
    OVERDUE = "overdue"
    LAPSED = "lapsed"


ESCALATED = frozenset({State.OVERDUE, State.LAPSED})
"""What a superior is concerned with."""
Row = dict[str, Any]
UNKNOWN: Row = {"priority": UNGRADED, "village": None}
"""The rank of who is not under care here."""


class DueList(View):
    """One row per duty ever opened; those that are closed are only kept to be opened again."""

    name: ClassVar[str] = "due_list"
    version: ClassVar[int] = 3
    tables: ClassVar[MetaData] = TABLES
    facts: ClassVar[tuple[type[Fact], ...]] = (
        *(PregnancyRegistered, ResidenceChanged, RiskGraded, RecordClosed),
        *(DutyOpened, DutyReassigned, *CLOSING),
    )

    def project(self, batch: Sequence[Recorded], db: Connection) -> None:
        duties: dict[tuple[str, str], Row] = defaultdict(dict)
        women: dict[str, Row] = defaultdict(dict)
        for recorded in batch:
            pregnancy = key_of(recorded.case)
            match recorded.fact:
                case PregnancyRegistered(village=village) | ResidenceChanged(village=village):
                    women[pregnancy] |= {"village": village}
                case RiskGraded(colour=colour):
                    women[pregnancy] |= {"priority": COLOURS.index(colour)}
                case RecordClosed():
                    women[pregnancy] |= {"erased": True}
                case DutyOpened() | DutyReassigned() as fact:
                    duties[pregnancy, fact.duty] |= _owed(fact)
                case fact:
                    duties[pregnancy, fact.duty] |= {"open": False}  # type: ignore[attr-defined]
        _put(db, WOMEN, [{"pregnancy": key} | row for key, row in women.items()])
        ranks = _ranks(db, sorted({pregnancy for pregnancy, _ in duties}))
        rows = [{"pregnancy": key, "duty": duty} | row | ranks.get(key, UNKNOWN) for (key, duty), row in duties.items()]
        _put(db, DUTIES, rows)
        _rank(db, sorted(women))


def _owed(fact: DutyOpened | DutyReassigned) -> Row:
    told = _answering(fact.answerable)
    if isinstance(fact, DutyOpened):
        told |= fact.model_dump(include={"opens_on", "due_until", "lapses_on"}) | {"kind": fact.kind, "open": True}
    return told


def _answering(answerable: Answerable) -> Row:
    """A post answers jointly with the other of her posts; a hospital alone."""
    posts = (answerable.township_post, answerable.village_post)
    other = next((post for post in posts if post != answerable.post), None)
    joint = None if answerable.post is None else other
    return {"unit": answerable.unit, "holder": answerable.post or answerable.unit, "joint": joint}


def _put(db: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Rows that tell different things of what they are about: those that tell the same, together."""
    alike: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        alike[tuple(sorted(row))].append(row)
    for group in alike.values():
        put(db, table, group)


def _ranks(db: Connection, pregnancies: Sequence[str]) -> dict[str, Row]:
    """The place and priority that duties of these pregnancies get; to who was erased nothing is owed."""
    found: dict[str, Row] = {}
    for begin in range(0, len(pregnancies), CHUNK):
        wanted = select(WOMEN).where(WOMEN.c.pregnancy.in_(pregnancies[begin : begin + CHUNK]))
        for pregnancy, village, priority, erased in db.execute(wanted):
            rank = {"priority": UNGRADED if priority is None else priority, "village": village}
            found[pregnancy] = rank | {"open": False} if erased else rank
    return found


def _rank(db: Connection, pregnancies: Sequence[str]) -> None:
    """Let every duty of these pregnancies have their place and priority, where that changes something."""
    of = WOMEN.c.pregnancy == DUTIES.c.pregnancy
    erased = func.coalesce(select(WOMEN.c.erased).where(of).scalar_subquery(), false())
    rank = {
        DUTIES.c.priority: func.coalesce(select(WOMEN.c.priority).where(of).scalar_subquery(), UNGRADED),
        DUTIES.c.village: select(WOMEN.c.village).where(of).scalar_subquery(),
        DUTIES.c.open: case((erased, false()), else_=DUTIES.c.open),
    }
    changed = or_(*[column.is_distinct_from(value) for column, value in rank.items()])
    ranked = DUTIES.update().values(rank).where(changed)
    for begin in range(0, len(pregnancies), CHUNK):
        db.execute(ranked.where(DUTIES.c.pregnancy.in_(pregnancies[begin : begin + CHUNK])))


def due(
    db: Connection, holders: Sequence[str], today: date, states: frozenset[State], asked: Paging
) -> tuple[list[Row], int]:
    """The duties of posts and hospitals (by code) that are in one of these states, and how many there are.

    Ordered by priority, then by the last day it is due. Each holder's own order is an index: their firsts are merged.
    """
    page, count = _statements(len(holders), states)
    given = {f"holder_{number}": holder for number, holder in enumerate(holders)} | {"today": today}
    last = asked.offset + asked.limit
    rows = db.execute(page, given | {"last": last, "limit": asked.limit, "offset": asked.offset}).mappings()
    return [_shown(dict(row), today) for row in rows], db.scalar(count, given) or 0


def escalated(
    db: Connection, unit: str | None, today: date, states: frozenset[State], asked: Paging
) -> tuple[list[Row], int]:
    """What has come up to the superior of a unit's posts, or of everybody's, in the same order, and how much it is.

    `states` are some of ESCALATED. Support after a loss lies with who treated her, and would tell how it ended.
    """
    late = DUTIES.c.open & (DUTIES.c.due_until <= today) & _is_in(today, states)
    late &= DUTIES.c.kind != DutyKind.LOSS_SUPPORT
    of_unit = late if unit is None else late & (DUTIES.c.unit == unit)
    order = (DUTIES.c.priority, DUTIES.c.due_until, DUTIES.c.pregnancy, DUTIES.c.duty)
    page = select(DUTIES).where(of_unit).order_by(*order).limit(asked.limit).offset(asked.offset)
    rows = [_shown(dict(row), today) for row in db.execute(page).mappings()]
    return rows, db.scalar(select(func.count()).select_from(DUTIES).where(of_unit)) or 0


def _shown(row: Row, today: date) -> Row:
    return {**row, "state": _state(today, row), "colour": COLOURS[row["priority"]].value}


@lru_cache(maxsize=64)
def _statements(holders: int, states: frozenset[State]) -> tuple[Select[Any], Select[Any]]:
    """A page of so many holders' duties, and how many there are: made once, for making them costs as much as asking."""
    named = [bindparam(f"holder_{number}", type_=Text) for number in range(holders)]
    own = [DUTIES.c.open & (DUTIES.c.holder == holder) for holder in named]
    joint = [DUTIES.c.open & (DUTIES.c.joint == each) & DUTIES.c.holder.not_in(named) for each in named]
    within = _is_in(bindparam("today", type_=Date), states)
    order = (DUTIES.c.priority, DUTIES.c.due_until, DUTIES.c.pregnancy, DUTIES.c.duty)
    firsts = [
        select(*DUTIES.c).where(part, within).order_by(*order).limit(bindparam("last", type_=Integer))
        for part in (*own, *joint)  # a duty that two of them owe jointly belongs to the one who answers
    ]
    merged = union_all(*[select(first.subquery()) for first in firsts]).subquery()
    page = select(merged).order_by(*(merged.c[column.name] for column in order))
    counts = [select(func.count()).select_from(DUTIES).where(part, within).scalar_subquery() for part in (*own, *joint)]
    limited = page.limit(bindparam("limit", type_=Integer)).offset(bindparam("offset", type_=Integer))
    return limited, select(reduce(add, counts))


def workload(db: Connection, holders: Sequence[str] | None, today: date) -> list[Row]:
    """Per post or hospital that owes anything (or those named): pregnancies, and duties by state."""
    parts = []
    for holder in (DUTIES.c.holder, DUTIES.c.joint):
        states = [func.coalesce(case((_is_in(today, {state}), 1), else_=0), 0).label(state) for state in State]
        part = select(holder.label("holder"), DUTIES.c.pregnancy, *states).where(DUTIES.c.open, holder.is_not(None))
        parts.append(part if holders is None else part.where(holder.in_(holders)))
    owed = union_all(*parts).subquery()
    sums = [func.sum(owed.c[state]).label(state) for state in State]
    pregnancies = func.count(owed.c.pregnancy.distinct()).label("pregnancies")
    query = select(owed.c.holder, pregnancies, *sums).group_by(owed.c.holder).order_by(owed.c.holder)
    return [dict(row) for row in db.execute(query).mappings()]


def _state(today: date, row: Row) -> State:
    """What the day makes of a duty; each of its days is the first of the next state."""
    days: list[date] = [row["opens_on"], row["due_until"], row["lapses_on"]]
    return tuple(State)[sum(today >= day for day in days)]


def _is_in(today: date | ColumnElement[date], states: frozenset[State] | set[State]) -> ColumnElement[bool]:
    opens, due_until, lapses = DUTIES.c.opens_on, DUTIES.c.due_until, DUTIES.c.lapses_on
    within = {
        State.NOT_YET_OPEN: opens > today,
        State.DUE: (opens <= today) & (due_until > today),
        State.OVERDUE: (due_until <= today) & (lapses > today),
        State.LAPSED: lapses <= today,
    }
    [first, *others] = [within[state] for state in sorted(states)]
    for each in others:
        first |= each
    return first
