"""Certificates: issued once per live birth with the next number of the unit, voided, reissued."""

from __future__ import annotations

from datetime import date

import pytest

from services.births.domain.birth import BirthVoid, NotALiveBirth, UnknownBirth
from services.births.domain.certificate import CertificateAlreadyIssued, NoCertificate, UnknownCertificate
from services.births.domain.events import PersonErased
from services.births.domain.mother import MotherErased
from services.births.domain.particulars import Vital
from services.births.domain.reasons import VoidReason
from services.births.domain.series import SeriesExhausted
from tests.births.records import (
    IDENTITY,
    corrected,
    died,
    issue,
    issued,
    opened,
    reissue,
    taken,
    void,
    voided,
    voided_birth,
    with_certificate,
)
from tests.births.scene import birth_on_record, given, noted

SERIES = {"series:county-hospital": [opened()]}
SECOND = "P000000002"
LOST = {"birth:b1": [voided()]}


def on_record(**other):
    return given(birth_on_record(**other), SERIES)


# Issued


def test_a_live_birth_gets_the_first_number_of_its_unit():
    on_record().when(issue()).then({"birth:b1": [issued()], "series:county-hospital": [taken(1)]})


def test_the_next_birth_gets_the_next_number():
    other = birth_on_record(birth="b2", person="m2")
    given({"mother:m1": [noted()]}, with_certificate(), other).when(issue(birth="b2")).then(
        {"birth:b2": [issued(birth="b2", certificate=SECOND)], "series:county-hospital": [taken(2)]}
    )


def test_the_unit_is_that_which_answers_for_the_facility():
    series = {"series:dayingxiang": [opened(unit="dayingxiang", prefix="D", first=7, last=7)]}
    [fact] = given(birth_on_record(facility="home"), series).when(issue()).decision()["birth:b1"]
    assert (fact.unit, fact.certificate) == ("dayingxiang", "D000000007")


def test_a_certificate_prints_the_record_as_it_is_corrected():
    heavier = {"weight_grams": 3300}
    fix = {"birth:b1": [corrected(after=heavier, mother=IDENTITY)]}
    [fact] = given(birth_on_record(), SERIES, fix).when(issue()).decision()["birth:b1"]
    assert fact == issued(told=heavier, mother=IDENTITY)


def test_a_child_that_died_gets_its_certificate_as_well():
    dead = {"birth:b1": [died()]}
    given(birth_on_record(), SERIES, dead).when(issue()).then(
        {"birth:b1": [issued()], "series:county-hospital": [taken(1)]}
    )


def test_after_one_series_the_next_is_used():
    more = {"series:county-hospital": [opened(prefix="Q", first=5, last=5), taken(1), taken(2)]}
    given(birth_on_record(), SERIES, more).when(issue()).then(
        {"birth:b1": [issued(certificate="Q000000005")], "series:county-hospital": [taken(5, "Q")]}
    )


def test_a_series_does_not_run_past_its_end():
    used = {"series:county-hospital": [taken(1), taken(2)]}
    given(birth_on_record(), SERIES, used).when(issue()).then_refused(SeriesExhausted, "/unit")
    given(birth_on_record()).when(issue()).then_refused(SeriesExhausted, "/unit")


def test_a_birth_has_one_valid_certificate():
    given({"mother:m1": [noted()]}, with_certificate()).when(issue()).then_refused(
        CertificateAlreadyIssued, "/birth", "P000000001"
    )


def test_a_stillbirth_gets_none():
    on_record(vital=Vital.STILL).when(issue()).then_refused(NotALiveBirth, "/birth")


def test_a_birth_nobody_recorded_gets_none():
    given(SERIES).when(issue()).then_refused(UnknownBirth, "/birth")


def test_a_duplicate_gets_none():
    duplicate = {"birth:b1": [voided_birth(birth="b1", of="b0")]}
    given(birth_on_record(), SERIES, duplicate).when(issue()).then_refused(BirthVoid, "/birth", "b0")


@pytest.mark.parametrize("command", [issue, reissue])
def test_an_erased_mother_is_not_brought_back(command):
    erased = {"mother:m1": [PersonErased(person="m1")]}
    before = {} if command is issue else {"birth:b1": [issued()]}
    given(birth_on_record(), SERIES, before, erased).when(command()).then_refused(MotherErased, "/birth")


# Voided


def test_a_certificate_is_voided():
    given({"mother:m1": [noted()]}, with_certificate()).when(void()).then(LOST)


def test_voiding_again_changes_nothing():
    given({"mother:m1": [noted()]}, with_certificate(), LOST).when(void()).then_nothing()


@pytest.mark.parametrize("number", ["P000000009", "anything"])
def test_a_number_the_birth_never_had_is_unknown(number):
    given({"mother:m1": [noted()]}, with_certificate()).when(void(number)).then_refused(
        UnknownCertificate, "/certificate"
    )
    given(birth_on_record()).when(void(number)).then_refused(UnknownCertificate, "/certificate")


def test_after_a_void_one_another_is_issued_and_the_number_is_not_used_again():
    given({"mother:m1": [noted()]}, with_certificate(), LOST).when(issue()).then(
        {"birth:b1": [issued(certificate=SECOND)], "series:county-hospital": [taken(2)]}
    )


# Reissued


def test_a_certificate_is_replaced_by_one_that_prints_the_record_as_it_is():
    heavier = {"weight_grams": 3300}
    fix = {"birth:b1": [corrected(after=heavier)]}
    new = issued(certificate=SECOND, code="CODE2", told=heavier, replaces="P000000001")
    given({"mother:m1": [noted()]}, with_certificate(), fix).when(reissue()).then(
        {"birth:b1": [voided(reason=VoidReason.OUTDATED), new], "series:county-hospital": [taken(2)]}
    )


@pytest.mark.parametrize("facts", [{}, {"birth:b1": [issued(), voided()]}], ids=["never issued", "void"])
def test_what_is_not_valid_is_not_replaced(facts):
    given(birth_on_record(), SERIES, facts).when(reissue()).then_refused(NoCertificate, "/birth")


def test_without_a_number_left_the_old_one_stays_valid():
    used = {"series:county-hospital": [taken(2)]}
    given({"mother:m1": [noted()]}, with_certificate(), used).when(reissue()).then_refused(SeriesExhausted, "/unit")


def test_what_is_printed_is_dated_by_the_clock():
    [fact] = on_record().when(issue()).decision()["birth:b1"]
    assert fact.issued_on == date(2024, 11, 20)
