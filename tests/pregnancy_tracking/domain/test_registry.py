"""Facilities, devices and licences: from the county's files, and as enforcement tells."""

from __future__ import annotations

from datetime import date

import pytest

from services.pregnancy_tracking.domain.registry import (
    AdoptRegistry,
    Facility,
    FacilityAwaited,
    FacilityNoted,
    FacilityReinstated,
    FacilitySuspended,
    NoteFacility,
    NoteSuspension,
    Practitioner,
    RegistryAdopted,
)
from tests.pregnancy_tracking.review_scene import (
    FACILITIES,
    HOSPITAL,
    REGISTRY_ID,
    SCANNED,
    TOWNSHIP,
    ULTRASOUND,
    ready,
    scan,
)
from tests.pregnancy_tracking.scene import ASKED, given

SUSPENDED = FacilitySuspended(facility="county-hospital")


def adopt(*facilities: Facility) -> AdoptRegistry:
    return AdoptRegistry(**ASKED, facilities=facilities)


def note(facility: str = "county-hospital", **new) -> NoteFacility:
    return NoteFacility(**ASKED, facility=facility, **new)


def suspend(*, suspended: bool = True, facility: str = "county-hospital") -> NoteSuspension:
    return NoteSuspension(**ASKED, facility=facility, suspended=suspended)


def noted(facility: str = "county-hospital", unit: str = "county-hospital", **new) -> FacilityNoted:
    return FacilityNoted(facility=Facility(code=facility, unit=unit, **new))


def test_the_countys_facilities_are_adopted_once():
    given().when(adopt(HOSPITAL)).then({REGISTRY_ID: [RegistryAdopted(facilities=(HOSPITAL,))]})
    ready().when(adopt(HOSPITAL, TOWNSHIP)).then_nothing()
    ready().when(adopt(HOSPITAL)).then({REGISTRY_ID: [RegistryAdopted(facilities=(HOSPITAL,))]})


def test_a_device_enforcement_tells_of_may_be_used_from_then_on():
    added = ready()
    added.when(note(devices=("us-3",))).then({REGISTRY_ID: [noted(devices=("us-3",))]})
    added.happened({REGISTRY_ID: [noted(devices=("us-3",))]})
    added.when(note(devices=("us-3",))).then_nothing()
    assert added.when(scan(device="us-3")).decision()
    assert added.when(scan(device="us-1")).decision()


def test_what_enforcement_told_outlasts_a_new_file():
    added = given({REGISTRY_ID: [noted(devices=("us-3",))]}, FACILITIES)
    assert added.when(scan(device="us-3")).decision()


def test_a_licence_is_held_from_then_on_and_ends_when_it_is_told_to():
    licensed = {"staff": (Practitioner(code="wu", licences=(ULTRASOUND,)),)}
    held = ready({REGISTRY_ID: [noted(**licensed)]})
    held.when(note(**licensed)).then_nothing()
    assert held.when(scan(operators=("wu", "zhao"))).decision()
    ended = ULTRASOUND.model_copy(update={"valid_until": date(2025, 1, 31)})
    staff = (Practitioner(code="wu", licences=(ended,)),)
    held.when(note(staff=staff)).then({REGISTRY_ID: [noted(staff=staff)]})


def test_a_facility_may_be_new():
    new = {"unit": "new-unit", "devices": ("us-1",), "licences": (ULTRASOUND,)}
    ready().when(note("new", **new)).then({REGISTRY_ID: [noted("new", **new)]})


def test_what_is_told_of_a_facility_before_it_is_registered_waits():
    ready().when(note("new", devices=("us-1",))).then_refused(FacilityAwaited, "/facility")
    ready().when(suspend(facility="new")).then_refused(FacilityAwaited, "/facility")


@pytest.mark.parametrize("suspended", [True, False])
def test_a_facility_is_suspended_and_reinstated_once(suspended):
    before = {REGISTRY_ID: [] if suspended else [SUSPENDED]}
    fact = SUSPENDED if suspended else FacilityReinstated(facility="county-hospital")
    now = ready(before)
    now.when(suspend(suspended=suspended)).then({REGISTRY_ID: [fact]})
    now.happened({REGISTRY_ID: [fact]})
    now.when(suspend(suspended=suspended)).then_nothing()


def test_a_reinstated_facility_works_as_before():
    back = ready({REGISTRY_ID: [SUSPENDED, FacilityReinstated(facility="county-hospital")]})
    [entry] = next(iter(back.when(scan()).decision().values()))
    assert (entry.while_suspended, entry.scanned_at) == (False, SCANNED)
