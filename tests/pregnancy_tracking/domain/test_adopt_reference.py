"""Knowing the county."""

from __future__ import annotations

import pytest

from services.pregnancy_tracking.domain.reference import (
    ADOPTED,
    COUNTY,
    AdoptReference,
    CodeUsedTwice,
    County,
    Post,
    ReferenceAdopted,
    Tier,
    Township,
    Unit,
    UnknownUnit,
)
from tests.pregnancy_tracking.scene import ASKED, PLACES, UNDER_CARE, given

ADOPTED_ID = COUNTY.id(ADOPTED)


def adopt(**other) -> AdoptReference:
    return AdoptReference(**ASKED, county=PLACES.model_copy(update=other))


def test_a_county_becomes_known():
    given().without(ADOPTED_ID).when(adopt()).then({ADOPTED_ID: [ReferenceAdopted(county=PLACES)]})


def test_a_county_may_change():
    units = (*PLACES.units, Unit(code="xiying-clinic", township="dayingxiang"))
    changed = PLACES.model_copy(update={"units": units})
    given().when(adopt(units=units)).then({ADOPTED_ID: [ReferenceAdopted(county=changed)]})


def test_the_county_that_is_known_stays():
    given().when(adopt()).then_nothing()


@pytest.mark.parametrize(
    ("pointer", "twice"),
    [
        ("/townships", {"townships": (Township(code="a", villages=()), Township(code="a", villages=()))}),
        ("/townships", {"townships": (Township(code="a", villages=("v",)), Township(code="b", villages=("v",)))}),
        ("/units", {"units": (Unit(code="u", township=None),) * 2}),
        ("/units", {"posts": (Post(code="p", tier=Tier.COUNTY, unit="u", serves=()),) * 2}),
    ],
)
def test_a_code_names_one_thing(pointer, twice):
    given().when(adopt(**twice)).then_refused(CodeUsedTwice, pointer)


def test_only_reference_data_changes_the_county():
    assert given({ADOPTED_ID: UNDER_CARE["woman:w1"]})[COUNTY, ADOPTED] == PLACES
    assert County().townships == ()


def test_a_township_is_served_by_its_units_and_by_those_of_the_county():
    assert PLACES.serving("qinghezhen") == ("qinghezhen", "county-hospital", "qinghezhen-hospital")
    with pytest.raises(UnknownUnit):
        PLACES.serving("nowhere")


def test_a_post_is_at_a_unit():
    assert PLACES.unit_of("midwife") == "dayingxiang-hospital"
    assert PLACES.unit_of("nobody") == ""


def test_a_unit_of_the_whole_county_is_within_no_township():
    assert PLACES.within("qinghezhen", "qinghezhen-hospital") == "qinghezhen-hospital"
    assert PLACES.within("qinghezhen", "qinghezhen") == "qinghezhen"
    assert PLACES.within("qinghezhen", "county-hospital") is None
