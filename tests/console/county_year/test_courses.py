"""The pregnancies before the births: plausible, and each planned contact has one fate."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from services.console.county_year.births import confinements
from services.console.county_year.course import WINDOWS, Fate
from services.console.county_year.courses import courses
from services.console.county_year.details import with_details


@pytest.fixture(scope="module")
def year(ground):
    return [with_details(7, each, ground) for each in courses(7, confinements(7, 1_000, ground), ground)]


def test_most_register_early_some_late_and_a_few_never(year):
    assert 950 < len(year) < 1_000
    early = sum(each.weeks_on(each.registered_on) < 13 for each in year)
    assert 0.7 < early / len(year) < 0.9


def test_she_is_registered_and_seen_on_working_days_before_the_birth(year, ground):
    for course in year:
        days = [course.registered_on, *(each.day for each in course.contacts if each.day)]
        assert all(ground.townships[course.township].is_working_day(day) for day in days)
        assert all(day < course.confinement.born_on for day in days)
        assert course.registered_on <= course.written_on < course.confinement.born_on


def test_every_contact_lies_in_its_window_and_none_that_closed_before_registration_is_planned(year):
    for course in year:
        for contact in course.contacts:
            first, before = WINDOWS[contact.number - 1]
            assert course.day_of(before) > course.registered_on
            if contact.fate is Fate.SEEN:
                assert course.day_of(first) <= contact.day < course.day_of(before)
            else:
                assert contact.day is None


def test_the_window_she_registers_in_is_met_that_day(year):
    for course in year:
        first = course.contacts[0]
        if course.day_of(WINDOWS[first.number - 1][0]) <= course.registered_on:
            assert (first.fate, first.day) == (Fate.SEEN, course.registered_on)


def test_migrants_leave_after_the_festival_and_are_seen_by_nobody_here_until_they_are_back(year):
    away = [course for course in year if course.away]
    assert away
    for course in away:
        left, back = course.away
        assert left.month in {2, 3}
        assert back < course.confinement.born_on
        assert not any(left <= contact.day <= back for contact in course.contacts if contact.day)


def test_contacts_have_every_fate(year):
    fates = Counter(contact.fate for course in year for contact in course.contacts)
    assert set(fates) == {*Fate} - {Fate.ELSEWHERE}
    assert fates[Fate.SEEN] > 0.8 * (fates.total() - fates[Fate.OVER])


def test_a_wrong_period_is_put_right_by_an_early_scan(year):
    redated = [course for course in year if course.details.told_period]
    assert redated
    for course in redated:
        assert course.details.told_period != course.last_period
        assert course.registered_on < course.details.dated_on < course.day_of(13)


def test_high_risk_is_mostly_followed_up_at_home_within_a_week(year):
    high = [course for course in year if course.details.graded and course.details.graded[1] in {"orange", "red"}]
    assert high
    followed = [course for course in high if course.home_visits[:1] == (course.registered_on + timedelta(3),)]
    assert len(followed) > 0.7 * len(high)


def test_hospitals_tell_of_a_discharge_and_some_do_so_days_late(year):
    late = [c for c in year if c.discharged_on and c.details.noticed_on > c.discharged_on + timedelta(1)]
    assert 0.05 < len(late) / len(year) < 0.15
    assert all((course.details.noticed_on is None) is (course.discharged_on is None) for course in year)


def test_home_visits_follow_discharge_and_day_28(year):
    for course in year:
        since = course.discharged_on or course.confinement.born_on
        for day in (each for each in course.home_visits if each > course.confinement.born_on):
            late = timedelta(28) <= day - course.confinement.born_on <= timedelta(34)
            assert late or timedelta(0) < day - since <= timedelta(6)
