"""The data keys of persons, wrapped by the service's master key, in a store of their own."""

from __future__ import annotations

from collections import OrderedDict
from datetime import UTC, datetime
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Engine,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    bindparam,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from shared.eventstore import StartRefused
from shared.sealing.wrapping import DataKey, Master, SealBroken, new_key

Kept = TypeVar("Kept")

REMEMBERED = 50_000
"""Persons and keys kept in memory, some 25 MB."""
CHUNK = 10_000
"""Rows rewritten at once."""

_TABLES = MetaData()
_KEYS = Table(
    "data_keys",
    _TABLES,
    Column("key", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("wrapped", LargeBinary),
    Column("erased_at", Text),
    CheckConstraint("(wrapped IS NULL) = (erased_at IS NOT NULL)", name="destroyed_when_erased"),
)
_WRITE = """
INSERT INTO data_keys (key, person, wrapped, erased_at)
SELECT new.* FROM set_config('synchronous_commit', 'off', true),
                  unnest(%b::text[], %b::text[], %b::bytea[], %b::text[]) AS new
ON CONFLICT (key) DO NOTHING
"""
"""On PostgreSQL, all in one round trip; the commit need not reach the disk."""
_LIVE = _KEYS.c.erased_at.is_(None)
Index("data_keys_live", _KEYS.c.person, sqlite_where=_LIVE, postgresql_where=_LIVE)


class ErasureUnfinished(Exception):
    """The key is destroyed, but readers keep the store from clearing its write-ahead log: erase again."""


class _Recent(OrderedDict[str, Kept]):
    """What was used last, at most REMEMBERED entries."""

    def recall(self, name: str) -> Kept:
        self.move_to_end(name)
        return self[name]

    def keep(self, name: str, value: Kept) -> None:
        self[name] = value
        self.move_to_end(name)
        if len(self) > REMEMBERED:
            self.popitem(last=False)


class KeyStore:
    """Data keys wrapped by the master key, apart from the log and its backups; safe to use from several threads.

    New keys live in memory until `settle`. `_memory` guards what is in memory, `_writing` the order of
    writes; `_age` tells a look-up that what it read has meanwhile been erased or wrapped anew.
    What PostgreSQL (its WAL, the unused part of a page) and backups still hold of a destroyed key ends with the
    master key that wrapped it: after `rewrap`, destroy the old one.
    """

    def __init__(self, engine: Engine, master_key: bytes) -> None:
        """Raises ValueError unless the master key has 32 bytes, StartRefused if it does not open the store."""
        self._engine, self._master = engine, Master(master_key)
        self._memory, self._writing, self._age = Lock(), Lock(), 0
        self._new: dict[str, DataKey] = {}
        self._written: dict[str, DataKey] = {}
        self._new_secrets: dict[str, bytes] = {}
        self._persons: _Recent[DataKey] = _Recent()
        self._secrets: _Recent[bytes | None] = _Recent()
        _TABLES.create_all(engine)
        self._prove()

    def key_of(self, person: str) -> DataKey:
        """A key of this person alone: the one last used, else a new one, written at the next `flush`.

        The store is not asked: a person may have several keys, and erasing destroys them all. To ask would cost
        every first message of a person a round trip before anything is decided.
        """
        with self._memory:
            if person in self._new:
                return self._new[person]
            return self._persons.recall(person) if person in self._persons else self._make(person)

    def secret(self, key: str) -> bytes | None:
        """The secret of a key, None if it was destroyed. Raises SealBroken if there never was one."""
        while True:
            with self._memory:
                if key in self._new_secrets:
                    return self._new_secrets[key]
                if key in self._secrets:
                    return self._secrets.recall(key)
            if not self._read(key):
                raise SealBroken("a sealed value names a key that the key store does not have")

    def flush(self) -> None:
        """Write all new keys in one transaction; call it while that of the facts sealed under them is open.

        On PostgreSQL that one takes it to the disk: commits get there in order, and it cannot be committed if the
        server ended in between. Until it is, keys stay new and are written again. Raises sqlalchemy.exc.DBAPIError:
        then the facts must not be committed.
        """
        with self._writing:
            with self._memory:
                new = dict(self._new)
            if not new:
                return
            rows = [
                {"key": key.id, "person": person, "wrapped": self._master.wrap(key, person), "erased_at": None}
                for person, key in new.items()
            ]
            with self._engine.begin() as db:
                if db.dialect.name == "postgresql":
                    db.exec_driver_sql(_WRITE, tuple([row[column.name] for row in rows] for column in _KEYS.c))
                else:
                    db.execute(self._insert(), rows)
            self._written = new

    def settle(self) -> None:
        """The facts sealed under what was flushed last are committed."""
        with self._writing, self._memory:
            for person in [person for person, key in self._written.items() if self._new.get(person) is key]:
                key = self._new[person]
                self._drop_new(person)
                self._remember(person, key)
            self._written = {}

    def erase(self, person: str) -> None:
        """Destroy the person's key, in memory and in the store, where a tombstone stays; nothing if she has none.

        All caches are dropped first: whether or not a commit that was not answered happened, the store is asked
        again. Raises ErasureUnfinished or sqlalchemy.exc.DBAPIError; to erase again is safe.
        """
        gone = {"wrapped": None, "erased_at": datetime.now(UTC).isoformat(timespec="seconds")}
        with self._writing:
            with self._memory, self._engine.connect() as db:
                self._persons.clear()
                self._secrets.clear()
                self._age += 1
                self._overwrite(db)
                db.execute(update(_KEYS).where(_KEYS.c.person == person, _LIVE).values(gone))
                if person in self._new:
                    db.execute(self._insert(), [{"key": self._new[person].id, "person": person} | gone])
                db.commit()
                self._drop_new(person)
            self._scrub()

    def rewrap(self, new_master: bytes) -> int:
        """Wrap every key with a new master key, all or none; gives their number.

        Raises ValueError unless the master key has 32 bytes, SealBroken if a key does not open.
        """
        fresh, last, count = Master(new_master), "", 0
        with self._writing:
            with self._engine.connect() as db:
                self._overwrite(db)
                page = select(_KEYS).where(_LIVE).order_by(_KEYS.c.key).limit(CHUNK)
                while rows := db.execute(page.where(_KEYS.c.key > last)).all():
                    change = update(_KEYS).where(_KEYS.c.key == bindparam("k")).values(wrapped=bindparam("w"))
                    again = [{"k": row.key, "w": fresh.wrap(self._unwrap(row), row.person)} for row in rows]
                    db.execute(change, again)
                    last, count = rows[-1].key, count + len(rows)
                with self._memory:
                    db.commit()
                    self._master, self._age = fresh, self._age + 1
            self._scrub()
        return count

    def _make(self, person: str) -> DataKey:
        key = self._new[person] = new_key()
        self._new_secrets[key.id] = key.secret
        return key

    def _read(self, key: str) -> bool:
        """Look a key up and remember it, unless that became stale meanwhile; False if there never was one."""
        with self._memory:
            age = self._age
        with self._engine.connect() as db:
            row = db.execute(select(_KEYS).where(_KEYS.c.key == key)).first()
        with self._memory:
            if row and age == self._age:
                self._secrets.keep(key, None if row.erased_at else self._unwrap(row).secret)
        return row is not None

    def _remember(self, person: str, key: DataKey) -> None:
        self._persons.keep(person, key)
        self._secrets.keep(key.id, key.secret)

    def _drop_new(self, person: str) -> None:
        key = self._new.pop(person, None)
        if key:
            del self._new_secrets[key.id]

    def _insert(self) -> Any:
        """A key may be there already: facts that were to follow it may not have."""
        insert = postgresql.insert if self._engine.dialect.name == "postgresql" else sqlite.insert
        return insert(_KEYS).on_conflict_do_nothing(index_elements=[_KEYS.c.key])

    def _unwrap(self, row: Any) -> DataKey:
        return self._master.unwrap(row.key, row.person, row.wrapped)

    def _prove(self) -> None:
        with self._engine.connect() as db:
            row = db.execute(select(_KEYS).where(_LIVE).limit(1)).first()
        try:
            _ = row and self._unwrap(row)
        except SealBroken:
            msg = "the master key does not open this key store; give it the one last in use, or, if rotating keys was"
            raise StartRefused(f"{msg} interrupted, run `evenborn keys rotate` again") from None

    def _overwrite(self, db: Connection) -> None:
        """Replaced bytes are overwritten in the file, not only unlinked."""
        if db.dialect.name == "sqlite":
            db.exec_driver_sql("PRAGMA secure_delete=ON")

    def _scrub(self) -> None:
        """Clear replaced bytes from where the store keeps them for a while: SQLite's WAL, PostgreSQL's dead rows."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            if db.dialect.name == "postgresql":
                db.exec_driver_sql("VACUUM data_keys")
            elif db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar():
                raise ErasureUnfinished("the write-ahead log of the key store is in use")
