"""Possible duplicates: confirmed or dismissed, reversibly; what is counted follows."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from services.births.domain.birth import BirthVoid, UnknownBirth
from services.births.domain.duplicate import DuplicateOfItself, UnknownDuplicate
from services.births.domain.particulars import Sex
from services.births.domain.policy import PolicyAdopted
from services.births.domain.reasons import Consequence
from shared.clock import COUNTY_TIME
from tests.births.records import (
    confirm,
    confirmed,
    corrected,
    dismiss,
    dismissed,
    issued,
    reinstated,
    voided,
    voided_birth,
)
from tests.births.scene import RULES, birth_on_record, expecting, given, noted, record, recorded, suspected

BOY = {"sex": Sex.BOY}
NEXT_DAY = {"born_at": datetime(2024, 11, 4, 4, 30, tzinfo=COUNTY_TIME)}
SUSPECTED = {"duplicate:b1": [suspected(**BOY)]}
DISMISSED = {"duplicate:b1": [dismissed(told=BOY)], "birth:b2": [recorded(birth="b2", **BOY)]}
CONFIRMED = {"duplicate:b1": [confirmed(told=BOY)]}
VOIDED = {"duplicate:b1": [confirmed(told=BOY)], "birth:b2": [voided_birth(told=BOY)]}


def within(days: int):
    """The policy that takes tellings up to so many days apart for one child."""
    rules = RULES.of_records.model_copy(update={"same_child_within_days": days})
    return {"policy:county": [PolicyAdopted(policy=RULES.model_copy(update={"records": rules}))]}


# Suspected


def test_a_child_told_with_a_near_date_is_a_suspected_duplicate():
    told = record(birth="b2", **NEXT_DAY)
    given(birth_on_record(), within(1)).when(told).then({"duplicate:b1": [suspected(**NEXT_DAY)]})
    assert "birth:b2" in given(birth_on_record()).when(told).decision()


def test_a_twin_is_no_suspect_however_near():
    twin = {"number": 2, "plurality": 2}
    assert "birth:b2" in given(birth_on_record(), within(1)).when(record(birth="b2", **twin, **NEXT_DAY)).decision()


def test_of_two_near_births_the_nearer_is_suspected():
    later = birth_on_record(birth="b0", born_at=datetime(2024, 11, 6, tzinfo=COUNTY_TIME))
    told = record(birth="b2", born_at=datetime(2024, 11, 5, tzinfo=COUNTY_TIME))
    assert list(given(birth_on_record(), later, within(9)).when(told).decision()) == ["duplicate:b0"]


# Confirmed


def test_a_suspected_duplicate_is_confirmed_and_stays_uncounted():
    given(birth_on_record(), SUSPECTED).when(confirm()).then(CONFIRMED)


def test_confirming_again_changes_nothing():
    given(birth_on_record(), SUSPECTED, CONFIRMED).when(confirm()).then_nothing()


def test_a_dismissed_one_is_confirmed_after_all_and_counts_no_more():
    given(birth_on_record(), SUSPECTED, DISMISSED).when(confirm()).then(VOIDED)


def test_a_recorded_birth_nobody_suspected_is_confirmed_to_be_another():
    other = birth_on_record(birth="b2", person="m2")
    given(birth_on_record(), other).when(confirm()).then(
        {"duplicate:b1": [confirmed()], "birth:b2": [voided_birth(person="m2")]}
    )


def test_a_duplicate_loses_its_certificate():
    other = {"birth:b2": [recorded(birth="b2", person="m2"), issued(birth="b2")]}
    given(birth_on_record(), other).when(confirm()).then(
        {
            "duplicate:b1": [confirmed()],
            "birth:b2": [voided_birth(person="m2"), voided(birth="b2", reason=Consequence.DUPLICATE)],
        }
    )


def test_a_birth_counts_out_as_it_was_corrected():
    heavier = {"weight_grams": 3300}
    other = {"birth:b2": [recorded(birth="b2", person="m2"), corrected(birth="b2", person="m2", after=heavier)]}
    given(birth_on_record(), other).when(confirm()).then(
        {"duplicate:b1": [confirmed(told=heavier)], "birth:b2": [voided_birth(person="m2", told=heavier)]}
    )


def test_a_birth_is_no_duplicate_of_itself():
    given(birth_on_record()).when(confirm(birth="b1")).then_refused(DuplicateOfItself, "/birth")


def test_what_was_neither_suspected_nor_recorded_is_unknown():
    given(birth_on_record()).when(confirm()).then_refused(UnknownDuplicate, "/birth")
    given(birth_on_record()).when(dismiss()).then_refused(UnknownDuplicate, "/birth")


def test_the_birth_it_is_a_duplicate_of_is_on_record_and_counts():
    other = birth_on_record(birth="b2", person="m2")
    given(other).when(confirm()).then_refused(UnknownBirth, "/birth")
    void = {"birth:b1": [voided_birth(birth="b1", of="b0")]}
    given(birth_on_record(), other, void).when(confirm()).then_refused(BirthVoid, "/birth", "b0")


def test_a_duplicate_is_of_one_birth():
    other = birth_on_record(birth="b2", person="m2")
    void = {"birth:b2": [voided_birth(person="m2", of="b0")]}
    given(birth_on_record(), other, void).when(confirm()).then_refused(BirthVoid, "/birth", "b0")


# Dismissed


def test_a_dismissed_one_is_recorded_as_a_birth_of_its_own():
    given(birth_on_record(), SUSPECTED).when(dismiss()).then(DISMISSED)


def test_it_ends_the_pregnancy_it_is_near():
    facts = {"mother:m1": [expecting(date(2024, 11, 10))]}
    decision = given(facts, birth_on_record(), SUSPECTED).when(dismiss()).decision()
    assert decision["birth:b2"] == [recorded(birth="b2", pregnancy="p1", **BOY)]


def test_it_is_noted_on_the_mothers_record_if_its_date_is_its_own():
    facts = {"duplicate:b1": [suspected(**NEXT_DAY)]}
    given(birth_on_record(), facts).when(dismiss()).then(
        {
            "duplicate:b1": [dismissed(told=NEXT_DAY)],
            "birth:b2": [recorded(birth="b2", **NEXT_DAY)],
            "mother:m1": [noted("b2", date(2024, 11, 4))],
        }
    )


def test_dismissing_again_changes_nothing():
    given(birth_on_record(), SUSPECTED, DISMISSED).when(dismiss()).then_nothing()


def test_a_confirmed_one_is_dismissed_after_all():
    given(birth_on_record(), SUSPECTED, CONFIRMED).when(dismiss()).then(DISMISSED)


def test_a_voided_one_counts_again():
    given(birth_on_record(), SUSPECTED, DISMISSED, VOIDED).when(dismiss()).then(
        {"duplicate:b1": [dismissed(told=BOY)], "birth:b2": [reinstated(told=BOY)]}
    )


def test_a_review_can_be_reversed_as_often_as_it_takes():
    back = {"duplicate:b1": [dismissed(told=BOY)], "birth:b2": [reinstated(told=BOY)]}
    given(birth_on_record(), SUSPECTED, DISMISSED, VOIDED, back).when(confirm()).then(VOIDED)


def test_a_birth_of_another_mother_counts_again():
    facts = {"duplicate:b1": [confirmed()], "birth:b2": [recorded(birth="b2", person="m2"), voided_birth(person="m2")]}
    given(birth_on_record(), facts).when(dismiss()).then(
        {"duplicate:b1": [dismissed()], "birth:b2": [reinstated(person="m2")]}
    )


# What is told afterwards


@pytest.mark.parametrize("review", [{}, CONFIRMED, DISMISSED], ids=["open", "confirmed", "dismissed"])
@pytest.mark.parametrize("told", [{}, BOY], ids=["first", "suspected"])
def test_either_version_told_again_changes_nothing_whatever_was_decided(review, told):
    given(birth_on_record(), SUSPECTED, review).when(record(birth="b9", **told)).then_nothing()


def test_a_corrected_version_of_a_dismissed_one_told_again_changes_nothing():
    after = BOY | {"weight_grams": 3300}
    fix = {"birth:b2": [corrected(birth="b2", after=after)]}
    given(birth_on_record(), SUSPECTED, DISMISSED, fix).when(record(birth="b9", **after)).then_nothing()


def test_a_new_version_of_a_duplicate_is_compared_with_the_birth_that_counts():
    other = birth_on_record(birth="b2", person="m2")
    void = {"birth:b2": [voided_birth(person="m2")]}
    cases = given(birth_on_record(), other, void)
    cases.when(record(birth="b9", person="m2")).then_nothing()
    cases.when(record(birth="b9", person="m2", **BOY)).then(
        {"duplicate:b1": [suspected(birth="b9", person="m2", **BOY)]}
    )
