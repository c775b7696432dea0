"""Published releases, edition by edition: when each was published, and every row it prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, NamedTuple

from pydantic_core import to_json
from sqlalchemy import BigInteger, Column, Connection, Float, MetaData, Row, Select, Table, Text, func, select

from services.births.domain import release_figures
from services.births.domain.release_events import ReleasePublished, ReleaseRestated
from services.births.domain.release_figures import Sexes
from services.births.projections.sex_ratio import ORDERS
from shared.eventstore import Recorded
from shared.kernel import Fact
from shared.projecting import View, load

TABLES = MetaData()
EDITIONS = Table(
    "editions",
    TABLES,
    Column("period", Text, primary_key=True),
    Column("edition", BigInteger, primary_key=True),
    Column("year", BigInteger, nullable=False),
    Column("published_on", Text, nullable=False),
    Column("reason", Text),
    Column("document", Text, nullable=False),
)
ROWS = Table(
    "rows",
    TABLES,
    Column("period", Text, primary_key=True),
    Column("edition", BigInteger, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("axis", Text, nullable=False),
    Column("areas", Text, nullable=False),
    Column("birth_order", Text, nullable=False),
    Column("births", BigInteger),
    Column("boys", BigInteger),
    Column("girls", BigInteger),
    Column("ratio", Float),
    Column("low", Float),
    Column("high", Float),
)
ALL = "all"
"""In `birth_order`: of all orders together."""


class Releases(View):
    """One row per edition, `document` as it was published, and one per printed area and birth order of it."""

    name: ClassVar[str] = "releases"
    tables: ClassVar[MetaData] = TABLES
    facts: ClassVar[tuple[type[Fact], ...]] = (ReleasePublished, ReleaseRestated)

    def project(self, batch: Sequence[Recorded], db: Connection) -> None:
        public = [fact for each in batch if isinstance(fact := each.fact, ReleasePublished | ReleaseRestated)]
        load(db, EDITIONS, [_edition(fact) for fact in public])
        load(db, ROWS, [row for fact in public for row in _rows(fact)])


class Wanted(NamedTuple):
    """Which editions: of a statistical year, the newest of each period only; None and False filter nothing."""

    year: int | None = None
    newest: bool = False


def editions(wanted: Wanted) -> Select[Any]:
    """The newest first."""
    query = select(EDITIONS)
    if wanted.year is not None:
        query = query.where(EDITIONS.c.year == wanted.year)
    if wanted.newest:
        others = EDITIONS.alias()
        last = select(func.max(others.c.edition)).where(others.c.period == EDITIONS.c.period).scalar_subquery()
        query = query.where(EDITIONS.c.edition == last)
    return query.order_by(EDITIONS.c.published_on.desc(), EDITIONS.c.period.desc(), EDITIONS.c.edition.desc())


def edition_of(db: Connection, period: str, edition: int | None = None) -> Row[Any] | None:
    """An edition, else the newest; None if there is none."""
    query = select(EDITIONS).where(EDITIONS.c.period == period).order_by(EDITIONS.c.edition.desc())
    if edition is not None:
        query = query.where(EDITIONS.c.edition == edition)
    return db.execute(query.limit(1)).one_or_none()


def rows_of(period: str, edition: int) -> Select[Any]:
    """What an edition prints, in its order."""
    mine = (ROWS.c.period == period, ROWS.c.edition == edition)
    return select(ROWS).where(*mine).order_by(ROWS.c.number)


def document_of(fact: ReleasePublished | ReleaseRestated) -> dict[str, Any]:
    """A release as everybody may read it: nothing that leads to the log, or to who worked on it."""
    figures = fact.figures
    return {
        "period": fact.period,
        "edition": fact.edition,
        "from": figures.first.isoformat(),
        "to": figures.last.isoformat(),
        "published_on": fact.published_on.isoformat(),
        "reason": fact.reason.value if isinstance(fact, ReleaseRestated) else None,
        "policy": figures.policy,
        "rows": [row.model_dump(mode="json") for row in figures.rows],
        "text": fact.words.model_dump(),
    }


def _edition(fact: ReleasePublished | ReleaseRestated) -> dict[str, Any]:
    document = document_of(fact)
    return {
        "period": fact.period,
        "edition": fact.edition,
        "year": fact.figures.year,
        "published_on": document["published_on"],
        "reason": document["reason"],
        "document": to_json(document).decode(),
    }


def _rows(fact: ReleasePublished | ReleaseRestated) -> Iterator[dict[str, Any]]:
    lines = ((row, *line) for row in fact.figures.rows for line in _lines(row))
    for number, (row, order, births, sexes) in enumerate(lines):
        told = sexes.model_dump() if sexes else dict.fromkeys(Sexes.model_fields)
        about = {"period": fact.period, "edition": fact.edition, "number": number}
        where = {"axis": row.axis.value, "areas": "+".join(row.areas), "birth_order": order, "births": births}
        yield about | where | told


def _lines(row: release_figures.Row) -> Iterator[tuple[str, int | None, Sexes | None]]:
    yield ALL, row.births, row.sexes
    for order, sexes in zip(ORDERS, row.by_order or (), strict=False):
        yield order, sexes.boys + sexes.girls, sexes
