"""Everything that carries messages into and out of one service, wired together."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Collection, Coroutine, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx
import structlog
from prometheus_client import Counter
from pydantic import ValidationError
from pydantic_core import to_json

from shared.contracts.cloudevents import Contract, Event, malformed
from shared.couriers import Couriers, carried
from shared.eventstore import Recorded
from shared.journal import Journal
from shared.kernel import Command
from shared.messaging.channels import ChannelReader
from shared.messaging.doors import Doors
from shared.messaging.feeds import HttpFeed
from shared.messaging.inbox import SOURCE, Inbox
from shared.messaging.opening import Opener, message_key
from shared.messaging.parking import Parking
from shared.messaging.receipts import Receipts
from shared.messaging.transport import Streams, connect, listen, make_broker
from shared.observability import Watchdog
from shared.publishing import event_of, opened
from shared.reacting import Hearing, Reactions, judge_speaker
from shared.relay import Relay
from shared.saying import Publishing
from shared.signing import Departments

if TYPE_CHECKING:
    from shared.service import Service

logger = structlog.get_logger(__name__)


class Carrying:
    """The doors of a service: journal and relay out, channels and inboxes in."""

    def __init__(self, service: Service) -> None:
        self._service, self._tasks = service, set[asyncio.Task[None]]()
        self._counted: dict[tuple[Counter, tuple[str, ...]], int] = {}
        settings, name = service.settings, service.definition.name
        self.streams = Streams(settings.county)
        self.journal = Journal(service.stores.engine("journal"))
        self.publishing = Publishing(service.log, self.journal, self._say)
        self._redis = connect(settings.broker)
        self.relay = Relay(
            self.journal, self._redis, lambda c: self.streams.channel(name, c), settings.retention, carried=carried
        )
        self.journal.listen(self.relay.hint)
        self.broker = make_broker(settings.broker)
        self.http = httpx.AsyncClient(trust_env=False)
        self.couriers = Couriers(service, self.journal, self.http)
        self.receipts = Receipts(self.journal, settings.county, name, service.clock)
        self.inbox = self._inbox()
        inboxes = sorted({each.department for each in service.secrets.departments.values() if each.inbox})
        self.doors = Doors(self.broker, self.inbox, {each: self.streams.inbox(name, each) for each in inboxes})
        self.readers = {
            channel: self._reader(channel, kinds)
            for channel, kinds in service.definition.hears.items()
            if channel.partition(".")[0] in settings.peers  # a service that is not deployed says nothing yet
        }
        retries = {channel: reader.retry for channel, reader in self.readers.items()}
        sources = {SOURCE: self.inbox.retry, **retries, **self.couriers.retries()}
        self.parking = Parking(service.log, sources, dropped=self.inbox.forget)

    async def start(self) -> None:
        """Open all doors; returns at once, also while the broker is away."""
        self.publishing.start()
        self.relay.start()
        for work in (listen(self.broker), self.doors.run()):
            self._keep(work, ends=True)
        hearing = [reader.run for reader in self.readers.values()]
        for run in (self.parking.run, *hearing, *self.couriers.runs()):
            self._keep(run())
        self._watch()

    async def stop(self) -> None:
        """Close all doors; what was acknowledged is on disk."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.broker.stop()
        await self.http.aclose()
        await asyncio.to_thread(self.publishing.stop)
        await asyncio.to_thread(self.relay.stop)
        self._redis.close()

    def hint(self) -> None:
        """The log has grown."""
        self.publishing.hint()
        self.parking.hint()

    def readers_of(self, channel: str) -> frozenset[str]:
        """The token subjects that may read a channel: those it is published for, a department its own receipts."""
        kind, _, department = channel.partition(".")
        if kind == "receipts":
            return frozenset({f"department:{department}"})
        return self._service.definition.channels.get(channel, frozenset())

    def status(self, head: int) -> dict[str, Any]:
        """Positions and lags of what is said and heard."""
        heads = {channel: head for channel, head in self.journal.heads().items() if carried(channel)}
        return {
            "publishing": {"position": self.publishing.position, "lag": max(0, head - self.publishing.position)},
            "publishes": {
                channel: {"sequence": sequence, "relayed": self.relay.relayed.get(channel, 0)}
                for channel, sequence in heads.items()
            },
            "brings": self.couriers.status(),
            "hears": {channel: self._hearing_status(reader) for channel, reader in self.readers.items()},
        }

    def measure(self) -> None:
        """Bring the metrics up to what is so now."""
        metrics = self._service.metrics
        for channel, reader in self.readers.items():
            metrics.channel_position.labels(channel).set(reader.position)
            metrics.channel_lag.labels(channel).set(reader.head - reader.position)
            metrics.channel_stalled.labels(channel).set(self._watchdogs[channel].stalled())
        self.couriers.measure()
        for channel, lag in self.relay.lag.items():
            metrics.channel_lag.labels(f"relay:{channel}").set(lag)
        for channel, refills in self.relay.refills.items():
            self._count(metrics.relay_refills, (channel,), refills)
        for channel, foreign in self.relay.foreign.items():
            self._count(metrics.relay_foreign, (channel,), foreign)
        for labels, given in self.receipts.given.items():
            self._count(metrics.receipts, labels, given)

    def _count(self, counter: Counter, labels: tuple[str, ...], to: int) -> None:
        """Raise a counter to what its owner counted."""
        counted = self._counted.setdefault((counter, labels), 0)
        counter.labels(*labels).inc(to - counted)
        self._counted[counter, labels] = to

    def _say(self, recorded: Recorded) -> list[tuple[str, Event]]:
        county, name = self._service.settings.county, self._service.definition.name
        said = [opened(saying, self._service.sealer) for saying in self._service.definition.say(recorded)]
        return [(saying.channel, event_of(saying, county, name)) for saying in said if saying]

    def _inbox(self) -> Inbox:
        service = self._service
        own = {kid: (d.department, d.key) for kid, d in service.secrets.departments.items()}
        opener = Opener(
            service.settings.county,
            Departments(own | self.couriers.signers()),
            frozenset(_by_type(service.definition.receives)) - {kind.type for kind in service.definition.brings},
            service.clock,
            service.sealer.fingerprint,
            self.couriers.sources(),
            self.couriers.only(),
        )

        speaking = service.secrets.speaking()

        def react(event: Event, department: str) -> Sequence[Command]:
            """A neighbour county is not among them: what it may send, it sends for itself."""
            actor, units = f"department:{department}", speaking.get(department)
            return self._react(service.definition.receives, event, message_key(event), actor, units)

        return Inbox(
            opener,
            self.receipts,
            writer=service.writer,
            log=service.log,
            react=react,
            clock=service.clock,
            hold_for=timedelta(days=service.settings.hold_days),
            held=lambda: self.parking.hint(),  # noqa: PLW0108 - parking is made after the inbox
        )

    def _reader(self, channel: str, reactions: Reactions) -> ChannelReader:
        service, (publisher, _, name) = self._service, channel.partition(".")

        def react(event: Event) -> Sequence[Command]:
            return self._react(reactions, event, f"{channel}:{event.sequence}", f"service:{publisher}")

        return ChannelReader(
            self.broker,
            self.streams.channel(publisher, name),
            channel,
            writer=service.writer,
            log=service.log,
            react=react,
            known=frozenset(_by_type(reactions)),
            feed=HttpFeed(self.http, service.settings.peers[publisher], name, service.secrets.token),
            clock=service.clock,
            hold_for=timedelta(days=service.settings.hold_days),
        )

    def _react(
        self, reactions: Reactions, event: Event, message: str, actor: str, units: Collection[str] | None = None
    ) -> Sequence[Command]:
        """The commands of an event, told for these `units`. Raises Malformed below `/data`, and what refuses it."""
        service = self._service
        kind = _by_type(reactions)[event.type]
        try:
            contract = kind.model_validate_json(to_json(event.data))
        except ValidationError as error:
            raise malformed(error, "/data") from None
        if units is not None:
            judge_speaker(units, contract)
        hearing = Hearing(event, message, actor, service.clock.now(), service.sealer, service.secrets.reader_key)
        return reactions[kind](contract, hearing)

    def _hearing_status(self, reader: ChannelReader) -> dict[str, Any]:
        lag = max(0, reader.head - reader.position)
        seconds = round(self._watchdogs[reader.channel].stalled(), 1)
        return {"position": reader.position, "head": reader.head, "lag": lag, "seconds": seconds, "why": reader.trouble}

    def _watch(self) -> None:
        """Anything that is pending or in trouble and does not move for a while shows in readiness."""
        relay, publishing = self.relay, self.publishing
        self._watchdogs = {channel: _watchdog_of(reader) for channel, reader in self.readers.items()}
        given = self.receipts.given
        watched = {
            **{f"hears {channel}": watchdog for channel, watchdog in self._watchdogs.items()},
            "inbox": Watchdog(given.total, lambda: int(bool(self.doors.trouble))),
            "retries": Watchdog(given.total, lambda: int(bool(self.parking.trouble))),
            "publishing": Watchdog(lambda: publishing.position, publishing.behind),
            "relay": Watchdog(
                lambda: sum(relay.relayed.values()), lambda: sum(relay.lag.values()) + bool(relay.trouble)
            ),
        }
        for name, watchdog in watched.items():
            self._service.health.add(name, watchdog.check)

    def _keep(self, work: Coroutine[Any, Any, None], *, ends: bool = False) -> None:
        """Run a task for as long as the service; if it ends by itself, the service stops, aloud."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(lambda done: None if done.cancelled() else _ended(done, ends=ends))


def _ended(task: asyncio.Task[None], *, ends: bool) -> None:
    if task.exception() is None and ends:
        return
    logger.critical("a task ended that never should", task=str(task.get_coro()), exc_info=task.exception())
    signal.raise_signal(signal.SIGTERM)


def _by_type(reactions: Mapping[type[Contract], Any]) -> dict[str, type[Contract]]:
    return {kind.type: kind for kind in reactions}


def _watchdog_of(reader: ChannelReader) -> Watchdog:
    """In trouble, a reader may not even know that something is pending."""
    return Watchdog(lambda: reader.position, lambda: reader.head - reader.position + bool(reader.trouble))
