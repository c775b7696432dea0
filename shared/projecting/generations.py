"""The generations of views: each built in an area of its own; which one answers is a single row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    event,
    select,
)
from sqlalchemy.pool import QueuePool
from sqlalchemy.schema import CreateIndex, CreateTable

from shared.eventstore import Log, Recorded
from shared.projecting.tables import put
from shared.projecting.view import Counting, View
from shared.stores import Stores

POSITION = Table("view_position", MetaData(), Column("position", BigInteger, nullable=False))
ACTIVE = Table(
    "active_generations",
    MetaData(),
    Column("view", String(60), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("generation", Integer, nullable=False),
)
MOVE = POSITION.update().where(POSITION.c.position == bindparam("here")).values(position=bindparam("to"))
"""Made once: putting it together anew for every batch cost a fifth of following the log."""
FAR = 10_000
"""Log positions a view may pass in memory alone: facts it does not look at, read again after a crash."""
AREA = re.compile(r"view_(.+)_(\d+)")


class PositionMoved(Exception):
    """Someone else projects into the same generation, or an earlier commit did succeed: read the position again."""


class Active(NamedTuple):
    """The generation of a view that answers, and the version of the code that built it."""

    version: int
    generation: int


class Generation:
    """One build of a view: its tables, and the log position they have reached (kept beside the rows).

    Rows and position change in one transaction; past facts it does not look at, it moves in memory alone. Commits
    need not reach the disk at once: what is lost is lost together and is read from the log again. A `bare` one has
    no indexes but the primary keys until `index`.
    """

    def __init__(self, stores: Stores, view: View, version: int, number: int, *, bare: bool = False) -> None:
        self.view, self.version, self.number = view, version, number
        self.area = f"view_{view.name}_{number}"
        self.engine = stores.engine(self.area)
        if not event.contains(self.engine, "connect", _disposable):
            event.listen(self.engine, "connect", _disposable)
        POSITION.metadata.create_all(self.engine)
        if version == view.version:
            _create(self.engine, view.tables, bare=bare)
        self._kinds = frozenset(view.facts)
        self.position = self._stored = self.reload()

    def reload(self) -> int:
        """Read the position from the store, also after a commit whose answer was lost."""
        with self.engine.begin() as db:
            found = db.scalar(select(POSITION.c.position))
            if found is None:
                db.execute(POSITION.insert().values(position=0))
        self.position = self._stored = found or 0
        return self.position

    def take(self, batch: Sequence[Recorded], to: int) -> int:
        """Project what the view looks at and move to position `to`; gives the number of facts projected.

        Raises PositionMoved, and whatever the view or the store raises: then nothing has changed.
        """
        wanted = [recorded for recorded in batch if type(recorded.fact) in self._kinds]
        if not wanted and to - self._stored < FAR:
            self.position = to
            return 0
        with self._moving(to) as db:
            if wanted:
                self.view.project(wanted, db)
        return len(wanted)

    def add(self, counts: Counter[Any], to: int) -> None:
        """Add what was counted up to position `to` of a view that counts, and move there. Raises as `take`."""
        with self._moving(to) as db:
            cast("Counting", self.view).store(counts, db)

    def index(self) -> None:
        """Make the indexes a bare one has not; nothing if they are there."""
        with self.engine.begin() as db:
            for table in self.view.tables.sorted_tables:
                for index in sorted(table.indexes, key=lambda index: str(index.name)):
                    db.execute(CreateIndex(index, if_not_exists=True))

    @contextmanager
    def _moving(self, to: int) -> Iterator[Connection]:
        """A transaction that also moves the position. Raises PositionMoved."""
        with self.engine.begin() as db:
            if db.execute(MOVE, {"here": self._stored, "to": to}).rowcount != 1:
                raise PositionMoved(self.area)
            yield db
        self.position = self._stored = to

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A connection that sees all tables as they are now, however they change meanwhile."""
        with self.engine.connect() as db:
            if db.dialect.name == "postgresql":
                db.execution_options(isolation_level="REPEATABLE READ")
            else:
                db.exec_driver_sql("BEGIN")
            db.scalar(select(POSITION.c.position))
            yield db

    def analyse(self) -> None:
        """Let the store's planner know the tables that were just filled."""
        with self.engine.begin() as db:
            for table in self.view.tables.sorted_tables:
                db.exec_driver_sql(f"ANALYZE {db.dialect.identifier_preparer.format_table(table)}")

    def in_use(self) -> bool:
        """Whether a query of this process is reading it."""
        return isinstance(self.engine.pool, QueuePool) and self.engine.pool.checkedout() > 0


class Registry:
    """Which generation of each view answers; changing that is the change of one row."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._engine = stores.engine("views")
        ACTIVE.metadata.create_all(self._engine)

    def active(self) -> dict[str, Active]:
        """The active generation per view."""
        with self._engine.connect() as db:
            return {row.view: Active(row.version, row.generation) for row in db.execute(select(ACTIVE))}

    def open(self, view: View) -> Generation:
        """The generation of a view that answers; a view that has none gets its first, empty."""
        active = self.active().get(view.name)
        if active is None:
            generation = self.new(view)
            self.activate(generation)
            return generation
        return Generation(self._stores, view, active.version, active.generation)

    def new(self, view: View, *, bare: bool = False) -> Generation:
        """An empty generation beside all that exist; a bare one is faster to fill."""
        taken = [number for name, number in self._generations() if name == view.name]
        return Generation(self._stores, view, view.version, max(taken, default=0) + 1, bare=bare)

    def activate(self, generation: Generation) -> None:
        """From now on this generation answers for its view, also after a restart."""
        row = {"view": generation.view.name, "version": generation.version, "generation": generation.number}
        with self._engine.begin() as db:
            put(db, ACTIVE, [row])

    def drop(self, generation: Generation) -> None:
        """Remove a generation and its rows."""
        self._stores.drop(generation.area)

    def sweep(self, views: Sequence[View]) -> None:
        """Remove what no view of the code answers from: unfinished and replaced generations, views taken out."""
        active = self.active()
        keep = {(view.name, active[view.name].generation) for view in views if view.name in active}
        for name, number in self._generations():
            if (name, number) not in keep:
                self._stores.drop(f"view_{name}_{number}")
        gone = set(active) - {view.name for view in views}
        with self._engine.begin() as db:
            db.execute(ACTIVE.delete().where(ACTIVE.c.view.in_(gone)))

    def _generations(self) -> list[tuple[str, int]]:
        matches = [AREA.fullmatch(area) for area in self._stores.areas()]
        return [(match[1], int(match[2])) for match in matches if match]


def read(log: Log, after: int, upto: int, limit: int, names: Sequence[str]) -> tuple[list[Recorded], int]:
    """The facts after a position, at most `limit` and none beyond `upto`, and the position they lead to.

    `upto` is a head of the log that was read before: so a view also moves past facts it does not look at,
    and past none that were still being written.
    """
    facts = log.read(after, limit, names)
    to = upto if len(facts) < limit else min(upto, facts[-1].position)
    if facts and facts[-1].position > to:
        facts = [recorded for recorded in facts if recorded.position <= to]
    return facts, to


def newest(log: Log, after: int, upto: int, names: Sequence[str]) -> tuple[list[Recorded], int] | None:
    """The same from memory, and perhaps further than `upto`; None unless everything up to it is there."""
    facts = log.newest(after)
    if not facts or facts[-1].position < upto:
        return None
    return [recorded for recorded in facts if recorded.fact.stored_as in names], facts[-1].position


def _create(engine: Engine, tables: MetaData, *, bare: bool) -> None:
    """Make tables that are not there, bare ones without indexes."""
    if not bare:
        tables.create_all(engine)
        return
    with engine.begin() as db:
        for table in tables.sorted_tables:
            db.execute(CreateTable(table, if_not_exists=True))


def _disposable(connection: Any, _record: object) -> None:
    """Commits of views may lag behind the disk: the log can give everything again."""
    if hasattr(connection, "executescript"):
        connection.execute("PRAGMA synchronous=NORMAL")
    else:
        connection.execute("SET synchronous_commit = off")
        connection.commit()
