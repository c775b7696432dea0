"""One active writer per service and county: a lease held by the operating system or the database."""

from __future__ import annotations

import fcntl
import zlib
from threading import Lock
from typing import IO, Any, Protocol

import psycopg

from shared.eventstore import StartRefused
from shared.stores import CONNECT_WITHIN, Stores


class Lease(Protocol):
    """Held from `acquire` until the process ends or `release`. A store that is away is lost to nobody."""

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
        self._url, self._number = stores.url, zlib.crc32(f"evenborn:{stores.service}".encode())
        self._released, self._asking = False, Lock()
        self._session = self._connect()
        if not self._taken():
            self._session.close()
            raise StartRefused(_taken(stores))

    def held(self) -> bool:
        """Also after a restart of the server, which ends the session: then it is taken again unless another has it.

        Meanwhile both may have written, each against the log's versions, so that no fact of either is lost.
        """
        with self._asking:
            if self._released:
                return False
            try:
                self._session.execute("SELECT 1")
            except psycopg.Error:
                return self._taken_again()
            return True

    def release(self) -> None:
        self._released = True
        self._session.close()

    def _taken_again(self) -> bool:
        try:
            self._session.close()
            self._session = self._connect()
            return self._taken()
        except psycopg.OperationalError:
            return True

    def _taken(self) -> bool:
        row = self._session.execute("SELECT pg_try_advisory_lock(%s)", (self._number,)).fetchone()
        return bool(row and row[0])

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self._url, autocommit=True, connect_timeout=CONNECT_WITHIN)


def acquire(stores: Stores) -> Lease:
    """Become the writer. Raises StartRefused if another process is."""
    return DatabaseLease(stores) if stores.is_postgres else FileLease(stores)


def _taken(stores: Stores) -> str:
    return f"another process already writes for {stores.service}; stop it first"
