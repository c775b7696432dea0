"""Taking a pregnancy under care."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from services.pregnancy_tracking.domain.events import PersonErased, RegistrationSetAside
from services.pregnancy_tracking.domain.policy import IN_FORCE, POLICY, PolicyMissing
from services.pregnancy_tracking.domain.pregnancy import InFuture
from services.pregnancy_tracking.domain.reference import ADOPTED, COUNTY, ReferenceMissing, UnknownUnit
from services.pregnancy_tracking.domain.registration import ConsentMissing, DatingImplausible
from services.pregnancy_tracking.domain.words import Outcome, Vital
from shared.clock import COUNTY_TIME
from tests.pregnancy_tracking.scene import (
    BORN,
    P1,
    P2,
    UNDER_CARE,
    WOMAN_1,
    after_birth,
    awaited,
    birth,
    closed,
    ended,
    given,
    noted,
    opened,
    placed,
    register,
    set_aside,
    taken_under_care,
)

LATER = {"registered_on": date(2025, 5, 5), "last_menstrual_period": date(2025, 3, 3), "handbook": "h2"}
LATER_DUE = date(2025, 12, 8)


def test_a_pregnancy_is_taken_under_care_with_its_due_date_its_posts_and_its_handbook():
    given().when(register()).then({P1: taken_under_care(), WOMAN_1: [opened()]})


def test_a_pregnancy_may_be_undated():
    undated = {"last_menstrual_period": None}
    given().when(register(**undated)).then({P1: taken_under_care(None, **undated), WOMAN_1: [opened(**undated)]})


def test_the_same_registration_told_again_is_known_by_its_handbook():
    given(UNDER_CARE).when(register("p2")).then_nothing()


def test_care_needs_consent():
    given().when(register(consents=False)).then_refused(ConsentMissing, "/consents_to_care", "true")


@pytest.mark.parametrize("last_period", [date(2022, 3, 4), date(2024, 3, 5), date(2023, 4, 30)])
def test_no_pregnancy_began_two_years_ago_or_after_it_was_registered(last_period):
    given().when(register(last_menstrual_period=last_period)).then_refused(
        DatingImplausible, "/last_menstrual_period", "2023-05-01 to 2024-03-04"
    )


@pytest.mark.parametrize("last_period", [date(2023, 5, 1), date(2024, 3, 4)])
def test_a_pregnancy_may_be_registered_on_its_first_day_or_in_its_last_possible_week(last_period):
    assert given().when(register(last_menstrual_period=last_period)).decision()


def test_a_registration_is_not_from_tomorrow():
    today = datetime(2024, 3, 3, 23, 59, tzinfo=COUNTY_TIME)
    given().when(register(at=today)).then_refused(InFuture, "/registered_on", "2024-03-03 or before")


@pytest.mark.parametrize(
    ("place", "code", "accepted"),
    [
        ("township", "nowhere", "dayingxiang, qinghezhen"),
        ("village", "dukou", "dongying, xiying"),
        ("township_post", "officer", "midwife"),
        ("village_post", "midwife", "doctor"),
    ],
)
def test_places_exist_and_posts_serve_them(place, code, accepted):
    given().when(register(**{place: code})).then_refused(UnknownUnit, f"/{place}", accepted)


def test_a_post_of_the_right_tier_serves_her_own_village_and_township():
    given().when(register(village="xiying")).then_refused(UnknownUnit, "/village_post")
    given().when(register(township="qinghezhen", village="dukou")).then_refused(UnknownUnit, "/township_post")


def test_nothing_is_registered_before_the_county_and_its_policy_are_known():
    given().without(COUNTY.id(ADOPTED)).when(register()).then_refused(ReferenceMissing)
    given().without(POLICY.id(IN_FORCE)).when(register()).then_refused(PolicyMissing)


def test_a_second_registration_under_way_is_set_aside_for_the_unit_in_charge():
    second = {"registered_on": date(2024, 5, 6), "handbook": "h2"}
    given(UNDER_CARE).when(register("p2", **second)).then(
        {P2: [RegistrationSetAside(handbook="h2")], WOMAN_1: [set_aside(**second)]}
    )


def test_a_registration_set_aside_is_set_aside_once():
    second = {"registered_on": date(2024, 5, 6), "handbook": "h2"}
    given(UNDER_CARE, {WOMAN_1: [set_aside(**second)]}).when(register("p3", **second)).then_nothing()


def test_a_second_registration_is_also_one_that_began_first_but_is_told_later():
    earlier = {"registered_on": date(2023, 12, 4), "last_menstrual_period": date(2023, 10, 2), "handbook": "h2"}
    given(UNDER_CARE).when(register("p2", **earlier)).then(
        {P2: [RegistrationSetAside(handbook="h2")], WOMAN_1: [set_aside(**earlier)]}
    )


def test_after_a_birth_the_next_pregnancy_is_taken_under_care():
    given(after_birth()).when(register("p2", **LATER)).then(
        {P2: taken_under_care(LATER_DUE, **LATER), WOMAN_1: [opened("p2", **LATER)]}
    )


def test_a_pregnancy_nobody_ended_is_given_up_as_unknown_when_the_next_one_is_registered():
    last_day = date(2024, 11, 4)
    given(UNDER_CARE).when(register("p2", **LATER)).then(
        {
            P2: taken_under_care(LATER_DUE, **LATER),
            WOMAN_1: [opened("p2", **LATER), closed(last_day)],
            P1: [ended(Outcome.UNKNOWN, last_day)],
        }
    )


def test_an_earlier_pregnancy_told_after_the_next_one_is_given_up_as_unknown_too():
    last_day = date(2024, 11, 4)
    given({P2: taken_under_care(LATER_DUE, **LATER), WOMAN_1: [opened("p2", **LATER)]}).when(register()).then(
        {
            P1: [*taken_under_care(), ended(Outcome.UNKNOWN, last_day)],
            WOMAN_1: [opened(), closed(last_day)],
        }
    )


def test_a_birth_that_waited_ends_the_pregnancy_in_the_same_breath():
    given({WOMAN_1: [awaited(birth())]}).when(register()).then(
        {
            P1: [*taken_under_care(), noted(birth()), ended(Outcome.BIRTH, BORN)],
            WOMAN_1: [opened(), closed(BORN), placed()],
        }
    )


def test_twins_that_waited_end_it_on_the_day_of_the_last_one():
    second = birth("b2", date(2024, 10, 6), vital=Vital.STILL, plurality=2, number=2)
    given({WOMAN_1: [awaited(second), awaited(birth())]}).when(register()).then(
        {
            P1: [*taken_under_care(), noted(second), noted(birth()), ended(Outcome.BIRTH, second.born_on)],
            WOMAN_1: [opened(), closed(second.born_on), placed("b2"), placed()],
        }
    )


def test_a_birth_of_another_time_goes_on_waiting():
    given({WOMAN_1: [awaited(birth(born_on=date(2023, 12, 31)))]}).when(register()).then(UNDER_CARE)


def test_who_was_erased_may_be_registered_anew_but_not_by_what_was_told_before():
    erased = {WOMAN_1: [PersonErased(person="w1")]}
    anew = {"handbook": "h2", "registered_on": date(2024, 5, 6)}
    given(UNDER_CARE, erased).when(register("p2", **anew)).then(
        {P2: taken_under_care(**anew), WOMAN_1: [opened("p2", **anew)]}
    )
    given(UNDER_CARE, erased).when(register("p2")).then_nothing()
