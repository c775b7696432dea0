"""The reader of a channel: each message once and in order, whatever the broker does."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from eventsourcing.persistence import OperationalError

from shared.contracts.cloudevents import Event
from shared.journal import Journal
from shared.messaging import channels as channels_module
from shared.messaging.channels import ChannelReader
from shared.messaging.parking import Parking
from shared.messaging.transport import BODY, Streams, connect, listen, make_broker
from shared.relay import Relay
from tests.shared.messaging.scene import ADD, OPEN, JournalFeed, commands, message, until

pytestmark = pytest.mark.anyio
STREAM = "demo:others.care"


class Others:
    """Another service that says things on its channel `care`."""

    def __init__(self, world, url):
        self.journal = Journal(world.stores.engine("others"))
        self.feed = JournalFeed(self.journal, "care")
        self.relay = Relay(
            self.journal, connect(url), lambda c: Streams("demo").channel("others", c), 10_000, poll=0.05
        )
        self.client = connect(url)

    def body(self, sequence):
        return self.journal.feed("care", sequence - 1, 1)[0][1]

    def put(self, *sequences):
        """Put messages on the stream by hand."""
        for sequence in sequences:
            self.client.xadd(STREAM, {BODY: self.body(sequence)}, id=f"{sequence}-0")


def event(kind, **data):
    return Event.model_validate_json(json.dumps(message(kind, source="/demo/others", **data)))


def opening(sum="a"):
    return event(OPEN, sum=sum)


def adding(amount, sum="a"):
    return event(ADD, sum=sum, amount=amount)


@pytest.fixture
def others(world, broker_url):
    return Others(world, broker_url)


@asynccontextmanager
async def reading(world, others, url, *, known=(OPEN, ADD), poll=0.2, **more):
    """A reader at work; `others` may be wiped, flushed and lied to meanwhile."""
    broker = make_broker(url)
    reader = ChannelReader(
        broker,
        STREAM,
        "others.care",
        writer=world.writer,
        log=world.log,
        react=lambda e: commands(e, e.id, world.clock.now()),
        known=known,
        feed=others.feed,
        clock=world.clock,
        poll=poll,
        **more,
    )
    tasks = [asyncio.create_task(reader.run()), asyncio.create_task(listen(broker))]
    try:
        yield reader
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await broker.stop()


def amounts(world, sum="a"):
    return [r.fact.amount for r in world.log.case(f"sum:{sum}")[1:]]


async def test_messages_have_their_effect_in_order_and_the_position_moves_with_them(world, others, broker_url):
    others.journal.append([("care", opening()), *[("care", adding(n)) for n in range(50)]])
    others.relay.relay()
    async with reading(world, others, broker_url, poll=60) as reader:
        await until(lambda: reader.position == 51)
        others.journal.append([("care", adding(50))])
        others.relay.relay()
        await until(lambda: reader.position == 52)
    assert amounts(world) == list(range(51))
    assert (world.log.position("others.care"), others.feed.asked) == (52, 0)


async def test_a_reader_that_starts_again_goes_on_behind_its_position(world, others, broker_url):
    others.journal.append([("care", opening()), ("care", adding(1))])
    others.relay.relay()
    async with reading(world, others, broker_url, poll=60) as reader:
        await until(lambda: reader.position == 2)
    others.journal.append([("care", adding(2))])
    others.relay.relay()
    async with reading(world, others, broker_url, poll=60) as reader:
        await until(lambda: reader.position == 3)
    assert amounts(world) == [1, 2]


async def test_a_gap_in_the_stream_is_filled_from_the_feed(world, others, broker_url):
    others.journal.append([("care", opening()), *[("care", adding(n)) for n in range(9)]])
    others.put(1, 2, 6, 7, 10)
    async with reading(world, others, broker_url, poll=60) as reader:
        await until(lambda: reader.position == 10)
    assert amounts(world) == list(range(9))


async def test_while_the_feed_is_away_a_gap_waits_visibly(world, others, broker_url):
    others.journal.append([("care", opening()), *[("care", adding(n)) for n in range(9)]])
    others.put(1, 5)
    others.feed.away = True
    async with reading(world, others, broker_url) as reader:
        await until(lambda: reader.trouble == "feed: ConnectError")
        assert reader.position == 1
        others.feed.away = False
        await until(lambda: reader.position == 10)
        await until(lambda: reader.trouble == "")
    assert amounts(world) == list(range(9))


async def test_what_was_wrong_is_said_no_more_once_the_stream_is_read_again(world, others, broker_url):
    """Whoever speaks all the time lets nobody ask the feed, which alone took the trouble back."""
    others.journal.append([("care", opening()), *[("care", adding(n)) for n in range(9)]])
    others.put(1, 5)
    others.feed.away = True
    async with reading(world, others, broker_url, poll=60) as reader:
        await until(lambda: reader.trouble == "feed: ConnectError")
        others.client.delete(STREAM)
        others.put(*range(1, 11))
        await until(lambda: reader.position == 10)
        await until(lambda: reader.trouble == "")


async def test_duplicates_and_reordering_change_nothing(world, others, broker_url):
    others.journal.append([("care", opening()), *[("care", adding(n)) for n in range(9)]])
    async with reading(world, others, broker_url, poll=60) as reader:
        for sequences in ([1, 2, 3], [2, 3, 4], [1, 2, 3, 4, 5], [9, 10]):
            others.client.delete(STREAM)
            others.put(*sequences)
            newest = max(sequences)
            await until(lambda wanted=newest: reader.position >= wanted)
    assert amounts(world) == list(range(9))


async def test_a_wiped_broker_only_delays(world, others, broker_url):
    others.journal.append([("care", opening()), ("care", adding(0))])
    others.relay.start()
    async with reading(world, others, broker_url, poll=60) as reader:
        await until(lambda: reader.position == 2)
        for amount in range(1, 6):
            others.client.flushall()
            others.journal.append([("care", adding(amount))])
            await until(lambda wanted=amount + 2: reader.position == wanted)
    others.relay.stop()
    assert amounts(world) == list(range(6))


async def test_without_any_relay_the_feed_is_enough(world, others, broker_url):
    others.journal.append([("care", opening()), *[("care", adding(n % 100)) for n in range(700)]])
    async with reading(world, others, broker_url) as reader:
        await until(lambda: reader.position == 701)
    assert amounts(world) == [n % 100 for n in range(700)]


async def test_a_broker_killed_and_started_empty_only_delays(world, own_broker):
    others = Others(world, own_broker.url)
    others.journal.append([("care", opening()), ("care", adding(0))])
    others.relay.start()
    async with reading(world, others, own_broker.url) as reader:
        await until(lambda: reader.position == 2)
        own_broker.kill(empty=True)
        others.journal.append([("care", adding(1))])
        await until(lambda: reader.position == 3)
        own_broker.start()
        others.journal.append([("care", adding(2))])
        await until(lambda: reader.position == 4)
        others.feed.away = True
        others.journal.append([("care", adding(3))])
        await until(lambda: reader.position == 5)
    others.relay.stop()
    assert amounts(world) == [0, 1, 2, 3]


async def test_a_reader_waits_for_a_broker_that_is_not_there_yet(world, own_broker):
    others = Others(world, own_broker.url)
    others.journal.append([("care", opening())])
    own_broker.kill()
    async with reading(world, others, own_broker.url, poll=60) as reader:
        await asyncio.sleep(0.3)
        own_broker.start()
        others.relay.relay()
        await until(lambda: reader.position == 1)


@pytest.mark.parametrize(
    ("entry_id", "fields"),
    [
        ("99999999999-0", {BODY: b"{}"}),
        ("18446744073709551615-18446744073709551615", {"evil": "1"}),
        ("3-0", {BODY: b"not JSON \xff"}),
        ("3-0", {"nothing": "here"}),
        ("3-0", {BODY: b'{"data": "a string"}'}),
        ("2-7", {BODY: b"{}"}),
    ],
)
async def test_a_foreign_entry_has_no_effect_and_stops_nobody(world, others, broker_url, entry_id, fields):
    others.journal.append([("care", opening()), ("care", adding(0))])
    others.put(1, 2)
    others.client.xadd(STREAM, fields, id=entry_id)
    async with reading(world, others, broker_url) as reader:
        await until(lambda: reader.position == 2)
        others.journal.append([("care", adding(1))])
        await until(lambda: reader.position == 3)
        others.client.delete(STREAM)
        others.put(1, 2, 3)
        others.journal.append([("care", adding(2))])
        others.put(4)
        await until(lambda: reader.position == 4)
    assert amounts(world) == [0, 1, 2]
    assert world.log.parked() == []


async def test_a_poison_message_is_set_aside_and_others_go_on(world, others, broker_url):
    others.journal.append([("care", opening()), ("care", adding(-1)), ("care", adding(1)), ("care", adding(2))])
    others.relay.relay()
    async with reading(world, others, broker_url) as reader:
        await until(lambda: reader.position == 4)
        [parked] = world.log.parked()
        assert (parked.id, parked.kind, parked.reason, parked.attempts) == (
            "others.care:2", "poison", "ZeroDivisionError", 3,
        )  # fmt: skip
        assert parked.body == others.body(2)
        assert await reader.retry([parked]) == ["poison"]
    assert (amounts(world), world.log.parked()[0].attempts) == ([1, 2], 6)


async def test_a_message_that_is_no_event_in_the_feed_itself_is_set_aside(world, others, broker_url):
    others.journal.append([("care", opening()), ("care", adding(1)), ("care", adding(2))])
    others.feed.instead[2] = b'{"specversion": "0.3"}'
    async with reading(world, others, broker_url) as reader:
        await until(lambda: reader.position == 3)
    [parked] = world.log.parked()
    assert (parked.kind, parked.reason, amounts(world)) == ("poison", "Malformed /specversion", [2])


async def test_a_message_whose_data_break_its_contract_is_set_aside(world, others, broker_url):
    others.journal.append([("care", opening()), ("care", event(ADD, sum="a")), ("care", adding(2))])
    others.relay.relay()
    async with reading(world, others, broker_url) as reader:
        await until(lambda: reader.position == 3)
    assert [(p.kind, p.reason) for p in world.log.parked()] == [("poison", "Malformed /data/amount")]


async def test_types_a_reader_does_not_know_are_ignored(world, others, broker_url):
    others.journal.append([("care", event("evenborn.test.other.v1")), ("care", event("something.else"))])
    others.relay.relay()
    async with reading(world, others, broker_url) as reader:
        await until(lambda: reader.position == 2)
        assert reader.ignored == 2
    assert world.log.parked() == []


def counted(world, monkeypatch):
    """The ledgers of all commits."""
    append, ledgers = world.log.append, []

    def counting(*given):
        ledgers.append(given[1])
        return append(*given)

    monkeypatch.setattr(world.log, "append", counting)
    return ledgers


async def test_effects_position_and_what_is_set_aside_are_one_commit(world, others, broker_url, monkeypatch):
    others.journal.append([("care", adding(5)), ("care", opening("b")), ("care", event(ADD, sum="b"))])
    others.relay.relay()
    commits = counted(world, monkeypatch)
    async with reading(world, others, broker_url) as reader:
        await until(lambda: reader.position == 3)
    [ledger] = commits
    assert ledger.positions == {"others.care": 3}
    assert [(each.id, each.kind) for each in ledger.parked] == [("others.care:1", "held"), ("others.care:3", "poison")]
    assert len(ledger.outcomes) == 1


async def test_messages_without_effect_are_passed_without_a_commit_until_they_are_many(
    world, others, broker_url, monkeypatch
):
    monkeypatch.setattr(channels_module, "FAR", 10)
    others.journal.append([("care", event("something.else"))] * 9)
    others.relay.relay()
    commits = counted(world, monkeypatch)
    async with reading(world, others, broker_url) as reader:
        await until(lambda: reader.position == 9)
        assert (commits, world.log.position("others.care")) == ([], 0)
        others.journal.append([("care", event("something.else"))])
        others.relay.relay()
        await until(lambda: reader.position == 10)
        assert world.log.position("others.care") == 10
        others.journal.append([("care", event("something.else")), ("care", opening())])
        others.relay.relay()
        await until(lambda: reader.position == 12)
    assert (len(commits), world.log.position("others.care")) == (2, 12)


async def test_a_newer_version_is_set_aside_and_has_its_effect_after_an_upgrade(world, others, broker_url):
    newer = event("evenborn.test.add.v2", sum="a", amount=5)
    others.journal.append([("care", opening()), ("care", newer)])
    others.relay.relay()
    async with reading(world, others, broker_url) as reader:
        await until(lambda: reader.position == 2)
        await Parking(world.log, {"others.care": reader.retry}).round("newer")
        assert [(p.kind, p.reason) for p in world.log.parked()] == [("newer", "NewerVersion")]
    async with reading(world, others, broker_url, known=(OPEN, ADD, "evenborn.test.add.v2")) as reader:
        await Parking(world.log, {"others.care": reader.retry}).round("newer")
    assert (amounts(world), world.log.parked()) == ([5], [])


async def test_a_newer_version_said_beside_the_one_we_know_is_not_set_aside(world, others, broker_url):
    newer = event("evenborn.test.add.v2", sum="a", amount=5)
    others.journal.append([("care", opening()), ("care", adding(5)), ("care", newer)])
    others.relay.relay()
    async with reading(world, others, broker_url) as reader:
        await until(lambda: reader.position == 3)
    assert (amounts(world), world.log.parked()) == ([5], [])


async def test_a_message_that_needs_something_not_yet_known_is_held_and_tried_again(world, others, broker_url):
    others.journal.append([("care", adding(5)), ("care", opening())])
    others.relay.relay()
    async with reading(world, others, broker_url) as reader:
        await until(lambda: reader.position == 2)
        assert [(p.kind, p.reason) for p in world.log.parked()] == [("held", "SumNotOpen")]
        parking = Parking(world.log, {"others.care": reader.retry}, poll=0.05)
        task = asyncio.create_task(parking.run())
        await until(lambda: amounts(world) == [5])
        await until(lambda: world.log.parked() == [])
        task.cancel()


async def test_a_message_held_too_long_is_left_to_an_operator(world, others, broker_url, clock):
    others.journal.append([("care", adding(5))])
    others.relay.relay()
    async with reading(world, others, broker_url, hold_for=timedelta(hours=1)) as reader:
        await until(lambda: reader.position == 1)
        assert await reader.retry(world.log.parked()) == ["held"]
        clock.set(clock.now() + timedelta(hours=2))
        assert await reader.retry(world.log.parked()) == ["poison"]
    assert [(p.kind, p.reason) for p in world.log.parked()] == [("poison", "SumNotOpen")]


async def test_a_refused_command_is_an_outcome_and_counted(world, others, broker_url):
    others.journal.append([("care", opening()), ("care", adding(500)), ("care", adding(1))])
    others.relay.relay()
    async with reading(world, others, broker_url) as reader:
        await until(lambda: reader.position == 3)
        assert reader.refused == 1
    assert (amounts(world), world.log.parked()) == ([1], [])
    assert world.log.outcomes(["others:care:2"])


async def test_a_store_that_is_away_halts_the_reader_visibly_and_parks_nothing(world, others, broker_url, monkeypatch):
    others.journal.append([("care", opening()), ("care", adding(1)), ("care", adding(2))])
    others.relay.relay()

    def gone(*_args, **_kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr(world.log, "append", gone)
    async with reading(world, others, broker_url) as reader:
        await until(lambda: reader.trouble == "OperationalError")
        await asyncio.sleep(0.5)
        assert reader.position == 0
        monkeypatch.undo()
        await until(lambda: reader.position == 3)
        await until(lambda: reader.trouble == "")
    assert (amounts(world), world.log.parked()) == ([1, 2], [])


@pytest.mark.parametrize("lost", [1, 2])
async def test_a_lost_commit_reply_is_survived(world, others, broker_url, monkeypatch, lost):
    others.journal.append([("care", opening()), ("care", adding(1)), ("care", adding(2))])
    others.relay.relay()
    append, calls = world.log.append, []

    def loses_the_reply(*args):
        calls.append(append(*args))
        if len(calls) == lost:
            raise OperationalError("connection lost")
        return calls[-1]

    monkeypatch.setattr(world.log, "append", loses_the_reply)
    async with reading(world, others, broker_url) as reader:
        await until(lambda: reader.position == 3)
    assert amounts(world) == [1, 2]


async def test_a_publisher_whose_journal_is_behind_us_is_said_aloud(world, others, broker_url):
    others.journal.append([("care", opening()), ("care", adding(1))])
    async with reading(world, others, broker_url) as reader:
        await until(lambda: reader.position == 2)
        others.feed.journal = Journal(world.stores.engine("restored"))
        await until(lambda: reader.trouble == "the publisher's journal is behind us")
