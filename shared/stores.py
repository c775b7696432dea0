"""Where one service keeps things: SQLite files in a directory, or schemas of its own PostgreSQL database."""

from __future__ import annotations

import re
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

POSTGRES = ("postgresql://", "postgres://")
CONNECT_WITHIN = 5
"""Seconds for a connection to a server: one that is cut off would never answer."""
MAINTENANCE = "postgres"
"""The database every PostgreSQL has, from which others are created."""


class Stores:
    """One service's areas of storage, each apart from the others.

    An area is a file of its own (SQLite: a rebuild in the log's file would slow the writer from 1 to
    231 ms at p99) or a schema of its own (PostgreSQL). The log, the journal, the keys and each
    generation of a view are areas.
    """

    def __init__(self, service: str, *, directory: Path | None = None, url: str = "") -> None:
        self.service, self.directory, self.url = service, directory, url
        self.is_postgres = directory is None
        self._engines: dict[str, Engine] = {}
        self._lock = Lock()

    @classmethod
    def open(cls, store: str | Path, service: str, county: str) -> Stores:
        """Open (and create if missing) the stores of a service.

        `store` is a directory, or the URL of a PostgreSQL on which databases may be created.
        Raises sqlalchemy.exc.OperationalError or psycopg.OperationalError if it cannot be reached.
        """
        if str(store).startswith(POSTGRES):
            return cls(service, url=_database_of(str(store), county, service))
        directory = Path(store) / service
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        return cls(service, directory=directory)

    def engine(self, area: str) -> Engine:
        """The engine of an area, made at first use; its file or schema is created if missing."""
        with self._lock:
            if area not in self._engines:
                self._engines[area] = self._postgres(area) if self.is_postgres else self._sqlite(area)
            return self._engines[area]

    def areas(self) -> list[str]:
        """The areas that exist."""
        if self.directory is not None:
            return sorted(path.stem for path in self.directory.glob("*.db"))
        with self._admin() as db:
            rows = db.execute("SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema|public)'")
            return sorted(row[0] for row in rows)

    def drop(self, area: str) -> None:
        """Remove an area and all it holds; nothing if it is not there."""
        with self._lock:
            engine = self._engines.pop(area, None)
        if engine is not None:
            engine.dispose()
        if self.directory is None:
            with self._admin() as db:
                db.execute(f'DROP SCHEMA IF EXISTS "{_plain(area)}" CASCADE')
            return
        for suffix in (".db", ".db-wal", ".db-shm"):
            (self.directory / f"{area}{suffix}").unlink(missing_ok=True)

    def check(self) -> str | None:
        """Why nothing can be stored now: for `Health.add`."""
        try:
            reachable(self.engine("views"))
        except SQLAlchemyError as error:
            return f"the store is away: {type(error).__name__}"
        return None

    def close(self) -> None:
        """Give all connections back."""
        with self._lock:
            for engine in self._engines.values():
                engine.dispose()
            self._engines.clear()

    def schema(self, area: str) -> str:
        """Create the schema of an area if missing (PostgreSQL) and name it."""
        with self._admin() as db:
            db.execute(f'CREATE SCHEMA IF NOT EXISTS "{_plain(area)}"')
        return area

    def file(self, area: str) -> Path:
        """The file of an area (SQLite)."""
        if self.directory is None:
            msg = "a PostgreSQL store has no files"
            raise ValueError(msg)
        return self.directory / f"{_plain(area)}.db"

    def _admin(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.url, autocommit=True, connect_timeout=CONNECT_WITHIN)

    def _postgres(self, area: str) -> Engine:
        options = {"options": f"-csearch_path={self.schema(area)}", "connect_timeout": CONNECT_WITHIN}
        return create_engine(_sqlalchemy_url(self.url), connect_args=options, pool_size=2, max_overflow=8)

    def _sqlite(self, area: str) -> Engine:
        engine = create_engine(f"sqlite:///{self.file(area)}", connect_args={"timeout": 30})
        event.listen(engine, "connect", _durable)
        return engine


def _durable(connection: Any, _record: object) -> None:
    """Readers beside the writer (WAL), every commit on disk (FULL), erased bytes overwritten."""
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _plain(area: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,60}", area):
        msg = f"not the name of an area: {area!r}"
        raise ValueError(msg)
    return area


def _sqlalchemy_url(url: str) -> URL:
    """The same address for SQLAlchemy, whose `host` may be a socket directory given as a parameter."""
    return make_url(re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url))


def _database_of(url: str, county: str, service: str) -> str:
    """The URL of a service's own database, which is created if missing.

    It is named for the database the URL names, or, if that is none or PostgreSQL's own, for the county.
    """
    given = str(conninfo_to_dict(url).get("dbname") or MAINTENANCE)
    name = f"{f'evenborn_{county}' if given == MAINTENANCE else given}_{service}"
    parsed = make_url(url)
    with psycopg.connect(maintenance(url), autocommit=True, connect_timeout=CONNECT_WITHIN) as db:
        if not db.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
            db.execute(f'CREATE DATABASE "{_plain(name)}"')
    return _rendered(parsed.set(database=name))


def maintenance(url: str) -> str:
    """The URL of the database that every PostgreSQL has, on the same server. Raises ValueError for what is no URL."""
    try:
        return _rendered(make_url(url).set(database=MAINTENANCE))
    except ArgumentError as error:
        raise ValueError(*error.args) from None


def _rendered(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def reachable(engine: Engine) -> None:
    """Ask the simplest question; raises sqlalchemy.exc.OperationalError if there is no answer."""
    with engine.connect() as db:
        db.execute(text("SELECT 1"))
