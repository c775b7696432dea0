"""Whatever befalls the carrying of messages and the processes, the quarter ends in the same report."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from datetime import date

import pytest
from redis import Redis
from redis.exceptions import ResponseError

from services.console.delivery import Delivery
from shared.journal import Journal
from shared.messaging.transport import Streams, connect
from shared.relay import Relay
from shared.stores import Stores
from tests.journeys.conftest import Life, deployed, live_through
from tests.journeys.quarter import QUARTER, figures

SERVICES = ("births", "pregnancy_tracking")
HUGE = "18446744073709551000-0"
STORES = ["sqlite", "postgresql"]


@pytest.fixture
def store(request, new_database):
    return "" if request.param == "sqlite" else new_database()


def nothing_lost_or_left(life: Life) -> None:
    """No message is set aside, and each service heard all that the other said."""
    for status in life.status().values():
        assert (status["parked"], status["held"]) == (0, 0)
        assert all(channel["lag"] == 0 for channel in status["hears"].values())


def write_huge(broker: Redis, stream: str) -> None:
    """Nobody can write a huge id behind another one, or behind a letter that followed it: try until it is mended."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(ResponseError):
            broker.xadd(stream, {"__data__": b"\xff not ours"}, id=HUGE)
            return
        time.sleep(0.02)
    pytest.fail(f"nobody mended {stream}")


@pytest.mark.parametrize("store", STORES, indirect=True)
def test_messages_doubled_reordered_and_late(tmp_path, ports, store):
    delivery = Delivery(copies=3, window=50, late_days=5, seed=11)
    with deployed(tmp_path / "data", ports, store) as life:
        assert figures(live_through(life, delivery)) == QUARTER
        nothing_lost_or_left(life)


@pytest.mark.parametrize("store", STORES, indirect=True)
def test_services_killed_and_the_broker_wiped_in_the_middle(tmp_path, ports, store):
    befalls = {
        date(2024, 3, 10): lambda life: life.kill("births"),
        date(2024, 5, 10): lambda life: life.flush(),
        date(2024, 7, 10): lambda life: life.kill("pregnancy_tracking"),
        date(2024, 10, 20): lambda life: life.kill("births"),
        date(2024, 11, 5): lambda life: life.flush(),
        date(2024, 11, 20): lambda life: life.kill("pregnancy_tracking"),
        date(2024, 12, 5): lambda life: life.kill("broker"),
    }
    with deployed(tmp_path / "data", ports, store) as life:
        assert figures(live_through(life, befalls=befalls)) == QUARTER
        nothing_lost_or_left(life)


def test_two_relays_at_once_and_foreign_entries(tmp_path, ports):
    """A zombie relay of births beside the real one; somebody writes huge ids into a channel and an inbox."""
    with deployed(tmp_path / "data", ports) as life:
        county = Streams(life.deployment.county)
        journal = Journal(Stores.open(life.deployment.stores, "births", life.deployment.county).engine("journal"))
        client = connect(life.broker.url("births"))
        zombie = Relay(journal, client, lambda channel: county.channel("births", channel), 100_000, poll=0.01)
        zombie.start()

        doors = (county.channel("births", "care"), county.channel("pregnancy_tracking", "care"))
        doors += (county.inbox("births", "county-hospital"),)

        def foreign(life: Life) -> None:
            for stream in doors:
                write_huge(life.redis(), stream)

        befalls = {date(2024, 9, 1): foreign, date(2024, 11, 1): foreign, date(2024, 12, 1): foreign}
        try:
            assert figures(live_through(life, befalls=befalls)) == QUARTER
        finally:
            zombie.stop()
        nothing_lost_or_left(life)
        for service in SERVICES:
            said = Journal(Stores.open(life.deployment.stores, service, life.deployment.county).engine("journal"))
            carried = life.redis().xrange(county.channel(service, "care"))
            entries = [(int(entry.split(b"-")[0]), fields[b"__data__"]) for entry, fields in carried]
            assert entries == said.feed("care", 0, 10_000)


@pytest.mark.long
@pytest.mark.parametrize("store", STORES, indirect=True)
def test_everything_at_once_again_and_again(tmp_path, ports, store):
    """kill -9 of each service every few weeks, wipes, and bad roads, all in one life."""
    befalls = {}
    for number in range(24):
        day = date.fromordinal(date(2024, 2, 1).toordinal() + 15 * number)
        program = (*SERVICES, "broker")[number % 3]
        befalls[day] = lambda life, program=program: life.kill(program)
        befalls[date.fromordinal(day.toordinal() + 7)] = lambda life: life.flush()
    with deployed(tmp_path / "data", ports, store) as life:
        report = live_through(life, Delivery(copies=2, window=50, late_days=5, seed=3), befalls)
        assert figures(report) == QUARTER
        nothing_lost_or_left(life)


@pytest.mark.long
def test_a_relay_that_stays_connected_notices_every_wipe(tmp_path, ports):
    """FLUSHALL drops no connection: wipe all the time while the quarter is lived."""
    with deployed(tmp_path / "data", ports) as life:
        done = threading.Event()

        def wipe() -> None:
            while not done.wait(0.7):
                life.flush()

        wiping = threading.Thread(target=wipe)
        wiping.start()
        try:
            report = live_through(life)
        finally:
            done.set()
            wiping.join()
        assert figures(report) == QUARTER
        nothing_lost_or_left(life)
