"""Antenatal contacts: both schedules, late entry, unknown dating, and what comes after 41 weeks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as some

from services.pregnancy_tracking.domain.care_rules import CareRules
from services.pregnancy_tracking.domain.duty_events import DutyKind
from services.pregnancy_tracking.domain.schedule import Epoch, contacts
from services.pregnancy_tracking.domain.words import Outcome
from tests.pregnancy_tracking.duty_scene import Course
from tests.pregnancy_tracking.scene import CARE, LMP, OWING, visit

WHO = CARE.model_copy(update={"schedule": "who_2016"})
WHO_OWING = OWING.model_copy(update={"care": WHO})


def weeks_along(weeks: float) -> date:
    return LMP + timedelta(round(weeks * 7))


def windows(registered: date, rules: CareRules = CARE) -> list[tuple[float, float]]:
    """The weeks of the antenatal contacts of who registers that day."""
    found = contacts(Epoch(registered, LMP), registered, rules, registered)
    days = [each for each in found if each.kind is DutyKind.ANTENATAL]
    return [((each.opens_on - LMP).days / 7, (each.due_until - LMP).days / 7) for each in days]


def test_the_national_schedule_has_five_contacts_in_completed_weeks():
    assert windows(weeks_along(8)) == [(0, 13), (16, 21), (21, 25), (28, 37), (37, 41)]


def test_who_comes_late_is_in_her_window_and_has_the_rest():
    assert windows(weeks_along(22)) == [(21, 25), (28, 37), (37, 41)]
    assert windows(weeks_along(26)) == [(28, 37), (37, 41)]


def test_a_contact_due_on_the_registration_day_stays_open_and_one_closed_before_never_opens():
    assert windows(weeks_along(13) - timedelta(1))[0] == (0, 13)
    assert windows(weeks_along(13))[0] == (16, 21)
    course = Course(registered_on=weeks_along(13) - timedelta(1))
    assert "antenatal-1" in course.open()
    assert "antenatal-1" not in Course(registered_on=weeks_along(13)).open()


def test_the_schedule_of_who_has_eight():
    starts = [start for start, _ in windows(weeks_along(12), WHO)]
    assert starts == [0, 20, 26, 30, 34, 36, 38, 40]


@pytest.mark.parametrize(
    ("week", "then"),
    [
        (13, [13, 21, 27, 31, 35, 37, 39, 40]),
        (15, [15, 23, 29, 33, 37, 39, 40]),
        (20, [20, 26, 30, 34, 36, 38, 40]),
        (26, [26, 30, 34, 36, 38, 40]),
        (33, [33, 37, 39, 40]),
        (34, [34, 36, 38, 40]),
        (39, [39, 40]),
        (40, [40]),
        (41, []),
    ],
)
def test_who_comes_late_goes_on_by_intervals_that_shorten(week, then):
    assert [start for start, _ in windows(weeks_along(week), WHO)] == then


def test_an_interval_changes_on_the_exact_day_of_the_week():
    before, on = weeks_along(20) - timedelta(1), weeks_along(20)
    assert [round(7 * start) for start, _ in windows(before, WHO)][:2] == [139, 139 + 56]
    assert [round(7 * start) for start, _ in windows(on, WHO)][:2] == [140, 140 + 42]
    assert windows(weeks_along(40) + timedelta(3), WHO) == [(pytest.approx(283 / 7), 41)]


@drawn(some.integers(0, 300), some.sampled_from([CARE, WHO]))
def test_whenever_she_comes_no_contact_is_over_before_and_none_begins_after_the_last_week(days, rules):
    registered = LMP + timedelta(days)
    found = windows(registered, rules)
    assert all(LMP + timedelta(round(until * 7)) > registered for _, until in found)
    assert all(start <= 40 for start, _ in found) or days >= 280
    assert found == sorted(found)
    assert len(found) <= 8


def test_until_it_is_dated_there_is_a_contact_every_two_weeks():
    course = Course(last_menstrual_period=None)
    first = course.today
    assert course.open() == {"undated-1", "undated-2"}
    course.told(visit(first + timedelta(3)), on=first + timedelta(3))
    assert "undated-1" not in course.open()
    course.swept_daily(first + timedelta(29))
    assert course.kept("undated-4").opens_on == first + timedelta(42)
    assert course.kept("undated-2").status == "overdue"


def test_after_41_weeks_comes_one_contact_then_one_question_to_the_hospital_then_nobody_knows():
    course = Course()
    assert course.kept("post_term-1")[2:4] == (weeks_along(41), weeks_along(42))
    course.told(visit(weeks_along(30), unit="county-hospital"), on=weeks_along(30))
    asked = course.kept("outcome_query-1")
    assert (asked.opens_on, asked.answerable.unit, asked.answerable.post) == (weeks_along(42), "county-hospital", None)
    course.swept_daily(weeks_along(44) + timedelta(1))
    assert (course.pregnancy.outcome, course.pregnancy.ended_on) == (Outcome.UNKNOWN, weeks_along(44))
    assert not course.open()


def test_a_visit_meets_the_contact_whose_window_it_is_in_else_the_one_overdue_longest():
    course = Course(registered_on=weeks_along(8))
    course.told(visit(weeks_along(13)), on=weeks_along(13))
    assert course.kept("antenatal-1").status == "done"
    course.told(visit(weeks_along(21)), on=weeks_along(21))
    assert (course.kept("antenatal-2").status, course.kept("antenatal-3").status) == ("overdue", "done")
    course.told(visit(weeks_along(27)), on=weeks_along(27))
    assert course.kept("antenatal-4").status == "open"


def test_the_end_of_a_week_belongs_to_the_window_and_the_next_day_to_the_next():
    course = Course(registered_on=weeks_along(8))
    last = weeks_along(21) - timedelta(1)
    course.told(visit(last), on=last)
    assert (course.kept("antenatal-2").status, course.kept("antenatal-3").status) == ("done", "open")


def test_a_late_scheme_is_dated_from_the_registration_also_when_the_schedule_is_that_of_who():
    course = Course(WHO_OWING, registered_on=weeks_along(15))
    assert course.kept("antenatal-1")[2:4] == (weeks_along(15), weeks_along(16))
    assert course.kept("antenatal-2").opens_on == weeks_along(23)
