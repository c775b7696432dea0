"""The reader of a channel: each message once and in order, from the broker when it can, from the feed when it must."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine, Sequence
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import Any, NamedTuple

import structlog
from faststream.redis import RedisBroker

from shared.contracts.cloudevents import Event, Malformed, decode
from shared.eventstore import Log, Parked
from shared.kernel import Clock, Command
from shared.messaging.asides import HELD, POISON, NewerVersion, aside, too_long
from shared.messaging.effects import Arrival, Effect, Effects, Lot
from shared.messaging.feeds import PAGE, Feed, FeedAway
from shared.messaging.pacing import Pace, end_if_asked
from shared.messaging.transport import BODY, Entry, sequence_of, subscribe
from shared.messaging.versions import Interest, interest
from shared.writer import Outcome, Work, Writer

logger = structlog.get_logger(__name__)

MOST = 256
"""Messages taken in one commit."""
FAR = 1_000
"""Messages without any effect a reader may pass in memory alone: after a crash they are read again."""

React = Callable[[Event], Sequence[Command]]
"""Turns an event into commands whose ids derive from the event's id. Raises Malformed or a Refusal."""


class Heard(NamedTuple):
    """One message at its place in the channel; `event` is what is wrong with it when it cannot be read."""

    sequence: int
    body: bytes
    event: Event | Malformed


class ChannelReader:
    """Reads one channel of another service; its position lies in the log, beside the facts it caused.

    For metrics: `position`, `head` (the newest sequence seen or heard of), `ignored`, `refused`, `set_aside`
    counts, `trouble` why nothing moves (empty when it does).
    """

    def __init__(  # noqa: PLR0913 - a composition root hands over each part by name
        self,
        broker: RedisBroker,
        stream: str,
        channel: str,
        *,
        writer: Writer,
        log: Log,
        react: React,
        known: Collection[str],
        feed: Feed,
        clock: Clock,
        hold_for: timedelta = timedelta(days=7),
        poll: float = 1.0,
    ) -> None:
        """`known` are the types `react` understands; `hold_for` is how long a message may wait for what it needs."""
        self.channel, self._log, self._feed, self._clock = channel, log, feed, clock
        self._effects, self._react, self._known = Effects(writer), react, known
        self._hold_for, self._poll = hold_for, poll
        self.position = self.head = self._noted = log.position(channel)
        self.ignored = self.refused = self.set_aside = 0
        self._turn, self._pace = asyncio.Lock(), Pace(0.02, 1.0)
        self._trouble, self._heard_at = "", monotonic()
        self._before: Heard | None = None
        subscribe(broker, stream, self._last_id(), MOST, self._hear)

    @property
    def trouble(self) -> str:
        """Why nothing moves; empty when it does."""
        return self._effects.trouble or self._trouble

    async def run(self) -> None:
        """Ask the feed whenever the broker has been silent; ends when it is cancelled."""
        while True:
            end_if_asked()
            await asyncio.sleep(self._poll)
            if monotonic() - self._heard_at >= self._poll:
                async with self._turn:
                    await self._guarded(self._catch_up())

    async def retry(self, parked: Sequence[Parked]) -> list[str]:
        """Try messages of this channel again that were set aside; says of each `done`, `held`, `newer` or `poison`."""
        async with self._turn:
            heard = [_heard(int(each.id.rpartition(":")[2]), each.body) for each in parked]
            effects = await self._effects.of([self._lot(each, self._interest(each)) for each in heard])
            left = [self._left(*each) for each in zip(parked, effects, strict=True)]
            await self._effects.note([work for each in zip(parked, left, strict=True) if (work := _change(*each))])
            return [still.kind if still else "done" for still in left]

    async def _hear(self, entries: Sequence[Entry]) -> str:
        """A batch from the broker. Always goes on from our own position, wherever the batch ended."""
        self._heard_at = monotonic()
        async with self._turn:
            before = self.position
            await self._guarded(self._take(entries))
        if self.position > before:
            self._pace.reset()
        else:
            await asyncio.sleep(self._pace.next())
        return self._last_id()

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        """Nothing may end the loops: a handler that raises loses its batch, a task that raises is gone."""
        try:
            await work
        except Exception as error:
            before, self._trouble = self._trouble, type(error).__name__
            if self._trouble != before:
                logger.warning("channel halted", channel=self.channel, error=self._trouble, exc_info=True)

    async def _take(self, entries: Sequence[Entry]) -> None:
        """Apply the entries that follow our position; anything else sends us to the feed, which is the truth."""
        next_ones: list[Heard] = []
        for entry in entries:
            sequence = sequence_of(entry.id)
            expected = self.position + len(next_ones) + 1
            if sequence is not None and sequence < expected:
                continue
            heard = _heard(expected, entry.fields.get(BODY, b""))
            if sequence != expected or not self._fits(heard):
                await self._apply(next_ones)
                await self._catch_up()
                return
            next_ones.append(heard)
        await self._apply(next_ones)
        self._trouble = ""

    def _fits(self, heard: Heard) -> bool:
        """Whether the message itself says that this is its place; a foreign entry does not."""
        return isinstance(heard.event, Event) and heard.event.sequence == heard.sequence

    async def _catch_up(self) -> None:
        """Read the feed until its head."""
        while True:
            try:
                page = await self._feed.read(self.position, PAGE)
            except FeedAway as error:
                self._trouble = f"feed: {error}"
                return
            self.head = max(page.head, self.position)
            self._trouble = "the publisher's journal is behind us" if page.head < self.position else ""
            if not page.bodies:
                return
            heard = [_heard(sequence, body) for sequence, body in enumerate(page.bodies, self.position + 1)]
            if any(isinstance(each.event, Event) and not self._fits(each) for each in heard):
                self._trouble = "feed: out of sequence"
                return
            for start in range(0, len(heard), MOST):
                await self._apply(heard[start : start + MOST])

    async def _apply(self, batch: Sequence[Heard]) -> None:
        """The effects of messages in one commit with the position and whatever is set aside."""
        if not batch:
            return
        wanted = [self._interest(each, before) for each, before in zip(batch, [self._before, *batch], strict=False)]
        lots = [self._lot(*each) for each in zip(batch, wanted, strict=True)]
        arrival = self._arrival(batch)
        effects = await self._effects.of(lots, arrival)
        if arrival.must or any(effects):
            self._noted = batch[-1].sequence
        self.position, self._before = batch[-1].sequence, batch[-1]
        self.head = max(self.head, self.position)
        self.ignored += wanted.count(Interest.IGNORE)
        self.refused += sum(_refusals(effect) for effect in effects)
        self.set_aside += len(self._aside(batch, effects))

    def _arrival(self, batch: Sequence[Heard]) -> Arrival:
        position = self.channel, batch[-1].sequence
        return Arrival(
            position,
            partial(self._aside, batch),
            reached=lambda: self._log.position(self.channel) >= position[1],
            must=position[1] - self._noted >= FAR,
        )

    def _aside(self, batch: Sequence[Heard], effects: Sequence[Effect]) -> list[Parked]:
        """Those of a batch that must be set aside."""
        pairs = zip(batch, effects, strict=True)
        return [left for each, effect in pairs if (left := self._left(self._new(each), effect))]

    def _interest(self, heard: Heard, before: Heard | None = None) -> Interest:
        if isinstance(heard.event, Malformed):
            return Interest.TAKE
        earlier = before.event if before and isinstance(before.event, Event) else None
        return interest(heard.event, self._known, earlier)

    def _lot(self, heard: Heard, wanted: Interest) -> Lot:
        def make() -> Sequence[Command]:
            if isinstance(heard.event, Malformed):
                raise heard.event
            if wanted is Interest.NEWER:
                raise NewerVersion(heard.event.type)
            return self._react(heard.event) if wanted is Interest.TAKE else ()

        return Lot(make)

    def _new(self, heard: Heard) -> Parked:
        """A message of this channel as it would be set aside."""
        at = self._clock.now().isoformat()
        return Parked(f"{self.channel}:{heard.sequence}", "", self.channel, "", "", 0, heard.body, at)

    def _left(self, message: Parked, effect: Effect) -> Parked | None:
        """The message if it must be set aside; one that has waited too long is left to an operator."""
        left = aside(message, effect)
        if left and too_long(left, self._clock.now(), self._hold_for):
            return left._replace(kind=POISON)
        return left

    def _last_id(self) -> str:
        return f"{self.position}-0"


def _heard(sequence: int, body: bytes) -> Heard:
    try:
        return Heard(sequence, body, decode(body))
    except Malformed as fault:
        return Heard(sequence, body, fault)


def _change(was: Parked, left: Parked | None) -> Work | None:
    """What a new attempt changes; a message that is still held stays as it is, since it may be tried often."""
    if left is None:
        return Work(unpark=was.id)
    return None if left.kind == was.kind == HELD else Work(park=left)


def _refusals(effect: Effect) -> int:
    """How many commands of a message were refused: that is an outcome, kept under the command's id."""
    answers = effect if isinstance(effect, list) else []
    return sum(isinstance(answer, Outcome) and answer.status == "refused" for answer in answers)
