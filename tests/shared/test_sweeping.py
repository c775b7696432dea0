"""Commands a service asks of itself as time goes by."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from shared.kernel import Command, NotYet
from shared.sweeping import Sweep, Sweeping

pytestmark = pytest.mark.anyio


def hourly(now):
    return Command(command_id=f"look:{now:%Y-%m-%dT%H}", actor="tester", at=now)


class Asked:
    """What was asked, and what the next answers raise."""

    def __init__(self, *raises):
        self.ids, self.raises, self.again = [], list(raises), asyncio.Event()

    async def __call__(self, command):
        self.ids.append(command.command_id)
        self.again.set()
        if self.raises:
            raise self.raises.pop(0)


async def test_a_sweep_is_asked_once_for_its_time(clock):
    asked = Asked()
    sweeping = Sweeping([Sweep("look", hourly)], clock, asked)
    await sweeping.sweep()
    await sweeping.sweep()
    clock.set(clock.now() + timedelta(hours=1))
    await sweeping.sweep()
    assert asked.ids == ["look:2024-10-15T12", "look:2024-10-15T13"]


async def test_one_that_waits_for_something_is_asked_again_without_alarm(clock):
    asked = Asked(NotYet("nothing adopted"))
    sweeping = Sweeping([Sweep("look", hourly)], clock, asked)
    await sweeping.sweep()
    assert sweeping.check() is None
    await sweeping.sweep()
    assert asked.ids == ["look:2024-10-15T12"] * 2


async def test_one_that_fails_shows_until_it_passes_and_holds_up_no_other(clock):
    asked = Asked(OSError("disk"))
    sweeping = Sweeping([Sweep("one", hourly), Sweep("two", hourly)], clock, asked)
    await sweeping.sweep()
    assert sweeping.check() == "one: OSError"
    await sweeping.sweep()
    assert sweeping.check() is None
    assert len(asked.ids) == 3


async def test_it_goes_on_by_itself_until_it_is_stopped(clock):
    asked = Asked()
    sweeping = Sweeping([Sweep("look", hourly)], clock, asked, every=0.001)
    await sweeping.start()
    for hour in range(3):
        await asyncio.wait_for(asked.again.wait(), 5)
        assert asked.ids[-1] == f"look:2024-10-15T{12 + hour}"
        asked.again.clear()
        clock.set(clock.now() + timedelta(hours=1))
    await sweeping.stop()


async def test_without_sweeps_nothing_runs(clock):
    sweeping = Sweeping([], clock, Asked())
    await sweeping.start()
    await sweeping.stop()
    assert sweeping.check() is None


async def test_it_says_as_of_when_everything_due_was_asked(clock):
    asked = Asked(OSError("disk"))
    sweeping = Sweeping([Sweep("look", hourly)], clock, asked)
    await sweeping.sweep()
    assert sweeping.swept is None
    await sweeping.sweep()
    assert sweeping.swept == clock.now()
