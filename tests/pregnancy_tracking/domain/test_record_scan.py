"""Entering an examination in the register of its device."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.pregnancy_tracking.domain.events import PersonErased
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY, InFuture
from services.pregnancy_tracking.domain.register_events import ScanNoted
from services.pregnancy_tracking.domain.registry import FacilitySuspended, UnknownFacility
from services.pregnancy_tracking.domain.scan_register import (
    Counters,
    CounterUsedTwice,
    NoneLicensed,
    PurposeNotListed,
    SameOperatorTwice,
    SecondOperatorMissing,
    UnknownDevice,
)
from tests.pregnancy_tracking.review_scene import (
    HOSPITAL,
    REGISTRY_ID,
    SCANNED,
    SCANS,
    TOWNSHIP,
    RegistryAdopted,
    ready,
    scan,
    scanned,
)
from tests.pregnancy_tracking.scene import BORN, NOW, P1, WOMAN_1

IN_CARE = BORN - timedelta(40)
AT = SCANNED.replace(year=IN_CARE.year, month=IN_CARE.month, day=IN_CARE.day)
NOTED = ScanNoted(facility="county-hospital", scanned_on=IN_CARE, purpose="dating")


def test_an_examination_is_entered_and_the_register_does_not_say_whose_it_was():
    ready().when(scan()).then({SCANS: [scanned()]})


def test_staff_are_entered_in_one_order():
    ready().when(scan(operators=("zhao", "li"))).then({SCANS: [scanned()]})


def test_one_within_a_pregnancy_is_noted_there():
    entry = scanned(at=AT, late=True)
    ready().when(scan(scanned_at=AT, person="w1")).then({SCANS: [entry], P1: [NOTED]})
    ready().when(scan(scanned_at=AT, person="w1", pregnancy="p1")).then({SCANS: [entry], P1: [NOTED]})


def test_each_examination_is_noted():
    told = ready({SCANS: [scanned(at=AT)], P1: [NOTED]})
    told.when(scan(2, scanned_at=AT, person="w1")).then({SCANS: [scanned(2, at=AT, late=True)], P1: [NOTED]})
    later = ready({P1: [NOTED]})
    assert later[PREGNANCY, "p1"].scanned_at == {"county-hospital"}


def test_one_outside_any_is_entered_all_the_same():
    ready().when(scan(person="w2")).then({SCANS: [scanned()]})
    ready().when(scan(person="w1", pregnancy="p9")).then({SCANS: [scanned()]})
    ready().when(scan(person="w1")).then({SCANS: [scanned()]})


def test_nothing_is_noted_in_an_erased_record():
    erased = {WOMAN_1: [PersonErased(person="w1")]}
    ready(erased).when(scan(scanned_at=AT, person="w1")).then({SCANS: [scanned(at=AT, late=True)]})


def test_an_entry_a_day_after_is_late():
    on_time, late = NOW - timedelta(hours=24), NOW - timedelta(hours=24, seconds=1)
    ready().when(scan(scanned_at=on_time)).then({SCANS: [scanned(at=on_time)]})
    ready().when(scan(scanned_at=late)).then({SCANS: [scanned(at=late, late=True)]})


def test_a_suspended_facility_has_its_examinations_entered_as_such():
    suspended = {REGISTRY_ID: [FacilitySuspended(facility="county-hospital")]}
    ready(suspended).when(scan()).then({SCANS: [scanned(while_suspended=True)]})


def test_at_least_two_are_present():
    ready().when(scan(operators=("li",))).then_refused(SecondOperatorMissing, "/operators", "at least 2")
    ready().when(scan(operators=())).then_refused(SecondOperatorMissing, "/operators")


def test_they_are_two_people():
    ready().when(scan(operators=("li", "li"))).then_refused(SameOperatorTwice, "/operators")


@pytest.mark.parametrize("operators", [("zhao", "wu"), ("wu", "xu")])
def test_one_of_them_is_licensed_there(operators):
    ready().when(scan(operators=operators)).then_refused(NoneLicensed, "/operators")


def test_a_licence_counts_where_it_was_given_and_while_it_lasts():
    elsewhere = {"facility": "dayingxiang-hospital", "operators": ("li", "chen")}
    ready().when(scan(**elsewhere)).then_refused(NoneLicensed, "/operators")
    ready().when(scan(scanned_at=NOW.replace(year=2019))).then_refused(NoneLicensed, "/operators")
    ended = HOSPITAL.staff[0].licences[0].model_copy(update={"valid_until": date(2025, 6, 29)})
    staff = (HOSPITAL.staff[0].model_copy(update={"licences": (ended,)}),)
    adopted = RegistryAdopted(facilities=(HOSPITAL.model_copy(update={"staff": staff}), TOWNSHIP))
    ready({REGISTRY_ID: [adopted]}).when(scan()).then_refused(NoneLicensed, "/operators")


def test_a_device_is_one_of_that_facility():
    ready().when(scan(device="us-9")).then_refused(UnknownDevice, "/device", "us-1, us-2")
    other = {"facility": "dayingxiang-hospital", "device": "us-2"}
    ready().when(scan(**other)).then_refused(UnknownDevice, "/device", "us-1")
    ready().when(scan(facility="nowhere")).then_refused(UnknownFacility, "/facility")


@pytest.mark.parametrize("purpose", ["fetal_sex", "other"])
def test_a_purpose_is_listed(purpose):
    ready().when(scan(purpose=purpose)).then_refused(PurposeNotListed, "/purpose", "dating, growth, abdominal")


def test_a_counter_counts_once():
    ready({SCANS: [scanned()]}).when(scan(purpose="growth")).then_refused(CounterUsedTwice, "/counter")
    ready({SCANS: [scanned()]}).when(scan(2)).then({SCANS: [scanned(2)]})
    ready({SCANS: [scanned()]}).when(scan(device="us-2")).then(
        {SCANS.replace("us-1", "us-2"): [scanned(device="us-2")]}
    )


def test_nothing_is_entered_before_it_happens():
    ready().when(scan(scanned_at=NOW + timedelta(seconds=1))).then_refused(InFuture, "/scanned_at")


@pytest.mark.parametrize("order", [(1, 2, 3, 5), (5, 3, 2, 1), (3, 1, 5, 2), (5, 1, 3, 2, 2, 3)])
def test_counters_are_kept_as_runs_in_whatever_order_they_come(order):
    counters = Counters()
    for counter in order:
        counters = counters.used(counter)
    assert counters.runs == ((1, 3), (5, 5))
    assert [counter in counters for counter in range(7)] == [False, True, True, True, False, True, False]
    assert [counters.missing(1, 5), counters.missing(4, 4), counters.missing(0, 9), counters.missing(2, 3)] == [
        1,
        1,
        6,
        0,
    ]
