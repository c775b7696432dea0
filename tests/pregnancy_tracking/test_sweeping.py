"""What time does to duties, by the daily sweep over the real stores: once a day, after a pause, and after a restart."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.pregnancy_tracking.domain.duty_events import DutyLapsed, DutyOverdue, Hop
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY
from services.pregnancy_tracking.domain.words import Outcome
from services.pregnancy_tracking.handling import HANDLERS, SWEEPS
from services.pregnancy_tracking.projections.due_list import DueList, State, due
from services.pregnancy_tracking.reactions import adopt
from shared.sweeping import Sweeping
from shared.tables import paging
from shared.writer import Writer
from tests.pregnancy_tracking.conftest import COUNTY
from tests.pregnancy_tracking.duty_scene import morning
from tests.pregnancy_tracking.scene import register

pytestmark = pytest.mark.anyio

BEGAN, REGISTERED = date(2024, 9, 2), date(2024, 10, 14)
PLACES = {
    "township": "dayingxiang",
    "village": "dayingxiang-dongying",
    "township_post": "dayingxiang-midwife",
    "village_post": "dayingxiang-dongying-doctor",
}
FIRST_OVER = BEGAN + timedelta(weeks=13)
FIRST_LAPSED = FIRST_OVER + timedelta(14)


@pytest.fixture
def life(log, clock):
    """The service's writer and sweeps over a store, with the county's files adopted and a woman under care."""

    class Life:
        def __init__(self):
            self.start()

        def start(self):
            """As a process that begins: nothing in memory."""
            self.writer = Writer(log, HANDLERS, clock)
            self.sweeping = Sweeping(SWEEPS, clock, self.writer.write)

        async def begin(self):
            clock.set(morning(REGISTERED))
            for command in adopt(COUNTY, clock):
                await self.writer.write(command)
            told = {"registered_on": REGISTERED, "last_menstrual_period": BEGAN, "at": clock.now()}
            answer = await self.writer.write(register(**told, **PLACES))
            assert answer.status == "done"

        async def live(self, until, *, every=1):
            """Sweep every so many days until a day, at nine in the morning."""
            day = clock.now().date()
            while day < until:
                day = min(day + timedelta(every), until)
                clock.set(morning(day))
                await self.sweeping.sweep()
                assert self.sweeping.check() is None

        def late(self):
            facts = [recorded.fact for recorded in log.case(PREGNANCY.id("p1"))]
            return [fact for fact in facts if isinstance(fact, DutyOverdue | DutyLapsed)]

    return Life()


def late(day, lapsed):
    about = {"duty": f"antenatal-1@{BEGAN}", "hop": Hop.ACTION, "unit": "dayingxiang-hospital"}
    return [DutyOverdue(**about, overdue_on=day), *([DutyLapsed(**about, lapsed_on=FIRST_LAPSED)] if lapsed else [])]


async def test_a_duty_is_overdue_on_its_day_and_lapses_on_its_day(life, log):
    await life.begin()
    await life.live(FIRST_OVER - timedelta(1))
    assert life.late() == []
    await life.live(FIRST_OVER)
    assert life.late() == late(FIRST_OVER, lapsed=False)
    await life.live(FIRST_LAPSED - timedelta(1))
    head = log.head()
    await life.sweeping.sweep()
    assert log.head() == head
    assert life.late() == late(FIRST_OVER, lapsed=False)
    await life.live(FIRST_LAPSED)
    assert life.late() == late(FIRST_OVER, lapsed=True)


async def test_what_came_due_while_nothing_ran_is_told_by_its_own_days(life):
    await life.begin()
    life.start()
    await life.live(FIRST_LAPSED + timedelta(30), every=500)
    assert life.late()[0] == DutyLapsed(**late(FIRST_OVER, lapsed=True)[1].model_dump())


async def test_a_process_that_begins_again_on_a_day_tells_nothing_twice(life, log):
    await life.begin()
    await life.live(FIRST_OVER)
    facts = life.late()
    head = log.head()
    life.start()
    await life.sweeping.sweep()
    assert (life.late(), log.head()) == (facts, head)


async def test_the_due_list_shows_what_the_sweep_found_on_both_stores(life, projector):
    await life.begin()
    await life.live(FIRST_LAPSED)
    with projector().engine(DueList.name).connect() as db:
        rows, total = due(
            db, ["dayingxiang-midwife"], FIRST_LAPSED, frozenset({State.LAPSED}), paging(9, 0, "json", "code")
        )
    assert ([row["duty"] for row in rows], total) == ([f"antenatal-1@{BEGAN}"], 1)


async def test_an_end_nobody_told_is_unknown_after_the_longest_pregnancy(life, log):
    await life.begin()
    last = BEGAN + timedelta(weeks=44)
    await life.live(last, every=20)
    assert "PregnancyEnded" not in {type(recorded.fact).__name__ for recorded in log.case(PREGNANCY.id("p1"))}
    await life.live(last + timedelta(1))
    [end] = [each.fact for each in log.case(PREGNANCY.id("p1")) if type(each.fact).__name__ == "PregnancyEnded"]
    assert (end.outcome, end.ended_on) == (Outcome.UNKNOWN, last)
