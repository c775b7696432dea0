"""A whole deployment to load: a broker and every service as real processes, as `evenborn up` starts them."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import randrange
from time import monotonic, sleep

from services.console.broker import Broker
from services.console.client import Services
from services.console.deployment import NO_SCENARIO, Deployment
from services.console.keys import make_secrets
from services.console.layout import SERVICES
from services.console.running import running
from services.console.supervisor import Supervisor
from services.console.watching import behind, statuses
from shared.stores import Stores
from tests.bench.places import Task, clean_up, directory
from tests.bench.results import cpu_seconds, peak_mb, resident_mb

HOSPITALS = ("county-hospital", "county-maternity", "dayingxiang-hospital", "qinghezhen-hospital")
"""Departments that send; each has a door of its own."""
PATIENCE = 300.0


@dataclass(frozen=True)
class Running:
    """A deployment with its broker and processes."""

    deployment: Deployment
    broker: Broker
    supervisor: Supervisor

    def memory(self, measure: Callable[[int], float]) -> dict[str, float]:
        """Megabytes of each service."""
        return {service: measure(self.supervisor.pid(service)) for service in SERVICES}

    def resting(self) -> dict[str, float]:
        """Megabytes of each service now."""
        return self.memory(resident_mb)

    def cpu(self) -> dict[str, float]:
        """Seconds of processor time each service and the broker have taken: they say more than rates under load."""
        return {name: cpu_seconds(self.supervisor.pid(name)) for name in (*SERVICES, "broker")}

    def peaks(self) -> dict[str, float]:
        """The most megabytes each service ever had. Raises AssertionError if one ended meanwhile."""
        ended = [service for service in SERVICES if self.supervisor.ends(service)]
        if ended:
            raise AssertionError(ended)
        return self.memory(peak_mb)


@contextmanager
def prepared(task: Task) -> Iterator[Deployment]:
    """A deployment that was never started, with its secrets."""
    with directory() as home:
        at = Path(task.at) if task.store == "sqlite" else home
        for part in (at, at / "logs"):
            part.mkdir(parents=True, exist_ok=True)
        deployment = Deployment(
            home=at,
            county=task.county,
            scenario=NO_SCENARIO,
            seed=task.seed,
            store=task.at if task.store == "postgresql" else "",
            port_base=_ports(),
        )
        make_secrets(deployment.secrets, deployment.county, HOSPITALS)
        yield deployment


@contextmanager
def started(deployment: Deployment) -> Iterator[Running]:
    """The deployment, running and ready."""
    with running(deployment, HOSPITALS, lambda ended: print(f"{ended.program.name} ended", file=sys.stderr)) as parts:
        yield Running(deployment, *parts)


def stores_of(deployment: Deployment, service: str) -> Stores:
    """A service's stores, looked at from outside."""
    return Stores.open(deployment.stores, service, deployment.county)


def until(so: Callable[[], bool], what: str, pause: float = 0.02) -> None:
    """Ask until it is so. Raises TimeoutError."""
    deadline = monotonic() + PATIENCE
    while not so():
        if monotonic() > deadline:
            raise TimeoutError(what)
        sleep(pause)


def settled(deployment: Deployment) -> None:
    """Wait until every view and every service has caught up. Raises TimeoutError."""
    with Services(deployment) as services:
        until(lambda: not behind(statuses(services)), "not everything has caught up", 0.2)


def at_rest(deployment: Deployment) -> None:
    """Wait for the same, and let the stores clean up."""
    settled(deployment)
    for service in SERVICES:
        stores = stores_of(deployment, service)
        clean_up(stores)
        stores.close()


def _ports() -> int:
    """A base with free ports behind it, below those the system gives to clients."""
    while True:
        base = randrange(15_000, 30_000)
        if all(_free(base + number) for number in SERVICES.values()):
            return base


def _free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def cpu_ms(before: dict[str, float], after: dict[str, float], count: int) -> dict[str, float]:
    """Milliseconds of processor time for each of `count`, by process."""
    return {name: round((after[name] - before[name]) * 1000 / count, 3) for name in after}


def hospital(number: int) -> str:
    """The department that sends the message of this number."""
    return HOSPITALS[number % len(HOSPITALS)]
