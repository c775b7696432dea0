"""Entering a procedure: whatever is missing, what happened is entered."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.pregnancy_tracking.domain.care_events import LossSupportAssigned
from services.pregnancy_tracking.domain.pregnancy import InFuture
from services.pregnancy_tracking.domain.register_events import AftercareOpened, Standing, TerminationPerformed
from services.pregnancy_tracking.domain.registry import FacilitySuspended, UnknownFacility
from services.pregnancy_tracking.domain.review_events import CertificateUsed, ProcedureCertified
from services.pregnancy_tracking.domain.words import Outcome
from tests.pregnancy_tracking.review_scene import (
    C1,
    CERTIFIED,
    DECLINED,
    PROCEDURES,
    REGISTRY_ID,
    SCANNED,
    entered,
    procedure,
    ready,
)
from tests.pregnancy_tracking.scene import LMP, NOW, P1, RULES, WOMAN_1, after_birth, closed, ended

DAY = LMP + timedelta(weeks=16)
AT = SCANNED.replace(year=DAY.year, month=DAY.month, day=DAY.day)
HERS = {"person": "w1", "performed_at": AT}
PERFORMED = TerminationPerformed(facility="county-hospital", performed_on=DAY)
SUPPORT = LossSupportAssigned(unit="county-hospital", assigned_on=DAY)


TODAY = SCANNED.date()


def aftercare(day: date = TODAY, facility: str = "county-hospital") -> AftercareOpened:
    return AftercareOpened(facility=facility, entry="e1", opened_on=day)


def test_one_without_a_certificate_is_entered_and_the_care_after_it_is_the_facilitys():
    ready().when(procedure()).then({PROCEDURES: [entered(), aftercare()]})
    ready().when(procedure(certificate="never-given")).then({PROCEDURES: [entered(), aftercare()]})


def test_one_under_a_certificate_uses_it_up():
    given = {C1: [ProcedureCertified()]}
    certified = [entered(Standing.CERTIFIED), aftercare()]
    ready(given).when(procedure(certificate="c-77")).then({PROCEDURES: certified, C1: [CertificateUsed()]})
    used = {C1: [ProcedureCertified(), CertificateUsed()]}
    ready(used).when(procedure(certificate="c-77")).then({PROCEDURES: [entered(), aftercare()]})


@pytest.mark.parametrize("reviewed", [{}, CERTIFIED, {**CERTIFIED, **DECLINED}])
def test_an_emergency_waits_for_no_review(reviewed):
    emergency = [entered(Standing.EMERGENCY), aftercare()]
    ready(reviewed).when(procedure(emergency=True, gestation_weeks=20)).then({PROCEDURES: emergency})


def test_below_the_policys_gestation_no_certificate_is_needed():
    ready().when(procedure(gestation_weeks=13)).then({PROCEDURES: [entered(Standing.NOT_REQUIRED), aftercare()]})
    ready().when(procedure(gestation_weeks=14)).then({PROCEDURES: [entered(), aftercare()]})


def test_nor_where_the_policy_has_no_review():
    off = RULES.model_copy(update={"review": RULES.review.model_copy(update={"applies": False})})
    ready(policy=off).when(procedure()).then({PROCEDURES: [entered(Standing.NOT_REQUIRED), aftercare()]})


def test_an_entry_a_day_after_is_late():
    late = NOW - timedelta(hours=24, seconds=1)
    ready().when(procedure(performed_at=late)).then({PROCEDURES: [entered(at=late, late=True), aftercare(late.date())]})


def test_a_facility_without_the_licence_or_suspended_has_it_entered_as_such():
    elsewhere = "dayingxiang-hospital"
    unlicensed = [entered(facility=elsewhere, authorised=False), aftercare(facility=elsewhere)]
    ready().when(procedure(facility=elsewhere)).then({PROCEDURES.replace("county-hospital", elsewhere): unlicensed})
    suspended = {REGISTRY_ID: [FacilitySuspended(facility="county-hospital")]}
    ready(suspended).when(procedure()).then({PROCEDURES: [entered(authorised=False), aftercare()]})


def test_one_of_a_pregnancy_under_care_ends_it_as_any_loss():
    entry = [entered(at=AT, late=True), aftercare(DAY)]
    loss = {P1: [PERFORMED, ended(Outcome.LOSS, DAY), SUPPORT], WOMAN_1: [closed(DAY)]}
    ready().when(procedure(**HERS)).then({PROCEDURES: entry, **loss})
    ready().when(procedure(**HERS, pregnancy="p1")).then({PROCEDURES: entry, **loss})


def test_told_again_it_is_known():
    told = ready()
    told.happened(told.when(procedure(**HERS)).decision())
    told.when(procedure(**HERS, entry="e2")).then_nothing()


def test_an_end_that_was_told_before_stays():
    lost = {P1: [ended(Outcome.LOSS, DAY)], WOMAN_1: [closed(DAY)]}
    entry = [entered(at=AT, late=True), aftercare(DAY)]
    ready(lost).when(procedure(**HERS)).then({PROCEDURES: entry, P1: [PERFORMED, SUPPORT]})
    born = {name: facts[-3:] for name, facts in after_birth().items()}
    assert ready({P1: born[P1][-2:]}).when(procedure(**HERS)).decision()[P1] == [PERFORMED]


def test_one_of_nobody_known_is_entered_all_the_same():
    ready().when(procedure(person="w2")).then({PROCEDURES: [entered(), aftercare()]})


def test_only_what_happened_at_a_facility_of_the_county_is_entered():
    future = NOW + timedelta(seconds=1)
    ready().when(procedure(performed_at=future)).then_refused(InFuture, "/performed_at")
    ready().when(procedure(facility="nowhere")).then_refused(UnknownFacility, "/facility", "county-hospital")
