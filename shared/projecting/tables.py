"""Many rows at once into a view's tables, on both stores, and the digest of all of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Boolean, Connection, Dialect, Integer, MetaData, Select, String, Table, cast, collate, select

COPY_FROM = 20
"""Rows from which COPY is quicker than INSERT on PostgreSQL."""
CHUNK = 5_000
"""Rows fetched at once for a digest: what a few megabytes hold."""
ESCAPING = re.compile(r"[\\\b\f\n\r\t\v]")
"""Found in few values, and much faster than making all of them anew."""
ESCAPED = str.maketrans({"\\": r"\\", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\v": r"\v"})
Row = Mapping[str, Any]
Encode = Callable[[Any], Any] | None


def load(db: Connection, table: Table, rows: Sequence[Row] | Sequence[tuple[Any, ...]]) -> None:
    """Insert rows: tuples of all columns, or mappings that all have the same ones (others get their server default).

    Raises sqlalchemy.exc.IntegrityError, or psycopg.errors.UniqueViolation from COPY, if a key is taken.
    """
    if not rows:
        return
    names, values = _plain(table, rows)
    values = _encoded(table, names, db.dialect, values)
    if db.dialect.name != "postgresql" or len(rows) < COPY_FROM:
        db.exec_driver_sql(_insert(table, names, db.dialect), values)
        return
    connection: Any = db.connection.driver_connection
    with connection.cursor() as cursor, cursor.copy(_copy(table, names, db.dialect)) as copy:
        for row in values:
            copy.write_row(row)


def put(db: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows, or replace the rows that have their primary keys; of several with one key the last stays.

    All rows have the same columns, the key's among them.
    """
    if not rows:
        return
    names = tuple(rows[0])
    keys = tuple(column.name for column in table.primary_key)
    last = {tuple(row[key] for key in keys): tuple(row[name] for name in names) for row in rows}
    _upsert(db, table, names, keys, list(last.values()), adding=False)


def add(db: Connection, table: Table, key_columns: Sequence[str], counts: Mapping[tuple[Any, ...], int]) -> None:
    """Add counts to the table's one column that is no key; rows not there yet begin at zero.

    `key_columns` are the primary key, in the order of the tuples that `counts` is keyed by.
    Raises ValueError if the table does not have exactly one other column.
    """
    [counted] = [column.name for column in table.columns if column.name not in key_columns]
    rows = [(*key, count) for key, count in counts.items()]
    _upsert(db, table, (*key_columns, counted), tuple(key_columns), rows, adding=True)


def digest(db: Connection, tables: MetaData) -> str:
    """SHA-256 (hex) over all rows of all tables in primary key order (all columns where there is no key).

    Rows are hashed as PostgreSQL's COPY writes them (times in UTC), straight from the store. The same rows give
    the same digest on both stores if their columns are text, bytes, whole numbers, truth values or dates.
    """
    found = hashlib.sha256()
    for table in sorted(tables.tables.values(), key=lambda table: table.name):
        found.update(f"{table.name}\n".encode())
        query = str(_in_order(table, db.dialect).compile(dialect=db.dialect))
        for lines in _copied(db, query) if db.dialect.name == "postgresql" else _written(db, query):
            found.update(lines)
    return found.hexdigest()


def _in_order(table: Table, dialect: Dialect) -> Select[Any]:
    """All rows; text in byte order, as SQLite has it, whatever the collation of the PostgreSQL database."""
    columns = [cast(column, Integer) if isinstance(column.type, Boolean) else column for column in table.columns]
    keys = list(table.primary_key.columns or table.columns)
    if dialect.name != "postgresql":
        return select(*columns).order_by(*keys)
    return select(*columns).order_by(*[collate(key, "C") if isinstance(key.type, String) else key for key in keys])


def _copied(db: Connection, query: str) -> Iterator[bytes]:
    db.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
    connection: Any = db.connection.driver_connection
    with connection.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT") as copy:
        yield from copy


def _written(db: Connection, query: str) -> Iterator[bytes]:
    rows = db.exec_driver_sql(query, execution_options={"yield_per": CHUNK})
    for chunk in rows.partitions():
        yield "".join(["\t".join(map(_copy_text, row)) + "\n" for row in chunk]).encode()


def _copy_text(value: Any) -> str:
    """A value in COPY's text format."""
    if isinstance(value, str):
        return value.translate(ESCAPED) if ESCAPING.search(value) else value
    match value:
        case None:
            return r"\N"
        case bytes():
            return rf"\\x{value.hex()}"
    return str(value)


def _upsert(  # noqa: PLR0913 - one statement's parts
    db: Connection,
    table: Table,
    names: tuple[str, ...],
    keys: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
    *,
    adding: bool,
) -> None:
    if not rows:
        return
    statement = _statement(table, names, keys, db.dialect, adding=adding)
    values = _encoded(table, names, db.dialect, rows)
    if db.dialect.name == "postgresql":
        db.exec_driver_sql(statement, tuple(list(column) for column in zip(*values, strict=True)))
    else:
        db.exec_driver_sql(statement, list(values))


@lru_cache(maxsize=256)
def _statement(table: Table, names: tuple[str, ...], keys: tuple[str, ...], dialect: Dialect, *, adding: bool) -> str:
    """One text per table, so that it stays prepared: arrays on PostgreSQL, where one statement takes all rows."""
    quoted = dialect.identifier_preparer.quote
    own = dialect.identifier_preparer.format_table(table)
    if dialect.name == "postgresql":
        types = ", ".join(f"%b::{table.c[name].type.compile(dialect)}[]" for name in names)
        source = f"SELECT * FROM unnest({types})"  # noqa: S608 - the view's own names and types
    else:
        source = f"VALUES ({', '.join('?' * len(names))})"
    rest = [quoted(name) for name in names if name not in keys]
    changes = [f"{name} = {own}.{name} + excluded.{name}" if adding else f"{name} = excluded.{name}" for name in rest]
    then = f"UPDATE SET {', '.join(changes)}" if changes else "NOTHING"
    conflict = f"ON CONFLICT ({', '.join(map(quoted, keys))}) DO {then}"
    return f"INSERT INTO {own} ({', '.join(map(quoted, names))}) {source} {conflict}"


def _plain(table: Table, rows: Sequence[Any]) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """The names of the columns that rows have, and the rows as tuples of them."""
    if isinstance(rows[0], tuple):
        return tuple(table.columns.keys()), list(rows)
    names = tuple(rows[0])
    return names, [tuple([row[name] for name in names]) for row in rows]


@lru_cache(maxsize=256)
def _insert(table: Table, names: tuple[str, ...], dialect: Dialect) -> str:
    columns = ", ".join(map(dialect.identifier_preparer.quote, names))
    marks = ", ".join(["%s" if dialect.name == "postgresql" else "?"] * len(names))
    return f"INSERT INTO {dialect.identifier_preparer.format_table(table)} ({columns}) VALUES ({marks})"  # noqa: S608 - the view's own names


@lru_cache(maxsize=256)
def _copy(table: Table, names: tuple[str, ...], dialect: Dialect) -> str:
    columns = ", ".join(map(dialect.identifier_preparer.quote, names))
    return f"COPY {dialect.identifier_preparer.format_table(table)} ({columns}) FROM STDIN"


@lru_cache(maxsize=256)
def _encoders(table: Table, names: tuple[str, ...], dialect: Dialect) -> tuple[Encode, ...]:
    """What each column's type does to a value before the driver sees it; None where it does nothing."""
    return tuple(table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names)


def _encoded(
    table: Table, names: tuple[str, ...], dialect: Dialect, rows: Sequence[tuple[Any, ...]]
) -> list[tuple[Any, ...]]:
    encoders = _encoders(table, names, dialect)
    if not any(encoders):
        return list(rows)
    return [
        tuple(encode(value) if encode else value for encode, value in zip(encoders, row, strict=True)) for row in rows
    ]
