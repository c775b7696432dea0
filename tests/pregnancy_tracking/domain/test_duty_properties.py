"""Duties follow from what happened, whatever the order it is told in and whenever time is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as some

from services.pregnancy_tracking.domain.commands import AssessDuties
from services.pregnancy_tracking.domain.duty_events import DutyKind
from services.pregnancy_tracking.domain.duty_state import UNDER_WAY, Status
from services.pregnancy_tracking.domain.policy import Policy
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY, Pregnancy
from services.pregnancy_tracking.domain.words import DatingBasis, Outcome, RiskColour, VisitKind
from shared.kernel import Command
from tests.pregnancy_tracking.duty_scene import (
    FACILITIES,
    SIGNS,
    attempt,
    dating,
    death,
    decline,
    discharge,
    graded,
    morning,
    told_at_once,
)
from tests.pregnancy_tracking.scene import ASKED, NOW, OWING, birth, end, given, note, register, visit

WHO = OWING.model_copy(update={"care": OWING.care.model_copy(update={"schedule": "who_2016"})})
BEGAN = date(2023, 6, 1)
BEFORE_THE_END = {DutyKind.ANTENATAL, DutyKind.UNDATED, DutyKind.POST_TERM, DutyKind.OUTCOME_QUERY}
Dated = tuple[date, Command]


@some.composite
def courses(draw) -> list[Dated]:
    """What happens in a pregnancy, each with its day: everything that duties follow from."""
    registered_on = BEGAN + timedelta(draw(some.integers(28, 250)))
    said = draw(some.sampled_from([BEGAN, BEGAN + timedelta(9), None]))
    ends_on = max(BEGAN + timedelta(draw(some.integers(150, 295))), registered_on)
    days = some.integers(0, (ends_on - registered_on).days).map(lambda day: registered_on + timedelta(day))
    after = some.integers(0, 60).map(lambda day: ends_on + timedelta(day))
    told: list[Dated] = [(registered_on, register(registered_on=registered_on, last_menstrual_period=said))]
    told += [(day, visit(day)) for day in draw(some.lists(days, max_size=6))]
    told += [(day, visit(day, kind=VisitKind.HOME)) for day in draw(some.lists(days | after, max_size=3))]
    told += [(day, visit(day, kind=VisitKind.POSTNATAL)) for day in draw(some.lists(after, max_size=3))]
    told += [
        (day, attempt(day, draw(some.sampled_from(VisitKind)))) for day in draw(some.lists(days | after, max_size=7))
    ]
    told += [(day, graded(day, draw(some.sampled_from(RiskColour)))) for day in draw(some.lists(days, max_size=2))]
    told += [(day, _danger(day, draw(some.booleans()))) for day in draw(some.lists(days | after, max_size=2))]
    told += [(day, _scanned(day)) for day in draw(some.lists(days, max_size=2)) if day < BEGAN + timedelta(140)]
    contact = draw(some.sampled_from([None, "antenatal-2", "home_visit-1", "danger_follow_up-2024-01-01"]))
    told += [(day, decline(day, contact)) for day in draw(some.lists(days, max_size=1))]
    return [*told, *draw(some.sampled_from(_ends(ends_on)))]


def _scanned(day: date) -> Command:
    return dating(day, max((day - BEGAN).days - 5, 0))


def _danger(day: date, referred: bool) -> Command:
    to = "county-hospital" if referred else None
    return visit(day, danger_signs=SIGNS, danger=("convulsions",), referred_to=to, kind=VisitKind.HOME)


def _ends(day: date) -> Sequence[list[Dated]]:
    left = day + timedelta(2)
    return [
        [],
        [(day, end(Outcome.LOSS, day))],
        [(day, note(birth(born_on=day))), (left, discharge(left))],
        [(day, note(birth(born_on=day))), (left, discharge(left, timedelta(hours=30)))],
        [(day, note(birth(born_on=day, facility="home")))],
        [(day, note(birth(born_on=day))), (left, death(left))],
    ]


def owed(pregnancy: Pregnancy) -> dict[str, tuple[object, ...]]:
    """What was owed and how it closed, but for what another duty was put in the place of."""
    return {
        name: (kept.contact, kept.opens_on, kept.due_until, kept.lapses_on, kept.status)
        for name, kept in pregnancy.duties.items()
        if kept.status is not Status.SUPERSEDED
    }


def lived(course: Sequence[Dated], policy: Policy, looks: set[date]) -> Pregnancy:
    """The pregnancy when everything is told on its day, and time is looked at on some days, the last one included."""
    cases = given(FACILITIES, policy=policy)
    told = [*course, *((day, AssessDuties(**ASKED)) for day in (BEGAN, *looks, NOW.date()))]
    for day, command in sorted(told, key=lambda each: (each[0], isinstance(each[1], AssessDuties))):
        cases.happened(cases.when(command.model_copy(update={"at": morning(day)})).decision())
    return cases[PREGNANCY, "p1"]


@pytest.mark.parametrize("policy", [OWING, WHO], ids=["national", "who"])
@settings(max_examples=50)
@drawn(data=some.data())
def test_the_same_course_in_any_order_gives_the_same_duties(policy, data):
    course = [command for _, command in data.draw(courses())]
    other = data.draw(some.permutations(course))
    assert owed(told_at_once(other, policy)) == owed(told_at_once(course, policy))


@pytest.mark.parametrize("policy", [OWING, WHO], ids=["national", "who"])
@settings(max_examples=50)
@drawn(data=some.data())
def test_when_time_is_looked_at_changes_nothing_of_what_it_did(policy, data):
    course = [each for each in data.draw(courses()) if type(each[1]).__name__ != "NoteDischarge"]
    looks = {BEGAN + timedelta(days) for days in data.draw(some.lists(some.integers(60, 500), max_size=5))}
    assert owed(lived(course, policy, looks)) == owed(lived(course, policy, set()))


@settings(max_examples=50)
@drawn(data=some.data())
def test_no_antenatal_duty_is_open_after_the_end_and_none_at_all_after_a_death(data):
    pregnancy = told_at_once([command for _, command in data.draw(courses())])
    under_way = {kept.kind for kept in pregnancy.duties.values() if kept.status in UNDER_WAY}
    assert pregnancy.outcome is None or not under_way & BEFORE_THE_END
    assert pregnancy.died_on is None or not under_way


@settings(max_examples=50)
@drawn(data=some.data())
def test_a_duty_has_one_state_and_what_is_done_was_done_in_its_days(data):
    pregnancy = told_at_once([command for _, command in data.draw(courses())])
    for name, kept in pregnancy.duties.items():
        assert name == f"{kept.contact}@{kept.opens_on}"
        assert kept.opens_on <= kept.due_until <= kept.lapses_on
        overdue = kept.due_until <= NOW.date() < kept.lapses_on
        assert (kept.status is Status.OVERDUE) <= overdue
        assert (kept.status is Status.OPEN) <= (NOW.date() < kept.due_until)
    not_superseded = [kept.contact for kept in pregnancy.duties.values() if kept.status is not Status.SUPERSEDED]
    done = [kept.contact for kept in pregnancy.duties.values() if kept.status is Status.DONE]
    assert len(done) == len(set(done))
    assert set(done) <= set(not_superseded)


@settings(max_examples=50)
@drawn(some.integers(28, 130), some.integers(0, 20), some.lists(some.integers(0, 120), min_size=1, max_size=4))
def test_dating_anew_keeps_what_was_done_and_asks_for_it_no_more(scanned, days, visited):
    registered_on, scanned_on = BEGAN + timedelta(28), BEGAN + timedelta(scanned)
    before = [visit(BEGAN + timedelta(28 + day)) for day in visited if 28 + day < scanned]
    told = [register(registered_on=registered_on, last_menstrual_period=BEGAN), *before]
    was, scan = told_at_once(told), dating(scanned_on, max(scanned - days, scanned - 28))
    now = told_at_once([*told, scan])
    done = {name: kept for name, kept in was.duties.items() if kept.status is Status.DONE}
    assert {name: now.duties[name] for name in done} == done
    assert was.duties.keys() <= now.duties.keys()
    for kept in done.values():
        again = [name for name, each in now.duties.items() if each.contact == kept.contact and name not in done]
        assert {now.duties[name].status for name in again} <= {Status.SUPERSEDED}


@drawn(some.permutations([(70, 60), (84, 80), (90, 95)]), some.booleans())
def test_the_first_scan_dates_whatever_is_told_first_and_without_one_what_was_said_last(told, scanned):
    basis = DatingBasis.SCAN if scanned else DatingBasis.LAST_MENSTRUAL_PERIOD
    registered_on = BEGAN + timedelta(66)
    commands = [dating(registered_on + timedelta(day), day + 56 - off % 3, basis) for day, off in told]
    pregnancy = told_at_once([register(registered_on=registered_on, last_menstrual_period=None), *commands])
    again = told_at_once([register(registered_on=registered_on, last_menstrual_period=None), *reversed(commands)])
    assert owed(pregnancy) == owed(again)
