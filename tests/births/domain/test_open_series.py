"""Certificate numbers given to a unit: nobody else's, and within what a number can be."""

from __future__ import annotations

import pytest

from services.births.domain.series import NumbersImpossible, NumbersTaken, UnknownUnit
from tests.births.records import allotted, open_series, opened, taken
from tests.births.scene import given

OPENED = {"series:county-hospital": [opened()], "prefix:P": [allotted()]}


def test_a_unit_is_given_numbers():
    given().when(open_series()).then(OPENED)


def test_the_same_numbers_again_change_nothing():
    given(OPENED).when(open_series()).then_nothing()


def test_a_unit_is_given_more_numbers():
    given(OPENED).when(open_series(first=3, last=9)).then(
        {"series:county-hospital": [opened(first=3, last=9)], "prefix:P": [allotted(first=3, last=9)]}
    )


def test_another_prefix_has_numbers_of_its_own():
    decision = given(OPENED).when(open_series(unit="dayingxiang", prefix="D")).decision()
    assert set(decision) == {"series:dayingxiang", "prefix:D"}


@pytest.mark.parametrize(("first", "last"), [(1, 1), (2, 2), (2, 9), (1, 9)])
def test_no_number_is_given_twice(first, last):
    other = open_series(unit="dayingxiang", first=first, last=last)
    given(OPENED).when(other).then_refused(NumbersTaken, "/first")


def test_used_numbers_are_not_given_again():
    used = {"series:county-hospital": [taken(1), taken(2)]}
    given(OPENED, used).when(open_series()).then_refused(NumbersTaken, "/first")


@pytest.mark.parametrize(("first", "last"), [(0, 5), (-1, 5), (6, 5), (1, 10**9)])
def test_numbers_run_upward_within_their_digits(first, last):
    given().when(open_series(first=first, last=last)).then_refused(NumbersImpossible, "/first", "1 to 999999999")


def test_a_unit_that_answers_for_no_birth_gets_none():
    given().when(open_series(unit="nowhere")).then_refused(UnknownUnit, "/unit", "county-hospital, dayingxiang")
