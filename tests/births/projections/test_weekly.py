"""Weeks of live births by facility and township, as the watch observes them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from services.births.domain.particulars import Sex, Vital
from services.births.projections.weekly import Weekly, WeekOf, weeks
from shared.clock import COUNTY_TIME
from tests.births.records import corrected, reinstated, told, voided_birth
from tests.births.scene import birth_on_record

MONDAY, SUNDAY = date(2024, 10, 28), datetime(2024, 11, 3, 23, 59, tzinfo=COUNTY_TIME)
HERE, THERE = WeekOf("facility", "county-hospital", MONDAY, 0, 1), WeekOf("township", "dayingxiang", MONDAY, 0, 1)


@pytest.fixture
def counted(projector):
    def count(first=date(2024, 1, 1), last=date(2024, 12, 31)):
        with projector().engine(Weekly.name).connect() as db:
            return weeks(db, first, last)

    return count


def test_a_birth_counts_in_its_facility_and_its_township(append, counted):
    append(birth_on_record())
    assert counted() == [HERE, THERE]


def test_a_week_runs_from_monday_to_sunday(append, counted):
    append(
        birth_on_record(born_at=SUNDAY, sex=Sex.BOY),
        birth_on_record(birth="b2", person="m2", born_at=datetime(2024, 11, 4, tzinfo=COUNTY_TIME)),
    )
    assert [each for each in counted() if each.kind == "facility"] == [
        WeekOf("facility", "county-hospital", MONDAY, 1, 0),
        WeekOf("facility", "county-hospital", date(2024, 11, 4), 0, 1),
    ]
    assert counted(last=MONDAY) == [each for each in counted() if each.week == MONDAY]
    assert counted(first=date(2024, 11, 4)) == [each for each in counted() if each.week > MONDAY]


def test_a_stillbirth_is_not_watched(append, counted):
    append(birth_on_record(vital=Vital.STILL))
    assert counted() == []


def test_a_correction_moves_a_birth(append, counted):
    after = {"facility": "home", "sex": Sex.BOY}
    append(birth_on_record(), {"birth:b1": [corrected(after=after)]})
    assert WeekOf("facility", "county-hospital", MONDAY, 0, 0) in counted()
    assert WeekOf("facility", "home", MONDAY, 1, 0) in counted()
    append({"birth:b1": [corrected(before=told(**after), after={"vital": Vital.STILL})]})
    assert {(each.boys, each.girls) for each in counted()} == {(0, 0)}


def test_a_duplicate_leaves_its_week_and_comes_back(append, counted):
    append(birth_on_record(), {"birth:b1": [voided_birth()]})
    assert {(each.boys, each.girls) for each in counted()} == {(0, 0)}
    append({"birth:b1": [reinstated()]})
    assert counted() == [HERE, THERE]
