"""A deployment that runs: its broker, its services, and the wait until they can be sent work."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from services.console.addresses import store_answers
from services.console.broker import Broker, own_broker, wait_for_broker
from services.console.client import Services
from services.console.deployment import Deployment
from services.console.keys import passwords_of
from services.console.layout import ROOT, SERVICES
from services.console.supervisor import Ended, Program, Supervisor
from services.console.words import Trouble

READY_WITHIN = 60.0
"""Seconds a service has until it says it is ready."""
MOST_ENDS = 2
"""Times a service may end before it is given up as unable to start."""
TAIL = 12
"""Lines of a log that are shown when its service is not ready."""


class PortTaken(Trouble):
    """Somebody else listens where a service should."""


class ServiceNotReady(Trouble):
    """A service did not become ready in time, or ended."""


@contextmanager
def running(
    deployment: Deployment, departments: Iterable[str], report: Callable[[Ended], None]
) -> Iterator[tuple[Broker, Supervisor]]:
    """Broker and services, started and ready; all of them end with the block, or with this process.

    Raises PortTaken, StoreSilent, StoreTooOld, BrokerMissing, BrokerSilent, BrokerAway, ServiceNotReady.
    """
    _ports_free(deployment)
    if deployment.store:
        store_answers(deployment.store)
    supervisor = Supervisor(report)
    try:
        broker = _start_broker(deployment, departments, supervisor)
        for service in SERVICES:
            supervisor.start(_program(deployment, service, broker))
        _wait_until_ready(deployment, supervisor)
        yield broker, supervisor
    finally:
        supervisor.stop()


def _start_broker(deployment: Deployment, departments: Iterable[str], supervisor: Supervisor) -> Broker:
    log = deployment.logs / "broker.log"
    broker = Broker(given=deployment.broker)
    if not deployment.broker:
        passwords = passwords_of(deployment.secrets)
        broker, program = own_broker(deployment.home / "broker", log, deployment.county, passwords, departments)
        supervisor.start(program)
    wait_for_broker(broker, log)
    return broker


def _program(deployment: Deployment, service: str, broker: Broker) -> Program:
    told = {
        "COUNTY": deployment.county,
        "STORE": deployment.stores,
        "BROKER": broker.url(service),
        "SECRETS": str(deployment.secrets),
        "REFERENCE": str(deployment.reference),
        "PORT": str(deployment.port(service)),
        "PEERS": json.dumps({name: url for name, url in deployment.urls.items() if name != service}),
    }
    told |= {"SCENARIO_CLOCK": str(deployment.clock)} if deployment.clock else {}
    told |= {"NEIGHBOURS": str(deployment.neighbours)} if deployment.neighbours.exists() else {}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("EVENBORN_")}
    environment = inherited | {f"EVENBORN_{name}": value for name, value in told.items()}
    command = (sys.executable, "-m", f"services.{service}.main")
    return Program(service, command, environment, ROOT, log_of(deployment, service))


def log_of(deployment: Deployment, program: str) -> Path:
    """Where a program's output goes."""
    return deployment.logs / f"{program}.log"


def _ports_free(deployment: Deployment) -> None:
    for service in SERVICES:
        port = deployment.port(service)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError):
                raise PortTaken(port=port, service=service) from None


def _wait_until_ready(deployment: Deployment, supervisor: Supervisor) -> None:
    started = time.monotonic()
    with Services(deployment) as services:
        for service in SERVICES:
            while reason := services.not_ready(service):
                passed = time.monotonic() - started
                if passed > READY_WITHIN or supervisor.ends(service) >= MOST_ENDS:
                    log = log_of(deployment, service)
                    raise ServiceNotReady(service=service, seconds=passed, reason=reason, log=log, tail=_tail(log))
                time.sleep(0.1)


def _tail(log: Path) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-TAIL:])
    except OSError:
        return ""
