"""The scenario's county: that of deploy/county and more, as every service adopts it."""

from __future__ import annotations

import yaml

from services.births.reactions import adopt as adopt_in_births
from services.console.county_year import county
from services.console.county_year.county import SECOND_HOSPITAL, SHARES
from services.console.layout import REFERENCE
from services.pregnancy_tracking.reactions import adopt as adopt_in_care
from shared.clock import SystemClock


def read(folder, name):
    return yaml.safe_load((folder / f"{name}.yaml").read_text())


def test_it_keeps_every_entry_of_the_countys_own(reference):
    for name in ("townships", "units", "facilities"):
        assert read(reference, name)[name][: len(ours := read(REFERENCE, name)[name])] == ours
    assert read(reference, "calendar") == read(REFERENCE, "calendar")


def test_every_township_has_a_share_of_the_births_and_they_make_a_thousand(ground):
    assert set(SHARES) == set(ground.townships)
    assert sum(SHARES.values()) == 1_000


def test_no_code_names_two_things(reference):
    townships = read(reference, "townships")["townships"]
    villages = [village["code"] for township in townships for village in township["villages"]]
    units = [unit["code"] for unit in read(reference, "units")["units"]]
    assert len(set(villages)) == len(villages)
    assert len(set(units)) == len(units)


def test_every_hospital_delivers_and_has_devices_with_staff_enough_for_each(ground):
    assert SECOND_HOSPITAL in ground.facilities
    for facility in ground.facilities.values():
        assert len(facility.sonographers) >= len(facility.devices)
        assert len(facility.nurses) >= len(facility.devices)


def test_both_services_can_adopt_it(reference):
    assert adopt_in_births(reference, SystemClock())
    assert adopt_in_care(reference, SystemClock())


def test_made_again_it_is_the_same(reference, tmp_path):
    county.write(tmp_path / "again")
    for file in reference.iterdir():
        assert (tmp_path / "again" / file.name).read_bytes() == file.read_bytes()
