"""Corrections: requested, approved by someone else with before and after, or rejected."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from services.births.domain.birth import BirthVoid, Implausible, InFuture, PluralityImpossible, UnknownBirth
from services.births.domain.correction import (
    ApproverIsRequester,
    CorrectionDecided,
    CorrectionIdTaken,
    CorrectionOutdated,
    DeathOnRecord,
    UnknownCorrection,
)
from services.births.domain.events import PersonErased
from services.births.domain.mother import MotherErased
from services.births.domain.particulars import Sex, Vital
from services.births.domain.reasons import Consequence
from services.births.domain.reference import UnknownFacility, UnknownTownship
from shared.clock import COUNTY_TIME
from tests.births.records import (
    IDENTITY,
    approve,
    corrected,
    died,
    issued,
    reject,
    rejected,
    request,
    requested,
    voided,
    voided_birth,
)
from tests.births.scene import BIRTH, NOW, birth_on_record, given, noted, record

HEAVIER = {"weight_grams": 3300}
DAY_BEFORE = {"born_at": datetime(2024, 11, 2, 4, 30, tzinfo=COUNTY_TIME)}


def asked(**after):
    return {"birth:b1": [requested(after=after)]}


# Requested


def test_a_correction_is_requested():
    given(birth_on_record()).when(request(after=HEAVIER)).then(asked(**HEAVIER))


def test_a_correction_of_the_mothers_identity_is_requested():
    given(birth_on_record()).when(request(mother=IDENTITY)).then({"birth:b1": [requested(mother=IDENTITY)]})


def test_a_time_told_in_another_offset_is_the_countys():
    elsewhere = {"born_at": datetime(2024, 11, 1, 20, 30, tzinfo=UTC)}
    [fact] = given(birth_on_record()).when(request(after=elsewhere)).decision()["birth:b1"]
    assert fact.after.born_at.isoformat() == "2024-11-02T04:30:00+08:00"


def test_asking_for_what_is_on_record_changes_nothing():
    given(birth_on_record()).when(request()).then_nothing()


def test_a_correction_of_an_unknown_birth_is_refused():
    given().when(request(after=HEAVIER)).then_refused(UnknownBirth, "/birth")


def test_a_birth_that_does_not_count_is_not_corrected():
    void = {"birth:b1": [voided_birth(birth="b1", of="b0")]}
    given(birth_on_record(), void).when(request(after=HEAVIER)).then_refused(BirthVoid, "/birth", "b0")


def test_a_correction_id_names_one_correction():
    again = request(after={"weight_grams": 3400})
    given(birth_on_record(), asked(**HEAVIER)).when(again).then_refused(CorrectionIdTaken, "/correction")
    decided = {"birth:b1": [requested(after=HEAVIER), rejected()]}
    given(birth_on_record(), decided).when(again).then_refused(CorrectionIdTaken, "/correction")


def test_an_erased_identity_is_not_brought_back():
    erased = {"mother:m1": [PersonErased(person="m1")]}
    given(birth_on_record(), erased).when(request(mother=IDENTITY)).then_refused(MotherErased, "/mother")
    given(birth_on_record(), erased).when(request(after=HEAVIER)).then(asked(**HEAVIER))


@pytest.mark.parametrize(
    ("after", "refusal", "pointer"),
    [
        ({"facility": "nowhere"}, UnknownFacility, "/facility"),
        ({"township": "nowhere"}, UnknownTownship, "/township"),
        ({"weight_grams": 32000}, Implausible, "/weight_grams"),
        ({"plurality": 2, "number": 3}, PluralityImpossible, "/number"),
        ({"born_at": NOW + timedelta(minutes=1)}, InFuture, "/born_at"),
    ],
)
def test_what_could_not_be_recorded_is_no_correction(after, refusal, pointer):
    given(birth_on_record()).when(request(after=after)).then_refused(refusal, pointer)


@pytest.mark.parametrize("after", [{"vital": Vital.STILL}, {"born_at": datetime(2024, 11, 6, tzinfo=COUNTY_TIME)}])
def test_a_child_whose_death_is_on_record_was_born_alive_and_before(after):
    dead = {"birth:b1": [died()]}
    given(birth_on_record(), dead).when(request(after=after)).then_refused(DeathOnRecord, "/born_at", "2024-11-05")


# Approved


def test_a_correction_is_approved_by_someone_else():
    given(birth_on_record(), asked(**HEAVIER)).when(approve()).then({"birth:b1": [corrected(after=HEAVIER)]})


def test_a_corrected_identity_is_the_births():
    before = {"birth:b1": [requested(mother=IDENTITY)]}
    cases = given(birth_on_record(), before, {"birth:b1": [corrected(mother=IDENTITY)]})
    given(birth_on_record(), before).when(approve()).then({"birth:b1": [corrected(mother=IDENTITY)]})
    assert cases[BIRTH, "b1"].mother == IDENTITY


def test_nobody_approves_what_they_asked_for():
    given(birth_on_record(), asked(**HEAVIER)).when(approve(actor="clerk")).then_refused(ApproverIsRequester)


def test_a_corrected_date_is_noted_on_the_mothers_record():
    given(birth_on_record(), asked(**DAY_BEFORE)).when(approve()).then(
        {"birth:b1": [corrected(after=DAY_BEFORE)], "mother:m1": [noted(born_on=date(2024, 11, 2))]}
    )


def test_a_corrected_date_that_names_another_child_of_hers_leaves_her_record():
    other = birth_on_record(birth="b0", **DAY_BEFORE)
    given(birth_on_record(), other, asked(**DAY_BEFORE)).when(approve()).then(
        {"birth:b1": [corrected(after=DAY_BEFORE)]}
    )


def test_a_birth_that_turns_out_still_loses_its_certificate():
    still = {"vital": Vital.STILL}
    facts = {"birth:b1": [issued(), requested(after=still)]}
    given(birth_on_record(), facts).when(approve()).then(
        {"birth:b1": [corrected(after=still), voided(reason=Consequence.NOT_A_LIVE_BIRTH)]}
    )


def test_other_corrections_leave_the_certificate_valid():
    facts = {"birth:b1": [issued(), requested(after=HEAVIER)]}
    given(birth_on_record(), facts).when(approve()).then({"birth:b1": [corrected(after=HEAVIER)]})


def test_a_correction_of_what_changed_since_is_refused():
    boy = {"sex": Sex.BOY}
    facts = {"birth:b1": [requested(after=HEAVIER), requested(correction="r2", after=boy), corrected(after=HEAVIER)]}
    given(birth_on_record(), facts).when(approve(correction="r2")).then_refused(CorrectionOutdated, "/correction")


def test_a_death_recorded_since_is_not_corrected_away():
    facts = {"birth:b1": [requested(after={"vital": Vital.STILL}), died()]}
    given(birth_on_record(), facts).when(approve()).then_refused(DeathOnRecord, "/born_at")


@pytest.mark.parametrize("command", [approve, reject])
@pytest.mark.parametrize("decision", [corrected(after=HEAVIER), rejected()], ids=["corrected", "rejected"])
def test_a_correction_is_decided_once(command, decision):
    facts = {"birth:b1": [requested(after=HEAVIER), decision]}
    given(birth_on_record(), facts).when(command()).then_refused(CorrectionDecided, "/correction")


@pytest.mark.parametrize("command", [approve, reject])
def test_a_correction_nobody_asked_for_is_unknown(command):
    given(birth_on_record()).when(command()).then_refused(UnknownCorrection, "/correction")
    given().when(command()).then_refused(UnknownBirth, "/birth")


# Rejected


@pytest.mark.parametrize("actor", ["registrar", "clerk"])
def test_a_correction_is_rejected_also_by_who_asked_for_it(actor):
    given(birth_on_record(), asked(**HEAVIER)).when(reject(actor=actor)).then({"birth:b1": [rejected()]})


# What is told afterwards


@pytest.mark.parametrize("told", [{}, HEAVIER])
def test_the_birth_told_as_it_was_or_as_it_is_now_changes_nothing(told):
    facts = {"birth:b1": [requested(after=HEAVIER), corrected(after=HEAVIER)]}
    given(birth_on_record(), facts).when(record(birth="b9", **told)).then_nothing()
