"""What indicators are counted from: where, alive or not, and the few who died."""

from __future__ import annotations

from datetime import date

import pytest

from services.births.domain.events import MaternalDeathNoted
from services.births.domain.particulars import Vital
from services.births.projections.indicators import Counts, Indicators, counts
from services.births.projections.sex_ratio import Filters
from tests.births.records import corrected, died, reinstated, told, voided_birth, withdrawn
from tests.births.scene import birth_on_record


@pytest.fixture
def counted(projector):
    def count(**filters):
        with projector().engine(Indicators.name).connect() as db:
            return counts(db, Filters(**filters), {"home"})

    return count


def mother_died(on, instead_of=None):
    return MaternalDeathNoted(pregnancy="p1", died_on=on, instead_of=instead_of)


def test_an_empty_log_has_no_counts(counted):
    assert counted() == Counts(0, 0, 0, 0, 0)


def test_births_are_counted_by_place_and_vital_state(append, counted):
    append(
        birth_on_record(),
        birth_on_record(birth="b2", person="m2", facility="home"),
        birth_on_record(birth="b3", person="m3", facility="home", vital=Vital.STILL),
    )
    assert counted() == Counts(live=2, still=1, at_home=1, neonatal_deaths=0, maternal_deaths=0)
    assert counted(township="hekou") == Counts(0, 0, 0, 0, None)
    assert counted(facility="home", first="2024-11", last="2024-11") == Counts(1, 1, 1, 0, None)


def test_a_death_counts_where_and_when_the_child_was_born(append, counted):
    append(birth_on_record(), {"birth:b1": [died()]})
    assert counted(first="2024-11", last="2024-11", township="dayingxiang").neonatal_deaths == 1
    append({"birth:b1": [corrected(after={"township": "hekou"})]})
    assert (counted(township="dayingxiang").neonatal_deaths, counted(township="hekou").neonatal_deaths) == (0, 1)


def test_everything_but_mothers_is_counted_by_birth_order(append, counted):
    append(birth_on_record(), {"birth:b1": [died()]}, birth_on_record(birth="b2", person="m2", birth_order=4))
    assert counted(birth_order="2") == Counts(live=1, still=0, at_home=0, neonatal_deaths=1, maternal_deaths=None)
    assert counted(birth_order="3+") == Counts(1, 0, 0, 0, None)
    append({"birth:b1": [corrected(after={"birth_order": 1})]})
    assert (counted(birth_order="2"), counted(birth_order="1").neonatal_deaths) == (Counts(0, 0, 0, 0, None), 1)


def test_a_withdrawn_death_and_one_of_a_void_birth_do_not_count(append, counted):
    append(birth_on_record(birth="b2"), {"birth:b2": [died(birth="b2")]})
    append({"birth:b2": [voided_birth()]})
    assert counted().neonatal_deaths == 0
    append({"birth:b2": [reinstated(told=told().model_dump())]})
    assert counted().neonatal_deaths == 1
    append({"birth:b2": [withdrawn(birth="b2")]})
    assert counted().neonatal_deaths == 0
    append({"birth:b2": [died(birth="b2")]})
    assert counted().neonatal_deaths == 1


def test_a_maternal_death_counts_in_its_month_of_the_whole_county(append, counted):
    append({"mother:m1": [mother_died(date(2024, 11, 5))]})
    assert counted(first="2024-11", last="2024-11").maternal_deaths == 1
    assert counted(township="dayingxiang").maternal_deaths is None
    append({"mother:m1": [mother_died(date(2024, 12, 1), date(2024, 11, 5))]})
    assert (counted(last="2024-11").maternal_deaths, counted(first="2024-12").maternal_deaths) == (0, 1)


def test_a_rebuilt_view_has_the_same_rows(append, projector):
    append(birth_on_record(), {"birth:b1": [died(), corrected(after={"township": "hekou"}), withdrawn()]})
    append({"mother:m1": [mother_died(date(2024, 11, 5))]})
    following = projector()
    before = following.digest(Indicators.name)
    following.rebuild(Indicators.name)
    assert following.digest(Indicators.name) == before
