"""Asking for the review of a termination."""

from __future__ import annotations

import pytest

from services.pregnancy_tracking.domain.events import PersonErased
from services.pregnancy_tracking.domain.reference import ReferenceMissing
from services.pregnancy_tracking.domain.registry import UnknownFacility
from services.pregnancy_tracking.domain.review_rules import GroundNotLawful, ReviewNotRequired
from services.pregnancy_tracking.domain.woman import PregnancyUnknown, RecordErased
from tests.pregnancy_tracking.review_scene import R1, REGISTRY_ID, REQUESTED, ready, request, requested
from tests.pregnancy_tracking.scene import RULES, WOMAN_1


def test_a_request_opens_a_review_in_which_nothing_unsealed_says_whose_it_is():
    ready().when(request()).then({R1: [requested()]})
    ready().when(request(pregnancy="p1")).then({R1: [requested()]})


def test_the_same_review_asked_for_again_changes_nothing():
    ready(REQUESTED).when(request(ground="maternal_health")).then_nothing()


@pytest.mark.parametrize("weeks", [14, 46])
def test_from_the_policys_gestation_on_a_review_is_needed(weeks):
    ready().when(request(gestation_weeks=weeks)).then({R1: [requested()]})


def test_below_it_none_is():
    ready().when(request(gestation_weeks=13)).then_refused(ReviewNotRequired, "/gestation_weeks", "from 14 weeks on")


def test_a_policy_may_switch_reviews_off():
    off = RULES.model_copy(update={"review": RULES.review.model_copy(update={"applies": False})})
    ready(policy=off).when(request(gestation_weeks=30)).then_refused(ReviewNotRequired, "/gestation_weeks")


@pytest.mark.parametrize("ground", ["sex", "other", "Social"])
def test_a_ground_is_one_of_few_coarse_codes(ground):
    ready().when(request(ground=ground)).then_refused(GroundNotLawful, "/ground", "maternal_health, social")


def test_a_request_comes_from_a_facility_of_the_county():
    ready().when(request(facility="nowhere")).then_refused(UnknownFacility, "/facility", "county-hospital")
    ready().without(REGISTRY_ID).when(request()).then_refused(ReferenceMissing)


def test_a_pregnancy_that_is_named_is_hers():
    ready().when(request(pregnancy="p9")).then_refused(PregnancyUnknown, "/pregnancy")
    ready({WOMAN_1: [PersonErased(person="w1")]}).when(request(pregnancy="p1")).then_refused(RecordErased)


def test_what_is_asked_does_not_show_where_the_command_does():
    assert "w1" not in repr(request())
    assert "social" not in repr(request())
