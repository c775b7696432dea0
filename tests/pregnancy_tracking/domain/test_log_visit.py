"""Logging that she was seen."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.pregnancy_tracking.domain.events import PersonErased
from services.pregnancy_tracking.domain.policy import ObservationUnknown, VisitsCountFrom
from services.pregnancy_tracking.domain.pregnancy import InFuture, VisitBeforeRegistration
from services.pregnancy_tracking.domain.reference import ADOPTED, COUNTY, ReferenceMissing, UnknownUnit
from services.pregnancy_tracking.domain.woman import PregnancyUnknown, RecordErased
from services.pregnancy_tracking.domain.words import VisitKind
from tests.pregnancy_tracking.scene import (
    BORN,
    LMP,
    NOW,
    P1,
    P2,
    REGISTERED,
    RULES,
    SEEN,
    UNDER_CARE,
    WOMAN_1,
    after_birth,
    given,
    logged,
    opened,
    taken_under_care,
    visit,
)

SOME_DAY = date(2024, 5, 6)
NEXT = {"registered_on": date(2025, 1, 6), "last_menstrual_period": date(2024, 11, 4), "handbook": "h2"}
TWO = {P2: taken_under_care(**NEXT), WOMAN_1: [opened("p2", **NEXT)]}


def test_a_visit_is_logged_with_its_observations_sealed():
    given(UNDER_CARE).when(visit(SOME_DAY, observations=SEEN, observed={"weight_kg": 54.5})).then(
        {P1: [logged(SOME_DAY, observations=SEEN)]}
    )


def test_a_visit_may_name_the_pregnancy():
    given(UNDER_CARE).when(visit(SOME_DAY, pregnancy="p1", kind=VisitKind.HOME, unit="dongying-clinic")).then(
        {P1: [logged(SOME_DAY, kind=VisitKind.HOME, unit="dongying-clinic")]}
    )


def test_a_visit_on_the_day_of_the_registration_counts():
    given(UNDER_CARE).when(visit(REGISTERED)).then({P1: [logged(REGISTERED)]})


def test_the_same_visit_told_again_is_known_by_day_unit_and_kind():
    given(UNDER_CARE, {P1: [logged(SOME_DAY)]}).when(
        visit(SOME_DAY, command_id="c-2", observations=SEEN)
    ).then_nothing()


def test_another_kind_of_visit_on_the_same_day_is_another_visit():
    given(UNDER_CARE, {P1: [logged(SOME_DAY)]}).when(visit(SOME_DAY, kind=VisitKind.HOME)).then(
        {P1: [logged(SOME_DAY, kind=VisitKind.HOME)]}
    )


def test_a_visit_before_the_registration_belongs_to_no_pregnancy():
    early = REGISTERED - timedelta(1)
    given(UNDER_CARE).when(visit(early)).then_refused(VisitBeforeRegistration, "/visited_on", "from 2024-03-04 on")
    given(UNDER_CARE).when(visit(early, pregnancy="p1")).then_refused(VisitBeforeRegistration, "/visited_on")


def test_nor_does_one_before_the_registration_of_an_undated_pregnancy():
    undated = {"last_menstrual_period": None}
    facts = {P1: taken_under_care(None, **undated), WOMAN_1: [opened(**undated)]}
    given(facts).when(visit(date(2023, 6, 1))).then_refused(VisitBeforeRegistration, "/visited_on")


def test_another_policy_counts_visits_from_the_last_period():
    policy = RULES.model_copy(update={"visits_count_from": VisitsCountFrom.LAST_MENSTRUAL_PERIOD})
    given(UNDER_CARE, policy=policy).when(visit(LMP)).then({P1: [logged(LMP)]})
    given(UNDER_CARE, policy=policy).when(visit(LMP - timedelta(1), pregnancy="p1")).then_refused(
        VisitBeforeRegistration, "/visited_on", "from 2024-01-01 on"
    )


def test_a_visit_told_before_its_registration_waits():
    given().when(visit(SOME_DAY)).then_refused(PregnancyUnknown, "/visited_on")
    given(UNDER_CARE).when(visit(LMP - timedelta(1))).then_refused(PregnancyUnknown, "/visited_on")
    given(UNDER_CARE).when(visit(SOME_DAY, pregnancy="p2")).then_refused(PregnancyUnknown, "/pregnancy")


def test_a_late_message_finds_the_pregnancy_that_has_ended():
    given(after_birth()).when(visit(SOME_DAY)).then({P1: [logged(SOME_DAY)]})


def test_visits_soon_after_the_birth_belong_to_the_pregnancy():
    last = BORN + timedelta(42)
    home = {"kind": VisitKind.HOME, "unit": "dongying-clinic"}
    given(after_birth()).when(visit(last, **home)).then({P1: [logged(last, **home)]})
    given(after_birth()).when(visit(last + timedelta(1), **home)).then_refused(PregnancyUnknown, "/visited_on")


def test_between_two_pregnancies_the_day_decides():
    given(after_birth(), TWO).when(visit(SOME_DAY)).then({P1: [logged(SOME_DAY)]})
    given(after_birth(), TWO).when(visit(date(2025, 1, 6))).then({P2: [logged(date(2025, 1, 6))]})


def test_a_day_after_one_pregnancy_and_before_the_registration_of_the_next_belongs_to_the_former():
    day = date(2024, 11, 10)
    given(after_birth(), TWO).when(visit(day)).then({P1: [logged(day)]})


def test_nobody_is_seen_tomorrow():
    tomorrow = NOW.date() + timedelta(1)
    given(UNDER_CARE).when(visit(tomorrow)).then_refused(InFuture, "/visited_on", "2025-06-30 or before")


def test_she_may_be_seen_today():
    today = NOW.date()
    given(UNDER_CARE).when(visit(today, pregnancy="p1")).then({P1: [logged(today)]})


def test_a_visit_is_by_a_unit_of_the_county():
    given(UNDER_CARE).when(visit(SOME_DAY, unit="elsewhere")).then_refused(UnknownUnit, "/unit", "dongying-clinic")
    given(UNDER_CARE).without(COUNTY.id(ADOPTED)).when(visit(SOME_DAY)).then_refused(ReferenceMissing)


def test_what_is_wrong_whosever_visit_it_is_does_not_wait():
    given().when(visit(SOME_DAY, unit="elsewhere")).then_refused(UnknownUnit, "/unit")


def test_only_what_the_policy_lists_can_be_observed():
    given(UNDER_CARE).when(visit(SOME_DAY, observations=SEEN, observed={"sex": 1})).then_refused(
        ObservationUnknown, "/observations", "weight_kg, systolic_mmhg"
    )


@pytest.mark.parametrize("weight", [24.9, 250.1])
def test_only_a_possible_number_can_be_observed(weight):
    given(UNDER_CARE).when(visit(SOME_DAY, observations=SEEN, observed={"weight_kg": weight})).then_refused(
        ObservationUnknown, "/observations/weight_kg", "25 to 250 kg"
    )


@pytest.mark.parametrize("weight", [25, 250])
def test_the_ends_of_what_is_possible_are_possible(weight):
    given(UNDER_CARE).when(visit(SOME_DAY, observations=SEEN, observed={"weight_kg": weight})).then(
        {P1: [logged(SOME_DAY, observations=SEEN)]}
    )


def test_observations_do_not_show_where_the_command_does():
    assert "54.5" not in repr(visit(SOME_DAY, observed={"weight_kg": 54.5}))


def test_nothing_is_taken_into_an_erased_record():
    erased = {WOMAN_1: [PersonErased(person="w1")]}
    given(UNDER_CARE, erased).when(visit(SOME_DAY)).then_refused(RecordErased)
    given(UNDER_CARE, erased).when(visit(SOME_DAY, pregnancy="p1")).then_refused(RecordErased)
