"""Messages set aside are tried again when something changed, and by operators."""

from __future__ import annotations

import asyncio

import pytest

from shared.eventstore import Parked
from shared.messaging.parking import NotParked, Parking
from shared.writer import Work
from tests.shared.messaging.scene import ADD, OPEN, body, until

pytestmark = pytest.mark.anyio


async def send(world, inbox, raw):
    return (await inbox.receive(raw, world.signed(raw)))[0]


async def park(world, parked_id, kind="held", source="inbox"):
    await world.writer.apply(
        [Work(park=Parked(parked_id, kind, source, "", "Why", 1, b"{}", "2024-10-15T12:00:00+08:00"))]
    )


async def test_a_held_message_is_tried_as_soon_as_facts_are_written(world):
    inbox = world.make_inbox(held=lambda: parking.hint())  # noqa: PLW0108 - made below
    parking = Parking(world.log, {"inbox": inbox.retry}, poll=60)
    world.committed = parking.hint
    task = asyncio.create_task(parking.run())
    assert (await send(world, inbox, body(ADD, sum="a", amount=2))).status == "held"
    await send(world, inbox, body(OPEN, "m2", sum="a"))
    await until(lambda: world.total() == 2)
    await until(lambda: world.log.parked() == [])
    task.cancel()


async def test_a_chain_of_held_messages_resolves_at_a_start(world):
    inbox = world.make_inbox()
    for number in range(300):
        await send(world, inbox, body(ADD, f"m{number}", sum="a", amount=1))
    await send(world, inbox, body(OPEN, "open", sum="a"))
    again = world.make_inbox()
    task = asyncio.create_task(Parking(world.log, {"inbox": again.retry}).run())
    await until(lambda: world.log.parked() == [])
    task.cancel()
    assert world.total() == 300


async def test_a_round_that_fails_is_shown_and_the_next_one_made(world):
    calls = []

    async def retry(parked):
        calls.append(parked)
        if len(calls) == 1:
            raise ZeroDivisionError
        return ["done"]

    await park(world, "p1")
    parking = Parking(world.log, {"inbox": retry}, poll=0.05)
    task = asyncio.create_task(parking.run())
    await until(lambda: parking.trouble == "ZeroDivisionError")
    await until(lambda: len(calls) > 1 and parking.trouble == "")
    task.cancel()


async def test_messages_of_a_source_nobody_knows_stay(world):
    await park(world, "p1", source="gone.care")
    parking = Parking(world.log, {})
    await parking.round("held")
    assert [each.id for each in world.log.parked()] == ["p1"]
    with pytest.raises(NotParked):
        await parking.retry("p1")
    parking.drop("p1")
    assert world.log.parked() == []


async def test_an_operator_retries_one_message(world):
    inbox = world.make_inbox()
    parking = Parking(world.log, {"inbox": inbox.retry})
    await send(world, inbox, body(ADD, sum="a", amount=2))
    [held] = world.log.parked("held")
    assert await parking.retry(held.id) == "held"
    await send(world, inbox, body(OPEN, "m2", sum="a"))
    assert await parking.retry(held.id) == "accepted"
    with pytest.raises(NotParked):
        await parking.retry(held.id)


async def test_what_is_not_set_aside_cannot_be_dropped(world):
    with pytest.raises(NotParked):
        Parking(world.log, {}).drop("nothing")
