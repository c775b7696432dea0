"""Views that gather facts: those that are prompt, waited for, far behind or at a standstill, beside one another."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Semaphore
from typing import Any

import pytest
from sqlalchemy import Connection

from shared.eventstore import Recorded
from shared.projecting import Projector, follower
from shared.stores import Stores
from tests.shared.projecting.scene import (
    Added,
    Entries,
    Totals,
    append,
    eventually,
    many,
    open_log,
    projecting,
    rows,
    totals,
)


@pytest.fixture
def log(stores: Stores) -> Any:
    log = open_log(stores)
    yield log
    log.close()


class PromptEntries(Entries):
    prompt = True


def test_a_prompt_view_follows_while_another_is_busy(stores, log):
    busy = Totals()
    with projecting(stores, log, busy, PromptEntries()) as views:
        busy.gate.clear()
        head = append(log, Added(amount=1))
        assert busy.reached.wait(60)
        assert views.wait_for(head, 60, ["entries"])
        assert views.positions()["totals"] == 0
        busy.gate.set()
        assert views.wait_for(head, 60)


def test_a_view_gathers_facts_unless_somebody_waits(stores, log, monkeypatch):
    monkeypatch.setattr(follower, "GATHER", 3600)
    with projecting(stores, log, Totals(), PromptEntries()) as views:
        first = append(log, Added(amount=1))
        assert views.wait_for(first, 60)
        second = append(log, Added(amount=2))
        views.hint(second)
        eventually(lambda: views.positions()["entries"] == second)
        assert views.positions()["totals"] == first
        assert totals(views.engine("totals", patience=60)) == {"sum:a": 3}


class BatchByBatch(Totals):
    """Takes a batch only when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.batches = Semaphore(0)

    def project(self, batch: Sequence[Recorded], db: Connection) -> None:
        self.reached.set()
        assert self.batches.acquire(timeout=60)
        super().project(batch, db)


def test_a_view_that_is_far_behind_keeps_none_beside_it_waiting(stores, log, monkeypatch):
    monkeypatch.setattr(follower, "LIVE", 10)
    monkeypatch.setattr(follower, "BATCH", 10)
    far = BatchByBatch()
    with projecting(stores, log, Entries()) as views:
        behind = many(log, 700)
        assert views.wait_for(behind, 60)
    again = open_log(stores)  # which has nothing in memory
    with projecting(stores, again, Entries(), far) as views, ThreadPoolExecutor(1) as somebody:
        assert far.reached.wait(60)
        head = append(again, Added(amount=1))
        waits = somebody.submit(views.wait_for, head, 60, ["entries"])
        while far_at(views) < behind and not waits.done():
            before = far_at(views)
            far.batches.release()
            eventually(lambda before=before: far_at(views) > before)
        assert waits.result(60)
        assert far_at(views) < behind
        far.batches.release(100)
        assert views.wait_for(head, 60)
    again.close()


def far_at(views: Projector) -> int:
    return views.positions()["totals"]


def test_who_queries_a_view_sees_what_was_written_before_unless_it_stands_still(stores, log):
    stuck = Totals()
    with projecting(stores, log, Entries(), stuck) as views:
        for n in range(1, 20):
            append(log, Added(amount=n))
            assert rows(views.engine("entries", patience=60)) == n
        stuck.poison = 99
        append(log, Added(amount=99))
        eventually(lambda: "totals" in (views.check() or ""))
        assert totals(views.engine("totals", patience=3600))["sum:a"] < 289
