"""The doors departments use: their inboxes on the broker, a service's POST /events, and the receipts they wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from time import monotonic
from typing import Any, Self

import httpx
from pydantic import TypeAdapter
from redis.asyncio import Redis
from redis.exceptions import RedisError

from services.console.broker import Broker
from services.console.deployment import Deployment
from services.console.keys import kid_of, signing_key_of
from services.console.letters import Ready
from services.console.words import Trouble
from shared.clock import ScenarioClock
from shared.contracts.cloudevents import decode
from shared.contracts.receipts import Receipt
from shared.messaging.doors import post
from shared.messaging.transport import BODY, Streams
from shared.signing import sign

SIGNATURE_LASTS = timedelta(days=30)
FIRST_WAIT, LONGEST_WAIT = 2.0, 10.0
"""Seconds after which a message without a receipt is sent again; doubled each time."""
PATIENCE = 120.0
"""Seconds after which a department stops believing in a receipt."""
RECEIPTS = TypeAdapter(list[Receipt])

Entries = Sequence[tuple[bytes, dict[bytes, bytes]]]


class ReceiptsMissing(Trouble):
    """Messages were sent again and again and nothing came back."""


class Doors:
    """All departments of a scenario at once: each sends through its own door and follows its own receipts.

    Use it in an `async with`. `on_broker` are the departments that write to their inbox on the broker; the
    others post over HTTP. Everybody's receipts are read from the broker.
    """

    def __init__(
        self, deployment: Deployment, broker: Broker, clock: ScenarioClock, on_broker: Collection[str]
    ) -> None:
        self._deployment, self._broker, self._on_broker = deployment, broker, on_broker
        self.clock = clock
        self._streams = Streams(deployment.county)
        self._redis: dict[str, Redis] = {}
        self._http = httpx.AsyncClient(timeout=30, trust_env=False)
        self._keys: dict[str, dict[str, Any]] = {}
        self._arrived = asyncio.Condition()
        self._listening: list[asyncio.Task[None]] = []
        self._stack = AsyncExitStack()
        self._closing = False
        self.receipts: dict[tuple[str, str], Receipt] = {}

    async def __aenter__(self) -> Self:
        self._stack.push_async_callback(self._http.aclose)
        return self

    async def __aexit__(self, *raised: object) -> None:
        self._closing = True
        for task in self._listening:
            task.cancel()
        await asyncio.gather(*self._listening, return_exceptions=True)
        await self._stack.aclose()

    def listen(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Follow the receipts of each (department, service) from the first one ever given."""
        self._listening += [asyncio.create_task(self._follow(*pair)) for pair in sorted(set(pairs))]

    def receipt(self, letter: Ready) -> Receipt | None:
        """The latest word on a message."""
        return self.receipts.get((letter.department, letter.id))

    def final(self, letter: Ready) -> bool:
        receipt = self.receipt(letter)
        return receipt is not None and receipt.status != "held"

    async def deliver(self, letters: Sequence[Ready]) -> None:
        """Send messages, and again those without a receipt, until every one has one, be it that it is held.

        Raises ReceiptsMissing.
        """
        deadline, wait, missing = monotonic() + PATIENCE, FIRST_WAIT, list(letters)
        while missing:
            await self._send(missing)
            await self._wait(lambda: all(self.receipt(each) for each in letters), wait)
            missing = [each for each in letters if not self.receipt(each)]
            wait = min(wait * 2, LONGEST_WAIT)
            if missing and monotonic() > deadline:
                raise ReceiptsMissing(count=len(missing), seconds=PATIENCE, first=missing[0].id)

    async def settle(self, letters: Sequence[Ready]) -> None:
        """Wait until every message has its final receipt. Raises ReceiptsMissing."""
        await self._wait(lambda: all(map(self.final, letters)), PATIENCE)
        if missing := [each for each in letters if not self.final(each)]:
            raise ReceiptsMissing(count=len(missing), seconds=PATIENCE, first=missing[0].id)

    async def _wait(self, so: Any, seconds: float) -> None:
        try:
            async with self._arrived, asyncio.timeout(seconds):
                await self._arrived.wait_for(so)
        except TimeoutError:
            return

    async def _send(self, letters: Sequence[Ready]) -> None:
        """Every department beside the others, its own letters in order."""
        offices: dict[tuple[str, str], list[Ready]] = {}
        for letter in letters:
            offices.setdefault((letter.department, letter.service), []).append(letter)
        await asyncio.gather(*map(self._send_from, offices.values()))

    async def _send_from(self, letters: Sequence[Ready]) -> None:
        """What does not get through is sent again later."""
        try:
            for letter in letters:
                await (self._put if letter.department in self._on_broker else self._post)(letter)
        except (RedisError, httpx.TransportError, OSError):
            await asyncio.sleep(0.2)

    async def _put(self, letter: Ready) -> None:
        stream = self._streams.inbox(letter.service, letter.department)
        await post(self._client(letter.department), stream, letter.body, self._signature(letter))

    async def _post(self, letter: Ready) -> None:
        url = f"{self._deployment.urls[letter.service]}/events"
        headers = {"Evenborn-Signature": self._signature(letter), "Content-Type": "application/cloudevents+json"}
        answer = await self._http.post(url, content=letter.body, headers=headers)
        if answer.is_success:
            await self._take(letter.department, RECEIPTS.validate_python(answer.json()["receipts"], strict=False))

    def _signature(self, letter: Ready) -> str:
        name = letter.department
        if name not in self._keys:
            self._keys[name] = signing_key_of(self._deployment.secrets, name)
        return sign(letter.body, self._keys[name], kid_of(name), self.clock.now(), SIGNATURE_LASTS)

    def _client(self, department: str) -> Redis:
        if department not in self._redis:
            client = Redis.from_url(self._broker.of_department(department), socket_timeout=10)
            self._stack.push_async_callback(client.aclose)
            self._redis[department] = client
        return self._redis[department]

    async def _follow(self, department: str, service: str) -> None:
        stream = self._streams.channel(service, f"receipts.{department}")
        last: bytes | str = "0"
        while not self._closing:  # redis-py may swallow a cancellation
            try:
                found: Any = await self._client(department).xread({stream: last}, count=500, block=1000)
            except (RedisError, OSError):
                await asyncio.sleep(0.2)
                continue
            entries: Entries = found[0][1] if found else []
            last = entries[-1][0] if entries else last
            await self._take(department, [_receipt(fields[BODY]) for _, fields in entries])

    async def _take(self, department: str, receipts: Sequence[Receipt]) -> None:
        async with self._arrived:
            self.receipts |= {(department, receipt.id): receipt for receipt in receipts if receipt.id}
            self._arrived.notify_all()


def _receipt(body: bytes) -> Receipt:
    return Receipt.model_validate(decode(body).data, strict=False)
