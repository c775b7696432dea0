"""What befalls some women: danger signs with everything that can follow, companions, checks, deaths, losses."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from services.console.county_year.births import confinements
from services.console.county_year.county import NEIGHBOUR_UNIT
from services.console.county_year.courses import courses
from services.console.county_year.details import with_details
from services.console.county_year.losses import losses
from services.console.county_year.occasions import AFTER_BIRTH, CHECK, with_occasions
from services.console.county_year.truth_of_duties import duties_of, owes_support
from shared.contracts.departments import EndOutcome

SEED = 7


@pytest.fixture(scope="module", params=[30, 1_000])
def year(request, ground):
    usual = [
        with_details(SEED, each, ground) for each in courses(SEED, confinements(SEED, request.param, ground), ground)
    ]
    return with_occasions(SEED, usual, ground)


@pytest.fixture(scope="module", params=[30, 1_000])
def lost(request, ground):
    return losses(SEED, request.param, ground)


def endangered(year):
    return [course for course in year if course.details.danger]


def test_the_same_women_are_there_with_more_that_befalls_them(year, ground):
    usual = courses(SEED, [course.confinement for course in year], ground)
    assert [course.key for course in usual] == [course.key for course in year]


def test_a_danger_sign_is_found_at_a_visit_by_who_made_it(year, ground):
    for course in endangered(year):
        danger, places = course.details.danger, ground.townships[course.township]
        if danger.sign == AFTER_BIRTH:
            assert danger.unit == course.village.clinic
            assert danger.found_on in course.home_visits
        else:
            assert danger.unit == places.township_hospital
            assert danger.found_on in course.antenatal_visits
            assert danger.found_on < course.ended_on - timedelta(21)
        assert danger.referred_to in {"", places.county_hospital}
        assert danger.followed_on is None or danger.followed_on in course.home_visits


def test_whatever_may_follow_a_danger_sign_does_however_few_the_births(year):
    found = [duties_of(course) for course in endangered(year)]
    came_to = Counter(
        (duty.partition("-")[0], what) for duties in found for duty, what in duties.items() if _follows(duty)
    )
    assert set(came_to) == {
        *(("danger_follow_up", "met"), ("danger_follow_up", "lapsed")),
        *(("referral", "met"), ("referral", "lapsed")),
        *(("referral_result", "met"), ("referral_result", "lapsed")),
    }


def test_somebody_dies_after_the_birth_and_nobody_comes_to_see_her_any_more(year):
    died = [course for course in year if course.details.died_on]
    assert died
    for course in died:
        assert timedelta(22) <= course.details.died_on - course.ended_on <= timedelta(42)
        assert all(day < course.details.died_on for day in course.home_visits)
        assert (course.details.checked_on, course.details.attempts) == (None, ())
        assert duties_of(course)["postnatal_check-1"] == "cancelled"


def test_most_come_to_the_check_within_its_days(year):
    checked = [course for course in year if course.details.checked_on]
    assert len(checked) > 0.7 * len(year)
    first, before = (timedelta(days) for days in CHECK)
    assert all(first <= course.details.checked_on - course.ended_on < before for course in checked)


def test_a_contact_past_term_is_only_of_who_is_past_term(year):
    for course in year:
        if course.details.post_term_on:
            assert course.day_of(41) <= course.details.post_term_on < min(course.day_of(42), course.ended_on)


def test_counselling_comes_before_the_pregnancy_and_a_companion_before_the_birth(year):
    assert len(year) < 100 or any(course.details.counselled_on for course in year)
    for course in year:
        assert course.details.counselled_on is None or course.details.counselled_on < course.last_period
        assert course.details.companion is None or course.details.companion[0] < course.ended_on


def test_losses_are_supported_or_not_and_a_death_is_among_the_ends(lost):
    ends = Counter((course.ending.outcome, bool(course.details.supported_on)) for course in lost)
    assert {outcome for outcome, _ in ends} == {EndOutcome.LOSS, EndOutcome.MATERNAL_DEATH}
    assert ends[EndOutcome.LOSS, True]
    assert not ends[EndOutcome.MATERNAL_DEATH, True]
    for course in lost:
        assert all(day < course.ended_on for day in course.antenatal_visits)
        supported = duties_of(course).get("loss_support-1")
        assert owes_support(course) is (supported is not None)
        assert supported in {None, "met", "lapsed"}
        assert course.ending.unit != NEIGHBOUR_UNIT


def _follows(duty):
    return duty.startswith(("danger_follow_up", "referral"))
