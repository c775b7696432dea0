"""The doors of the inbox on the broker: one stream per department, emptied as its messages are receipted."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

import structlog
from faststream.redis import RedisBroker

from shared.messaging.inbox import Inbox, Post
from shared.messaging.pacing import Halts, Pace, end_if_asked
from shared.messaging.transport import BODY, SIGNATURE, Entry, Hear, subscribe

logger = structlog.get_logger(__name__)

MOST = 128
"""Messages taken at once: each may have 1 MiB."""

TOGETHER = 0.03
"""Seconds between the moments at which doors read again: all at the same ones, so that one commit takes what came.

A little more than answering takes at 300 messages a second: what is missed is read a whole round later."""
GATHER = 0.003
"""Seconds that the first of them waits for what the others read."""
GATHERED = 256
"""Messages of several doors taken in one go: beyond it a commit gains little and the first of them waits."""
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


LONGEST_POLL = 30.0
"""Seconds between looks at the ids while the broker is away; messages are read again as soon as it is back."""


@dataclass(eq=False)
class _Brought:
    """What a door read, until it is answered."""

    department: str
    entries: Sequence[Entry]
    answered: bool = False


class Doors:
    """Reads the streams of the departments into the inbox.

    For metrics: `replaced` counts streams mended, by department; `trouble` why nothing moves (empty when it does).
    """

    def __init__(self, broker: RedisBroker, inbox: Inbox, streams: Mapping[str, str], *, poll: float = 2.0) -> None:
        """`streams` names each department's stream; `poll` is the time in seconds between looks at their ids."""
        self._broker, self._inbox, self._streams, self._poll = broker, inbox, streams, poll
        self._paces = {department: Pace() for department in streams}
        self._brought, self._turn = list[_Brought](), asyncio.Lock()
        self.replaced: Counter[str] = Counter()
        self._halts = Halts("inbox halted", "inbox goes on")
        self._reaching = Halts("inboxes not reached", "inboxes reached again")
        for department, stream in streams.items():
            subscribe(broker, stream, "0-0", MOST, self._hearing(department))

    @property
    def trouble(self) -> str:
        """Why nothing moves; empty when it does."""
        return self._inbox.trouble or self._halts.trouble

    async def run(self) -> None:
        """Look after the streams, if there are any; ends when it is cancelled."""
        pace = Pace(self._poll, LONGEST_POLL)
        while True:
            end_if_asked()
            await asyncio.sleep(pace.next() if self._reaching.trouble else self._poll)
            try:
                await self._mend()
            except Exception as error:  # noqa: BLE001 - a task that raises is gone
                self._reaching.begin(type(error).__name__)
            else:
                self._reaching.end()
                pace.reset()

    def _hearing(self, department: str) -> Hear:
        async def hear(entries: Sequence[Entry]) -> str:
            try:
                await self._take(department, entries)
            except Exception as error:  # noqa: BLE001 - see below
                # a handler that raises would skip the batch; here it stays in the stream and is read again
                self._halts.begin(type(error).__name__, trace=True, department=department)
                await asyncio.sleep(self._paces[department].next())
            else:
                self._halts.end(department=department)
                self._paces[department].reset()
                if len(entries) < MOST:
                    await asyncio.sleep(TOGETHER - monotonic() % TOGETHER)
            return "0-0"

        return hear

    async def _take(self, department: str, entries: Sequence[Entry]) -> None:
        """Have entries answered, by whichever door has its turn first. Raises only what its own turn raises."""
        mine = _Brought(department, entries)
        self._brought.append(mine)
        try:
            async with self._turn:
                if not mine.answered:
                    await asyncio.sleep(GATHER)
                    await self._answer(self._gathered(mine))
        finally:
            self._brought.remove(mine)

    def _gathered(self, mine: _Brought) -> list[_Brought]:
        """What a door brought, and what others did meanwhile."""
        gathered, messages = [mine], len(mine.entries)
        for other in self._brought:
            if other is not mine and not other.answered and messages + len(other.entries) <= GATHERED:
                gathered.append(other)
                messages += len(other.entries)
        return gathered

    async def _answer(self, gathered: Sequence[_Brought]) -> None:
        """Answer the entries, and only then delete them: a crash in between repeats the receipts, not the effects."""
        await self._inbox.take([_post(entry, each.department) for each in gathered for entry in each.entries])
        client = await self._client()
        async with client.pipeline(transaction=False) as pipe:
            for each in gathered:
                pipe.xdel(self._streams[each.department], *[entry.id for entry in each.entries])
            await pipe.execute()
        for each in gathered:
            each.answered = True

    async def _mend(self) -> None:
        """Mend what needs it, in one round trip for all departments."""
        if not self._streams:
            return
        client = await self._client()
        async with client.pipeline(transaction=False) as pipe:
            for stream in self._streams.values():
                pipe.eval(MEND, 1, stream)
            for department, mended in zip(self._streams, await pipe.execute(), strict=True):
                if mended:
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
