"""The births of the county year: exact in number and ratio, plausible otherwise, the same for the same seed."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.console.county_year.births import EXTREME, FIRST, LAST, boys_of, confinements, quota
from services.console.county_year.county import SECOND_HOSPITAL, SHARES
from services.console.county_year.ground import HOME
from shared.contracts.departments import Sex, Vital

CASES = [(1, 60), (7, 200), (2025, 5_000)]


@pytest.fixture(scope="module", params=CASES, ids=lambda case: f"seed {case[0]}, {case[1]} births")
def year(request, ground):
    seed, births = request.param
    return births, confinements(seed, births, ground)


def living(confinements):
    return [(each, child) for each in confinements for child in each.children if child.vital is Vital.LIVE]


def sexes(children):
    counted = Counter(child.sex for _, child in children)
    return counted[Sex.BOY], counted[Sex.GIRL]


def test_there_are_as_many_live_births_as_asked_for(year):
    births, confinements = year
    assert len(living(confinements)) == births


def test_the_ratio_is_130_in_the_second_hospital_and_105_everywhere_else(year):
    births, confinements = year
    there = [each for each in living(confinements) if each[0].facility == SECOND_HOSPITAL]
    elsewhere = [each for each in living(confinements) if each[0].facility != SECOND_HOSPITAL]
    assert len(there) == round(births * 0.4)
    assert sexes(there)[0] == boys_of(len(there), 130)
    assert sexes(elsewhere)[0] == boys_of(len(elsewhere), 105)


@pytest.mark.parametrize("seed", [1, 7, 2025])
def test_no_other_facility_differs_from_the_county_by_more_than_chance(ground, seed):
    """Four standard deviations: by chance one of sixty thousand facilities does."""
    counted = Counter((each.facility, child.sex) for each, child in living(confinements(seed, 5_000, ground)))
    for facility in {facility for facility, _ in counted} - {SECOND_HOSPITAL}:
        boys, births = counted[facility, Sex.BOY], counted[facility, Sex.BOY] + counted[facility, Sex.GIRL]
        assert abs(boys - births * 105 / 205) < 2 * births**0.5, facility


def test_five_thousand_births_have_a_facility_of_two_thousand(ground):
    there = [each for each in confinements(2025, 5_000, ground) if each.facility == SECOND_HOSPITAL]
    assert sum(each.children[0].vital is Vital.LIVE for each in there) == 2_000
    assert boys_of(2_000, 130) == 1_130


def test_the_smallest_township_looks_extreme(ground):
    children = [each for each in living(confinements(2025, 5_000, ground)) if each[0].township == EXTREME]
    boys, girls = sexes(children)
    assert len(children) < 30
    assert 100 * boys / girls > 130


def test_twins_and_stillbirths_are_rare_and_twins_are_born_in_the_county_hospital(year):
    births, confinements = year
    twins = [each for each in confinements if len(each.children) == 2]
    assert len(twins) == round(births * 0.012)
    assert all(each.facility == "county-hospital" for each in twins)
    assert sum(each.children[0].vital is Vital.STILL for each in confinements) == max(round(births * 0.006), 1)


def test_every_township_has_its_share_of_confinements(year):
    _, confinements = year
    counted = Counter(each.township for each in confinements)
    for township, share in SHARES.items():
        assert abs(counted[township] - share * len(confinements) / 1_000) <= 1


def test_every_birth_lies_in_the_year_and_in_a_village_and_facility_of_the_county(year, ground):
    for each in year[1]:
        assert FIRST <= each.born_on <= LAST
        assert each.village in ground.townships[each.township].villages
        assert each.facility in ground.facilities
        own = each.facility.removesuffix("-hospital")
        assert own not in ground.townships or own == each.township
    assert any(each.facility == HOME for each in year[1]) or year[0] < 100


def test_every_woman_is_somebody_else(year):
    women = [each.woman for each in year[1]]
    assert len({woman.document for woman in women}) == len({woman.phone for woman in women}) == len(women)


def test_the_same_seed_and_number_are_the_same_year(ground):
    assert confinements(7, 200, ground) == confinements(7, 200, ground)
    assert confinements(7, 200, ground) != confinements(8, 200, ground)


@given(st.integers(0, 3_000), st.dictionaries(st.text(min_size=1), st.integers(1, 100), min_size=1))
def test_a_quota_gives_each_name_its_share_within_one(total, shares):
    names = quota(total, shares)
    assert len(names) == total
    for name, share in shares.items():
        assert abs(names.count(name) - total * share / sum(shares.values())) < 1
