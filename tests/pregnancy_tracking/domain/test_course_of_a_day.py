"""Which pregnancy of hers a day belongs to: every boundary."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.pregnancy_tracking.domain.events import RegistrationSetAside
from services.pregnancy_tracking.domain.outcome import last_born
from services.pregnancy_tracking.domain.woman import WOMAN
from tests.pregnancy_tracking.scene import (
    BORN,
    LMP,
    P2,
    RULES,
    UNDER_CARE,
    WOMAN_1,
    after_birth,
    birth,
    given,
    logged,
    opened,
    register,
    set_aside,
    taken_under_care,
    visit,
)

DAY = timedelta(1)
LAST_POSSIBLE = date(2024, 11, 4)
SOON = {"registered_on": date(2024, 11, 12), "last_menstrual_period": date(2024, 10, 20), "handbook": "h2"}
TWO = {P2: taken_under_care(**SOON), WOMAN_1: [opened("p2", **SOON)]}


def course(*facts):
    return given(*facts)[WOMAN, "w1"].courses[0]


@pytest.mark.parametrize(
    ("day", "runs"), [(LMP - DAY, False), (LMP, True), (LAST_POSSIBLE, True), (LAST_POSSIBLE + DAY, False)]
)
def test_a_pregnancy_that_nobody_ended_may_run_for_44_weeks(day, runs):
    assert course(UNDER_CARE).runs_on(day, RULES) is runs


@pytest.mark.parametrize(("day", "runs"), [(BORN, True), (BORN + DAY, False)])
def test_one_that_ended_runs_to_its_end(day, runs):
    assert course(after_birth()).runs_on(day, RULES) is runs


@pytest.mark.parametrize(("days_after", "holds"), [(-1, True), (0, True), (42, True), (43, False)])
def test_what_happens_in_the_42_days_after_its_end_belongs_to_it(days_after, holds):
    assert course(after_birth()).holds(BORN + days_after * DAY, RULES) is holds
    assert course(UNDER_CARE).holds(LAST_POSSIBLE + days_after * DAY, RULES) is holds


@pytest.mark.parametrize(("day", "holds"), [(LMP - DAY, False), (LMP, True)])
def test_nothing_before_its_first_day_belongs_to_it(day, holds):
    assert course(UNDER_CARE).holds(day, RULES) is holds


def test_another_registration_on_its_last_possible_day_is_a_second_one():
    last = {"registered_on": LAST_POSSIBLE, "last_menstrual_period": None, "handbook": "h2"}
    given(UNDER_CARE).when(register("p2", **last)).then(
        {P2: [RegistrationSetAside(handbook="h2")], WOMAN_1: [set_aside(**last)]}
    )
    after = last | {"registered_on": LAST_POSSIBLE + DAY}
    assert len(given(UNDER_CARE).when(register("p2", **after)).decision()[P2]) > 1


@pytest.mark.parametrize("day", [date(2024, 11, 12), date(2024, 11, 14)])
def test_when_two_pregnancies_hold_a_day_the_one_registered_last_takes_it(day):
    given(after_birth(), TWO).when(visit(day)).then({P2: [logged(day)]})
    assert given(after_birth(), TWO)[WOMAN, "w1"].course_of_birth(day, RULES).pregnancy == "p2"
    assert given(TWO, after_birth())[WOMAN, "w1"].course_of_birth(day, RULES).pregnancy == "p2"


def test_several_births_end_on_the_day_of_the_last():
    assert last_born([birth(), birth("b2", BORN + DAY), birth("b3")]) == BORN + DAY
    assert last_born([]) is None
