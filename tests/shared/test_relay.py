"""The relay: whatever is done to a stream, it ends equal to its channel."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
import redis

from shared.contracts.cloudevents import Event
from shared.journal import Journal
from shared.messaging.transport import BODY, Streams, connect
from shared.relay import AT_ONCE, Relay

NOW = datetime(2024, 10, 15, 12, tzinfo=UTC)
STREAM = "demo:births.care"


@pytest.fixture
def journal(stores):
    return Journal(stores.engine("journal"))


@pytest.fixture
def client(broker_url):
    return connect(broker_url)


@pytest.fixture
def make(journal, broker_url):
    """Makes relays that poll often and are stopped after the test."""
    made = []

    def relay(url=broker_url, retention=1000, **more):
        made.append(Relay(journal, connect(url), name, retention, poll=0.05, **more))
        return made[-1]

    yield relay
    for each in made:
        each.stop()


def name(channel):
    return Streams("demo").channel("births", channel)


def say(journal, count, channel="care"):
    event = Event(id="unnumbered", source="/demo/births", type="evenborn.births.noted.v1", time=NOW, data={})
    journal.append([(channel, event)] * count)


def right(client, journal, channel="care", floor=0):
    """Whether the stream holds exactly the channel from a floor on: same ids, same bytes."""
    try:
        entries = client.xrange(name(channel))
    except redis.ResponseError:
        return False
    wanted = [(b"%d-0" % sequence, {BODY: body}) for sequence, body in journal.feed(channel, floor, 100_000)]
    return entries == wanted


def until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.02)


def test_every_channel_reaches_its_stream_with_ids_and_bytes_of_the_journal(journal, client, make):
    say(journal, 1203)
    say(journal, 3, "receipts.hospital")
    make(retention=5000).relay()
    assert right(client, journal)
    assert right(client, journal, "receipts.hospital")
    assert client.exists("demo:receipts.births.hospital")


def test_what_is_said_later_follows_at_a_hint(journal, client, make):
    relay = make()
    journal.listen(relay.hint)
    relay.start()
    say(journal, 3)
    until(lambda: right(client, journal))
    say(journal, 4)
    until(lambda: right(client, journal))
    until(lambda: (relay.relayed, relay.lag) == ({"care": 7}, {"care": 0}))


def test_a_relay_started_again_adds_nothing_twice(journal, client, make):
    say(journal, 10)
    make().relay()
    say(journal, 5)
    again = make()
    again.relay()
    assert right(client, journal)
    assert (again.refills.total(), again.foreign.total()) == (0, 0)


def test_a_flush_while_the_relay_stays_connected_is_filled_again(journal, client, make):
    say(journal, 700)
    relay = make()
    relay.start()
    until(lambda: right(client, journal))
    client.flushall()
    until(lambda: right(client, journal))
    client.flushall()
    say(journal, 1)
    until(lambda: right(client, journal))
    assert relay.refills["care"] == 2


def test_of_many_quiet_streams_only_some_are_looked_at_in_turn_until_one_is_not_as_it_was(journal, client, make):
    channels = [f"receipts.d{number}" for number in range(3 * AT_ONCE)]
    for each in channels:
        say(journal, 2, each)
    relay = make()
    relay.relay()
    asked = scripts(client)
    for _ in range(3):
        relay.verify()
    assert scripts(client) - asked == len(channels)
    client.delete(name(channels[0]))
    for _ in range(3):
        relay.verify()
    assert right(client, journal, channels[0])
    client.flushall()
    relay.verify()
    assert all(right(client, journal, each) for each in channels)
    say(journal, 1, channels[-1])
    relay.relay(whole=False)
    assert right(client, journal, channels[-1])


def scripts(client):
    return client.info("commandstats")["cmdstat_evalsha"]["calls"]


def test_two_relays_at_once_through_a_flush_end_in_the_right_stream(journal, client, make):
    both = [make(retention=5000), make(retention=5000)]
    for relay in both:
        relay.start()
    for _ in range(10):
        say(journal, 150)
        client.flushall()
    say(journal, 1)
    until(lambda: right(client, journal))
    client.xadd(STREAM, {"x": "y"}, id="99999999-0")
    until(lambda: right(client, journal))
    time.sleep(0.3)
    assert right(client, journal)


def test_a_foreign_entry_with_a_huge_id_is_removed_and_the_stream_filled_again(journal, client, make):
    say(journal, 20)
    relay = make()
    relay.start()
    until(lambda: right(client, journal))
    client.xadd(STREAM, {"evil": "1"}, id="18446744073709551615-18446744073709551615")
    until(lambda: right(client, journal))
    say(journal, 1)
    until(lambda: right(client, journal))
    assert relay.foreign["care"] == 1


@pytest.mark.parametrize("entry_id", ["21-0", "21-5", "20-1", "1700000000000-0"])
def test_a_foreign_entry_with_any_id_is_removed(journal, client, make, entry_id):
    say(journal, 20)
    relay = make()
    relay.relay()
    client.xadd(STREAM, {BODY: b"{}"}, id=entry_id)
    say(journal, 1)
    relay.relay()
    assert right(client, journal)
    assert relay.foreign["care"] == 1


def test_a_foreign_entry_is_noticed_by_a_relay_that_starts(journal, client, make):
    say(journal, 5)
    client.xadd(STREAM, {BODY: b"{}"}, id="3-0")
    make().relay()
    assert right(client, journal)


@pytest.mark.parametrize(
    "harm",
    [
        lambda client: client.delete(STREAM),
        lambda client: client.xtrim(STREAM, maxlen=3, approximate=False),
        lambda client: client.xtrim(STREAM, maxlen=0, approximate=False),
        lambda client: client.xdel(STREAM, "7-0"),
        lambda client: client.xdel(STREAM, "20-0"),
        lambda client: client.set(STREAM, "not a stream"),
        lambda client: client.pipeline().delete(STREAM).rpush(STREAM, "not a stream").execute(),
        lambda client: client.pipeline().delete(STREAM).xgroup_create(STREAM, "g", mkstream=True).execute(),
    ],
    ids=["deleted", "trimmed", "emptied", "an entry deleted", "last deleted", "string", "list", "empty group"],
)
def test_a_stream_harmed_by_a_client_is_filled_again(journal, client, make, harm):
    say(journal, 20)
    relay = make()
    relay.start()
    until(lambda: right(client, journal))
    harm(client)
    until(lambda: right(client, journal))


def test_a_stream_keeps_at_least_its_retention_and_not_much_more(journal, client, make):
    relay = make(retention=200)
    for _ in range(5):
        say(journal, 500)
        relay.relay()
    assert 200 <= client.xlen(STREAM) <= 500
    client.flushall()
    relay.relay()
    assert right(client, journal, floor=2300)


def test_a_relay_that_comes_back_after_the_retention_starts_from_its_floor(journal, client, make):
    say(journal, 10)
    make(retention=100).relay()
    say(journal, 1000)
    make(retention=100).relay()
    assert right(client, journal, floor=910)


def test_a_zombie_that_wakes_adds_nothing_old(journal, client, make):
    say(journal, 10)
    zombie = make()
    zombie.relay()
    say(journal, 30)
    make().relay()
    zombie.relay()
    assert right(client, journal)
    assert zombie.relayed == {"care": 40}


def test_a_broker_killed_and_started_empty_is_filled_again(journal, own_broker, make):
    say(journal, 50)
    relay = make(own_broker.url)
    relay.start()
    client = connect(own_broker.url)
    until(lambda: right(client, journal))
    own_broker.kill(empty=True)
    say(journal, 5)
    until(lambda: relay.trouble)
    until(lambda: relay.lag["care"] == 5)
    own_broker.start()
    until(lambda: right(connect(own_broker.url), journal))
    until(lambda: relay.trouble == "")


def test_a_broker_killed_and_started_with_its_file_goes_on(journal, own_broker, make):
    say(journal, 50)
    relay = make(own_broker.url)
    relay.start()
    until(lambda: right(connect(own_broker.url), journal))
    own_broker.kill()
    say(journal, 5)
    own_broker.start()
    until(lambda: right(connect(own_broker.url), journal))


def test_a_broker_out_of_memory_halts_the_relay_visibly_until_there_is_room(journal, client, make):
    relay = make()
    client.config_set("maxmemory", "1")
    try:
        say(journal, 5)
        relay.start()
        until(lambda: relay.trouble == "OutOfMemoryError")
    finally:
        client.config_set("maxmemory", "0")
    until(lambda: right(client, journal))


def test_what_neighbours_are_told_and_answered_never_lies_on_the_broker(client, journal, make):
    from shared.couriers import carried

    for channel in ("care", "courier.linshui", "courier.linshui.receipts", "receipts.neighbour-linshui"):
        say(journal, 1, channel)
    make(carried=carried).relay()
    assert client.keys() == [STREAM.encode()]
