"""The doors of the inbox on the broker: one stream per department, emptied as its messages are receipted."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from time import monotonic
from typing import Any, NamedTuple

import structlog
from faststream.redis import RedisBroker
from redis.exceptions import RedisError, ResponseError

from shared.messaging.inbox import Inbox, Post
from shared.messaging.pacing import Halts, Pace, end_if_asked
from shared.messaging.transport import AGAIN, BLOCK, BODY, SIGNATURE, Entry

logger = structlog.get_logger(__name__)

MOST = 256
"""Messages of all departments taken in one go: beyond it a commit gains little and the first of them waits."""
TOGETHER = 0.03
"""Seconds between two readings of the doors at least, so that one commit takes what came meanwhile."""
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
AWAY = (RedisError, OSError, TimeoutError)


class _Brought(NamedTuple):
    """What one department's door holds."""

    department: str
    entries: Sequence[Entry]


class Doors:
    """Reads the streams of the departments into the inbox, all of them in one question.

    For metrics: `replaced` counts streams mended, by department; `trouble` why nothing moves (empty when it does).
    """

    def __init__(self, broker: RedisBroker, inbox: Inbox, streams: Mapping[str, str], *, poll: float = 2.0) -> None:
        """`streams` names each department's stream; `poll` is the time in seconds between looks at their ids."""
        self._broker, self._inbox, self._streams, self._poll = broker, inbox, streams, poll
        self._departments = {stream: department for department, stream in streams.items()}
        self._most = max(1, MOST // max(1, len(streams)))
        self._paces = {department: Pace() for department in streams}
        self._resting = dict.fromkeys(streams, 0.0)
        self._looked = 0.0
        self.replaced: Counter[str] = Counter()
        self._halts = Halts("inbox halted", "inbox goes on")
        self._reaching = Halts("inboxes not reached", "inboxes reached again")

    @property
    def trouble(self) -> str:
        """Why nothing moves; empty when it does."""
        return self._inbox.trouble or self._halts.trouble

    async def run(self) -> None:
        """Read and answer, round after round; ends when it is cancelled, or if there are no streams."""
        pace = Pace(longest=AGAIN)
        while self._streams:
            end_if_asked()
            try:
                pause = await self._round()
            except Exception as error:  # noqa: BLE001 - a task that raises is gone
                self._reaching.begin(type(error).__name__, trace=not isinstance(error, AWAY))
                await asyncio.sleep(pace.next())
            else:
                self._reaching.end()
                pace.reset()
                await asyncio.sleep(pause)

    async def _round(self) -> float:
        """Answer what the doors hold; gives the seconds until they are read again."""
        if monotonic() - self._looked >= self._poll:
            await self._mend()
        brought, read_at = await self._read(), monotonic()
        if not brought:
            return 0
        await self._take(brought)
        full = any(len(each.entries) == self._most for each in brought)
        return 0 if full else max(0, read_at + TOGETHER - monotonic())

    async def _read(self) -> list[_Brought]:
        """What the doors hold now, or before long. Raises RedisError."""
        now = monotonic()
        awake = {stream: "0-0" for department, stream in self._streams.items() if self._resting[department] <= now}
        if not awake:
            await asyncio.sleep(BLOCK / 1000)
            return []
        client = await self._client()
        try:
            read = await client.xread(awake, count=self._most, block=BLOCK)
        except ResponseError:
            await self._mend()
            return await self._read_each(list(awake))
        brought = [_Brought(self._departments[stream.decode()], _entries(found)) for stream, found in read]
        self._go_on({self._departments[stream] for stream in awake} - {each.department for each in brought})
        return brought

    async def _read_each(self, streams: Sequence[str]) -> list[_Brought]:
        """What doors hold, asked one by one: those that cannot be read rest. Raises RedisError."""
        client = await self._client()
        async with client.pipeline(transaction=False) as pipe:
            for stream in streams:
                pipe.xrange(stream, count=self._most)
            found = await pipe.execute(raise_on_error=False)
        brought = []
        for stream, entries in zip(streams, found, strict=True):
            if isinstance(entries, Exception):
                self._rest(self._departments[stream], entries)
            elif entries:
                brought.append(_Brought(self._departments[stream], _entries(entries)))
        return brought

    async def _take(self, brought: Sequence[_Brought]) -> None:
        """Have entries answered together; if some fail here, each department's by themselves. Raises RedisError."""
        try:
            await self._answer(brought)
        except AWAY:
            raise
        except Exception as error:  # noqa: BLE001 - a fault of our own: the entries stay and are tried again
            if len(brought) > 1:
                for each in brought:
                    await self._take([each])
                return
            self._rest(brought[0].department, error)
        else:
            self._go_on(each.department for each in brought)

    def _rest(self, department: str, error: Exception) -> None:
        """Leave a department's door alone for a while."""
        self._halts.begin(type(error).__name__, trace=not isinstance(error, AWAY), department=department)
        self._resting[department] = monotonic() + self._paces[department].next()

    def _go_on(self, departments: Iterable[str]) -> None:
        """Nothing is wrong with these doors."""
        for department in departments:
            self._halts.end(department=department)
            self._paces[department].reset()

    async def _answer(self, brought: Sequence[_Brought]) -> None:
        """Answer the entries, and only then delete them: a crash in between repeats the receipts, not the effects."""
        await self._inbox.take([_post(entry, each.department) for each in brought for entry in each.entries])
        client = await self._client()
        async with client.pipeline(transaction=False) as pipe:
            for each in brought:
                pipe.xdel(self._streams[each.department], *[entry.id for entry in each.entries])
            await pipe.execute()

    async def _mend(self) -> None:
        """Mend what needs it, in one round trip for all departments; a door that cannot be looked at rests."""
        client = await self._client()
        async with client.pipeline(transaction=False) as pipe:
            for stream in self._streams.values():
                pipe.eval(MEND, 1, stream)
            found = await pipe.execute(raise_on_error=False)
        for department, mended in zip(self._streams, found, strict=True):
            if isinstance(mended, Exception):
                self._rest(department, mended)
            elif mended:
                self.replaced[department] += 1
                logger.warning("inbox replaced", department=department)
        self._looked = monotonic()

    async def _client(self) -> Any:
        return await self._broker.connect()


async def post(client: Any, stream: str, body: bytes, signature: str) -> None:
    """Put a message into a department's inbox: field `__data__` its exact bytes, field `signature` the detached JWS.

    `client` is a redis.asyncio client. Raises RedisError.
    """
    await client.xadd(stream, {BODY: body, SIGNATURE: signature})


def _entries(found: Sequence[tuple[bytes, dict[bytes, bytes]]]) -> list[Entry]:
    return [Entry(entry_id.decode(), fields) for entry_id, fields in found]


def _post(entry: Entry, department: str) -> Post:
    """An entry as a post; bytes that are no signature are none."""
    signature = entry.fields.get(SIGNATURE, b"")
    return Post(entry.fields.get(BODY, b""), signature.decode("ascii", "replace"), department)
