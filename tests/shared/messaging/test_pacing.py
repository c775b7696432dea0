"""Waiting before trying again, and stopping when asked."""

from __future__ import annotations

import asyncio

import pytest

from shared.messaging.pacing import Pace, end_if_asked

pytestmark = pytest.mark.anyio


def test_waits_double_up_to_the_longest_and_begin_anew_when_it_worked():
    pace = Pace(first=1, longest=4)
    waits = [pace.next() for _ in range(5)]
    assert all(0.8 * full <= wait <= full for wait, full in zip(waits, [1, 2, 4, 4, 4], strict=True))
    pace.reset()
    assert pace.next() <= 1


async def test_a_loop_whose_cancellation_was_swallowed_ends_at_its_next_round():
    rounds = []

    async def loop():
        while True:
            end_if_asked()
            rounds.append(True)
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                continue

    task = asyncio.create_task(loop())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task], timeout=5)
    assert task.cancelled()
    assert len(rounds) == 1
