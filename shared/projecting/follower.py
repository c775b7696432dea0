"""A thread that gives views the facts of the log as they come."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from threading import Condition, Event, Thread
from typing import Protocol

import structlog

from shared.eventstore import Log
from shared.projecting.generations import newest, read
from shared.projecting.rebuilding import BATCH
from shared.projecting.standing import Standing
from shared.projecting.view import stored_names

LIVE = 1_000
"""Facts per transaction while following; far behind (a new view), as many as a rebuild takes."""
POLL = 0.25
"""Seconds until the log is looked at although nobody hinted."""
LINGER = 0.01
"""Seconds between two rounds at least: under load they grow into batches instead of many small commits."""
GATHER = 0.5
"""Seconds between two transactions of a view that is neither prompt nor waited for."""

logger = structlog.get_logger(__name__)


class Look(Protocol):
    """Gives the log's head; after a hint it is known."""

    def __call__(self, *, hinted: bool) -> int: ...


class Follower:
    """Follows the log for some views; `trouble` is why it cannot (empty when it does).

    `look` gives the log's head; `moved` is notified whenever a view got on.
    """

    def __init__(self, name: str, log: Log, look: Look, standings: Sequence[Standing], moved: Condition) -> None:
        self._log, self._look, self._standings, self._moved = log, look, standings, moved
        self._awaited = Counter[str]()
        self._hinted, self._stopping = Event(), Event()
        self._thread = Thread(target=self._follow, name=name, daemon=True)
        self.trouble = ""

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch under way and end."""
        self._stopping.set()
        self._hinted.set()
        if self.runs():
            self._thread.join()

    def runs(self) -> bool:
        """Whether it follows at all."""
        return self._thread.is_alive()

    def hint(self, awaited: Collection[str] = ()) -> None:
        """The log has grown, or somebody waits for these views, until `release`."""
        self._awaited.update(awaited)
        self._hinted.set()

    def release(self, awaited: Collection[str]) -> None:
        """Nobody waits for these any more who said so."""
        self._awaited.subtract(awaited)

    def _follow(self) -> None:
        """Until stopped: wait for a hint or the poll, then go on while a view that was due is not at the head."""
        while not self._stopping.is_set():
            hinted = self._hinted.wait(POLL)
            self._hinted.clear()
            try:
                behind = self._round(self._due(), self._look(hinted=hinted))
                while behind and not self._stopping.is_set():
                    behind = self._round(self._due(behind), self._look(hinted=False))
            except Exception as error:  # the thread must outlive whatever the store raises
                self.trouble = f"the log cannot be followed: {type(error).__name__}"
                logger.exception("log not followed")
                self._stopping.wait(1.0)
            else:
                self.trouble = ""
            self._stopping.wait(LINGER)

    def _due(self, behind: Collection[Standing] = ()) -> list[Standing]:
        """The views to be given facts now, those `behind` among them.

        Those that gather take turns: all at once would hold up everybody else.
        """
        turns, due = time.monotonic() / GATHER, list[Standing]()
        for number, standing in enumerate(self._standings):
            before, standing.turn = standing.turn, int(turns + number / len(self._standings))
            prompt = standing.view.prompt or self._awaited[standing.view.name] or standing in behind
            if prompt or standing.turn > before:
                due.append(standing)
        return due

    def _round(self, due: Sequence[Standing], head: int) -> list[Standing]:
        """One batch for every view behind `head`; gives those still behind. Views at one position share the reading."""
        together: dict[int, list[Standing]] = defaultdict(list)
        for standing in due:
            if standing.follows(head):
                together[standing.active.position].append(standing)
        for position, group in together.items():
            self._advance(group, position, head)
        return [standing for standing in due if standing.follows(head)]

    def _advance(self, group: Sequence[Standing], after: int, head: int) -> None:
        """Give a batch to views at one position. A fact that cannot be read stops only views that look at it."""
        limit = LIVE if head - after <= BATCH else BATCH
        names = stored_names([each.view for each in group])
        try:
            batch, to = newest(self._log, after, head, names) or read(self._log, after, head, limit, names)
        except Exception as error:  # noqa: BLE001 - the store's errors and those of a fact's shape alike
            if len(group) == 1:
                group[0].failed(error)
                return
            for each in group:
                self._advance([each], after, head)
            return
        for each in group:
            each.take(batch, after, to)
        with self._moved:
            self._moved.notify_all()
