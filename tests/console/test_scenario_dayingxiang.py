"""The source's quarter: exact in its counts, plausible in its pregnancies, the same for the same seed."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta

import pytest
from joserfc.jwk import OKPKey

from services.console.keys import public
from services.console.layout import REFERENCE
from services.console.letters import keep, kept, seal
from services.console.people import CHECKS, PROVINCE, WEIGHTS, document_number
from services.console.places import Places
from services.console.scenario_dayingxiang import BEGINS, ENDS, courses, letters
from shared.contracts.cloudevents import decode
from shared.contracts.departments import AntenatalVisit, Birth, HomeVisit, Person, Registration, Sex
from shared.signing import decrypt

SEEDS = [1, 7, 2025]


@pytest.fixture(scope="module")
def places():
    return Places.load(REFERENCE, "dayingxiang")


@pytest.fixture(scope="module", params=SEEDS)
def quarter(request, places):
    return courses(request.param, places)


def test_the_births_are_those_of_the_source(quarter):
    counts = Counter((course.sex, course.birth_order) for course in quarter)
    assert counts == {(Sex.BOY, 1): 20, (Sex.BOY, 2): 7, (Sex.GIRL, 1): 15, (Sex.GIRL, 2): 4}
    assert Counter(course.sex for course in quarter) == {Sex.BOY: 27, Sex.GIRL: 19}
    assert all(date(2024, 10, 1) <= course.born_at.date() <= date(2024, 12, 31) for course in quarter)


def test_every_woman_is_somebody_else_and_nobody_real(quarter):
    women = [course.woman for course in quarter]
    assert len({woman.document for woman in women}) == len({woman.phone for woman in women}) == 46
    for document in (woman.document for woman in women):
        assert document.startswith(PROVINCE)
        assert int(document[16]) % 2 == 0
        digits = zip(WEIGHTS, document[:17], strict=True)
        assert CHECKS[sum(weight * int(digit) for weight, digit in digits) % 11] == document[17]


def test_the_check_character_is_the_standards():
    assert document_number(date(1949, 12, 31), 2)[:17] == "99010119491231002"


def test_a_pregnancy_is_plausible(quarter, places):
    for course in quarter:
        due = course.last_menstrual_period + timedelta(days=280)
        born = course.born_at.date()
        assert -28 <= (born - due).days <= 13
        assert 8 * 7 <= (course.registered_on - course.last_menstrual_period).days <= 12 * 7 + 6
        assert course.visits[0] == course.registered_on
        assert list(course.visits) == sorted(set(course.visits))
        assert course.visits[-1] < born < course.home_visits[0] < course.home_visits[1]
        assert (course.home_visits[0] - born).days <= 10
        assert all(places.is_working_day(day) for day in course.visits)


def test_most_women_have_about_five_visits(quarter):
    visits = Counter(len(course.visits) for course in quarter)
    assert 4 <= sum(number * count for number, count in visits.items()) / 46 <= 5
    assert max(visits) == 5


def test_the_same_seed_is_the_same_quarter(places):
    assert letters(7, places) == letters(7, places)
    assert courses(7, places) != courses(8, places)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_written_is_written_within_the_scenario_and_after_it_happened(places, seed):
    written = letters(seed, places)
    assert len({letter.id for letter in written}) == len(written)
    assert written == sorted(written, key=lambda letter: letter.written_at)
    for letter in written:
        assert BEGINS <= letter.written_at.date() <= ENDS
        assert letter.written_at.hour < 20
        happened = letter.data.get("born_at") or letter.written_at
        assert happened <= letter.written_at
    counts = Counter(letter.contract for letter in written)
    assert (counts[Registration], counts[Birth], counts[HomeVisit]) == (46, 46, 92)
    assert counts[AntenatalVisit] > 46 * 4


def test_each_woman_is_registered_before_anything_else_is_written_of_her(places):
    seen = set()
    for letter in letters(2025, places):
        document = letter.personal.document
        assert (letter.contract is Registration) == (document not in seen)
        seen.add(document)


def test_departments_write_of_their_own_work_to_the_service_it_concerns(places):
    for letter in letters(2025, places):
        assert letter.service == ("births" if letter.contract is Birth else "pregnancy_tracking")
        assert (letter.contract is HomeVisit) == (letter.department not in places.on_broker)
        assert letter.department in places.departments
        own = letter.data.get("unit") or letter.data.get("facility") or places.township_hospital
        assert own == letter.department


def test_nothing_personal_is_readable_in_what_is_sent(places, tmp_path):
    key = OKPKey.generate_key("X25519", private=True).as_dict(private=True)
    written = letters(2025, places)
    ready = [seal(letter, "demo", public(key)) for letter in written]
    for letter, sealed in zip(written, ready, strict=True):
        event = decode(sealed.body)
        assert (event.id, event.source, event.type) == (letter.id, f"/demo/{letter.department}", letter.contract.type)
        letter.contract.model_validate_json(_data(sealed.body))
        for said in letter.personal.model_dump(exclude_none=True).values():
            assert not isinstance(said, str) or said.encode() not in sealed.body
    birth = next(each for each in ready if each.id.startswith("birth"))
    opened = Person.model_validate_json(decrypt(key, decode(birth.body).data["personal"]))
    assert opened.document in {letter.personal.document for letter in written}
    keep(tmp_path / "letters.jsonl", ready)
    assert kept(tmp_path / "letters.jsonl") == ready


def _data(body):
    return json.dumps(json.loads(body)["data"])
