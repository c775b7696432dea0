"""The relay: keeps every stream on the broker equal to its channel in the journal, whatever happens to the broker."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from math import inf
from threading import Event as Flag
from threading import Lock, Thread
from time import monotonic
from typing import Any

import structlog
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from shared.journal import Journal
from shared.messaging.pacing import Halts, Pace
from shared.messaging.transport import BODY, sequence_of

logger = structlog.get_logger(__name__)

BATCH = 500
"""Entries added by one script: it holds up the whole broker for a millisecond or two."""
ROUNDS = 64
"""Batches of one channel before the others have their turn."""
AT_ONCE = 8
"""Streams looked at in one poll, in turn, though nothing was said in them: a county has a hundred for receipts."""

APPEND = """
local seen, length = '0-0', 0
local kind = redis.call('TYPE', KEYS[1]).ok
if kind == 'stream' then
  local about = redis.call('XINFO', 'STREAM', KEYS[1])
  for i = 1, #about, 2 do
    if about[i] == 'last-generated-id' then seen = about[i + 1] end
    if about[i] == 'length' then length = about[i + 1] end
  end
elseif kind ~= 'none' then
  seen = kind
end
if seen ~= ARGV[1] then return {0, seen, length} end
for i = 4, #ARGV, 2 do
  redis.call('XADD', KEYS[1], ARGV[i], ARGV[3], ARGV[i + 1])
  seen = ARGV[i]
end
if #ARGV > 3 then
  redis.call('XTRIM', KEYS[1], 'MAXLEN', '~', ARGV[2])
  length = redis.call('XLEN', KEYS[1])
end
return {1, seen, length}
"""
"""Add entries only if the stream's last id is the expected one; gives whether it was, then its last id and length.

KEYS: the stream. ARGV: expected id ('0-0' if it should not exist), retention, field, then id and body per entry.
FLUSHALL drops no connection, so a relay that only remembered its own position would never notice one.
"""

DROP = """
local seen, length = '', -1
if redis.call('TYPE', KEYS[1]).ok == 'stream' then
  local about = redis.call('XINFO', 'STREAM', KEYS[1])
  for i = 1, #about, 2 do
    if about[i] == 'last-generated-id' then seen = about[i + 1] end
    if about[i] == 'length' then length = about[i + 1] end
  end
end
if seen == '' or (seen == ARGV[1] and length == tonumber(ARGV[2])) then return redis.call('DEL', KEYS[1]) end
return 0
"""
"""Delete a stream if it is still as it was found wrong (ARGV: last id, length): another relay may have mended it."""


class Relay:
    """One thread for all channels of a journal. Two relays at once only waste work.

    For metrics: `relayed` last sequence per channel, `lag` messages not yet on the broker per channel, `refills`
    and `foreign` counts per channel.
    """

    def __init__(  # noqa: PLR0913 - a composition root hands over each part by name
        self,
        journal: Journal,
        client: Redis,
        name: Callable[[str], str],
        retention: int,
        *,
        carried: Callable[[str], bool] = lambda _channel: True,
        poll: float = 0.5,
    ) -> None:
        """`name` gives the stream of a channel; `retention` is the number of newest entries a stream keeps.

        Channels that are not `carried` have no stream.
        """
        self._carried = carried
        self._journal, self._name, self._retention, self._poll = journal, name, retention, poll
        self._client = client
        self._append, self._drop = client.register_script(APPEND), client.register_script(DROP)
        self._hint, self._stopping = Flag(), Flag()
        self._thread = Thread(target=self._run, name="relay", daemon=True)
        self._turn, self._next = Lock(), deque[str]()
        self._heads: dict[str, int] = {}
        self.relayed: dict[str, int] = {}
        self.lag: dict[str, int] = {}
        self.refills: Counter[str] = Counter()
        self.foreign: Counter[str] = Counter()
        self._halts = Halts("relay halted", "relay goes on")

    @property
    def trouble(self) -> str:
        """Why nothing moves; empty when it does."""
        return self._halts.trouble

    def start(self) -> None:
        """Begin to relay."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch under way and end."""
        self._stopping.set()
        self._hint.set()
        if self._thread.is_alive():
            self._thread.join()

    def hint(self) -> None:
        """The journal may have grown; without it, that is noticed at the next poll."""
        self._hint.set()

    def relay(self, *, whole: bool = True) -> None:
        """Bring every stream up to its channel once; unless `whole`, only those whose channel has grown.

        Raises RedisError or SQLAlchemyError.
        """
        with self._turn:
            self._learn(self._journal.heads() if whole else self._journal.appended())
            self._bring_up(self.lag if whole else [channel for channel, lag in self.lag.items() if lag])

    def verify(self) -> None:
        """Look at some streams, in turn, as well as at channels that have grown by another's hand.

        If one is not as it was left, all are looked at: a FLUSHALL spares none. Raises RedisError or SQLAlchemyError.
        """
        with self._turn:
            self._learn(self._journal.heads())
            self._next.extend(self.lag.keys() - set(self._next))
            before, some = self._mended(), list(islice(self._next, AT_ONCE))
            self._next.rotate(-AT_ONCE)
            self._bring_up([channel for channel, lag in self.lag.items() if lag or channel in some])
            if self._mended() > before:
                self._bring_up(self.lag)

    def _learn(self, heads: Mapping[str, int]) -> None:
        self._heads |= {channel: head for channel, head in heads.items() if self._carried(channel)}
        self.lag = {channel: max(0, head - self.relayed.get(channel, 0)) for channel, head in self._heads.items()}

    def _mended(self) -> int:
        return self.refills.total() + self.foreign.total()

    def _bring_up(self, channels: Iterable[str]) -> None:
        unfinished = list(channels)
        while unfinished and not self._stopping.is_set():
            unfinished = [channel for channel in unfinished if not self._bring(channel)]

    def _bring(self, channel: str) -> bool:
        """Bring one stream up to its channel, or as far as one turn goes; True if nothing is left to do."""
        return any(self._step(channel) for _ in range(ROUNDS))

    def _step(self, channel: str) -> bool:
        """One batch, or one correction of what we believed about the stream; True if it is as it should be."""
        known = self.relayed.get(channel)
        if known is None:
            return self._look(channel)
        rows = self._journal.newest(channel, known)[:BATCH] or self._journal.feed(channel, known, BATCH)
        as_expected, seen, length = self._add(channel, _id(known), rows)
        if not as_expected:
            return self._surprised(channel, seen, length)
        self._moved(channel, rows[-1][0] if rows else known)
        if self.lag[channel]:
            return False
        if length >= min(self._retention, self.relayed[channel]):
            return True
        return self._replace(channel, seen, length)

    def _look(self, channel: str) -> bool:
        """Learn where a stream is, at the start."""
        _, seen, length = self._add(channel, "unknown", ())
        return self._surprised(channel, seen, length, found=True)

    def _surprised(self, channel: str, seen: str, length: int, *, found: bool = False) -> bool:
        """The stream is not where we left it: go on from where it is, if what it holds is ours."""
        sequence = sequence_of(seen)
        if seen == _id(0):
            return self._fill(channel, found=found)
        if sequence is None or not self._ours(channel, sequence):
            self.foreign[channel] += 1
            return self._replace(channel, seen, length)
        if sequence < self._floor(channel):
            return self._replace(channel, seen, length)
        if not found and sequence < self.relayed[channel]:
            self.refills[channel] += 1
        self._moved(channel, sequence)
        return False

    def _fill(self, channel: str, *, found: bool) -> bool:
        """Fill a stream that does not exist, from the first entry it should keep."""
        self.refills[channel] += not found
        rows = self._journal.feed(channel, self._floor(channel), BATCH)
        as_expected, seen, length = self._add(channel, _id(0), rows)
        if not as_expected:
            return self._surprised(channel, seen, length, found=True)
        self._moved(channel, rows[-1][0] if rows else 0)
        return not rows

    def _replace(self, channel: str, seen: str, length: int) -> bool:
        """Delete a stream that is not ours, or no longer whole, so that it is filled anew."""
        logger.warning("stream replaced", channel=channel, last=seen, length=length)
        self._drop(keys=[self._name(channel)], args=[seen, length])
        self.relayed.pop(channel, None)
        self.refills[channel] += 1
        return False

    def _floor(self, channel: str) -> int:
        """The sequence before the oldest one a stream needs to hold."""
        return max(0, self._journal.head(channel) - self._retention)

    def _ours(self, channel: str, sequence: int) -> bool:
        """Whether the stream's last entry is the journal's: same sequence, same bytes."""
        said = self._journal.feed(channel, sequence - 1, 1)
        entry: Any = self._client.xrevrange(self._name(channel), _id(sequence), _id(sequence), count=1)
        return bool(said and entry) and said[0] == (sequence, entry[0][1].get(BODY))

    def _add(self, channel: str, expected: str, rows: Sequence[tuple[int, bytes]]) -> tuple[bool, str, int]:
        entries = [part for sequence, body in rows for part in (_id(sequence), body)]
        given: Any = self._append(keys=[self._name(channel)], args=[expected, self._retention, BODY, *entries])
        return bool(given[0]), given[1].decode(), int(given[2])

    def _moved(self, channel: str, sequence: int) -> None:
        self.relayed[channel] = sequence
        self.lag[channel] = max(0, self._heads[channel] - sequence)

    def _run(self) -> None:
        pace, verified = Pace(), -inf
        while not self._stopping.is_set():
            self._hint.clear()
            due = monotonic() >= verified + self._poll
            try:
                self.verify() if due else self.relay(whole=False)
            except (RedisError, SQLAlchemyError, OSError) as error:
                self._halts.begin(type(error).__name__)
                self._stopping.wait(pace.next())
                continue
            self._halts.end()
            pace.reset()
            verified = monotonic() if due else verified
            self._hint.wait(self._poll)


def _id(sequence: int) -> str:
    return f"{sequence}-0"
