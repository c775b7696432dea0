"""The doors of the inbox on the broker: one stream per department, emptied as its messages are receipted."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from faststream.redis import RedisBroker

from shared.messaging.inbox import Inbox, Post
from shared.messaging.pacing import Pace, end_if_asked
from shared.messaging.transport import BODY, SIGNATURE, Entry, Hear, subscribe

logger = structlog.get_logger(__name__)

MOST = 128
"""Messages taken at once: each may have 1 MiB."""

MEND = """
local kind = redis.call('TYPE', KEYS[1]).ok
if kind == 'none' then return 0 end
if kind ~= 'stream' then return redis.call('DEL', KEYS[1]) end
if redis.call('XLEN', KEYS[1]) > 0 then return 0 end
local about = redis.call('XINFO', 'STREAM', KEYS[1])
local tomorrow = redis.call('TIME')[1] * 1000 + 86400000
for i = 1, #about, 2 do
  if about[i] == 'last-generated-id' and tonumber(string.match(about[i + 1], '^(%d+)-')) > tomorrow then
    return redis.call('DEL', KEYS[1])
  end
end
return 0
"""
"""Replace an emptied stream whose last id lies more than a day ahead: with it, nobody could add anything any more.

KEYS: the stream. Also takes away a key that is no stream. Gives 1 if it did something.
"""


class Doors:
    """Reads the streams of the departments into the inbox.

    For metrics: `replaced` counts streams mended, by department; `trouble` why nothing moves (empty when it does).
    """

    def __init__(self, broker: RedisBroker, inbox: Inbox, streams: Mapping[str, str], *, poll: float = 2.0) -> None:
        """`streams` names each department's stream; `poll` is the time in seconds between looks at their ids."""
        self._broker, self._inbox, self._streams, self._poll = broker, inbox, streams, poll
        self._paces = {department: Pace() for department in streams}
        self.replaced: Counter[str] = Counter()
        self._trouble = ""
        for department, stream in streams.items():
            subscribe(broker, stream, "0-0", MOST, self._hearing(department))

    @property
    def trouble(self) -> str:
        """Why nothing moves; empty when it does."""
        return self._inbox.trouble or self._trouble

    async def run(self) -> None:
        """Look after the streams; ends when it is cancelled."""
        while True:
            end_if_asked()
            await asyncio.sleep(self._poll)
            for department in self._streams:
                try:
                    await self._mend(department)
                except Exception as error:
                    # a task that raises is gone
                    logger.warning(
                        "inbox not reached", department=department, error=type(error).__name__, exc_info=True
                    )

    def _hearing(self, department: str) -> Hear:
        async def hear(entries: Sequence[Entry]) -> str:
            try:
                await self._take(department, entries)
            except Exception as error:
                # a handler that raises would skip the batch; here it stays in the stream and is read again
                self._trouble = type(error).__name__
                logger.warning("inbox halted", department=department, error=self._trouble, exc_info=True)
                await asyncio.sleep(self._paces[department].next())
            else:
                self._trouble = ""
                self._paces[department].reset()
            return "0-0"

        return hear

    async def _take(self, department: str, entries: Sequence[Entry]) -> None:
        """Answer the entries, and only then delete them: a crash in between repeats the receipt, not the effect."""
        await self._inbox.take([_post(entry, department) for entry in entries])
        client = await self._client()
        await client.xdel(self._streams[department], *[entry.id for entry in entries])

    async def _mend(self, department: str) -> None:
        client = await self._client()
        if await client.eval(MEND, 1, self._streams[department]):
            self.replaced[department] += 1
            logger.warning("inbox replaced", department=department)

    async def _client(self) -> Any:
        return await self._broker.connect()


async def post(client: Any, stream: str, body: bytes, signature: str) -> None:
    """Put a message into a department's inbox: field `__data__` its exact bytes, field `signature` the detached JWS.

    `client` is a redis.asyncio client. Raises RedisError.
    """
    await client.xadd(stream, {BODY: body, SIGNATURE: signature})


def _post(entry: Entry, department: str) -> Post:
    """An entry as a post; bytes that are no signature are none."""
    signature = entry.fields.get(SIGNATURE, b"")
    return Post(entry.fields.get(BODY, b""), signature.decode("ascii", "replace"), department)
