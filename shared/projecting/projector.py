"""All views of a service: followed, waited for, and replaced by rebuilt ones."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from threading import Condition, Event, Thread

import structlog
from sqlalchemy import Engine

from shared.eventstore import Log
from shared.observability import Metrics
from shared.projecting.follower import POLL, Follower
from shared.projecting.generations import Generation, Registry
from shared.projecting.rebuilding import (
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
from shared.projecting.view import View
from shared.stores import Stores

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
        self._followers: list[Follower] = []
        self._head = 0
        self._stopping, self._moved = Event(), Condition()
        self._renewer = Thread(target=self._renew, name="views-renewal", daemon=True)

    def start(self) -> None:
        """Open every view, remove what a killed rebuild left, follow, and rebuild views of an older version."""
        self._registry = Registry(self._stores)
        self._registry.sweep(self._views)
        self._head = self._log.head()
        for view in self._views:
            self._standings[view.name] = Standing(self._registry.open(view), lambda: self._head, self._metrics)
        for prompt, name in ((True, "views-prompt"), (False, "views")):
            if standings := [each for each in self._standings.values() if each.view.prompt is prompt]:
                self._followers.append(Follower(name, self._log, self._look, standings, self._moved))
        for follower in self._followers:
            follower.start()
        self._renewer.start()

    def stop(self) -> None:
        """Finish the batch under way and end the threads; a running rebuild raises RebuildStopped."""
        self._stopping.set()
        for follower in self._followers:
            follower.stop()
        if self._renewer.is_alive():
            self._renewer.join()

    def hint(self, position: int) -> None:
        """Say that the log has grown (to this position): for `Writer(after_commit=…)`; costs nothing."""
        self._head = max(self._head, position)
        for follower in self._followers:
            follower.hint()

    def wait_for(self, position: int, timeout: float, views: Sequence[str] = ()) -> bool:
        """Wait until these views (all, if none are named) are at a log position; False after `timeout` seconds."""
        names = views or list(self._standings)
        awaited = [self._standings[name] for name in names]
        if all(each.active.position >= position for each in awaited):
            return True
        if position > self._head:
            self._look()
        with self._moved:
            for follower in self._followers:
                follower.hint(names)
            try:
                return self._moved.wait_for(lambda: all(each.active.position >= position for each in awaited), timeout)
            finally:
                for follower in self._followers:
                    follower.release(names)

    def positions(self) -> dict[str, int]:
        """The log position each view has reached."""
        return {name: standing.active.position for name, standing in self._standings.items()}

    def engine(self, view_name: str, patience: float = 0) -> Engine:
        """Where to query a view. Ask anew for each query: a rebuild replaces it. Raises KeyError.

        It shows what is in the log; one that does not within `patience` seconds, or does not follow now, what it has.
        """
        standing = self._standings[view_name]
        if patience and not (standing.stale or standing.failing):
            self.wait_for(self._log.head(), patience, [view_name])
        return standing.active.engine

    def digest(self, view_name: str) -> str:
        """SHA-256 (hex) over all rows of a view at one moment; following goes on meanwhile. Raises KeyError."""
        with self._standings[view_name].active.snapshot() as db:
            return digest(db, self._standings[view_name].view.tables)

    def check(self) -> str | None:
        """Why the views are not what they should be: for `Health.add("views", …)`."""
        if not all(follower.runs() for follower in self._followers):
            return "nobody follows the log"
        reasons = [follower.trouble for follower in self._followers]
        reasons += [standing.complaint() or "" for standing in self._standings.values()]
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

    def _look(self, *, hinted: bool = False) -> int:
        """The log's head; after a hint, without asking the log."""
        if not hinted:
            self._head = max(self._head, self._log.head())
        return self._head

    def _renew(self) -> None:
        """Until stopped: rebuild what is stale, each view on its own, and remove what was replaced."""
        while not self._stopping.wait(POLL):
            for standing in self._standings.values():
                if standing.stale and standing.rested():
                    self._renew_one(standing)
            self._drop_retired()

    def _renew_one(self, standing: Standing) -> None:
        try:
            self.rebuild(standing.view.name)
        except (RebuildRunning, RebuildStopped):
            return
        except Exception as error:  # noqa: BLE001 - whatever a view raises stops that view and no other
            standing.failed(error)

    def _drop_retired(self) -> None:
        """Remove replaced generations that nobody reads any more; what cannot be removed now, later."""
        for entry in list(self._retired):
            until, generation = entry
            if time.monotonic() < until or generation.in_use():
                continue
            self._retired.remove(entry)
            try:
                self._registry.drop(generation)
            except Exception as error:  # noqa: BLE001 - the store may be away
                logger.warning("replaced view not removed", view=generation.view.name, error=type(error).__name__)
                self._retired.append((time.monotonic() + GRACE, generation))
