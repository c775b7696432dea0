"""Facilities as enforcement tells of them, beside the county's files."""

from __future__ import annotations

from services.births.domain.reference import ADOPTED, COUNTY, AdoptReference, Facility, FacilityNoted, NoteFacility
from tests.births.scene import ASKED, FACILITIES, REFERENCE, TOWNSHIPS, given, record

CASE = COUNTY.id(ADOPTED)
HOSPITAL, HOME = FACILITIES
NEW = Facility(code="hekou-clinic", unit="hekou", name_zh="河口诊所", name_en="Hekou Clinic")
ADOPT = AdoptReference(**ASKED, townships=TOWNSHIPS, facilities=FACILITIES)


def note(facility: str, unit: str, name_zh: str | None = None, name_en: str | None = None) -> NoteFacility:
    return NoteFacility(**ASKED, facility=facility, unit=unit, name_zh=name_zh, name_en=name_en)


def noted(facility: Facility, **other: object) -> dict[str, list[FacilityNoted]]:
    return {CASE: [FacilityNoted(facility=facility.model_copy(update=other))]}


def test_a_new_facility_is_noted_and_births_there_are_recorded():
    cases = given()
    cases.when(note(NEW.code, NEW.unit, NEW.name_zh, NEW.name_en)).then(noted(NEW))
    assert given(noted(NEW)).when(record(facility=NEW.code)).decision()


def test_a_facility_without_a_name_goes_by_its_code_until_it_is_named():
    unnamed = noted(NEW, name_zh=NEW.code, name_en=NEW.code)
    given().when(note(NEW.code, NEW.unit)).then(unnamed)
    given(unnamed).when(note(NEW.code, NEW.unit, NEW.name_zh)).then(noted(NEW, name_en=NEW.code))


def test_what_is_known_so_already_is_not_noted():
    given().when(note(HOSPITAL.code, HOSPITAL.unit)).then_nothing()
    given(noted(NEW)).when(note(NEW.code, NEW.unit, NEW.name_zh, NEW.name_en)).then_nothing()


def test_another_unit_or_name_is_noted_and_what_kind_it_is_stays():
    given().when(note(HOME.code, "hekou")).then(noted(HOME, unit="hekou"))
    given().when(note(HOSPITAL.code, HOSPITAL.unit, name_en="The Hospital")).then(
        noted(HOSPITAL, name_en="The Hospital")
    )


def test_what_enforcement_told_goes_before_the_files_and_outlasts_them():
    renamed = noted(HOSPITAL, name_en="The Hospital")
    later = given(renamed, noted(NEW), {CASE: [REFERENCE]})
    assert later[COUNTY, ADOPTED].facilities == {
        HOSPITAL.code: HOSPITAL.model_copy(update={"name_en": "The Hospital"}),
        HOME.code: HOME,
        NEW.code: NEW,
    }
    later.when(ADOPT).then_nothing()


def test_a_facility_may_be_told_of_before_the_files_are_adopted():
    given(noted(NEW)).without(CASE).when(note(NEW.code, NEW.unit, NEW.name_zh, NEW.name_en)).then(noted(NEW))
    early = given().without(CASE)
    early.when(ADOPT).then({CASE: [REFERENCE]})
