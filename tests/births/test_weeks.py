"""What weeks that are over ask of the watch: the sweep from the view of weeks to the command."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest

from services.births.domain.policy import PolicyInForce
from services.births.domain.watch_commands import Area, Observed
from services.births.domain.watch_events import AreaKind
from services.births.reactions import weeks
from services.births.reactions.weeks import ViewBehind, observing
from shared.clock import COUNTY_TIME
from tests.births.scene import RULES, birth_on_record

BORN_AT = datetime(2024, 11, 3, 4, 30, tzinfo=COUNTY_TIME)
MONDAY, CLOSED = date(2024, 10, 28), datetime(2024, 12, 9, 9, tzinfo=COUNTY_TIME)


@pytest.fixture
def asked(log, clock):
    """The command for a moment, as the service's sweep makes it from what a projector shows."""

    def at(now, following):
        clock.set(now)
        states = SimpleNamespace(of=lambda *_: PolicyInForce(adopted=(RULES,)))
        service = SimpleNamespace(clock=clock, states=states, projector=following, log=log, view=following.engine)
        [sweep] = observing(service)
        return sweep.command(now)

    return at


@pytest.fixture
def due(projector, asked):
    return lambda now: asked(now, projector())


def counted(kind, code, boys, girls):
    return Observed(area=Area(kind=kind, code=code), week=MONDAY, boys=boys, girls=girls)


def test_a_week_is_observed_once_it_has_been_over_long_enough(append, due):
    append(birth_on_record(born_at=BORN_AT))
    assert due(CLOSED - timedelta(days=7)).weeks == ()
    assert due(CLOSED).weeks == (
        counted(AreaKind.FACILITY, "county-hospital", 0, 1),
        counted(AreaKind.TOWNSHIP, "dayingxiang", 0, 1),
    )


def test_it_is_looked_at_again_for_as_long_as_the_policy_says(append, due):
    append(birth_on_record(born_at=BORN_AT))
    looked_back = timedelta(weeks=RULES.of_watch.looked_back_weeks)
    assert due(CLOSED + looked_back).weeks
    assert due(CLOSED + looked_back + timedelta(weeks=1)).weeks == ()


def test_it_is_asked_once_a_day(due):
    assert due(CLOSED).command_id == due(CLOSED + timedelta(hours=3)).command_id == "observe-weeks:2024-12-09"
    assert due(CLOSED + timedelta(days=1)).command_id == "observe-weeks:2024-12-10"


def test_a_view_that_does_not_show_everything_is_not_believed(asked, projector, append, monkeypatch):
    monkeypatch.setattr(weeks, "PATIENCE", 0.05)
    following = projector()
    following.stop()
    append(birth_on_record(born_at=BORN_AT))
    with pytest.raises(ViewBehind):
        asked(CLOSED, following)
