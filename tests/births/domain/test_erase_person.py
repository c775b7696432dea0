"""Erasing a person: her identity goes, her births stay counted."""

from __future__ import annotations

from datetime import date

from services.births.domain.commands import ErasePerson
from services.births.domain.duplicate import MotherErased
from services.births.domain.events import PersonErased
from services.births.domain.mother import RetentionApplies
from services.births.domain.particulars import Sex
from services.births.domain.policy import IN_FORCE, POLICY, PolicyAdopted
from tests.births.scene import ASKED, RULES, birth_on_record, expecting, given, noted, record, recorded

ERASE = ErasePerson(**ASKED, person="m1")
ERASED = {"mother:m1": [PersonErased(person="m1")]}


def kept_for(years: int):
    return {POLICY.id(IN_FORCE): [PolicyAdopted(policy=RULES.model_copy(update={"retention_years": years}))]}


def test_a_mother_is_erased():
    given(birth_on_record()).when(ERASE).then(ERASED)


def test_a_person_known_only_by_a_pregnancy_is_erased():
    given({"mother:m1": [expecting(date(2024, 12, 1))]}).when(ERASE).then(ERASED)


def test_her_household_is_told_by_the_name_it_has_there():
    given(birth_on_record(household="h1")).when(ERASE).then({"mother:m1": [PersonErased(person="m1", household="h1")]})


def test_erasing_again_changes_nothing():
    given(birth_on_record(), ERASED).when(ERASE).then_nothing()


def test_a_person_nobody_told_of_needs_no_erasing():
    given().when(ERASE).then_nothing()


def test_what_is_told_after_an_erasure_can_be_erased_as_well():
    given(ERASED, birth_on_record()).when(ERASE).then(ERASED)


def test_a_record_that_must_be_kept_is_not_erased():
    given(birth_on_record(), kept_for(3)).when(ERASE).then_refused(RetentionApplies, "/person", "from 2027-11-03 on")


def test_retention_ends():
    kept_until_today = noted(born_on=date(2021, 11, 20))
    given({"mother:m1": [kept_until_today]}, kept_for(3)).when(ERASE).then(ERASED)


def test_retention_of_births_does_not_hold_a_person_without_births():
    given({"mother:m1": [expecting(None)]}, kept_for(3)).when(ERASE).then(ERASED)


def test_the_same_birth_told_after_an_erasure_changes_nothing():
    given(birth_on_record(), ERASED).when(record(birth="b2")).then_nothing()


def test_another_version_of_a_birth_does_not_bring_an_erased_identity_back():
    given(birth_on_record(), ERASED).when(record(birth="b2", sex=Sex.BOY)).then_refused(MotherErased)


def test_a_later_birth_of_an_erased_mother_is_recorded():
    later = {"birth": "b2", "born_at": record().born_at.replace(day=5)}
    given(birth_on_record(), ERASED).when(record(**later)).then(
        {"birth:b2": [recorded(**later)], "mother:m1": [noted("b2", date(2024, 11, 5))]}
    )
