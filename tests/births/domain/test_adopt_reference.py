"""Adopting the county's townships and facilities."""

from __future__ import annotations

import pytest

from services.births.domain.reference import ADOPTED, COUNTY, AdoptReference, CodeUsedTwice
from tests.births.scene import ASKED, FACILITIES, REFERENCE, TOWNSHIPS, given

CASE = COUNTY.id(ADOPTED)
ADOPT = AdoptReference(**ASKED, townships=TOWNSHIPS, facilities=FACILITIES)


def test_reference_is_adopted():
    given().without(CASE).when(ADOPT).then({CASE: [REFERENCE]})


def test_the_same_reference_again_changes_nothing():
    given().when(ADOPT).then_nothing()


@pytest.mark.parametrize("changed", [{"townships": TOWNSHIPS[:1]}, {"facilities": FACILITIES[:1]}])
def test_changed_reference_replaces_what_was_adopted(changed):
    given().when(ADOPT.model_copy(update=changed)).then({CASE: [REFERENCE.model_copy(update=changed)]})


@pytest.mark.parametrize("part", ["townships", "facilities"])
def test_a_code_used_twice_is_refused(part):
    doubled = {part: getattr(ADOPT, part)[:1] * 2}
    given().when(ADOPT.model_copy(update=doubled)).then_refused(CodeUsedTwice, f"/{part}")


def test_places_that_are_no_hospital_are_known():
    assert given()[COUNTY, ADOPTED].homes() == {"home"}
