"""The courier: brings signed messages to another county's door and does not rest until each is receipted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx
import structlog
from pydantic import ValidationError
from pydantic_core import to_json

from shared.contracts.cloudevents import Event, decode
from shared.contracts.receipts import Receipt
from shared.eventstore import Log, Parked, VersionConflict
from shared.journal import Journal
from shared.kernel import Clock, Command
from shared.messaging.asides import HELD
from shared.messaging.effects import Effects
from shared.messaging.pacing import Halts, Pace, end_if_asked
from shared.writer import Work, Writer

logger = structlog.get_logger(__name__)

PAGE = 50
"""Messages read from the journal at once."""


Return = Callable[[Event, Receipt], Sequence[Command]]
"""What a message's final receipt asks of us; the commands' ids derive from the message's."""


class NotReceipted(Exception):
    """The other county did not answer, or not with a receipt for this message."""


class Courier:
    """Follows the journal channel `courier.<county>`; its position lies in the log.

    A message the other county holds is set aside here and brought again by `retry`, so that it delays no other;
    its final receipt is not lost. Receipts are journaled on `courier.<county>.receipts`.
    For metrics: `position`, `lag()`, `trouble` why nothing moves (empty when it does).
    """

    def __init__(  # noqa: PLR0913 - a composition root hands over each part by name
        self,
        channel: str,
        url: str,
        *,
        client: httpx.AsyncClient,
        sign: Callable[[bytes], str],
        journal: Journal,
        writer: Writer,
        log: Log,
        clock: Clock,
        returned: Return = lambda _event, _receipt: (),
        poll: float = 2.0,
    ) -> None:
        """`url` is the other service's address; `sign` gives a detached signature of these bytes, anew each time."""
        self._returned = returned
        self.channel, self._url = channel, f"{url.rstrip('/')}/events"
        self._client, self._sign, self._journal, self._clock = client, sign, journal, clock
        self._log, self._effects, self._poll = log, Effects(writer), poll
        self.position = log.position(channel)
        self._halts = Halts("courier halted", "courier goes on")
        self._hinted = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def trouble(self) -> str:
        """Why nothing moves; empty when it does."""
        return self._effects.trouble or self._halts.trouble

    def lag(self) -> int:
        """Messages not yet receipted."""
        return self._journal.head(self.channel) - self.position

    def hint(self) -> None:
        """The journal may have grown; from any thread."""
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._hinted.set)

    async def run(self) -> None:
        """Bring messages in order; ends when it is cancelled."""
        self._loop, pace = asyncio.get_running_loop(), Pace(longest=30.0)
        while True:
            end_if_asked()
            self._hinted.clear()
            try:
                rows = await self._effects.persist(self._page)
                for sequence, body in rows:
                    await self._bring(sequence, body)
                    pace.reset()
            except Exception as error:  # noqa: BLE001 - a task that raises is gone
                expected = isinstance(error, NotReceipted)
                why = str(error) if expected else type(error).__name__
                self._halts.begin(why, trace=not expected, channel=self.channel)
                await asyncio.sleep(pace.next())
                continue
            self._halts.end(channel=self.channel)
            if not rows:
                await self._rest()

    async def retry(self, parked: Sequence[Parked]) -> list[str]:
        """Bring held messages again; says of each what the other county said, `held` when it said nothing."""
        return [await self._bring_again(each) for each in parked]

    async def _page(self) -> list[tuple[int, bytes]]:
        return await asyncio.to_thread(self._journal.feed, self.channel, self.position, PAGE)

    async def _bring(self, sequence: int, body: bytes) -> None:
        """Post a message, keep its receipt, then move on. Raises NotReceipted."""
        receipt = await self._post(body)
        await self._keep(receipt, body)
        works = [Work(self._asks(receipt, body), position=(self.channel, sequence))]
        if receipt.status == HELD:
            at, reason = self._clock.now().isoformat(), receipt.reason.name if receipt.reason else ""
            held = Parked(f"{self.channel}:{sequence}", HELD, self.channel, "", reason, 1, body, at)
            works.insert(0, Work(park=held))
        try:
            await self._effects.note(works)
        except VersionConflict:
            if self._log.position(self.channel) < sequence:
                raise
        self.position = sequence

    async def _bring_again(self, parked: Parked) -> str:
        try:
            receipt = await self._post(parked.body)
        except NotReceipted:
            return HELD
        if receipt.status != HELD:
            await self._keep(receipt, parked.body)
            await self._effects.note([Work(self._asks(receipt, parked.body), unpark=parked.id)])
        return receipt.status

    def _asks(self, receipt: Receipt, body: bytes) -> tuple[Command, ...]:
        return () if receipt.status == HELD else tuple(self._returned(decode(body), receipt))

    async def _post(self, body: bytes) -> Receipt:
        """The receipt for a message. One that does not name it (signature not accepted …) is not its receipt."""
        headers = {"Evenborn-Signature": self._sign(body), "Content-Type": "application/cloudevents+json"}
        try:
            answer = await self._client.post(self._url, content=body, headers=headers, timeout=30)
            answer.raise_for_status()
            given: Any = answer.json()
            receipt = Receipt.model_validate_json(_only(given))
        except (httpx.HTTPError, ValidationError, ValueError, KeyError, TypeError) as error:
            raise NotReceipted(type(error).__name__) from error
        if receipt.id != decode(body).id:
            raise NotReceipted(receipt.reason.name if receipt.reason else "another message's receipt")
        return receipt

    async def _keep(self, receipt: Receipt, body: bytes) -> None:
        """Journal a receipt in our own name, with the message it is for as its subject."""
        sent = decode(body)
        event = Event(
            id="unnumbered",
            source=sent.source,
            type=f"evenborn.{sent.source.rpartition('/')[2]}.courier_receipt.v1",
            time=self._clock.now(),
            subject=sent.id,
            data=receipt.model_dump(mode="json", exclude_none=True),
        )
        sayings = [(f"{self.channel}.receipts", event)]
        await self._effects.persist(lambda: asyncio.to_thread(self._journal.append, sayings))

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._hinted.wait(), self._poll)
        except TimeoutError:
            return


def _only(answer: Mapping[str, list[Any]]) -> bytes:
    """The one receipt of an answer. Raises what a shape that is not expected raises."""
    [receipt] = answer["receipts"]
    return to_json(receipt)
