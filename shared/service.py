"""A service put together: its stores, its writer, its two doors, its views, and the process they run in."""

from __future__ import annotations

import gc
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import structlog
import uvicorn
from fastapi import APIRouter, Depends, FastAPI
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Connection, Engine

from shared import endpoints, guarding, web
from shared.access import (
    HANDLERS,
    AccessDenied,
    AccessLog,
    Action,
    GlassBroken,
    GlassReviewed,
    Grant,
    LogRead,
    Principal,
    Purpose,
    RecordRead,
    Verifier,
    active_grant,
    permit,
    reads_of,
)
from shared.carrying import Carrying
from shared.clock import ScenarioClock, SystemClock
from shared.contracts.cloudevents import Contract
from shared.couriers import returns_nothing
from shared.eventstore import FactNames, Log, Recorded, Recording, StartRefused, Upcaster
from shared.kernel import Clock, Command, Fact, Handler
from shared.lease import acquire
from shared.observability import Health, Metrics, configure_logging
from shared.projecting import Projector, View
from shared.publishing import Saying
from shared.queries import known_only
from shared.reacting import Reactions, Returned
from shared.rebuilds import Rebuilds
from shared.sealing import KeyStore, Sealer
from shared.settings import Secrets, Settings
from shared.states import LatestStates
from shared.stores import Stores
from shared.sweeping import EVERY, EVERY_OF_SCENARIO, Sweep, Sweeping
from shared.writer import Outcome, Writer

logger = structlog.get_logger(__name__)

PATIENCE = 5.0
"""Seconds a reader waits until a view shows what was acknowledged before."""


@dataclass(frozen=True)
class Definition:
    """What makes a service this service; everything else is the same in all of them.

    `channels` says which tokens may read a channel, `says` which contracts it carries; `hears` which contracts of
    which channels become commands here, `receives` which department messages do. `erasure` is the fact after which
    its `person` is unreadable, `erases` are further facts and the name each gives of a key destroyed with it.
    `home` is the service's folder, with what its documents tell. `sweeps` are asked as time goes by, those of
    `observes` from what its views show; `upcasters` read facts stored in older shapes. `brings` are the messages that
    travel between counties, said on `courier.<county>` and received from neighbours; `returns` is what one asks for
    that a neighbour rejected.
    """

    name: str
    facts: Sequence[type[Fact]]
    handlers: Mapping[type[Command], Handler]
    policy_version: Callable[[Any], str]
    views: Sequence[View]
    channels: Mapping[str, frozenset[str]]
    say: Callable[[Recorded], Sequence[Saying]]
    hears: Mapping[str, Reactions]
    receives: Reactions
    adopt: Callable[[Path, Clock], Sequence[Command]]
    router: Callable[[Service], APIRouter]
    erasure: type[Any]
    says: Mapping[str, Sequence[type[Contract]]]
    home: Path
    erases: Mapping[type[Fact], Callable[[Any], str]] = field(default_factory=dict)
    sweeps: Sequence[Sweep] = ()
    brings: Sequence[type[Contract]] = ()
    returns: Callable[[Any, Returned], Sequence[Command]] = returns_nothing
    observes: Callable[[Service], Sequence[Sweep]] = lambda _service: ()
    upcasters: Mapping[tuple[str, int], Upcaster] = field(default_factory=dict)


class Service:
    """One running service, as its routes and its process see it."""

    def __init__(self, definition: Definition, settings: Settings) -> None:
        """Open the stores. Raises StartRefused, FileNotFoundError (no secrets), and what a store away raises."""
        self.definition, self.settings = definition, settings
        self.secrets = secrets = Secrets.load(settings.secrets, definition.name)
        self.clock: Clock = ScenarioClock(settings.scenario_clock) if settings.scenario_clock else SystemClock()
        self.metrics, self.health = Metrics(), Health()
        self.stores = Stores.open(settings.store, definition.name, settings.county)
        self.lease = acquire(self.stores)
        self.log = Log(
            self.stores, FactNames([*definition.facts, RecordRead, GlassBroken, GlassReviewed], definition.upcasters)
        )
        self.states = LatestStates(self.log)
        keys = KeyStore(self.stores.engine("keys"), secrets.master)
        self.sealer = Sealer(keys, secrets.purposes, secrets.fingerprint)
        self.verifier = Verifier(secrets.issuer, settings.county)
        self.projector = Projector(self.stores, self.log, [*definition.views, AccessLog()], self.metrics)
        self.writer = Writer(
            self.log,
            {**definition.handlers, **HANDLERS},
            self.clock,
            policy=definition.policy_version,
            before_commit=self._before_commit,
            after_commit=self._after_commit,
            metrics=self.metrics,
        )
        self.carrying = Carrying(self)
        self.rebuilds = Rebuilds(self.projector)
        every = EVERY_OF_SCENARIO if isinstance(self.clock, ScenarioClock) else EVERY
        sweeps = [*definition.sweeps, *definition.observes(self)]
        self.sweeping = Sweeping(sweeps, self.clock, self.ask, every=every)

    async def start(self) -> None:
        """Adopt reference data and policy, then open the doors."""
        for command in self.definition.adopt(self.settings.reference, self.clock):
            outcome = await self.ask(command)
            if outcome.refusal:
                msg = f"the reference data or policy is refused: {outcome.refusal.name} {outcome.refusal.detail}"
                raise StartRefused(msg)
        self.projector.start()
        await self.carrying.start()
        await self.sweeping.start()
        self.health.add("sweeps", self.sweeping.check)
        self.health.add("views", self.projector.check)
        self.health.add("store", self.stores.check)
        self.health.add("writer", lambda: None if self.lease.held() else "another process writes", vital=True)

    async def stop(self) -> None:
        """Close the doors, finish what is under way, let go of the lease."""
        await self.sweeping.stop()
        await self.carrying.stop()
        self.projector.stop()
        self.writer.close()
        self.log.close()
        self.lease.release()
        self.stores.close()

    async def ask(self, command: Command, digest: str = "") -> Outcome:
        """Decide a command; its facts are on disk when this answers. Raises NotYet, and what the store raises."""
        with self.metrics.command_seconds.time():
            return await self.writer.write(command, digest)

    def stamp(self, caller: web.Caller, asked: web.Asked[Any]) -> dict[str, Any]:
        """The fields every command takes from the request."""
        return {
            "command_id": web.request_key(caller.principal.subject, asked.command_id),
            "actor": caller.principal.subject,
            "at": self.clock.now(),
            "expected_version": getattr(asked.model, "expected_version", None),
        }

    def principal(self, token: str) -> Principal:
        """Who a bearer token names. Raises the Token… refusals. Tokens live by the wall clock, also in a scenario."""
        return self.verifier.principal(token, datetime.now(UTC))

    def view(self, name: str) -> Engine:
        """Where to query a view that shows what was acknowledged before; ask anew for each query."""
        return self.projector.engine(name, PATIENCE)

    async def record_read(
        self, caller: web.Caller, *, person: str, record: str, action: Action, unit: str = ""
    ) -> None:
        """Permit and record a read of a person's record, before it is read. Raises AccessDenied."""
        try:
            await self._permit_read(caller, person, action, unit)
        except AccessDenied:
            self.metrics.person_reads.labels(_known(caller.purpose), "refused").inc()
            raise
        read = LogRead(
            command_id=uuid4().hex,
            actor=caller.principal.subject,
            at=self.clock.now(),
            person=person,
            record=record,
            purpose=Purpose(caller.purpose),
            role=caller.principal.role,
            unit=unit,
        )
        await self.ask(read)
        self.metrics.person_reads.labels(caller.purpose, "granted").inc()

    async def _permit_read(self, caller: web.Caller, person: str, action: Action, unit: str) -> None:
        """Within the caller's units, or through a glass the caller broke. Raises AccessDenied."""
        try:
            caller.may(action, unit, person)
        except AccessDenied:
            grant = await run_in_threadpool(self.grant, caller.principal.subject, person)
            if grant is None:
                raise
            permit(
                caller.principal, action, purpose=caller.purpose, unit=unit, person=person, grant=grant,
                now=self.clock.now(),
            )  # fmt: skip

    def grant(self, reader: str, person: str) -> Grant | None:
        """The broken glass that opens a person's record to a reader now."""
        with self.accesses() as db:
            return active_grant(db, reader, person, self.clock.now())

    def accesses(self) -> AbstractContextManager[Connection]:
        """The access log, up to date with the log."""
        return self.view(AccessLog.name).connect()

    def reads_of(self, person: str, limit: int, before: int | None = None) -> list[dict[str, Any]]:
        """Who read a person's record, newest first, `before` a position; up to date with the log."""
        with self.accesses() as db:
            return [row._asdict() for row in reads_of(db, person, limit, before)]

    def _before_commit(self, recordings: Sequence[Recording]) -> None:
        """New keys are written before what they seal; an erased person's key is gone before the fact says so."""
        self.sealer.flush()
        for recording in recordings:
            if isinstance(recording.fact, self.definition.erasure):
                self.sealer.erase(recording.fact.person)
            elif key_of := self.definition.erases.get(type(recording.fact)):
                self.sealer.erase(key_of(recording.fact))

    def _after_commit(self, position: int, recordings: Sequence[Recording]) -> None:
        self.sealer.settle()
        if not recordings:
            return
        self.states.changed({recording.case for recording in recordings})
        self.metrics.log_position.set(position)
        self.projector.hint(position)
        self.carrying.hint()


def _known(purpose: str) -> str:
    """A purpose as a metric may name it: what a request claims can be any text, also a person's name."""
    return purpose if purpose in set(Purpose) else "none"


def application(definition: Definition, settings: Settings) -> FastAPI:
    """The HTTP application of a service; its lifespan starts and stops everything else."""
    service = Service(definition, settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await service.start()
        yield
        await service.stop()

    asked = [Depends(known_only)]
    app = FastAPI(
        title=f"Evenborn {definition.name}", version="1", lifespan=lifespan, openapi_url=None, dependencies=asked
    )
    app.state.service = service
    web.explain_refusals(app)
    guarding.measure_requests(app, service.metrics)
    guarding.guard_answers(app)
    app.include_router(definition.router(service))
    app.include_router(endpoints.router(service))
    app.include_router(endpoints.documents_router(app, service))
    return app


def run(definition: Definition) -> None:
    """Be this service until told to stop. Exits with a sentence if it may not start."""
    settings = Settings()
    configure_logging(definition.name, settings.log_level, settings.county)
    try:
        app = application(definition, settings)
    except StartRefused as refused:
        sys.exit(str(refused))
    gc.freeze()  # what was imported stays; collecting it again and again would cost a third of a busy service
    gc.set_threshold(50_000, 20, 100)
    uvicorn.run(
        app, host=settings.host, port=settings.port, log_config=None, access_log=False, timeout_graceful_shutdown=5
    )
