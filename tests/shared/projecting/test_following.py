"""Views follow the log: rows and position together, each view on its own."""

from __future__ import annotations

from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine, select

from shared.eventstore import FactNames, Log
from shared.kernel import Fact
from shared.observability import Metrics
from shared.projecting import PositionMoved, follower
from shared.projecting.generations import POSITION, Generation, read
from shared.stores import Stores
from tests.shared.projecting.scene import (
    Added,
    Entries,
    Renamed,
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


def test_what_was_there_before_the_start_is_projected(stores, log):
    head = many(log, 700)
    with projecting(stores, log, Entries(), Totals()) as views:
        assert views.wait_for(head, 10)
        assert rows(views.engine("entries")) == 560
        assert totals(views.engine("totals"))["sum:0"] == sum(n for n in range(100) if n % 5)
        assert views.check() is None


def test_facts_are_followed_as_they_come(stores, log):
    with projecting(stores, log, Entries(), Totals()) as views:
        for n in range(1, 6):
            head = append(log, Added(amount=n))
            assert views.wait_for(head, 10)
            assert rows(views.engine("entries")) == n


def test_a_hint_wakes_the_follower_before_the_poll(stores, log, monkeypatch):
    monkeypatch.setattr(follower, "POLL", 60)
    with projecting(stores, log, Entries()) as views:
        views.hint(append(log, Added(amount=1)))
        eventually(lambda: views.positions() == {"entries": 1})


def test_without_any_hint_the_poll_finds_new_facts(stores, log):
    with projecting(stores, log, Entries()) as views:
        append(log, Added(amount=1))
        eventually(lambda: views.positions() == {"entries": 1})


def test_the_position_moves_past_facts_a_view_does_not_look_at(stores, log):
    with projecting(stores, log, Entries()) as views:
        head = append(log, *[Renamed(to="b") for _ in range(20)])
        assert views.wait_for(head, 10)
        assert views.positions() == {"entries": 20}
        assert rows(views.engine("entries")) == 0


def test_after_a_restart_a_view_goes_on_where_it_was(stores, log):
    with projecting(stores, log, Totals()) as views:
        assert views.wait_for(append(log, Added(amount=5)), 10)
    with projecting(stores, log, Totals()) as views:
        assert views.wait_for(append(log, Added(amount=2)), 10)
        assert totals(views.engine("totals")) == {"sum:a": 7}


def test_a_batch_that_fails_leaves_rows_and_position_as_they_were(stores, log):
    view = Totals()
    generation = Generation(stores, view, 1, 1)
    append(log, Added(amount=1))
    generation.take(*read(log, 0, 1, 100, ()))
    append(log, Added(amount=2), Added(amount=13))
    view.poison = 13
    with pytest.raises(ValueError, match="not a total"):
        generation.take(*read(log, 1, 3, 100, ()))
    assert totals(generation.engine) == {"sum:a": 1}
    assert generation.position == generation.reload() == 1


def test_a_batch_whose_commit_did_succeed_is_not_projected_twice(stores, log):
    append(log, Added(amount=1))
    one, other = [Generation(stores, Totals(), 1, 1) for _ in range(2)]
    one.take(*read(log, 0, 1, 100, ()))
    with pytest.raises(PositionMoved):
        other.take(*read(log, 0, 1, 100, ()))
    assert other.reload() == 1
    assert totals(one.engine) == {"sum:a": 1}


def test_reading_stops_at_the_head_seen_before_so_that_nothing_is_skipped(stores, log):
    append(log, Renamed(to="b"), Added(amount=1), Added(amount=2))
    facts, to = read(log, 0, 2, 100, ["test.Added"])
    assert ([r.position for r in facts], to) == ([2], 2)
    facts, to = read(log, 0, 3, 1, ["test.Added"])
    assert ([r.position for r in facts], to) == ([2], 2)
    assert read(log, 0, 1, 100, ["test.Added"]) == ([], 1)


def test_a_broken_view_stops_alone_says_so_and_goes_on_when_mended(stores, log, capsys):
    broken, metrics = Totals(), Metrics()
    broken.poison = 13
    with projecting(stores, log, Entries(), broken, metrics=metrics) as views:
        head = append(log, Added(amount=13), Added(amount=1))
        assert views.wait_for(head, 10, ["entries"])
        eventually(views.check)
        assert views.check() == "view totals stopped after position 0: ValueError"
        assert not views.wait_for(head, 0.1)
        head = append(log, Added(amount=2))
        assert views.wait_for(head, 10, ["entries"])
        assert sample(metrics, "evenborn_view_failures_total", view="totals") >= 1
        assert sample(metrics, "evenborn_view_lag_facts", view="totals") == 3
        broken.poison = None
        assert views.wait_for(head, 10)
        assert views.check() is None
        assert totals(views.engine("totals")) == {"sum:a": 16}


def test_a_fact_that_cannot_be_read_stops_only_the_views_that_look_at_it(stores, log):
    class Misread(Fact, stored_as="test.Renamed"):
        to: int

    class Names(Entries):
        name, facts = "names", (Misread,)

    append(log, Added(amount=1), Renamed(to="b"), Added(amount=2))
    with projecting(stores, Log(stores, FactNames([Added, Misread])), Entries(), Names()) as views:
        assert views.wait_for(3, 10, ["entries"])
        eventually(views.check)
        assert "names stopped" in str(views.check())
        assert "entries" not in str(views.check())


def test_metrics_tell_position_lag_and_facts(stores, log):
    metrics = Metrics()
    with projecting(stores, log, Entries(), metrics=metrics) as views:
        assert views.wait_for(append(log, Added(amount=1), Renamed(to="b")), 10)
        eventually(lambda: sample(metrics, "evenborn_view_facts_total", view="entries") == 1)
        assert sample(metrics, "evenborn_view_position", view="entries") == 2
        assert sample(metrics, "evenborn_view_lag_facts", view="entries") == 0
        assert sample(metrics, "evenborn_view_stalled_seconds", view="entries") == 0


def test_a_follower_that_has_stopped_is_not_ready(stores, log):
    with projecting(stores, log, Entries()) as views:
        assert views.check() is None
    assert views.check() == "nobody follows the log"


def sample(metrics: Metrics, name: str, **labels: str) -> float:
    families = text_string_to_metric_families(metrics.render().decode())
    [found] = [s.value for family in families for s in family.samples if (s.name, s.labels) == (name, labels)]
    return found


def test_a_view_passes_facts_of_others_without_a_commit(stores, log):
    """It reads them again after a crash: they change nothing."""
    with projecting(stores, log, Totals()) as views:
        assert views.wait_for(append(log, Added(amount=5)), 10)
        head = append(log, *[Renamed(to="b")] * 3)
        assert views.wait_for(head, 10)
        assert _kept(views.engine("totals")) == 1
    with projecting(stores, log, Totals()) as views:
        assert views.wait_for(append(log, Added(amount=2)), 10)
        assert _kept(views.engine("totals")) == 5
        assert totals(views.engine("totals")) == {"sum:a": 7}


def _kept(engine: Engine) -> int:
    """The position beside the rows."""
    with engine.connect() as db:
        return int(db.execute(select(POSITION.c.position)).scalar_one())
