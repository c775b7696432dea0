"""A view built again from zero equals the one that followed, and replaces it in one step."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, inspect, select

from shared.projecting import RebuildRunning, RebuildStopped, follower, load, projector, rebuilding
from shared.projecting.generations import POSITION, Registry, read
from shared.stores import Stores
from tests.shared.projecting.scene import (
    ENTRIES,
    TOTALS,
    Added,
    Entries,
    Sums,
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


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(rebuilding, "BATCH", 50)
    monkeypatch.setattr(rebuilding, "NEAR", 20)
    monkeypatch.setattr(follower, "LIVE", 30)


def areas(stores: Stores) -> set[str]:
    return {area for area in stores.areas() if area.startswith("view_")}


def test_a_rebuilt_view_has_the_rows_of_the_one_that_followed(stores, log):
    with projecting(stores, log, Entries(), Totals()) as views:
        for _ in range(3):
            assert views.wait_for(many(log, 140), 10)
        for name, facts in (("entries", 336), ("totals", 336)):
            before = views.digest(name)
            rebuilt = views.rebuild(name)
            assert (rebuilt.facts, rebuilt.same) == (facts, True)
            assert views.digest(name) == before
        assert views.wait_for(append(log, Added(amount=7)), 10)
        assert rows(views.engine("entries")) == 337


@pytest.mark.parametrize(("limits", "stored"), [((3, 1_000), 4), ((1_000, 1), 10), ((1_000, 1_000), 1)])
def test_what_many_batches_count_is_stored_together(stores, log, monkeypatch, limits, stored):
    monkeypatch.setattr(rebuilding, "TOGETHER", limits[0])
    monkeypatch.setattr(rebuilding, "MANY", limits[1])
    view = Sums()
    with projecting(stores, log, view) as views:
        for _ in range(5):
            assert views.wait_for(many(log, 120), 10)
        before, view.stored = views.digest("sums"), 0
        seen = []
        rebuilt = views.rebuild("sums", seen.append)
        assert (rebuilt.facts, rebuilt.same, views.digest("sums")) == (455, True, before)
        assert (view.stored, len(seen)) == (stored, 10)
        assert views.positions() == {"sums": log.head()}


def test_a_rebuilt_view_has_all_its_indexes(stores, log):
    with projecting(stores, log, Entries()) as views:
        for facts in (5, 300):
            views.wait_for(many(log, facts), 10)
            assert views.rebuild("entries").same
            assert {each["name"] for each in inspect(views.engine("entries")).get_indexes("entries")} == {
                "entries_by_amount"
            }


def test_progress_rises_to_the_whole_log(stores, log):
    seen = []
    with projecting(stores, log, Entries()) as views:
        head = many(log, 700)
        views.wait_for(head, 10)
        views.rebuild("entries", seen.append)
    assert [p.done for p in seen] == sorted({p.done for p in seen})
    assert len(seen) > 5
    assert (seen[-1].done, seen[-1].total, seen[-1].eta_seconds) == (head, head, 0)
    assert all(p.per_second > 0 for p in seen)


def test_rows_that_were_altered_are_found_and_replaced(stores, log):
    with projecting(stores, log, Totals()) as views:
        views.wait_for(append(log, Added(amount=5)), 10)
        with views.engine("totals").begin() as db:
            db.execute(TOTALS.update().values(amount=6))
        assert views.rebuild("totals").same is False
        assert totals(views.engine("totals")) == {"sum:a": 5}


def test_a_view_whose_table_is_gone_is_made_whole_by_a_rebuild(stores, log):
    with projecting(stores, log, Totals()) as views:
        views.wait_for(append(log, Added(amount=5)), 10)
        TOTALS.metadata.drop_all(views.engine("totals"))
        append(log, Added(amount=2))
        eventually(views.check)
        assert views.rebuild("totals").same is None
        assert totals(views.engine("totals")) == {"sum:a": 7}
        assert views.check() is None


def test_facts_that_arrive_during_a_rebuild_are_in_it(stores, log):
    stop, writing = Event(), ThreadPoolExecutor(1)

    def write() -> None:
        while not stop.is_set():
            append(log, *[Added(amount=1)] * 5)

    with projecting(stores, log, Entries(), Totals()) as views:
        many(log, 1400)
        written = writing.submit(write)
        assert views.rebuild("totals").same is True
        assert views.rebuild("entries").same is True
        stop.set()
        written.result()
        assert views.wait_for(log.head(), 20)
        assert views.rebuild("totals").same is True
        assert rows(views.engine("entries")) == 1120 + len(log.case("sum:a"))


def test_queries_never_see_a_view_half_switched(stores, log):
    stop, reading = Event(), ThreadPoolExecutor(1)

    def query() -> set[int]:
        seen = set()
        while not stop.is_set():
            seen.add(rows(views.engine("entries")))
        return seen

    with projecting(stores, log, Entries()) as views:
        views.wait_for(many(log, 350), 10)
        seen = reading.submit(query)
        for _ in range(4):
            views.rebuild("entries")
        stop.set()
        assert seen.result() == {280}


def test_a_replaced_generation_is_dropped_once_nobody_reads_it(stores, log, monkeypatch):
    monkeypatch.setattr(projector, "GRACE", 0)
    with projecting(stores, log, Entries()) as views:
        views.wait_for(append(log, Added(amount=1)), 10)
        with views.engine("entries").connect() as db:
            assert len(db.execute(select(ENTRIES)).all()) == 1
            views.rebuild("entries")
            views.wait_for(append(log, Added(amount=1)), 10)
            assert areas(stores) == {"view_entries_1", "view_entries_2"}
        eventually(lambda: areas(stores) == {"view_entries_2"})


def test_what_a_killed_rebuild_left_is_removed_at_the_next_start(stores, log):
    with projecting(stores, log, Totals()) as views:
        views.wait_for(many(log, 140), 10)
        before = views.digest("totals")
    unfinished = Registry(stores).new(Totals())
    unfinished.take(*read(log, 0, 60, 100, ()))
    assert areas(stores) == {"view_totals_1", "view_totals_2"}
    with projecting(stores, log, Totals()) as views:
        assert areas(stores) == {"view_totals_1"}
        assert views.digest("totals") == before
        assert views.rebuild("totals").same is True


def test_a_view_taken_out_of_the_code_leaves_nothing_behind(stores, log):
    with projecting(stores, log, Entries(), Totals()) as views:
        views.wait_for(append(log, Added(amount=1)), 10)
    with projecting(stores, log, Entries()):
        assert areas(stores) == {"view_entries_1"}
    assert set(Registry(stores).active()) == {"entries"}


def test_one_rebuild_of_a_view_at_a_time(stores, log):
    view = Totals()
    with projecting(stores, log, view) as views, ThreadPoolExecutor(1) as pool:
        views.wait_for(append(log, Added(amount=1)), 10)
        view.gate.clear()
        view.reached.clear()
        first = pool.submit(views.rebuild, "totals")
        assert view.reached.wait(10)
        with pytest.raises(RebuildRunning, match="totals"):
            views.rebuild("totals")
        view.gate.set()
        assert first.result().same is True


def test_a_rebuild_ends_when_the_service_stops_and_leaves_nothing(stores, log):
    view = Totals()
    with ThreadPoolExecutor(1) as pool:
        with projecting(stores, log, view) as views:
            views.wait_for(many(log, 700), 10)
            view.gate.clear()
            view.reached.clear()
            running = pool.submit(views.rebuild, "totals")
            assert view.reached.wait(10)
            views._stopping.set()
            view.gate.set()
        with pytest.raises(RebuildStopped):
            running.result()
    assert areas(stores) == {"view_totals_1"}


def test_a_rebuild_that_fails_leaves_the_standing_view_as_it_was(stores, log):
    view = Totals()
    with projecting(stores, log, view) as views:
        views.wait_for(append(log, Added(amount=13)), 10)
        view.poison = 13
        with pytest.raises(ValueError, match="not a total"):
            views.rebuild("totals")
        view.poison = None
        assert areas(stores) == {"view_totals_1"}
        assert totals(views.engine("totals")) == {"sum:a": 13}
        assert views.rebuild("totals").same is True


WIDER = Table("entries", MetaData(), Column("sum", String(60), primary_key=True), Column("doubled", Integer))


class Doubled(Entries):
    """The next version of the same view, whose rows look different."""

    version, tables = 2, WIDER.metadata

    def __init__(self, gate: Event) -> None:
        self.gate = gate

    def project(self, batch, db):
        self.gate.wait(30)
        load(db, WIDER, [{"sum": f"{r.case}/{r.version}", "doubled": 2 * r.fact.amount} for r in batch])


def test_a_new_version_is_built_while_the_old_one_answers(stores, log):
    with projecting(stores, log, Entries(), Totals()) as views:
        views.wait_for(many(log, 140), 10)
    gate = Event()
    with projecting(stores, log, Doubled(gate), Totals()) as views:
        head = append(log, Added(amount=21))
        assert views.wait_for(head, 10, ["totals"])
        assert rows(views.engine("entries")) == 112
        assert not views.wait_for(head, 0.2)
        gate.set()
        assert views.wait_for(head, 10)
        with views.engine("entries").connect() as db:
            assert db.scalar(select(WIDER.c.doubled).where(WIDER.c.sum == "sum:a/1")) == 42
        assert views.wait_for(append(log, Added(amount=1)), 10)
        assert rows(views.engine("entries"), WIDER) == 114
    assert Registry(stores).active()["entries"].version == 2


def test_a_view_ahead_of_the_log_is_built_again(stores, log):
    """As after a backup of the log was put back: the view knows facts that never were."""
    with projecting(stores, log, Totals()) as views:
        views.wait_for(append(log, Added(amount=5)), 10)
    generation = Registry(stores).open(Totals())
    with generation.engine.begin() as db:
        db.execute(POSITION.update().values(position=99))
        db.execute(TOTALS.update().values(amount=55))
    with projecting(stores, log, Totals()) as views:
        eventually(lambda: views.positions() == {"totals": 1})
        assert totals(views.engine("totals")) == {"sum:a": 5}
