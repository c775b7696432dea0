"""What superiors are told of a unit: how many duties lapsed in a month, never whose."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from services.pregnancy_tracking.domain.duty_events import DutyLapsed, Hop
from services.pregnancy_tracking.domain.events import PersonErased
from services.pregnancy_tracking.domain.lapse_book import (
    LAPSE_BOOK,
    CloseLapses,
    LapseMonthClosed,
    LapsesCounted,
    evolve,
)
from services.pregnancy_tracking.handling.lapses import counting
from shared.clock import COUNTY_TIME
from shared.kernel import Command
from tests.pregnancy_tracking.duty_scene import Course
from tests.pregnancy_tracking.scene import ASKED, P1, PLACES, given, visit

MAY, JUNE = date(2025, 5, 1), date(2025, 6, 1)
UNITS = [unit.code for unit in PLACES.units]
UNIT, *OTHERS = UNITS


def close(day=4):
    return CloseLapses(**ASKED | {"at": datetime(2025, 7, day, 9, tzinfo=COUNTY_TIME)})


def book(lapses, month=JUNE, unit=UNIT):
    return {LAPSE_BOOK.id(unit): [LapsesCounted(month=month, lapses=lapses)]}


def closed(lapses, month=JUNE, unit=UNIT):
    return {LAPSE_BOOK.id(unit): [LapseMonthClosed(unit=unit, month=month, lapses=lapses, fewest_told=10)]}


FEW = {case_id: facts for unit in OTHERS for case_id, facts in closed(None, unit=unit).items()}


@pytest.mark.parametrize(("lapses", "told"), [(0, None), (9, None), (10, 10), (31, 31)])
def test_a_month_is_told_of_every_unit_as_a_number_or_as_few(lapses, told):
    counts = book(lapses) if lapses else {}
    given(counts).when(close()).then(closed(told) | FEW)


def test_it_is_told_once_and_again_when_lapses_become_known():
    told = given(book(12), closed(12), FEW)
    told.when(close()).then_nothing()
    given(book(12), closed(12), book(2), FEW).when(close()).then(closed(14))
    given(book(3), closed(None), book(2), FEW).when(close()).then_nothing()


def test_a_month_is_told_when_it_has_been_over_for_the_policys_days():
    may = {case_id: facts for unit in UNITS for case_id, facts in closed(None, MAY, unit).items()}
    given(book(12)).when(close(day=3)).then(may)


def test_lapses_are_counted_by_the_unit_charged_and_the_month_they_lapsed_in():
    def lapsed(on, unit=UNIT):
        return DutyLapsed(duty=f"a@{on}", lapsed_on=on, hop=Hop.ACTION, unit=unit)

    decision = {P1: [lapsed(JUNE), lapsed(JUNE + timedelta(9)), lapsed(MAY), lapsed(MAY, OTHERS[0])]}
    handler = counting({Command: lambda _, __: decision})[Command]
    assert handler(close(), given()) == {
        **decision,
        LAPSE_BOOK.id(UNIT): [LapsesCounted(month=MAY, lapses=1), LapsesCounted(month=JUNE, lapses=2)],
        **book(1, MAY, OTHERS[0]),
    }
    assert counting({Command: lambda _, __: {}})[Command](close(), given()) == {}


def test_a_lapse_that_was_none_is_taken_from_the_book_it_was_counted_in():
    course = Course()
    course.swept_daily(date(2024, 5, 1))
    book_of = "lapse_book:dayingxiang-hospital"
    assert course.cases[LAPSE_BOOK, "dayingxiang-hospital"].months == {date(2024, 4, 1): 1}
    told = course.told(visit(date(2024, 3, 6)), on=date(2024, 5, 2))
    assert told[book_of] == [LapsesCounted(month=date(2024, 4, 1), lapses=-1)]
    assert course.cases[LAPSE_BOOK, "dayingxiang-hospital"].months == {date(2024, 4, 1): 0}


def test_other_facts_leave_a_book_as_it_was():
    assert evolve(LAPSE_BOOK.initial, PersonErased(person="w1")) == LAPSE_BOOK.initial
