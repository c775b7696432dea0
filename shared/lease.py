"""One active writer per service and county: a lease held by the operating system or the database."""

from __future__ import annotations

import fcntl
import zlib
from typing import IO, Any, Protocol

import psycopg

from shared.eventstore import StartRefused
from shared.stores import Stores


class Lease(Protocol):
    """Held from `acquire` until the process ends or `release`."""

    def held(self) -> bool: ...
    def release(self) -> None: ...


class FileLease:
    """A lock on a file beside the log; the kernel lets go of it when the process dies."""

    def __init__(self, stores: Stores) -> None:
        self._file: IO[str] = stores.file("log").with_suffix(".lease").open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise StartRefused(_taken(stores)) from None

    def held(self) -> bool:
        return not self._file.closed

    def release(self) -> None:
        self._file.close()


class DatabaseLease:
    """An advisory lock of a session of its own; the server lets go of it when the session ends."""

    def __init__(self, stores: Stores) -> None:
        self._session: psycopg.Connection[Any] = psycopg.connect(stores.url, autocommit=True)
        number = zlib.crc32(f"evenborn:{stores.service}".encode())
        if not self._ask("SELECT pg_try_advisory_lock(%s)", number):
            self._session.close()
            raise StartRefused(_taken(stores))

    def held(self) -> bool:
        try:
            return bool(self._ask("SELECT %s > 0", 1))
        except psycopg.Error:
            return False

    def release(self) -> None:
        self._session.close()

    def _ask(self, question: str, number: int) -> bool:
        row = self._session.execute(question, (number,)).fetchone()
        return bool(row and row[0])


def acquire(stores: Stores) -> Lease:
    """Become the writer. Raises StartRefused if another process is."""
    return DatabaseLease(stores) if stores.is_postgres else FileLease(stores)


def _taken(stores: Stores) -> str:
    return f"another process already writes for {stores.service}; stop it first"
