"""The effect of messages: commands made and committed, faults told apart, nothing lost while a store is away."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import psycopg
import structlog
from eventsourcing.persistence import ConnectionPoolClosedError, DataError, PersistenceError
from sqlalchemy.exc import DataError as SqlDataError
from sqlalchemy.exc import SQLAlchemyError

from shared.contracts.cloudevents import Malformed
from shared.eventstore import Parked, VersionConflict
from shared.kernel import Command, NotYet, Refusal
from shared.messaging.pacing import Halts, Pace, end_if_asked
from shared.writer import Answer, Work, Writer

logger = structlog.get_logger(__name__)

ATTEMPTS = 3
"""Times a message is tried that our own code fails on, before it is set aside."""
BREATH = 16
"""Messages turned into commands before other tasks have their turn."""

STORE = (PersistenceError, VersionConflict, ConnectionPoolClosedError, SQLAlchemyError, psycopg.Error, sqlite3.Error)
VALUE = (DataError, SqlDataError, psycopg.DataError, sqlite3.DataError)

Result = TypeVar("Result")


@dataclass(frozen=True)
class Lot:
    """One message's commands, made when it is its turn; `digest` identifies its content."""

    make: Callable[[], Sequence[Command]]
    digest: str = ""


@dataclass(frozen=True)
class Fault:
    """Our own code failed on a message, every time: the kind of the last error, never its text."""

    reason: str
    attempts: int


Effect = list[Answer] | Refusal | Malformed | Fault
"""What became of a message: its commands' answers, why it was not understood, or what failed on it."""
Made = tuple[Command, ...] | Refusal | Malformed | Fault
"""What a message was turned into: its commands, or what takes the place of their answers."""


def store_is_away(error: BaseException) -> bool:
    """Whether the store could not answer (anything may succeed later), rather than refuse this one value."""
    return isinstance(error, (*STORE, OSError)) and not isinstance(error, VALUE)


def not_yet(effect: Effect) -> NotYet | None:
    """What a message waits for, if it does."""
    if isinstance(effect, list):
        return next((answer for answer in effect if isinstance(answer, NotYet)), None)
    return effect if isinstance(effect, NotYet) else None


@dataclass(frozen=True)
class Arrival:
    """Where a reader is after messages, and which of them it sets `aside` because of their effects.

    `reached` looks whether the position stands in the store: an earlier commit may have lost but its reply. After
    messages without any effect the arrival is kept only if it `must` be.
    """

    position: tuple[str, int]
    aside: Callable[[Sequence[Effect]], Sequence[Parked]]
    reached: Callable[[], bool]
    must: bool = True


class Effects:
    """Turns messages into effects, in order."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._halts = Halts("store away", "store back")

    @property
    def trouble(self) -> str:
        """What it waits for; empty when it does not."""
        return self._halts.trouble

    async def of(self, lots: Sequence[Lot], arrival: Arrival | None = None, *, patient: bool = True) -> list[Effect]:
        """The effect of each message; all are committed together, with the arrival, where nothing fails.

        While the store is away it waits and tries again; unless `patient`, it raises what the store raised.
        """
        if not patient:
            return await self._together(lots, arrival)
        return await self.persist(lambda: self._together(lots, arrival))

    async def note(self, works: Sequence[Work]) -> None:
        """Commit positions and messages set aside, however long it takes the store to be there.

        Raises VersionConflict if a position has been reached already.
        """
        await self.persist(lambda: self._writer.apply(works), final=VersionConflict)

    async def persist(self, act: Callable[[], Awaitable[Result]], final: type[Exception] | tuple[()] = ()) -> Result:
        """The result of what needs a store, tried until the store is there. Raises `final`, and other errors."""
        pace = Pace()
        while True:
            end_if_asked()
            try:
                result = await act()
            except Exception as error:
                if isinstance(error, final) or not store_is_away(error):
                    raise
                self._halts.begin(type(error).__name__)
                await asyncio.sleep(pace.next())
            else:
                self._halts.end()
                return result

    async def _together(self, lots: Sequence[Lot], arrival: Arrival | None) -> list[Effect]:
        """One work for all messages: one commit, in order, all or nothing. If one spoils it, each on its own.

        The arrival comes last then: what a crash cuts off before it is repeated, and answered as before.
        """
        made = [await self._made(lot, number) for number, lot in enumerate(lots)]
        try:
            return await self._commit(lots, made, arrival)
        except Exception as error:
            if store_is_away(error):
                raise
        effects = [await self._alone(*each) for each in zip(lots, made, strict=True)]
        if arrival:
            await self._arrive(Work(), arrival, lambda _: effects)
        return effects

    async def _commit(self, lots: Sequence[Lot], made: Sequence[Made], arrival: Arrival | None = None) -> list[Effect]:
        pairs = [(each, lot.digest) for lot, each in zip(lots, made, strict=True) if isinstance(each, tuple)]
        commands = tuple(command for each, _ in pairs for command in each)
        work = Work(commands, tuple(digest for each, digest in pairs for _ in each))
        if arrival and (arrival.must or any(made)):
            return await self._arrive(work, arrival, lambda answers: _effects(made, answers))
        [answers] = await self._writer.apply([work]) if commands else [[]]
        return _effects(made, answers)

    async def _arrive(
        self, work: Work, arrival: Arrival, effects: Callable[[Sequence[Answer]], list[Effect]]
    ) -> list[Effect]:
        """Commit a work with an arrival."""
        work = replace(work, aside=lambda answers: arrival.aside(effects(answers)))
        try:
            [answers] = await self._writer.apply([replace(work, position=arrival.position)])
        except VersionConflict:
            if not arrival.reached():
                raise
            [answers] = await self._writer.apply([work])
        return effects(answers)

    async def _alone(self, lot: Lot, made: Made) -> Effect:
        async def once() -> list[Effect]:
            return await self._commit([lot], [made])

        result = await tried(once)
        return result if isinstance(result, Fault) else result[0]

    async def _made(self, lot: Lot, number: int) -> Made:
        if number % BREATH == BREATH - 1:
            await asyncio.sleep(0)

        async def once() -> tuple[Command, ...]:
            return tuple(lot.make())

        try:
            return await tried(once)
        except (Refusal, Malformed) as refusal:
            return refusal


def _effects(made: Sequence[Made], answers: Sequence[Answer]) -> list[Effect]:
    """What became of each message, once the commands of all are answered."""
    given = iter(answers)
    return [[next(given) for _ in each] if isinstance(each, tuple) else each for each in made]


async def tried(act: Callable[[], Awaitable[Result]]) -> Result | Fault:
    """The result, or the fault after as many attempts as a message has. Refusals and store errors are raised."""
    pace, reason = Pace(), ""
    for _ in range(ATTEMPTS):
        try:
            return await act()
        except (Refusal, Malformed):
            raise
        except Exception as error:
            if store_is_away(error):
                raise
            reason = type(error).__name__
            logger.warning("message failed", error=reason, exc_info=True)
            await asyncio.sleep(pace.next())
    return Fault(reason, ATTEMPTS)
