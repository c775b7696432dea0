"""A department tells what its own units did: nobody else learns anything about anybody by asking."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from shared.contracts import departments
from shared.contracts.cloudevents import Contract
from shared.reacting import NotItsUnit, judge_speaker
from shared.settings import Department

HERS = "x" * 40
DAY, MOMENT = date(2025, 6, 1), datetime(2025, 6, 1, 8, tzinfo=UTC)


def visit(unit):
    return departments.AntenatalVisit(personal=HERS, visited_on=DAY, unit=unit)


def discharge(facility):
    return departments.Discharge(personal=HERS, facility=facility, discharged_at=MOMENT)


def birth(facility):
    return departments.Birth.model_construct(personal=HERS, facility=facility)


DECLINE = departments.Decline(personal=HERS, declined_on=DAY)


@pytest.mark.parametrize(
    "message", [visit("hospital"), discharge("hospital"), birth("hospital"), birth("home"), DECLINE]
)
def test_it_tells_what_its_units_did_and_what_is_no_units(message):
    judge_speaker({"hospital", "clinic"}, message)


@pytest.mark.parametrize(
    ("message", "pointer"),
    [(visit("clinic"), "/unit"), (discharge("clinic"), "/facility"), (birth("clinic"), "/facility")],
)
def test_it_tells_nothing_of_another_unit(message, pointer):
    with pytest.raises(NotItsUnit) as refused:
        judge_speaker({"hospital", "maternity"}, message)
    assert (refused.value.pointer, refused.value.accepted) == (pointer, "hospital, maternity")


@pytest.mark.parametrize("message", [visit("hospital"), birth("home"), DECLINE])
def test_who_speaks_for_no_unit_tells_nothing_about_persons(message):
    with pytest.raises(NotItsUnit):
        judge_speaker((), message)


def test_what_is_about_no_person_is_not_judged():
    judge_speaker((), Contract())


@pytest.mark.parametrize(("units", "spoken_for"), [(None, {"police"}), ((), set()), (("a", "b"), {"a", "b"})])
def test_unless_said_a_department_speaks_for_the_unit_of_its_code(units, spoken_for):
    assert Department(department="police", key={}, units=units).speaks_for == spoken_for
