"""Lives: a scenario lived through by real services, a real broker and real stores, with whatever befalls them."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis

from services.console.broker import Broker
from services.console.client import Services
from services.console.delivery import Delivery
from services.console.deployment import Asked, Deployment, prepare
from services.console.keys import OPERATOR
from services.console.reports import quarter_report
from services.console.running import running
from services.console.scenario import live
from services.console.scenarios import Scenario, scenario_named
from services.console.supervisor import Supervisor
from services.console.upping import furnish
from services.console.watching import catch_up, statuses
from shared.access import Purpose, Role

pytest.register_assert_rewrite("tests.journeys.county_comparisons")
SCENARIO = scenario_named("dayingxiang")


@dataclass
class Life:
    """A running deployment, and what a test may do to it."""

    deployment: Deployment
    broker: Broker
    supervisor: Supervisor
    services: Services

    def kill(self, program: str) -> None:
        """kill -9; the supervisor starts it again."""
        os.kill(self.supervisor.pid(program), signal.SIGKILL)

    def redis(self) -> redis.Redis:
        return redis.Redis.from_url(self.broker.url(OPERATOR))

    def flush(self) -> None:
        self.redis().flushall()

    def swept(self, move: Callable[[], None]) -> None:
        """Move the clock, and wait until pregnancy_tracking has written what the time that passed asks of it."""
        before = self.status()["pregnancy_tracking"]["position"]
        move()
        deadline = time.monotonic() + 60
        while self.status()["pregnancy_tracking"]["position"] == before:
            assert time.monotonic() < deadline, "no sweep followed the clock"
            time.sleep(0.05)

    def settle(self) -> None:
        """Wait until nothing is behind."""
        catch_up(self.services)

    def status(self) -> dict[str, Any]:
        return statuses(self.services)

    def rebuild(self, service: str, view: str) -> None:
        """Build a view again from the first fact, and wait until that one answers."""
        about = self.request(service, f"/views/{view}/rebuild", Role.OPERATOR, method="POST").json()
        deadline = time.monotonic() + 60
        while about["rebuilding"]:
            assert time.monotonic() < deadline, f"{service} still rebuilds {view}"
            about = self.request(service, f"/views/{view}", Role.OPERATOR).json()
        assert (about["failed"], about["lag"]) == (None, 0)

    def report(self) -> dict[str, Any]:
        scenario = scenario_named(self.deployment.scenario)
        return json.loads(quarter_report(self.services, scenario.township, scenario.quarter))

    def request(
        self,
        service: str,
        path: str,
        role: Role | None = None,
        purpose: Purpose | None = None,
        *,
        units: tuple[str, ...] = ("*",),
        method: str = "GET",
        claims: str | None = None,
        subject: str = "",
        **options: Any,
    ) -> httpx.Response:
        """One request as anybody might make it; `claims` is the purpose named, if not the token's.

        `subject` is who makes it, if it matters.
        """
        headers = dict(options.pop("headers", {}))
        if role:
            from datetime import timedelta

            purposes = [purpose] if purpose else []
            token = self.services.token(role, units, purposes, timedelta(minutes=5), subject)
            headers["Authorization"] = f"Bearer {token}"
        said = purpose if claims is None else claims
        headers |= {"Purpose": said} if said else {}
        url = f"{self.deployment.urls[service]}{path}"
        return httpx.request(method, url, headers=headers, timeout=30, trust_env=False, verify=False, **options)


Befalls = Mapping[date, Callable[[Life], None]]
"""What happens at the end of a day of the scenario."""


@contextmanager
def deployed(
    home: Path,
    ports: int,
    store: str = "",
    scenario: Scenario = SCENARIO,
    births: int | None = None,
    *,
    county: str | None = None,
) -> Iterator[Life]:
    """A deployment that runs, with an empty record."""
    asked = Asked(scenario=scenario.name, store=store or None, port_base=ports, births=births, county=county)
    deployment = prepare(home, asked)
    departments = furnish(deployment, scenario)
    with (
        running(deployment, departments, lambda _ended: None) as (broker, supervisor),
        Services(deployment) as services,
    ):
        yield Life(deployment, broker, supervisor, services)


def live_through(life: Life, delivery: Delivery | None = None, befalls: Befalls | None = None) -> dict[str, Any]:
    """Live the scenario; gives the report once everything has caught up."""
    scenario = scenario_named(life.deployment.scenario)
    still = dict(befalls or {})

    def progress(day: date, _sent: int, _total: int) -> None:
        for due in [each for each in still if each <= day]:
            still.pop(due)(life)

    live(life.deployment, life.broker, scenario, progress, delivery)
    assert not still, "something should have befallen and did not"
    life.settle()
    return life.report()


@pytest.fixture(scope="module")
def ports() -> int:
    """A base of ports nobody listens on; EVENBORN_TEST_PORTS keeps runs beside one another apart."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = int(os.environ.get("EVENBORN_TEST_PORTS", "18000")) + worker * 400
    for base in range(first, first + 400, 10):
        if all(_free(base + offset) for offset in range(1, 6)):
            return base
    msg = "no free ports"
    raise RuntimeError(msg)


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0
