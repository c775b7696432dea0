"""The broker as FastStream and redis-py see it: names of streams, raw entries, connections that never hang."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from math import inf
from time import monotonic
from typing import Any, NamedTuple

import structlog
from faststream.redis import RedisBroker, StreamSub
from faststream.redis.parser import MessageFormat
from faststream.redis.subscriber.usecases import stream_subscriber
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from shared.messaging.pacing import Halts, Pace, end_if_asked

logger = structlog.get_logger(__name__)

BODY = b"__data__"
"""The field of an entry that holds the exact bytes of a message."""
SIGNATURE = b"signature"
"""The field of an inbox entry that holds the detached signature over those bytes."""
TIMEOUT = 5.0
"""Seconds without an answer after which a connection is given up: a partition must not hang anybody."""
AGAIN = 1
"""Seconds until a read that failed is repeated; FastStream would take 5, and has no setting for it."""
SELDOM = 60.0
"""Seconds between two lines of FastStream's about the same trouble."""
BLOCK = 100
"""Milliseconds a read waits for entries."""


class _Seldom(logging.Filter):
    """Lets the same trouble pass once a minute: FastStream tells it with its trace at every read that fails.

    When the broker went away and when it is back, those say who wait for it (the relay, the doors).
    """

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        kind = type(record.exc_info[1]).__name__ if record.exc_info else ""
        line, now = f"{record.getMessage()} {kind}".strip(), monotonic()
        if now - self._said.get(line, -inf) < SELDOM:
            return False
        self._said[line] = now
        record.msg, record.args, record.exc_info = line, None, None
        return True


QUIET = logging.getLogger("evenborn.transport")
QUIET.addFilter(_Seldom())


class Entry(NamedTuple):
    """One entry of a stream as it came: its id and whatever fields it has."""

    id: str
    fields: dict[bytes, bytes]


Hear = Callable[[Sequence[Entry]], Awaitable[str]]
"""Takes a batch and gives the id to read on from; it must not raise, for FastStream would skip the batch."""


class Raw(MessageFormat):
    """Leaves entries alone. Handlers read them from the raw message.

    FastStream's own formats take a top-level `data` for an envelope, and one entry that does not parse costs
    its whole batch.
    """

    @classmethod
    async def encode(cls, *, message: Any, **_: Any) -> bytes:
        """Bytes are sent as they are."""
        return bytes(message)

    @classmethod
    def parse(cls, data: bytes) -> tuple[bytes, dict[str, Any]]:
        """Nothing is looked at: no entry can be malformed here."""
        del data
        return b"null", {}


@dataclass(frozen=True)
class Streams:
    """Names of one county's streams; a service's own `service` prefix tells whose channel it is."""

    county: str

    def channel(self, service: str, channel: str) -> str:
        """`c:births.care`; receipts are addressed: `c:receipts.births.hospital` for channel `receipts.hospital`."""
        kind, _, department = channel.partition(".")
        if kind == "receipts" and department:
            return f"{self.county}:receipts.{service}.{department}"
        return f"{self.county}:{service}.{channel}"

    def inbox(self, service: str, department: str) -> str:
        """`c:inbox.births.hospital`: that department writes, that service reads and deletes."""
        return f"{self.county}:inbox.{service}.{department}"


def sequence_of(entry_id: str) -> int | None:
    """The sequence in an id of the form `<sequence>-0`, else None: nobody of ours wrote it."""
    found = re.fullmatch(r"(0|[1-9][0-9]{0,18})-0", entry_id, re.ASCII)
    return int(found[1]) if found else None


def make_broker(url: str) -> RedisBroker:
    """A FastStream broker, not yet connected. Its errors are logged, its every message is not.

    Without its dependency injection, which would move every batch through another thread.
    """
    stream_subscriber.CONSUME_ERROR_BACKOFF_SECONDS = AGAIN  # type: ignore[attr-defined] # what it waits with
    return RedisBroker(
        url,
        message_format=Raw,
        logger=QUIET,
        log_level=logging.DEBUG,
        apply_types=False,
        socket_timeout=TIMEOUT,
        socket_connect_timeout=TIMEOUT,
        graceful_timeout=TIMEOUT,
    )


def connect(url: str) -> Redis:
    """A plain client whose failures are ours to repeat: everything we send is conditional or idempotent."""
    return Redis.from_url(url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT, retry=Retry(NoBackoff(), 0))  # type: ignore[no-any-return, unused-ignore]


def subscribe(broker: RedisBroker, stream: str, last_id: str, most: int, hear: Hear) -> None:
    """Read a stream in batches from an id of our own, without a consumer group (groups die with a FLUSHALL).

    FastStream moves its `last_id` to the end of a batch before it calls the handler; here the handler's
    answer decides where the next read begins.
    """
    reading = StreamSub(stream, batch=True, max_records=most, last_id=last_id, polling_interval=BLOCK)
    subscriber = broker.subscriber(stream=reading, no_reply=True)

    @subscriber
    async def heard(_: object) -> None:
        raw = broker.context.get_local("message").raw_message
        pairs = zip(raw["message_ids"], raw["data"], strict=True)
        subscriber.last_id = await hear([Entry(entry_id.decode(), fields) for entry_id, fields in pairs])


async def listen(broker: RedisBroker) -> None:
    """Start the subscribers of a broker, however long it takes the broker to be there."""
    pace, halts = Pace(), Halts("broker not there", "broker there")
    while True:
        end_if_asked()
        try:
            await broker.start()
        except (RedisError, OSError, TimeoutError) as error:
            halts.begin(type(error).__name__)
            await broker.stop()
            await asyncio.sleep(pace.next())
        else:
            halts.end()
            return
