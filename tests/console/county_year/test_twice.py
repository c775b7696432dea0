"""Women registered twice: noticed, and linked or dismissed by whom it is to."""

from __future__ import annotations

import pytest

from services.console.county_year.births import confinements
from services.console.county_year.course import Fate
from services.console.county_year.courses import courses
from services.console.county_year.twice import CONTACT, SeenTo, act_of, letters_of, registered_twice
from shared.access import Purpose, Role

SEED = 7


@pytest.fixture(scope="module", params=[60, 1_000])
def year(request, ground):
    return courses(SEED, confinements(SEED, request.param, ground), ground)


@pytest.fixture(scope="module")
def twice(year, ground):
    return registered_twice(SEED, year, (), ground)


def test_each_way_happens_however_few_the_births_and_to_somebody_else(twice):
    assert {each.seen_to for each in twice} == {*SeenTo}
    assert len({each.course.key for each in twice}) == len(twice)


def test_she_is_registered_again_elsewhere_while_under_care(twice):
    for each in twice:
        assert each.places.township != each.course.township
        assert each.village in each.places.villages
        assert each.course.written_on < each.on < each.seen_to_on < each.course.ended_on


def test_another_document_is_a_record_of_its_own_in_which_she_is_seen(twice, year):
    documents = {course.woman.document for course in year}
    for each in twice:
        letters = list(letters_of(SEED, each))
        assert (each.document not in documents) is each.apart
        assert [letter.id.partition("-")[0] for letter in letters] == ["registration", "visit"][: 1 + each.apart]
        assert {letter.personal.document for letter in letters} == {each.document}
        contact = next(contact for contact in each.course.contacts if contact.number == CONTACT)
        assert (contact.fate is Fate.ELSEWHERE) is each.apart


def test_her_own_midwife_sees_to_what_was_set_aside_and_the_county_to_two_records(twice, ground):
    for each in twice:
        act = act_of(each, ground)
        own = ground.townships[each.course.township].township_hospital
        assert (act.role, act.units) == ((Role.COUNTY_HEALTH, ("*",)) if each.apart else (Role.MIDWIFE, (own,)))
        assert act.purpose is Purpose.CARE
        assert act.path.endswith("/set-aside/dismissal" if each.seen_to is SeenTo.DISMISSED else "/links")


def test_of_others_nobody_is_registered_twice(year, ground):
    others = {course.key for course in year[::2]}
    assert not others & {each.course.key for each in registered_twice(SEED, year, others, ground)}
