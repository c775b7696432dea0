"""A view as it stands in a running service: the generation that answers, and whether it follows."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from threading import Lock

import structlog

from shared.eventstore import Recorded
from shared.observability import Metrics, Watchdog
from shared.projecting.generations import Generation

LONGEST_PAUSE = 60.0
"""Seconds between two tries of a view that fails, at most; the first pause is one second, then twice the last."""

logger = structlog.get_logger(__name__)


class Standing:
    """One view's place in the projector. `lock` is held by whoever moves or replaces the active generation.

    `stale`: the active generation answers but does not follow (an older version's rows, or rows of facts that
    the log does not hold, as after a restored backup) and waits to be replaced. `turn` counts its times to follow.
    """

    def __init__(self, active: Generation, head: Callable[[], int], metrics: Metrics) -> None:
        self.view, self.active = active.view, active
        self.building: Generation | None = None
        self.turn = 0
        self.stale = active.version != active.view.version or active.position > head()
        self.lock, self.rebuilding = Lock(), Lock()
        self._failure, self._failures, self._retry_at = "", 0, 0.0
        self._head, self._metrics = head, metrics
        self._watchdog = Watchdog(self._progress, self._pending)
        self._measure()

    @property
    def failing(self) -> bool:
        """Whether its last try failed."""
        return bool(self._failure)

    def lag(self) -> int:
        """Log positions between the active generation and the head."""
        return max(0, self._head() - self.active.position)

    def rested(self) -> bool:
        """Whether it may be tried: it does not fail, or has paused long enough since."""
        return time.monotonic() >= self._retry_at

    def follows(self, head: int) -> bool:
        """Whether it should be given facts now. After a failure its position is read from the store first."""
        if self.stale or not self.rested():
            return False
        if self._failure:
            self._recover(head)
        return self.rested() and self.active.position < head

    def take(self, batch: Sequence[Recorded], after: int, to: int) -> bool:
        """Project a batch read after a position; False if the view failed, or stands elsewhere by now."""
        with self.lock:
            if self.active.position != after:
                return False
            try:
                facts = self.active.take(batch, to)
            except Exception as error:  # noqa: BLE001 - whatever a view raises stops that view and no other
                self.failed(error)
                return False
        self._metrics.view_facts.labels(self.view.name).inc(facts)
        self._clear()
        return True

    def failed(self, error: Exception) -> None:
        """Note a failure, aloud, and pause. Only its kind is kept: messages may hold a person's data."""
        self._failure = type(error).__name__
        self._failures += 1
        self._retry_at = time.monotonic() + min(LONGEST_PAUSE, 2.0 ** min(self._failures - 1, 10))
        self._metrics.view_failures.labels(self.view.name).inc()
        logger.error("view stopped", view=self.view.name, position=self.active.position, exc_info=error)

    def switch(self, new: Generation) -> Generation:
        """Let a new generation answer; gives the one it replaces. Only under `lock`."""
        old, self.active, self.stale = self.active, new, False
        self._clear()
        return old

    def complaint(self) -> str | None:
        """Why this view is not what it should be."""
        if self._failure:
            return f"view {self.view.name} stopped after position {self.active.position}: {self._failure}"
        stalled = self._watchdog.check()
        return f"view {self.view.name}: {stalled}" if stalled else None

    def _recover(self, head: int) -> None:
        with self.lock:
            try:
                self.active.reload()
            except Exception as error:  # noqa: BLE001 - as in take: the store may be away, or the table gone
                self.failed(error)
                return
        if self.active.position >= head:
            self._clear()

    def _clear(self) -> None:
        if self._failure:
            logger.info("view goes on", view=self.view.name, position=self.active.position)
        self._failure, self._failures, self._retry_at = "", 0, 0.0

    def _progress(self) -> int:
        """What must move: the generation that follows, or the one being built to replace a stale one."""
        moving = self.building if self.stale and self.building else self.active
        return moving.position

    def _pending(self) -> int:
        return max(0, self._head() - self._progress())

    def _measure(self) -> None:
        """Let the metrics ask when they are scraped, so that following costs nothing."""
        name, metrics = self.view.name, self._metrics
        metrics.view_position.labels(name).set_function(lambda: self.active.position)
        metrics.view_lag.labels(name).set_function(self.lag)
        metrics.view_stalled.labels(name).set_function(self._watchdog.stalled)
        metrics.view_failures.labels(name)
