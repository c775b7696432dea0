"""The raw work beside which our rates stand: plain inserts of the same bytes, in groups of the same sizes."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol

import psycopg

from shared.stores import Stores

FACTS = "SELECT originator_id, originator_version, topic, state FROM {log}stored_events ORDER BY notification_id"
OUTCOMES = "SELECT command_id, digest, body FROM {log}outcomes"


@dataclass(frozen=True)
class Written:
    """What a log holds, as plain rows."""

    facts: list[tuple[Any, ...]]
    outcomes: list[tuple[Any, ...]]


class Plain(Protocol):
    """Two plain tables of a store, with the same keys as the log's."""

    def insert(self, facts: Sequence[tuple[Any, ...]], outcomes: Sequence[tuple[Any, ...]]) -> None: ...
    def close(self) -> None: ...


class PlainSqlite:
    """Two tables in a file of their own; every commit reaches the disk."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            "CREATE TABLE facts (position INTEGER PRIMARY KEY AUTOINCREMENT, case_id TEXT, version INTEGER, topic TEXT,"
            " state BLOB, UNIQUE (case_id, version));"
            "CREATE TABLE outcomes (command_id TEXT PRIMARY KEY, digest TEXT, body BLOB)"
        )

    def insert(self, facts: Sequence[tuple[Any, ...]], outcomes: Sequence[tuple[Any, ...]]) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany("INSERT INTO outcomes VALUES (?, ?, ?)", outcomes)
        self._db.executemany("INSERT INTO facts (case_id, version, topic, state) VALUES (?, ?, ?, ?)", facts)
        self._db.execute("COMMIT")

    def close(self) -> None:
        self._db.close()


class PlainPostgres:
    """Two tables in a schema of their own."""

    def __init__(self, url: str, name: str) -> None:
        self._db = psycopg.connect(url, autocommit=True)
        self._db.execute(f"CREATE SCHEMA {name}")
        self._db.execute(f"SET search_path = {name}")
        self._db.execute(
            "CREATE TABLE facts (case_id TEXT, version BIGINT, position BIGSERIAL UNIQUE, topic TEXT,"
            " state BYTEA, PRIMARY KEY (case_id, version))"
        )
        self._db.execute("CREATE TABLE outcomes (command_id TEXT PRIMARY KEY, digest TEXT, body BYTEA)")

    def insert(self, facts: Sequence[tuple[Any, ...]], outcomes: Sequence[tuple[Any, ...]]) -> None:
        with self._db.transaction():
            if outcomes:
                self._db.execute(
                    "INSERT INTO outcomes SELECT * FROM unnest(%b::text[], %b::text[], %b::bytea[])",
                    tuple(map(list, zip(*outcomes, strict=True))),
                )
            self._db.execute(
                "INSERT INTO facts (case_id, version, topic, state)"
                " SELECT * FROM unnest(%b::text[], %b::bigint[], %b::text[], %b::bytea[])",
                tuple(map(list, zip(*facts, strict=True))),
            )

    def close(self) -> None:
        self._db.close()


def plain(stores: Stores, name: str = "plain") -> Plain:
    """Fresh plain tables beside the stores of a service."""
    if stores.directory is None:
        return PlainPostgres(stores.url, name)
    return PlainSqlite(stores.directory / f"{name}.db")


def written(stores: Stores, after: int = 0) -> Written:
    """The rows of a service's log, without its first facts and outcomes (those of the start)."""
    if stores.directory is None:
        with psycopg.connect(stores.url) as db:
            rows = [db.execute(each.format(log="log.")).fetchall() for each in (FACTS, OUTCOMES)]
    else:
        source = sqlite3.connect(stores.file("log"))
        facts = FACTS.replace("notification_id", "rowid")
        rows = [source.execute(each.format(log="")).fetchall() for each in (facts, OUTCOMES)]
        source.close()
    return Written(rows[0][after:], rows[1][after:])


def insert_rate(stores: Stores, rows: Written, groups: Sequence[tuple[int, int]]) -> float:
    """Outcomes a second when the rows are inserted in groups of (facts, outcomes), one commit each."""
    tables = plain(stores)
    facts, outcomes, count = iter(rows.facts), iter(rows.outcomes), 0
    began = perf_counter()
    for many_facts, many_outcomes in groups:
        count += many_outcomes
        tables.insert(list(islice(facts, many_facts)), list(islice(outcomes, many_outcomes)))
    seconds = perf_counter() - began
    tables.close()
    return count / seconds


class Copying:
    """Reads a log's rows; loads rows into the tables of an area `plain`, as a view does: not waiting for the disk."""

    def __init__(self, stores: Stores, topics: list[str]) -> None:
        self._topics, self._position = topics, 0
        self._postgres = psycopg.connect(stores.url, autocommit=True) if stores.directory is None else None
        if self._postgres:
            self._postgres.execute("SET search_path = plain; SET synchronous_commit = off")
        else:
            self._log = sqlite3.connect(stores.file("log"))
            self._view = sqlite3.connect(stores.file("plain"))
            self._view.execute("PRAGMA synchronous=NORMAL")

    def read(self, most: int) -> int:
        """Read on; gives how many rows that were."""
        if self._postgres:
            query = "SELECT * FROM log.stored_events WHERE notification_id > %s AND topic = ANY(%s)"
            order = " ORDER BY notification_id LIMIT %s"
            rows = self._postgres.execute(query + order, (self._position, self._topics, most)).fetchall()
            self._position = rows[-1][4] if rows else self._position
            return len(rows)
        marks = ",".join("?" * len(self._topics))
        query = f"SELECT rowid, * FROM stored_events WHERE rowid > ? AND topic IN ({marks}) ORDER BY rowid LIMIT ?"
        found = self._log.execute(query, (self._position, *self._topics, most)).fetchall()
        self._position = found[-1][0] if found else self._position
        return len(found)

    def load(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Load rows in one transaction."""
        if self._postgres:
            with self._postgres.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN".encode()) as copy:
                for row in rows:
                    copy.write_row(row)
            return
        with self._view:
            self._view.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(rows[0]))})", rows)

    def close(self) -> None:
        for connection in [self._postgres] if self._postgres else [self._log, self._view]:
            connection.close()
