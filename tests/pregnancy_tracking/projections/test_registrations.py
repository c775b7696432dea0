"""How many pregnancies are under care, and where."""

from __future__ import annotations

from datetime import date

import pytest

from services.pregnancy_tracking.domain.birth_events import PregnancyReopened
from services.pregnancy_tracking.domain.words import Outcome
from services.pregnancy_tracking.projections.registrations import ENDED, JOINED, REGISTERED, Registrations, counts
from tests.explaining import scanned
from tests.pregnancy_tracking.link_scene import LINKED, LINKED_OTHERWISE, PARTED
from tests.pregnancy_tracking.scene import BORN, P1, P2, after_birth, ended, revised, taken_under_care

OTHER = {P2: taken_under_care(), "pregnancy:p3": taken_under_care(township="qinghezhen", village="dukou")}


@pytest.fixture
def count(projector):
    def rows(township=None):
        with projector().engine(Registrations.name).connect() as db:
            return counts(db, township)

    return rows


def test_pregnancies_are_counted_by_township_until_they_end(append, count):
    append(after_birth(), OTHER, {P1: [revised(Outcome.BIRTH, date(2024, 10, 6))]})
    assert count() == [
        {"township": "dayingxiang", "registered": 2, "active": 1},
        {"township": "qinghezhen", "registered": 1, "active": 1},
    ]
    assert count("qinghezhen") == [{"township": "qinghezhen", "registered": 1, "active": 1}]
    assert count("nowhere") == []


def test_one_that_had_not_ended_after_all_is_under_care_until_it_has(append, count):
    reopened = {P1: [PregnancyReopened(person="w1", ended_on=BORN)]}
    append(after_birth(), reopened)
    assert count() == [{"township": "dayingxiang", "registered": 1, "active": 1}]
    append({P1: [ended(Outcome.BIRTH, BORN)]})
    assert count() == [{"township": "dayingxiang", "registered": 1, "active": 0}]


def test_two_records_of_one_pregnancy_are_one_until_they_are_parted(append, count):
    both = {P1: taken_under_care(), P2: taken_under_care()}
    append(both, LINKED)
    assert count() == [{"township": "dayingxiang", "registered": 1, "active": 1}]
    append(PARTED)
    assert count() == [{"township": "dayingxiang", "registered": 2, "active": 2}]
    append(LINKED_OTHERWISE, {P1: [ended(Outcome.BIRTH, BORN)], P2: [ended(Outcome.BIRTH, BORN)]})
    assert count() == [{"township": "dayingxiang", "registered": 1, "active": 0}]


def test_a_township_is_found_without_looking_through_the_county(append, projector):
    append({P1: taken_under_care()})
    with projector().engine(Registrations.name).connect() as db:
        assert "registered" not in scanned(db, lambda db: counts(db, "dayingxiang"))


def test_nothing_in_it_is_about_anybody():
    columns = {column.name for table in (REGISTERED, ENDED, JOINED) for column in table.columns}
    assert columns == {"pregnancy", "township", "registered_on", "ended", "joined"}


def test_it_is_rebuilt_to_the_same_rows(append, projector):
    append(after_birth(), OTHER, LINKED)
    assert projector().rebuild(Registrations.name).same
