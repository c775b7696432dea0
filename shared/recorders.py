"""`eventsourcing`'s recorders, taught to commit outcomes, positions and parked messages with the facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, cast

from eventsourcing.persistence import InterfaceError, OperationalError, StoredEvent, Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresProcessRecorder
from eventsourcing.sqlite import SQLiteConnection, SQLiteConnectionPool, SQLiteDatastore, SQLiteProcessRecorder
from eventsourcing.utils import retry
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Identifier

from shared.stores import Stores


class Parked(NamedTuple):
    """A message set aside: held until something else is known, or parked for an operator."""

    id: str
    kind: str
    source: str
    department: str
    reason: str
    attempts: int
    body: bytes
    at: str


Row = tuple[int, str, int, str, bytes]
"""A stored fact: its position (0 where it was not asked for), case, version, stored name, envelope and body."""


class Ledger(NamedTuple):
    """What is committed beside facts: outcomes by command id (digest, body), positions of readers, parked messages."""

    outcomes: Mapping[str, tuple[str, bytes]] = {}
    positions: Mapping[str, int] = {}
    parked: Sequence[Parked] = ()
    unparked: Sequence[str] = ()


TABLES = (
    "CREATE TABLE IF NOT EXISTS {outcomes} (command_id TEXT PRIMARY KEY, digest TEXT NOT NULL, body {bytes} NOT NULL)",
    "CREATE TABLE IF NOT EXISTS {parked} (number {serial}, id TEXT UNIQUE NOT NULL, kind TEXT NOT NULL,"
    " source TEXT NOT NULL, department TEXT NOT NULL, reason TEXT NOT NULL, attempts INTEGER NOT NULL,"
    " body {bytes} NOT NULL, at TEXT NOT NULL)",
)
FACTS = "SELECT {position}, originator_id, originator_version, topic, state FROM {events}"
PARKED = "SELECT id, kind, source, department, reason, attempts, body, at FROM {parked}"
ASIDES = "SELECT kind, count(*) AS count FROM {parked} GROUP BY kind"
PARK = (
    "INSERT INTO {parked} (id, kind, source, department, reason, attempts, body, at) VALUES ({values})"
    " ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, reason = excluded.reason, attempts = excluded.attempts"
)


TURN = 1
"""The advisory lock of who writes the log: positions become visible in order, or those who follow it miss facts.

Not the lock of its table, which the library takes: that one fights with autovacuum.
"""
APPEND = """
WITH turn AS (SELECT pg_advisory_xact_lock({turn})),
     answered AS (INSERT INTO {outcomes} SELECT * FROM unnest(%b::text[], %b::text[], %b::bytea[]))
INSERT INTO {events} (originator_id, originator_version, topic, state)
SELECT facts.* FROM turn, unnest(%b::text[], %b::bigint[], %b::text[], %b::bytea[]) AS facts
RETURNING notification_id
"""
"""Wait for the turn, then write; all in one round trip, a binary array per column.

psycopg takes four times as long to write one array of rows. A taken command id fails the whole transaction.
"""
ATTEMPTS = 3
"""Of a connection that may be dead: more would keep those waiting who could be told that the store is away."""
CONNECT_WITHIN = 2.0
"""Seconds to wait for a connection; also until it is tried anew after a server that was away, or pauses would grow."""
LOCK_WITHIN = 30
"""Seconds to wait for any lock: who writes is told then, rather than never."""


class SqliteRecorder(SQLiteProcessRecorder):
    """The log in a SQLite file."""

    def create_table(self) -> None:
        super().create_table()
        with self.datastore.transaction(commit=True) as db:
            for table in TABLES:
                db.execute(_named(table, bytes="BLOB", serial="INTEGER PRIMARY KEY AUTOINCREMENT"))

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        before: Callable[[], None] = kwargs["before"]
        before()
        return super().insert_events(stored_events, **kwargs)

    def _insert_events(self, c: Any, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Write the ledger first: a transaction that begins by reading could lose its turn to write."""
        ledger: Ledger = kwargs["ledger"]
        rows = [(command, *outcome) for command, outcome in ledger.outcomes.items()]
        c.executemany("INSERT INTO outcomes VALUES (?, ?, ?)", rows)
        c.executemany("DELETE FROM parked WHERE id = ?", [(parked,) for parked in ledger.unparked])
        c.executemany(_named(PARK, values="?, ?, ?, ?, ?, ?, ?, ?"), ledger.parked)
        for reader, position in ledger.positions.items():
            self._insert_tracking(c, Tracking(reader, position))
        return super()._insert_events(c, stored_events)

    def outcomes(self, command_ids: Sequence[str]) -> dict[str, tuple[str, bytes]]:
        marks = ",".join("?" * len(command_ids))
        query = f"SELECT command_id, digest, body FROM outcomes WHERE command_id IN ({marks})"  # noqa: S608 - only marks
        return {row[0]: (row[1], row[2]) for row in self._rows(query, command_ids)}

    def facts(self, after: int, limit: int, names: Sequence[str]) -> list[Row]:
        """Stored facts after a position in order, at most `limit`; of these names, else of all."""
        named = f" AND topic IN ({','.join('?' * len(names))})" if names else ""
        query = _named(FACTS, position="rowid") + f" WHERE rowid > ?{named} ORDER BY rowid LIMIT ?"
        return self._rows(query, [after, *names, limit])

    def cases(self, case_ids: Sequence[str]) -> list[Row]:
        """The stored facts of these cases, each case's in order."""
        marks = ",".join("?" * len(case_ids))
        order = " ORDER BY originator_id, originator_version"
        return self._rows(_named(FACTS, position="0") + f" WHERE originator_id IN ({marks}){order}", case_ids)

    def parked(self, kind: str = "") -> list[Parked]:
        query = _named(PARKED) + " WHERE ? IN ('', kind) ORDER BY number"
        return [Parked(*row) for row in self._rows(query, [kind])]

    def asides(self) -> dict[str, int]:
        return {row[0]: row[1] for row in self._rows(_named(ASIDES), [])}

    def unpark(self, parked_id: str) -> bool:
        with self.datastore.transaction(commit=True) as db:
            db.execute("DELETE FROM parked WHERE id = ? RETURNING id", [parked_id])
            return db.fetchone() is not None

    def _rows(self, query: str, parameters: Sequence[Any]) -> list[Any]:
        """Plain tuples: a row that knows its columns' names costs as much again as reading it."""
        with self.datastore.transaction(commit=False) as db:
            db.row_factory = None  # type: ignore[attr-defined]
            db.execute(query, list(parameters))
            return cast("list[Any]", db.fetchall())


class PostgresRecorder(PostgresProcessRecorder):
    """The log in a PostgreSQL schema."""

    def create_table(self) -> None:
        super().create_table()
        with self.datastore.transaction(commit=True) as db:
            for table in TABLES:
                db.execute(self._sql(table, bytes="BYTEA", serial="BIGSERIAL PRIMARY KEY"))

    @retry((InterfaceError, OperationalError), max_attempts=ATTEMPTS, wait=0.2)
    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        """One plain transaction: psycopg's pipeline waits for ever once a group is larger than the socket's buffer.

        Nobody is notified: those who follow the log are told by the writer beside them, and look anyway.
        """
        ledger: Ledger = kwargs["ledger"]
        before: Callable[[], None] = kwargs["before"]
        facts = [(each.originator_id, each.originator_version, each.topic, each.state) for each in stored_events]
        outcomes = [(command, *outcome) for command, outcome in ledger.outcomes.items()]
        with self.datastore.transaction(commit=True) as curs:
            before()
            self._set_aside(curs, ledger)
            for reader, position in ledger.positions.items():
                self._insert_tracking(curs, Tracking(reader, position))
            if not (facts or outcomes):
                return []
            curs.execute(self._sql(APPEND, turn=str(TURN)), (*_columns(outcomes, 3), *_columns(facts, 4)))
            return [row["notification_id"] for row in curs.fetchall()]

    def _set_aside(self, curs: Any, ledger: Ledger) -> None:
        if ledger.unparked:
            curs.execute(self._sql("DELETE FROM {parked} WHERE id = ANY(%s)"), (list(ledger.unparked),))
        for parked in ledger.parked:
            curs.execute(self._sql(PARK, values="%s, %s, %s, %s, %s, %s, %s, %s"), parked)

    def outcomes(self, command_ids: Sequence[str]) -> dict[str, tuple[str, bytes]]:
        query = "SELECT command_id, digest, body FROM {outcomes} WHERE command_id = ANY(%s)"
        return {row[0]: (row[1], row[2]) for row in self._rows(query, [list(command_ids)])}

    def facts(self, after: int, limit: int, names: Sequence[str]) -> list[Row]:
        """Stored facts after a position in order, at most `limit`; of these names, else of all."""
        named = " AND topic = ANY(%s)" if names else ""
        query = FACTS + f" WHERE notification_id > %s{named} ORDER BY notification_id LIMIT %s"
        given = [after, list(names), limit] if names else [after, limit]
        found: list[Row] = self._rows(query, given, position="notification_id")
        return found

    def cases(self, case_ids: Sequence[str]) -> list[Row]:
        """The stored facts of these cases, each case's in order."""
        query = FACTS + " WHERE originator_id = ANY(%s) ORDER BY originator_id, originator_version"
        found: list[Row] = self._rows(query, [list(case_ids)], position="0")
        return found

    def max_notification_id(self) -> int | None:
        return cast("int | None", self._rows("SELECT max(notification_id) FROM {events}", [])[0][0])

    def parked(self, kind: str = "") -> list[Parked]:
        return [Parked(*row) for row in self._rows(PARKED + " WHERE %s IN ('', kind) ORDER BY number", [kind])]

    def asides(self) -> dict[str, int]:
        return {row[0]: row[1] for row in self._rows(ASIDES, [])}

    def unpark(self, parked_id: str) -> bool:
        with self.datastore.transaction(commit=True) as db:
            db.execute(self._sql("DELETE FROM {parked} WHERE id = %s RETURNING id"), (parked_id,))
            return db.fetchone() is not None

    @retry((InterfaceError, OperationalError), max_attempts=ATTEMPTS, wait=0.2)
    def _rows(self, query: str, parameters: Sequence[Any], **words: str) -> list[Any]:
        """Plain tuples, in binary: bytes travel as they are, which takes both sides a third of the time."""
        with self.datastore.get_connection() as conn, conn.cursor(binary=True, row_factory=tuple_row) as curs:
            return list(curs.execute(self._sql(query, **words), parameters, prepare=True).fetchall())

    def _sql(self, query: str, **words: str) -> bytes:
        return _quoted(self.datastore.schema, self.events_table_name, query, **words)


@lru_cache(maxsize=64)
def _quoted(schema: str, events: str, query: str, **words: str) -> bytes:
    """A query with the names of its tables."""
    tables = {"events": events, "outcomes": "outcomes", "parked": "parked"}
    names: dict[str, Any] = {key: Identifier(schema, table) for key, table in tables.items()}
    return SQL(query).format(**names, **{key: SQL(word) for key, word in words.items()}).as_bytes(None)


class _FullySynchronousPool(SQLiteConnectionPool):
    """Connections whose every commit reaches the disk, whatever SQLite was compiled to do."""

    def _create_connection(self) -> SQLiteConnection:
        connection = super()._create_connection()
        connection.cursor().execute("PRAGMA synchronous=FULL")
        return connection


def open_recorder(stores: Stores) -> SqliteRecorder | PostgresRecorder:
    """The recorder of a service's log; tables are created if missing."""
    recorder = _postgres(stores) if stores.is_postgres else _sqlite(stores)
    recorder.create_table()
    return recorder


def _sqlite(stores: Stores) -> SqliteRecorder:
    path = str(stores.file("log"))
    datastore = SQLiteDatastore(path, lock_timeout=30, originator_id_type="text")
    datastore.pool = _FullySynchronousPool(db_name=path, lock_timeout=30)
    return SqliteRecorder(datastore)


def _postgres(stores: Stores) -> PostgresRecorder:
    """Nothing is taken from the environment: `os.environ` would reach every application."""
    target = conninfo_to_dict(stores.url)
    datastore = PostgresDatastore(
        dbname=str(target["dbname"]),
        host=str(target.get("host", "")),
        port=str(target.get("port", "5432")),
        user=str(target.get("user", "")),
        password=str(target.get("password", "")),
        connect_timeout=CONNECT_WITHIN,
        pool_size=1,
        max_overflow=9,
        schema=stores.schema("log"),
        originator_id_type="text",
        idle_in_transaction_session_timeout=60,
    )
    datastore.pool.reconnect_timeout = CONNECT_WITHIN
    datastore.pool.kwargs = {**datastore.pool.kwargs, "options": f"-c lock_timeout={LOCK_WITHIN}s"}  # type: ignore[dict-item]
    return PostgresRecorder(datastore)


def _columns(rows: Sequence[tuple[Any, ...]], count: int) -> list[list[Any]]:
    """Rows as so many columns."""
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(count)]


def _named(query: str, **words: str) -> str:
    return query.format(events="stored_events", outcomes="outcomes", parked="parked", **words)
