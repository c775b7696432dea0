"""Follows the log for all views of a service in one thread, and replaces views by rebuilt ones."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from threading import Condition, Event, Thread

import structlog
from sqlalchemy import Engine

from shared.eventstore import Log
from shared.observability import Metrics
from shared.projecting.generations import Generation, Registry, newest, read
from shared.projecting.rebuilding import (
    BATCH,
    Builder,
    Progress,
    RebuildRunning,
    RebuildStopped,
    Rebuilt,
    hard_at_work,
    same_rows,
)
from shared.projecting.standing import Standing
from shared.projecting.tables import digest
from shared.projecting.view import View, stored_names
from shared.stores import Stores

LIVE = 1_000
"""Facts per transaction while following; far behind (a new view), as many as a rebuild takes."""
POLL = 0.25
"""Seconds until the log is looked at although nobody hinted."""
LINGER = 0.01
"""Seconds between two rounds at least: under load they grow into batches instead of many small commits."""
GRACE = 10.0
"""Seconds a replaced generation stays for queries that had just asked for its engine."""

logger = structlog.get_logger(__name__)


class Projector:
    """All views of one service. Use it between `start` and `stop`; one per service and process.

    A view that fails stops alone, says so (log, metric, `check`) and is tried again with growing pauses.
    """

    def __init__(self, stores: Stores, log: Log, views: Sequence[View], metrics: Metrics | None = None) -> None:
        self._stores, self._log, self._views = stores, log, views
        self._metrics = metrics or Metrics()
        self._standings: dict[str, Standing] = {}
        self._retired: list[tuple[float, Generation]] = []
        self._head, self._trouble = 0, ""
        self._hinted, self._stopping, self._moved = Event(), Event(), Condition()
        self._follower = Thread(target=self._follow, name="views", daemon=True)
        self._renewer = Thread(target=self._renew, name="views-renewal", daemon=True)

    def start(self) -> None:
        """Open every view, remove what a killed rebuild left, follow, and rebuild views of an older version."""
        self._registry = Registry(self._stores)
        self._registry.sweep(self._views)
        self._head = self._log.head()
        for view in self._views:
            self._standings[view.name] = Standing(self._registry.open(view), lambda: self._head, self._metrics)
        self._follower.start()
        self._renewer.start()

    def stop(self) -> None:
        """Finish the batch under way and end the threads; a running rebuild raises RebuildStopped."""
        self._stopping.set()
        self._hinted.set()
        for thread in (self._follower, self._renewer):
            if thread.is_alive():
                thread.join()

    def hint(self, position: int = 0) -> None:
        """Say that the log has grown (to this position): for `Writer(after_commit=…)`; costs nothing."""
        self._head = max(self._head, position)
        self._hinted.set()

    def wait_for(self, position: int, timeout: float, views: Sequence[str] = ()) -> bool:
        """Wait until these views (all, if none are named) are at a log position; False after `timeout` seconds."""
        awaited = [self._standings[name] for name in views or self._standings]
        self._hinted.set()
        with self._moved:
            return self._moved.wait_for(lambda: all(each.active.position >= position for each in awaited), timeout)

    def positions(self) -> dict[str, int]:
        """The log position each view has reached."""
        return {name: standing.active.position for name, standing in self._standings.items()}

    def engine(self, view_name: str) -> Engine:
        """Where to query a view. Ask anew for each query: a rebuild replaces it. Raises KeyError."""
        return self._standings[view_name].active.engine

    def digest(self, view_name: str) -> str:
        """SHA-256 (hex) over all rows of a view at one moment; following goes on meanwhile. Raises KeyError."""
        with self._standings[view_name].active.snapshot() as db:
            return digest(db, self._standings[view_name].view.tables)

    def check(self) -> str | None:
        """Why the views are not what they should be: for `Health.add("views", …)`."""
        if not self._follower.is_alive():
            return "nobody follows the log"
        reasons = [self._trouble, *[standing.complaint() for standing in self._standings.values()]]
        return "; ".join(filter(None, reasons)) or None

    def rebuild(self, view_name: str, progress: Callable[[Progress], None] = lambda _: None) -> Rebuilt:
        """Build a view from zero beside the one that answers, compare, and switch; in the caller's thread.

        Raises KeyError, RebuildRunning, RebuildStopped, and what the view or the stores raise: then the old
        one goes on as before.
        """
        standing = self._standings[view_name]
        if not standing.rebuilding.acquire(blocking=False):
            raise RebuildRunning(view_name)
        try:
            rebuilt = self._replace(standing, progress)
        finally:
            standing.building = None
            standing.rebuilding.release()
        tell = logger.error if rebuilt.same is False else logger.info
        tell("view rebuilt", view=view_name, facts=rebuilt.facts, seconds=rebuilt.seconds, same=rebuilt.same)
        return rebuilt

    def _replace(self, standing: Standing, progress: Callable[[Progress], None]) -> Rebuilt:
        """Build and switch; what was built is removed if either does not succeed."""
        new = standing.building = self._registry.new(standing.view, bare=True)
        builder = Builder(self._log, new, progress, self._stopping)
        try:
            with hard_at_work():
                builder.catch_up()
            same = same_rows(standing, builder)
            builder.catch_up()
            with standing.lock:
                builder.finish()
                self._registry.activate(new)
                old = standing.switch(new)
        except BaseException:
            self._registry.drop(new)
            raise
        self._retired.append((time.monotonic() + GRACE, old))
        with self._moved:
            self._moved.notify_all()
        return Rebuilt(builder.facts, builder.seconds, same)

    def _follow(self) -> None:
        """Until stopped: wait for a hint or the poll, then go on until every view is at the head."""
        while not self._stopping.is_set():
            self._hinted.wait(POLL)
            self._hinted.clear()
            try:
                while self._round() and not self._stopping.is_set():
                    pass
                self._drop_retired()
            except Exception as error:  # the thread must outlive whatever the store raises
                self._trouble = f"the log cannot be followed: {type(error).__name__}"
                logger.exception("log not followed")
                self._stopping.wait(1.0)
            else:
                self._trouble = ""
            self._stopping.wait(LINGER)

    def _round(self) -> bool:
        """One batch for every view that is behind; False when none is. Views at one position share the reading."""
        head = self._log.head()
        self._head = max(self._head, head)
        together: dict[int, list[Standing]] = defaultdict(list)
        for standing in self._standings.values():
            if standing.follows(head):
                together[standing.active.position].append(standing)
        for position, group in together.items():
            self._advance(group, position, head)
        return bool(together)

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

    def _renew(self) -> None:
        """Rebuild what is stale, each view on its own, until all are up to date."""
        while not self._stopping.is_set():
            stale = [standing for standing in self._standings.values() if standing.stale]
            if not stale:
                return
            for standing in stale:
                if standing.rested():
                    self._renew_one(standing)
            self._stopping.wait(POLL)

    def _renew_one(self, standing: Standing) -> None:
        try:
            self.rebuild(standing.view.name)
        except (RebuildRunning, RebuildStopped):
            return
        except Exception as error:  # noqa: BLE001 - whatever a view raises stops that view and no other
            standing.failed(error)

    def _drop_retired(self) -> None:
        """Remove replaced generations that nobody reads any more."""
        for entry in list(self._retired):
            until, generation = entry
            if time.monotonic() >= until and not generation.in_use():
                self._registry.drop(generation)
                self._retired.remove(entry)
