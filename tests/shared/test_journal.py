"""The journal: gapless per channel whoever appends, byte-stable, in step with the log."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from shared.contracts.cloudevents import Event, decode
from shared.eventstore import FactNames, Ledger, Log, Recording, envelope
from shared.journal import Journal, StalePosition
from shared.kernel import Fact
from shared.saying import Publishing

NOW = datetime(2024, 10, 15, 12, tzinfo=UTC)


class Noted(Fact, stored_as="test.Noted"):
    what: int


def event(what: int = 0) -> Event:
    return Event(id="unnumbered", source="/demo/births", type="evenborn.births.noted.v1", time=NOW, data={"what": what})


@pytest.fixture
def journal(stores):
    return Journal(stores.engine("journal"))


@pytest.fixture
def log(stores):
    log = Log(stores, FactNames([Noted]))
    yield log
    log.close()


def note(log, *whats):
    about = envelope(at=NOW, by="tester", command="c")
    for what in whats:
        log.append([Recording(f"note:{what}", 1, Noted(what=what), about)], Ledger())


def say(recorded):
    return [("care", event(recorded.fact.what)), ("statistics", event(recorded.fact.what))]


def test_each_channel_counts_for_itself_from_one(journal):
    assert journal.append([("care", event()), ("statistics", event()), ("care", event())]) == [1, 1, 2]
    assert journal.append([("care", event())]) == [3]
    assert journal.heads() == {"care": 3, "statistics": 1}
    assert journal.channels() == ["care", "statistics"]
    assert journal.head("nobody") == 0


def test_an_event_carries_its_place_as_sequence_and_id(journal):
    journal.append([("care", event(7))])
    [(sequence, body)] = journal.feed("care", 0, 10)
    said = decode(body)
    assert (sequence, said.sequence, said.id, said.data) == (1, 1, "births:care:1", {"what": 7})


def test_the_feed_gives_what_follows_and_no_more_than_asked(journal):
    journal.append([("care", event(n)) for n in range(10)])
    assert [sequence for sequence, _ in journal.feed("care", 4, 3)] == [5, 6, 7]
    assert journal.feed("care", 10, 3) == []


def test_sequences_stay_gapless_when_many_append_at_once(stores, journal):
    beside = Journal(stores.engine("journal"))

    def append(worker):
        for n in range(20):
            (journal if worker % 2 else beside).append([("care", event(n)), (f"own.{worker}", event(n))])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(append, range(4)))
    assert [sequence for sequence, _ in journal.feed("care", 0, 1000)] == list(range(1, 81))
    assert all([s for s, _ in journal.feed(f"own.{w}", 0, 1000)] == list(range(1, 21)) for w in range(4))
    assert [json.loads(body)["sequence"] for _, body in journal.feed("care", 0, 1000)] == list(range(1, 81))


def test_what_this_journal_appended_last_is_at_hand_as_far_as_it_knows(stores, journal):
    beside = Journal(stores.engine("journal"))
    for each in (journal, journal, beside):
        each.append([("care", event())])
    assert list(journal.newest("care", 0)) == journal.feed("care", 0, 2)
    assert list(journal.newest("care", 2)) == list(journal.newest("nobody", 0)) == []
    assert (journal.appended(), beside.appended()) == ({"care": 2}, {"care": 3})
    journal.append([("care", event())])
    assert list(journal.newest("care", 0)) == []
    assert list(journal.newest("care", 3)) == journal.feed("care", 3, 10)


def test_rows_and_position_are_one_transaction(journal):
    journal.append([("care", event())], after=0, upto=5)
    assert journal.position == 5
    with pytest.raises(AttributeError):
        journal.append([("care", event()), ("care", None)], after=5, upto=6)
    assert (journal.position, journal.head("care")) == (5, 1)


def test_a_publisher_that_another_has_overtaken_appends_nothing(stores, journal):
    journal.append([("care", event())], after=0, upto=5)
    with pytest.raises(StalePosition):
        Journal(stores.engine("journal")).append([("care", event())], after=0, upto=9)
    assert (journal.position, journal.head("care")) == (5, 1)


def test_a_store_that_was_set_back_is_asked_how_far_it_is(stores, journal):
    """A restored copy, or a standby that lagged behind: what is said next follows what is there."""
    journal.append([("care", event(1)), ("care", event(2))], after=0, upto=2)
    with stores.engine("journal").begin() as db:
        db.execute(text("UPDATE position SET position = 1"))
        db.execute(text("UPDATE channels SET head = 1"))
        db.execute(text("DELETE FROM journal WHERE sequence = 2"))
    with pytest.raises(StalePosition):
        journal.append([("care", event(3))], after=2, upto=3)
    assert journal.newest("care", 0) == ()
    assert journal.append([("care", event(2)), ("care", event(3))], after=1, upto=3) == [2, 3]


def test_a_receipt_does_not_move_the_publishing_position(journal):
    journal.append([("receipts.hospital", event())])
    assert journal.position == 0


def test_a_failed_append_leaves_no_gap(journal, stores):
    journal.append([("care", event())])
    with pytest.raises(AttributeError):
        journal.append([("care", event()), ("care", None)])
    assert journal.append([("care", event())]) == [2]


def test_those_who_listen_are_told_of_every_append(journal):
    told = []
    journal.listen(lambda: told.append(True))
    journal.append([("care", event())])
    journal.append([], after=0, upto=3)
    assert len(told) == 1


def test_publishing_says_every_fact_once_in_the_order_of_the_log(journal, log):
    note(log, *range(12))
    publishing = Publishing(log, journal, say, poll=0.05)
    publishing.start()
    until(lambda: journal.head("care") == 12)
    note(log, 12)
    publishing.hint()
    until(lambda: journal.head("care") == 13)
    publishing.stop()
    assert [json.loads(body)["data"]["what"] for _, body in journal.feed("care", 0, 100)] == list(range(13))
    assert (publishing.behind(), publishing.trouble) == (0, "")


def test_two_publishers_say_every_fact_once(stores, journal, log):
    note(log, *range(40))
    both = [Publishing(log, Journal(stores.engine("journal")), say, poll=0.01) for _ in range(2)]
    for publishing in both:
        publishing.start()
    until(lambda: journal.head("statistics") >= 40)
    note(log, 40)
    until(lambda: journal.head("statistics") >= 41)
    for publishing in both:
        publishing.stop()
    assert [json.loads(body)["data"]["what"] for _, body in journal.feed("care", 0, 100)] == list(range(41))


def test_a_fact_that_cannot_be_said_stops_publishing_visibly_until_it_can(journal, log):
    note(log, 1, 2, 3)
    broken = [True]

    def fails(recorded):
        if broken and recorded.fact.what == 2:
            raise ZeroDivisionError
        return say(recorded)

    publishing = Publishing(log, journal, fails, poll=0.02)
    publishing.start()
    until(lambda: publishing.trouble == "ZeroDivisionError")
    assert journal.head("care") == 0
    assert publishing.behind() == 3
    broken.clear()
    until(lambda: journal.head("care") == 3)
    publishing.stop()
    assert publishing.trouble == ""


def test_publishing_goes_on_when_its_store_comes_back(journal, log, stores):
    with stores.engine("journal").begin() as db:
        db.execute(text("ALTER TABLE channels RENAME TO gone"))
    note(log, 1)
    publishing = Publishing(log, journal, say, poll=0.02)
    publishing.start()
    until(lambda: publishing.trouble)
    with stores.engine("journal").begin() as db:
        db.execute(text("ALTER TABLE gone RENAME TO channels"))
    until(lambda: journal.head("care") == 1)
    publishing.stop()


def until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.01)
