"""The inboxes on the broker: emptied as messages are receipted, and mended when somebody spoils them."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from time import monotonic

import pytest
import redis.asyncio
from eventsourcing.persistence import OperationalError
from structlog.testing import capture_logs

from shared.messaging import doors as doors_module
from shared.messaging import transport
from shared.messaging.doors import Doors, post
from shared.messaging.opening import Opener
from shared.messaging.transport import BODY, SIGNATURE, Streams, listen, make_broker
from tests.shared.messaging.scene import ADD, OPEN, body, message, until

pytestmark = pytest.mark.anyio
STREAMS = {name: Streams("demo").inbox("births", name) for name in ("hospital", "village")}
HOSPITAL = STREAMS["hospital"]


@asynccontextmanager
async def doors_open(world, url, **more):
    broker = make_broker(url)
    doors = Doors(broker, world.make_inbox(), STREAMS, poll=0.1, **more)
    tasks = [asyncio.create_task(doors.run()), asyncio.create_task(listen(broker))]
    try:
        yield doors
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await broker.stop()


@pytest.fixture
async def client(broker_url):
    client = redis.asyncio.Redis.from_url(broker_url)
    yield client
    await client.aclose()


async def send(world, client, raw, department="hospital", signer=None):
    await post(client, STREAMS[department], raw, world.signed(raw, signer or department))


async def empty(client, department="hospital"):
    return await client.xlen(STREAMS[department]) == 0


async def answered(world, client, count, department="hospital"):
    await until(lambda: len(world.receipts(department)) >= count)
    deadline = asyncio.get_running_loop().time() + 60
    while not await empty(client, department):
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.01)


async def test_messages_are_receipted_in_order_and_deleted(world, broker_url, client):
    await send(world, client, body(OPEN, "m0", sum="a"))
    async with doors_open(world, broker_url):
        for number in range(1, 40):
            await send(world, client, body(ADD, f"m{number}", sum="a", amount=1))
        await answered(world, client, 40)
    assert [r["id"] for r in world.receipts()] == [f"m{number}" for number in range(40)]
    assert {r["status"] for r in world.receipts()} == {"accepted"}
    assert world.total() == 39


async def test_what_comes_within_a_moment_is_taken_together(world, broker_url, client, monkeypatch):
    """However fast messages come, a door takes them only so often: a commit for each would cost many times as much."""
    monkeypatch.setattr(doors_module, "TOGETHER", 0.5)
    commits = []
    world.committed = lambda: commits.append(monotonic())
    await send(world, client, body(OPEN, "m0", sum="a"))
    async with doors_open(world, broker_url):
        began = monotonic()
        for number in range(1, 60):
            await send(world, client, body(ADD, f"m{number}", sum="a", amount=1))
        await answered(world, client, 60)
        moments = (monotonic() - began) / 0.5
    assert len(commits) <= moments + 2


async def test_what_several_departments_bring_at_one_moment_is_one_commit_and_one_append(
    world, broker_url, client, monkeypatch
):
    commits, appends, append = [], [], world.journal.append
    world.committed = lambda: commits.append(1)
    monkeypatch.setattr(world.journal, "append", lambda sayings: appends.append(len(sayings)) or append(sayings))
    await send(world, client, body(OPEN, "m1", sum="a"))
    await send(world, client, body(OPEN, "v1", source="/demo/village", sum="b"), "village")
    async with doors_open(world, broker_url):
        await answered(world, client, 1)
        await answered(world, client, 1, "village")
    assert (commits, appends) == ([1], [2])


async def test_a_department_whose_entries_fail_here_keeps_no_other_waiting(world, broker_url, client, monkeypatch):
    """A fault in our own code: those entries stay and are tried again, beside nobody."""
    opened, failing = Opener.open, True

    def fails(opener, raw, signature, department):
        if failing and department == "village":
            raise ZeroDivisionError
        return opened(opener, raw, signature, department)

    monkeypatch.setattr(Opener, "open", fails)
    await send(world, client, body(OPEN, "v1", source="/demo/village", sum="b"), "village")
    async with doors_open(world, broker_url) as doors:
        for number in range(10):
            await send(world, client, body(OPEN, f"m{number}", sum=f"a{number}"))
            await answered(world, client, number + 1)
        assert (doors.trouble, world.receipts("village")) == ("ZeroDivisionError", [])
        failing = False
        await answered(world, client, 1, "village")
        await until(lambda: doors.trouble == "")


async def test_a_department_whose_stream_may_not_be_read_keeps_no_other_waiting(world, own_broker):
    """As when a department is new here, and the broker was not told yet."""
    client = redis.asyncio.Redis.from_url(own_broker.url)
    allowed = {"enabled": True, "nopass": True, "commands": ["+@all"]}
    await client.acl_setuser("births", **allowed, keys=[HOSPITAL], reset=True)
    async with doors_open(world, f"{own_broker.url}?username=births&password=any") as doors:
        for number in range(10):
            await send(world, client, body(OPEN, f"m{number}", sum=f"a{number}"))
            await answered(world, client, number + 1)
        assert doors.trouble == "NoPermissionError"
        await client.acl_setuser("births", **allowed, keys=STREAMS.values(), reset=True)
        await until(lambda: doors.trouble == "")
        await send(world, client, body(OPEN, "v1", source="/demo/village", sum="b"), "village")
        await answered(world, client, 1, "village")
    await client.aclose()


async def test_each_department_has_its_own_door_and_receipts(world, broker_url, client):
    async with doors_open(world, broker_url):
        await send(world, client, body(OPEN, "m1", sum="a"))
        await send(world, client, body(OPEN, "v1", source="/demo/village", sum="b"), "village")
        await answered(world, client, 1)
        await answered(world, client, 1, "village")
    assert [r["id"] for r in world.receipts("village")] == ["v1"]


async def test_a_message_signed_by_another_department_is_rejected(world, broker_url, client):
    async with doors_open(world, broker_url):
        await send(world, client, body(OPEN, sum="a"), signer="village")
        await answered(world, client, 1)
    assert world.receipts()[0]["reason"]["name"] == "WrongDepartment"
    assert world.log.head() == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"x": "y"},
        {BODY: b"{}"},
        {BODY: b"\xff\xfe", SIGNATURE: b"\xff\xfe"},
        {BODY: b"[" * 100_000, SIGNATURE: b"a..b"},
        {BODY: b"x" * (2 * 1024 * 1024), SIGNATURE: b"a..b"},
        {SIGNATURE: b"a..b"},
    ],
)
async def test_a_bad_entry_is_rejected_and_deleted_and_the_next_one_taken(world, broker_url, client, fields):
    await client.xadd(HOSPITAL, fields)
    await send(world, client, body(OPEN, sum="a"))
    async with doors_open(world, broker_url) as doors:
        await answered(world, client, 2)
        await until(lambda: doors.trouble == "")
    assert [r["status"] for r in world.receipts()] == ["rejected", "accepted"]


async def test_a_batch_in_one_entry_is_receipted_message_by_message(world, broker_url, client):
    async with doors_open(world, broker_url):
        batch = [message(OPEN, "m1", sum="a"), message(ADD, "m2", sum="a", amount=4)]
        await send(world, client, json.dumps(batch).encode())
        await answered(world, client, 2)
    assert world.total() == 4


async def test_an_absurdly_high_id_is_noticed_and_the_stream_replaced(world, broker_url, client):
    async with doors_open(world, broker_url) as doors:
        raw = body(OPEN, sum="a")
        fields = {BODY: raw, SIGNATURE: world.signed(raw)}
        await client.xadd(HOSPITAL, fields, id="18446744073709551615-18446744073709551615")
        await answered(world, client, 1)
        await until(lambda: doors.replaced["hospital"] == 1)
        await send(world, client, body(ADD, "m2", sum="a", amount=4))
        await answered(world, client, 2)
    assert world.total() == 4


async def test_a_key_that_is_no_stream_is_taken_away(world, broker_url, client):
    await client.set(HOSPITAL, "in the way")
    async with doors_open(world, broker_url) as doors:
        await until(lambda: doors.replaced["hospital"] == 1)
        await send(world, client, body(OPEN, sum="a"))
        await answered(world, client, 1)


async def test_a_small_id_and_any_order_of_ids_are_read(world, broker_url, client):
    async with doors_open(world, broker_url):
        await send(world, client, body(OPEN, sum="a"))
        await answered(world, client, 1)
        await client.delete(HOSPITAL)
        raw = body(ADD, "m2", sum="a", amount=1)
        await client.xadd(HOSPITAL, {BODY: raw, SIGNATURE: world.signed(raw)}, id="0-1")
        await answered(world, client, 2)
    assert world.total() == 1


async def test_a_crash_before_the_receipt_leaves_the_message_and_ends_in_one_effect(
    world, broker_url, client, monkeypatch
):
    monkeypatch.setattr(world.journal, "append", gone)
    monkeypatch.setattr(transport, "TIMEOUT", 0.5)  # what waits for the store is waited for when the broker is left
    async with doors_open(world, broker_url) as doors:
        await send(world, client, body(OPEN, sum="a"))
        await until(lambda: doors.trouble == "OperationalError")
        assert world.log.head() == 1
    monkeypatch.undo()
    assert not await empty(client)
    async with doors_open(world, broker_url):
        await answered(world, client, 1)
    assert (world.log.head(), world.receipts()[0]["status"]) == (1, "accepted")


async def test_a_store_that_is_away_halts_visibly_and_loses_nothing(world, broker_url, client, monkeypatch):
    monkeypatch.setattr(world.log, "append", gone)
    async with doors_open(world, broker_url) as doors:
        await send(world, client, body(OPEN, sum="a"))
        await until(lambda: doors.trouble == "OperationalError")
        assert world.receipts() == []
        monkeypatch.undo()
        await answered(world, client, 1)
        await until(lambda: doors.trouble == "")
    assert world.receipts()[0]["status"] == "accepted"


async def test_a_flush_is_survived_and_what_is_sent_again_is_answered(world, broker_url, client):
    async with doors_open(world, broker_url):
        await send(world, client, body(OPEN, sum="a"))
        await answered(world, client, 1)
        await client.flushall()
        await send(world, client, body(OPEN, sum="a"))
        await send(world, client, body(ADD, "m2", sum="a", amount=2))
        await answered(world, client, 3)
    assert world.receipts()[0] == world.receipts()[1]


async def test_a_broker_that_comes_back_is_read_again_within_seconds(world, own_broker):
    """FastStream's own pause of 5 s, which has no setting, would make every restart of the broker a longer one."""
    client = redis.asyncio.Redis.from_url(own_broker.url)
    async with doors_open(world, own_broker.url):
        await send(world, client, body(OPEN, sum="a"))
        await answered(world, client, 1)
        own_broker.kill()
        await asyncio.to_thread(own_broker.start)
        began = asyncio.get_running_loop().time()
        await send(world, client, body(ADD, "m2", sum="a", amount=2))
        await answered(world, client, 2)
        assert asyncio.get_running_loop().time() - began < 4
    await client.aclose()


async def test_a_broker_that_is_away_is_said_once_and_once_that_it_is_back(world, own_broker, caplog):
    client = redis.asyncio.Redis.from_url(own_broker.url)
    with capture_logs() as lines:
        async with doors_open(world, own_broker.url) as doors:
            await send(world, client, body(OPEN, sum="a"))
            await answered(world, client, 1)
            own_broker.kill()
            await until(lambda: lines)
            await asyncio.sleep(1.5)
            await asyncio.to_thread(own_broker.start)
            await until(lambda: len(lines) > 1)
            await until(lambda: doors.trouble == "")
    assert [line["event"] for line in lines] == ["inboxes not reached", "inboxes reached again"]
    assert {record.exc_info for record in caplog.records} <= {None}, "FastStream's traces"
    await client.aclose()


async def test_a_store_that_is_away_is_said_once_for_all_that_wait_for_it(world, broker_url, client, monkeypatch):
    monkeypatch.setattr(world.log, "append", gone)
    with capture_logs() as lines:
        async with doors_open(world, broker_url):
            for department in STREAMS:
                await send(world, client, body(OPEN, sum="a", source=f"/demo/{department}"), department)
            await until(lambda: lines)
            await asyncio.sleep(0.5)
            monkeypatch.undo()
            await answered(world, client, 1)
            await answered(world, client, 1, "village")
    assert [line["event"] for line in lines] == ["store away", "store back"]


def gone(*_args, **_kwargs):
    raise OperationalError("gone")
