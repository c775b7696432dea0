"""The lag of registration: which birth was recorded how long after it, by sex."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from services.births.domain.particulars import Sex, Vital
from services.births.projections.lag import Cell, Lag, delays, late, late_by_place, median, triangle
from services.births.projections.sex_ratio import Filters, Live
from shared.clock import COUNTY_TIME
from tests.births.records import corrected, reinstated, told, voided_birth
from tests.births.scene import NOW, birth_on_record

NOVEMBER = datetime(2024, 11, 30, 23, 30, tzinfo=COUNTY_TIME)


@pytest.fixture
def at(clock):
    """Move the clock to a moment."""
    return clock.set


@pytest.fixture
def asked(projector):
    def ask(question, **filters):
        with projector().engine(Lag.name).connect() as db:
            return question(db, Filters(**filters))

    return ask


def test_a_birth_stands_where_it_was_recorded_so_many_months_later(append, at, asked):
    for later, sex in ((0, Sex.BOY), (1, Sex.GIRL), (40, Sex.GIRL)):
        at(NOVEMBER + timedelta(days=later))
        append(birth_on_record(birth=f"b{later}", person=f"m{later}", sex=sex, born_at=NOVEMBER))
    assert asked(triangle) == {
        Cell("2024-11", 0): Live(1, 0),
        Cell("2024-11", 1): Live(0, 1),
        Cell("2024-11", 2): Live(0, 1),
    }
    assert asked(delays) == {0: Live(1, 0), 1: Live(0, 1), 40: Live(0, 1)}


def test_late_births_stand_where_they_count_now_and_those_that_do_not_count_nowhere(append, at, asked):
    for days, birth in ((31, "b1"), (31, "b2"), (31, "b3"), (30, "b4")):
        at(NOVEMBER + timedelta(days=days))
        append(birth_on_record(birth=birth, person=birth, born_at=NOVEMBER))
    kept = {"born_at": NOVEMBER}
    append({"birth:b2": [voided_birth(told=kept)]})
    moved = corrected(birth="b3", before=told(**kept), after={**kept, "sex": Sex.BOY, "facility": "home"})
    append({"birth:b3": [moved]})
    assert asked(lambda db, wanted: late_by_place(db, wanted, 30)) == {
        "county": Live(1, 1),
        "township:dayingxiang": Live(1, 1),
        "facility:county-hospital": Live(0, 1),
        "facility:home": Live(1, 0),
    }
    assert asked(lambda db, wanted: late_by_place(db, wanted, 30), first="2024-12") == {}


def test_a_day_is_the_countys_not_that_of_the_store(append, at, asked):
    at(datetime(2024, 12, 1, 0, 30, tzinfo=COUNTY_TIME))
    append(birth_on_record(born_at=NOVEMBER))
    assert asked(delays) == {1: Live(0, 1)}


def test_a_correction_moves_the_birth_and_keeps_when_it_was_first_told(append, at, asked):
    at(NOVEMBER)
    append(birth_on_record())
    at(NOVEMBER + timedelta(days=90))
    append({"birth:b1": [corrected(after={"sex": Sex.BOY, "born_at": NOVEMBER - timedelta(days=31)})]})
    assert asked(triangle) == {Cell("2024-10", 1): Live(1, 0)}


def test_a_birth_corrected_to_a_day_after_it_was_told_has_waited_no_day(append, at, asked):
    at(NOVEMBER)
    append(birth_on_record(), {"birth:b1": [corrected(after={"born_at": NOVEMBER + timedelta(days=40)})]})
    assert asked(triangle) == {Cell("2025-01", 0): Live(0, 1)}
    assert asked(delays) == {0: Live(0, 1)}


def test_what_does_not_count_has_no_lag(append, asked):
    append(birth_on_record(vital=Vital.STILL), birth_on_record(birth="b2", person="m2"))
    append({"birth:b2": [voided_birth()]})
    assert asked(triangle) == {}
    append({"birth:b2": [reinstated(told=told().model_dump())]})
    assert [live.births for live in asked(triangle).values()] == [1]


@pytest.mark.parametrize(
    ("filters", "births"),
    [
        ({}, 2),
        ({"first": "2024-11", "last": "2024-11"}, 2),
        ({"first": "2024-12"}, 0),
        ({"last": "2024-10"}, 0),
        ({"township": "hekou"}, 1),
        ({"facility": "home"}, 1),
        ({"birth_order": "3+"}, 1),
    ],
)
def test_filters_narrow_what_is_counted(append, asked, filters, births):
    append(birth_on_record(township="hekou"), birth_on_record(birth="b2", person="m2", facility="home", birth_order=5))
    assert sum(live.births for live in asked(delays, **filters).values()) == births


@pytest.mark.parametrize(
    ("waited", "days", "behind"),
    [
        ({}, (None, None), (0, 0)),
        ({0: Live(1, 0), 2: Live(1, 0), 40: Live(1, 0)}, (2, None), (1, 0)),
        ({1: Live(1, 2), 30: Live(0, 1), 31: Live(1, 3)}, (1, 30), (1, 3)),
    ],
)
def test_half_are_registered_by_a_day_and_some_are_late(waited, days, behind):
    assert median(waited) == dict(zip(Live._fields, days, strict=True))
    assert late(waited, 30) == Live(*behind)


def test_a_rebuilt_view_has_the_same_rows(append, projector):
    append(*(birth_on_record(birth=f"b{n}", person=f"m{n}", born_at=NOW - timedelta(days=n)) for n in range(30)))
    following = projector()
    before = following.digest(Lag.name)
    following.rebuild(Lag.name)
    assert following.digest(Lag.name) == before
