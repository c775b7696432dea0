"""A view built again from zero beside the one that answers."""

from __future__ import annotations

import gc
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from threading import Event
from typing import Any, NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from shared.eventstore import Log, Recorded
from shared.kernel import Refusal
from shared.projecting.generations import Generation, read
from shared.projecting.standing import Standing
from shared.projecting.tables import digest
from shared.projecting.view import Counting, stored_names

BATCH = 5_000
"""Facts per transaction of a rebuild: beyond it memory grows and speed does not."""
TOGETHER, MANY = 20, 200_000
"""Batches of a view that counts are stored together, up to so many, or as soon as they hold so many sums."""
COLLECTIONS = (20_000, 20, 100)
"""When Python looks for garbage while rebuilding: with the usual (700, 10, 10) a third of the time goes there."""
TURN = 0.001
"""Seconds a thread goes on while others wait. With the usual 5 ms, who stores waits longer for its turn than for the
store, and requests wait as long."""
NEAR = 1_000
"""Log positions from the head at which a rebuild has caught up: the rest takes milliseconds."""


class Progress(NamedTuple):
    """How far a rebuild is: positions of the log done, their total now, per second, and seconds left."""

    done: int
    total: int
    per_second: float
    eta_seconds: float


class Rebuilt(NamedTuple):
    """A finished rebuild: facts projected, seconds taken, and whether the rows equal those replaced.

    `same` is None where they cannot be compared: another version, or an old generation that does not follow.
    """

    facts: int
    seconds: float
    same: bool | None


class RebuildRunning(Refusal):
    """The view is being rebuilt already."""


class RebuildStopped(Refusal):
    """The service stopped before the rebuild was done; what it had built is removed."""


class Builder:
    """Fills one new generation from the log and tells how far it is."""

    def __init__(self, log: Log, new: Generation, progress: Callable[[Progress], None], stopping: Event) -> None:
        self.log, self.new, self.facts = log, new, 0
        self._counted: Counter[Any] = Counter()
        self._batches = 0
        self._progress, self._stopping = progress, stopping
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since the rebuild began."""
        return time.monotonic() - self._began

    def catch_up(self) -> None:
        """Project until less than a thousand positions from the head, which moves on meanwhile; then all is indexed."""
        while (head := self.log.head()) - self.new.position > NEAR:
            self._build_to(head)
            self.new.index()
            self.new.analyse()
        self.new.index()

    def finish(self) -> int:
        """Project the rest, up to the head of this moment, and give that position."""
        self._build_to(self.log.head())
        return self.new.position

    def _build_to(self, upto: int) -> None:
        """Read one batch while the one before is stored. Raises RebuildStopped when the service stops."""
        with ThreadPoolExecutor(1, "rebuild") as storing:
            stored: list[Future[None]] = []
            for batch, to in _batches(self.log, self.new, upto):
                while stored:
                    stored.pop().result()
                stored.append(storing.submit(self._take, batch, to, upto))
            while stored:
                stored.pop().result()

    def _take(self, batch: Sequence[Recorded], to: int, upto: int) -> None:
        if self._stopping.is_set():
            raise RebuildStopped(self.new.view.name)
        self.facts += self._projected(batch, to, upto)
        rate = to / self.seconds
        self._progress(Progress(to, upto, rate, (upto - to) / rate))

    def _projected(self, batch: Sequence[Recorded], to: int, upto: int) -> int:
        """Project a batch, of a view that counts several together; gives its facts."""
        if not isinstance(self.new.view, Counting):
            return self.new.take(batch, to)
        self._counted.update(self.new.view.count(batch))
        self._batches += 1
        if to >= upto or self._batches >= TOGETHER or len(self._counted) >= MANY:
            self.new.add(self._counted, to)
            self._counted, self._batches = Counter(), 0
        return len(batch)


def same_rows(standing: Standing, builder: Builder) -> bool | None:
    """Whether the old and the new generation hold the same rows at the same position.

    Both are brought to one position, then compared in snapshots while they go on. None where they cannot be.
    """
    if standing.stale or standing.failing:
        return None
    with ExitStack() as snapshots:
        with standing.lock:
            if not _brought_to(builder.finish(), standing, builder.log):
                return None
            old, new = [snapshots.enter_context(each.snapshot()) for each in (standing.active, builder.new)]
        try:
            return digest(old, standing.view.tables) == digest(new, standing.view.tables)
        except SQLAlchemyError as error:
            standing.failed(error)
            return None


def _brought_to(position: int, standing: Standing, log: Log) -> bool:
    """Let the active generation follow to a position; False if it fails. Only under the standing's lock."""
    try:
        for batch, to in _batches(log, standing.active, position):
            standing.active.take(batch, to)
    except Exception as error:  # noqa: BLE001 - whatever a view raises stops that view and no other
        standing.failed(error)
    return standing.active.position == position


def _batches(log: Log, generation: Generation, upto: int) -> Iterator[tuple[Sequence[Recorded], int]]:
    """Batches in log order from where a generation is."""
    names, to = stored_names([generation.view]), generation.position
    while to < upto:
        batch, to = read(log, to, upto, BATCH, names)
        yield batch, to


@contextmanager
def hard_at_work() -> Iterator[None]:
    """Let Python look for garbage less often and its threads take turns more often; then as it was before."""
    before, turns = gc.get_threshold(), sys.getswitchinterval()
    gc.set_threshold(max(before[0], COLLECTIONS[0]), *COLLECTIONS[1:])
    sys.setswitchinterval(min(turns, TURN))
    try:
        yield
    finally:
        gc.set_threshold(*before)
        sys.setswitchinterval(turns)
