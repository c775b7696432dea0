"""The log: names that last, shapes that are upcast, settings it refuses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from shared.eventstore import FactNames, Ledger, Log, Recording, StartRefused, VersionConflict, envelope
from shared.kernel import Fact
from shared.recorders import LOCK_WITHIN, TURN
from shared.stores import Stores
from tests.shared.projecting.scene import eventually


class WeightNoted(Fact, stored_as="test.WeightNoted", shape=3):
    grams: int
    scale: str


def to_grams(fields: dict[str, Any]) -> dict[str, Any]:
    return {"grams": fields.pop("kilograms") * 1000} | fields


def name_scale(fields: dict[str, Any]) -> dict[str, Any]:
    return fields | {"scale": "unknown"}


NAMES = FactNames([WeightNoted], {("test.WeightNoted", 1): to_grams, ("test.WeightNoted", 2): name_scale})


@pytest.fixture
def log(stores: Stores):
    log = Log(stores, NAMES)
    yield log
    log.close()


def about(log: Log, clock: Any, command: str) -> bytes:
    return envelope(at=clock.now(), by="tester", command=command, correlation="c", policy="2024-1")


def test_a_fact_comes_back_in_its_envelope(log, clock):
    fact = WeightNoted(grams=3200, scale="a")
    log.append([Recording("w:1", 1, fact, about(log, clock, "c1"))], Ledger())
    [recorded] = log.read(0, 10)
    assert recorded.fact == fact
    assert (recorded.position, recorded.case, recorded.version) == (1, "w:1", 1)
    assert (recorded.recorded_at, recorded.actor, recorded.command_id) == (clock.now(), "tester", "c1")
    assert (recorded.correlation_id, recorded.policy) == ("c", "2024-1")


@pytest.mark.parametrize(
    ("shape", "body", "expected"),
    [
        (1, b'{"kilograms": 3}', WeightNoted(grams=3000, scale="unknown")),
        (2, b'{"grams": 3100}', WeightNoted(grams=3100, scale="unknown")),
        (3, b'{"grams": 3200, "scale": "b"}', WeightNoted(grams=3200, scale="b")),
    ],
)
def test_every_shape_ever_stored_loads_in_todays(shape, body, expected):
    assert NAMES.decode("test.WeightNoted", shape, body) == expected


def test_a_name_nobody_registered_is_an_error_not_a_gap():
    with pytest.raises(KeyError, match=r"test\.Gone"):
        NAMES.decode("test.Gone", 1, b"{}")


def test_a_taken_version_appends_nothing_at_all(log, clock):
    fact = WeightNoted(grams=1, scale="a")
    log.append([Recording("w:1", 1, fact, about(log, clock, "c1"))], Ledger({"c1": ("", b"{}")}))
    again = [Recording("w:2", 1, fact, about(log, clock, "c2")), Recording("w:1", 1, fact, about(log, clock, "c2"))]
    with pytest.raises(VersionConflict):
        log.append(again, Ledger({"c2": ("", b"{}")}, {"reader": 4}))
    assert (log.head(), log.case("w:2"), log.outcomes(["c2"]), log.position("reader")) == (1, [], {}, 0)


def test_a_taken_command_id_appends_nothing_at_all(log, clock):
    fact = WeightNoted(grams=1, scale="a")
    log.append([Recording("w:1", 1, fact, about(log, clock, "c1"))], Ledger({"c1": ("", b"{}")}))
    with pytest.raises(VersionConflict):
        log.append([Recording("w:3", 1, fact, about(log, clock, "c1"))], Ledger({"c1": ("", b"{}")}))
    with pytest.raises(VersionConflict):
        log.append([], Ledger({"c1": ("", b"{}")}))
    assert log.case("w:3") == []


def test_a_group_larger_than_any_buffer_is_written(log, clock):
    """In psycopg's pipeline this waited for ever, with every writer waiting."""
    scale = "x" * 4_000
    about_all = about(log, clock, "c")
    facts = [Recording(f"w:{n}", 1, WeightNoted(grams=n, scale=scale), about_all) for n in range(4_000)]
    assert len(log.append(facts, Ledger({"c": ("", b"y" * 1_000_000)}))) == 4_000
    assert log.head() == 4_000


def test_where_what_facts_rely_on_fails_nothing_is_written(log, clock):
    def fails() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        log.append([Recording("w:1", 1, WeightNoted(grams=1, scale="a"), about(log, clock, "c1"))], Ledger(), fails)
    assert log.head() == 0


def test_reading_by_name_and_in_pages(log, clock):
    facts = [Recording(f"w:{n}", 1, WeightNoted(grams=n, scale="a"), about(log, clock, f"c{n}")) for n in range(5)]
    log.append(facts, Ledger())
    assert [r.fact.grams for r in log.read(2, 2)] == [2, 3]
    assert log.read(0, 10, ["test.Other"]) == []
    assert len(log.read(0, 10, ["test.WeightNoted"])) == 5
    assert {case: len(facts) for case, facts in log.cases(["w:1", "w:none"]).items()} == {"w:1": 1, "w:none": 0}


def test_it_refuses_to_start_with_the_librarys_database_functions(stores, monkeypatch):
    monkeypatch.setenv("BIRTHS_POSTGRES_ENABLE_DB_FUNCTIONS", "y")
    with pytest.raises(StartRefused, match="readers of the log miss facts"):
        Log(stores, NAMES)


def test_the_newest_facts_are_those_that_would_be_read(log, clock):
    for number in range(3):
        fact = WeightNoted(grams=number, scale="a")
        log.append([Recording(f"w:{number}", 1, fact, about(log, clock, f"c{number}"))], Ledger())
    assert list(log.newest(0)) == log.read(0, 10)
    assert list(log.newest(2)) == log.read(2, 10)
    assert list(log.newest(3)) == []


def test_facts_another_wrote_in_between_have_to_be_read(stores, log, clock):
    beside = Log(stores, NAMES)
    for number, each in enumerate((log, beside, log)):
        fact = WeightNoted(grams=number, scale="a")
        each.append([Recording(f"w:{number}", 1, fact, about(log, clock, f"c{number}"))], Ledger())
    beside.close()
    assert list(log.newest(0)) == []
    assert list(log.newest(2)) == log.read(2, 10)


@pytest.fixture
def on_postgres(new_database):
    stores = Stores("births", url=new_database())
    log = Log(stores, NAMES)
    yield stores, log
    log.close()
    stores.close()


def write(log: Log, clock: Any, case: str) -> None:
    log.append([Recording(case, 1, WeightNoted(grams=1, scale="a"), about(log, clock, case))], Ledger())


def test_a_vacuum_of_the_table_holds_nobody_up(on_postgres, clock):
    """With the table locked, each autovacuum held every writer up for a second, and was then cancelled."""
    stores, log = on_postgres
    with stores.engine("log").begin() as vacuum:
        vacuum.execute(text("LOCK TABLE stored_events IN SHARE UPDATE EXCLUSIVE MODE"))
        vacuum.execute(text("SELECT pg_advisory_xact_lock(:other)"), {"other": TURN + 1})
        write(log, clock, "w:1")
    assert log.head() == 1


def test_nobody_waits_for_a_lock_for_ever(on_postgres):
    _, log = on_postgres
    with log._recorder.datastore.get_connection() as db:
        assert db.execute("SHOW lock_timeout").fetchone() == {"lock_timeout": f"{LOCK_WITHIN}s"}


def test_who_writes_waits_for_the_one_before(on_postgres, clock):
    """Else positions could become visible out of order, and who follows the log would miss some."""
    stores, log = on_postgres
    with ThreadPoolExecutor(1) as pool, stores.engine("log").connect() as looking:
        with stores.engine("log").begin() as before:
            before.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": TURN})
            writing = pool.submit(write, log, clock, "w:1")
            waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'"
            eventually(lambda: looking.execute(text(waiting)).first())
            assert not writing.done()
        writing.result()
    assert log.head() == 1
