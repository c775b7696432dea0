"""Parking: messages set aside, tried again when something changed, or by an operator."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import groupby
from time import monotonic

import structlog

from shared.eventstore import Log, Parked
from shared.messaging.asides import HELD, NEWER
from shared.messaging.effects import store_is_away
from shared.messaging.pacing import end_if_asked

logger = structlog.get_logger(__name__)

MOST = 256
"""Messages tried again in one commit."""
SHARE = 4
"""A round of retries is followed by a rest that many times as long, so that many held messages slow nobody."""
REST = 0.2
"""Seconds of rest at least: facts are written hundreds of times a second."""

Retry = Callable[[Sequence[Parked]], Awaitable[list[str]]]
"""Tries messages of one source again and says what became of each."""


class NotParked(Exception):
    """No message is set aside under this id."""


class Parking:
    """Retries and drops. `sources` are those who can try again: the inbox, and each reader by its channel.

    `trouble` says why held messages are not tried (empty when they are).
    """

    def __init__(
        self,
        log: Log,
        sources: Mapping[str, Retry],
        *,
        dropped: Callable[[str], None] = lambda _parked_id: None,
        poll: float = 5.0,
    ) -> None:
        """`dropped` is told of what an operator gave up."""
        self._log, self._sources, self._dropped, self._poll = log, sources, dropped, poll
        self._hinted = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.trouble = ""

    def hint(self) -> None:
        """Facts were written, or a message began to wait; from any thread."""
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._hinted.set)

    async def retry(self, parked_id: str) -> str:
        """Try a message again now and say what became of it. Raises NotParked."""
        found = [each for each in self._log.parked() if each.id == parked_id and each.source in self._sources]
        if not found:
            raise NotParked(parked_id)
        [said] = await self._sources[found[0].source](found)
        return said

    def drop(self, parked_id: str) -> None:
        """Give a message up. Raises NotParked."""
        if not self._log.unpark(parked_id):
            raise NotParked(parked_id)
        self._dropped(parked_id)

    async def run(self) -> None:
        """Try what newer code may understand now, then what is held, whenever something changed; until cancelled."""
        self._loop = asyncio.get_running_loop()
        kinds = [NEWER, HELD]
        while True:
            end_if_asked()
            self._hinted.clear()
            began = monotonic()
            try:
                for kind in kinds:
                    await self.round(kind)
            except Exception as error:
                if not store_is_away(error):
                    logger.warning("retry failed", error=type(error).__name__, exc_info=True)
                self.trouble = type(error).__name__
            else:
                self.trouble, kinds = "", [HELD]
            await asyncio.sleep(max(REST, SHARE * (monotonic() - began)))
            await _either(self._hinted, self._poll)

    async def round(self, kind: str) -> None:
        """Try all messages of a kind once, in the order in which they were set aside."""
        waiting = [each for each in await asyncio.to_thread(self._log.parked, kind) if each.source in self._sources]
        for source, group in groupby(waiting, key=lambda each: each.source):
            messages = list(group)
            for start in range(0, len(messages), MOST):
                await self._sources[source](messages[start : start + MOST])


async def _either(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
