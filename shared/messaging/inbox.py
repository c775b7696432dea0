"""The inbox: every message of a department gets one effect and a receipt, by whichever door it comes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.contracts.cloudevents import Event
from shared.contracts.receipts import Receipt
from shared.eventstore import Log, Parked
from shared.kernel import Clock, Command
from shared.messaging.asides import HELD, aside
from shared.messaging.effects import Effect, Effects, Lot, not_yet
from shared.messaging.opening import Message, Opener, message_key
from shared.messaging.receipts import Receipts, placed, receipt_for, rejected
from shared.writer import CommandIdReused, Work, Writer

SOURCE = "inbox"
"""The source of department messages set aside."""

ReactDepartment = Callable[[Event, str], Sequence[Command]]
"""Turns a department's event into commands whose ids derive from `message_key(event)`. Raises Malformed, Refusals."""


class Post(NamedTuple):
    """What came through a door: exact bytes, detached signature, and whose door it is (None: anybody's)."""

    raw: bytes
    signature: str
    department: str | None = None


class _Waiting(NamedTuple):
    """What must be known of a message set aside when it comes again."""

    digest: str
    at: str


@dataclass(frozen=True)
class _Answer:
    """What is owed for one message: a receipt, and what changes among the messages set aside."""

    said: str
    message: Message
    receipt: Receipt | None = None
    park: Parked | None = None
    unpark: str = ""


class Inbox:
    """Takes messages. Whatever was written or refused, the same message is answered the same again."""

    def __init__(  # noqa: PLR0913 - a composition root hands over each part by name
        self,
        opener: Opener,
        receipts: Receipts,
        *,
        writer: Writer,
        log: Log,
        react: ReactDepartment,
        clock: Clock,
        hold_for: timedelta,
        held: Callable[[], None] = lambda: None,
    ) -> None:
        """`hold_for` is how long a message may wait for what it needs; `held` is called when one begins to wait."""
        self._opener, self._receipts, self._react = opener, receipts, react
        self._writer, self._effects = writer, Effects(writer)
        self._clock, self._hold_for, self._held = clock, hold_for, held
        self._setting_aside = asyncio.Lock()
        self._aside = {
            each.id: _Waiting(Message.model_validate_json(each.body).digest, each.at)
            for each in log.parked()
            if each.source == SOURCE
        }
        self._under_way: dict[str, str] = {}

    @property
    def trouble(self) -> str:
        """Why nothing moves; empty when it does."""
        return self._effects.trouble

    async def receive(self, raw: bytes, signature: str, department: str | None = None) -> list[Receipt]:
        """The receipts for one message or batch; when they are given, everything is on disk.

        Raises what a store raises that is away: then nothing is promised, and the message may be sent again.
        """
        [receipts] = await self._take([Post(raw, signature, department)], patient=False)
        return receipts

    async def take(self, posts: Sequence[Post]) -> list[list[Receipt]]:
        """The same for several at once, waiting for a store that is away."""
        return await self._take(posts, patient=True)

    async def retry(self, parked: Sequence[Parked]) -> list[str]:
        """Try messages again that were set aside; says of each `accepted`, `rejected`, `held` or `poison`."""
        messages = [Message.model_validate_json(each.body) for each in parked]
        effects = await self._effects.of([self._lot(message) for message in messages])
        answers = [self._again(*each) for each in zip(messages, effects, parked, strict=True)]
        owed = [(answer.message.department, answer.receipt) for answer in answers if answer.receipt]
        await self._settle(answers, owed, patient=True, again=True)
        return [answer.said for answer in answers]

    def forget(self, parked_id: str) -> None:
        """An operator gave this message up."""
        self._aside.pop(parked_id, None)

    async def _take(self, posts: Sequence[Post], *, patient: bool) -> list[list[Receipt]]:
        opened = [self._opener.open(*post) for post in posts]
        messages = [each for _, given in opened for each in given if isinstance(each, Message)]
        try:
            effects = await self._effects.of([self._lot(message) for message in messages], patient=patient)
            answers = [self._first(*each) for each in zip(messages, effects, strict=True)]
            rest = iter(answers)
            owed = [(to, _receipts(given, rest)) for to, given in opened]
            journaled = [(to, receipt) for to, receipts in owed if to for receipt in receipts]
            await self._settle(answers, journaled, patient=patient)
        finally:
            for message in messages:
                self._under_way.pop(message_key(message.event), None)
        return [receipts for _, receipts in owed]

    def _lot(self, message: Message) -> Lot:
        def make() -> Sequence[Command]:
            key = message_key(message.event)
            known = self._aside.get(key)
            taken = known.digest if known else self._under_way.setdefault(key, message.digest)
            if taken != message.digest:
                raise _reused()
            return self._react(message.event, message.department)

        return Lot(make, message.digest)

    def _first(self, message: Message, effect: Effect) -> _Answer:
        """The answer to a message from outside, which may be waiting here already."""
        key, event, now = message_key(message.event), message.event, self._clock.now()
        known = self._aside.get(key)
        if known and known.digest != message.digest:
            return _Answer("rejected", message, rejected(_reused(), source=event.source, message=event.id))
        since = datetime.fromisoformat(known.at) if known else now
        receipt = receipt_for(effect, event, since + self._hold_for)
        if receipt.status != HELD:
            return _Answer(receipt.status, message, receipt, unpark=key if known else "")
        body = message.model_dump_json().encode()
        park = aside(Parked(key, "", SOURCE, message.department, "", 0, body, now.isoformat()), effect)
        return _Answer(HELD, message, receipt, park)

    def _again(self, message: Message, effect: Effect, parked: Parked) -> _Answer:
        """The answer to a message that waits here: its final receipt, or none when it goes on waiting."""
        event, waiting = message.event, not_yet(effect)
        until = datetime.fromisoformat(parked.at) + self._hold_for
        if waiting and until < self._clock.now():
            receipt = rejected(waiting, source=event.source, message=event.id)
            return _Answer("rejected", message, placed(receipt, event), unpark=parked.id)
        receipt = receipt_for(effect, event, until)
        if receipt.status != HELD:
            return _Answer(receipt.status, message, receipt, unpark=parked.id)
        left = aside(parked, effect)
        changed = left if left and not left.kind == parked.kind == HELD else None
        return _Answer(left.kind if left else HELD, message, park=changed)

    async def _settle(
        self,
        answers: Sequence[_Answer],
        owed: Sequence[tuple[str, Receipt]],
        *,
        patient: bool,
        again: bool = False,
    ) -> None:
        """Set aside, then give the receipts, then let go: whatever a crash cuts off is done again.

        What was set aside may be accepted at once: that receipt follows the one that says it waits.
        """
        waits = any(answer.park for answer in answers)
        async with self._setting_aside if waits or again else nullcontext():
            await self._settle_in_turn(answers, owed, patient=patient)

    async def _settle_in_turn(
        self, answers: Sequence[_Answer], owed: Sequence[tuple[str, Receipt]], *, patient: bool
    ) -> None:
        parks = [Work(park=answer.park) for answer in answers if answer.park]
        unparks = [Work(unpark=answer.unpark) for answer in answers if answer.unpark]
        await self._do(lambda: self._writer.apply(parks), patient=patient)
        await self._do(lambda: self._receipts.give(owed), patient=patient)
        await self._do(lambda: self._writer.apply(unparks), patient=patient)
        for answer in answers:
            if answer.park:
                self._aside.setdefault(answer.park.id, _Waiting(answer.message.digest, answer.park.at))
            self._aside.pop(answer.unpark, None)
        if parks:
            self._held()

    async def _do(self, act: Callable[[], Awaitable[object]], *, patient: bool) -> None:
        await (self._effects.persist(act) if patient else act())


def _reused() -> CommandIdReused:
    """Whatever the other content could do, the id is the waiting message's until that has its final receipt."""
    return CommandIdReused("another message waits under this id", pointer="/id")


def _receipts(given: Sequence[Message | Receipt], answers: Iterator[_Answer]) -> list[Receipt]:
    """The receipts of one post in order: those of its refused messages, and the next answers for the others."""
    all_of_them = [next(answers).receipt if isinstance(each, Message) else each for each in given]
    return [receipt for receipt in all_of_them if receipt]
