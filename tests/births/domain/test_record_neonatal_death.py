"""A death in the first weeks of life."""

from __future__ import annotations

from datetime import date

import pytest

from services.births.domain.birth import InFuture, NotALiveBirth, UnknownBirth
from services.births.domain.neonatal_death import DeathAlreadyRecorded, DiedBeforeBirth, NotNeonatal
from services.births.domain.particulars import Vital
from shared.clock import COUNTY_TIME
from tests.births.records import die, died, told, withdraw, withdrawn
from tests.births.scene import NOW, birth_on_record, given

DEAD = {"birth:b1": [died()]}


def test_a_neonatal_death_is_recorded_with_its_completed_days():
    given(birth_on_record()).when(die()).then(DEAD)


@pytest.mark.parametrize(("died_on", "days"), [(date(2024, 11, 3), 0), (date(2024, 11, 20), 17)])
def test_it_is_recorded_from_the_day_of_birth_to_today(died_on, days):
    given(birth_on_record()).when(die(died_on)).then({"birth:b1": [died(died_on=died_on, days=days)]})


def test_the_twenty_eighth_day_of_life_is_the_last():
    later = {"at": NOW.replace(month=12)}
    born_at = told().born_at
    last, after = date(2024, 11, 30), date(2024, 12, 1)
    assert born_at.tzinfo == COUNTY_TIME
    assert given(birth_on_record()).when(die(last, **later)).decision()["birth:b1"] == [died(died_on=last, days=27)]
    given(birth_on_record()).when(die(after, **later)).then_refused(NotNeonatal, "/died_on", "before 28 days")


def test_recording_it_again_changes_nothing():
    given(birth_on_record(), DEAD).when(die()).then_nothing()


def test_another_day_is_refused_until_the_first_is_withdrawn():
    other = die(date(2024, 11, 6))
    given(birth_on_record(), DEAD).when(other).then_refused(DeathAlreadyRecorded, "/died_on", "2024-11-05")
    assert given(birth_on_record(), DEAD, {"birth:b1": [withdrawn()]}).when(other).decision()


def test_a_stillborn_child_does_not_die_again():
    given(birth_on_record(vital=Vital.STILL)).when(die()).then_refused(NotALiveBirth, "/birth")


def test_no_death_lies_ahead_or_before_the_birth():
    given(birth_on_record()).when(die(date(2024, 11, 21))).then_refused(InFuture, "/died_on", "2024-11-20")
    given(birth_on_record()).when(die(date(2024, 11, 2))).then_refused(DiedBeforeBirth, "/died_on", "2024-11-03")


@pytest.mark.parametrize("command", [die(), withdraw()])
def test_the_birth_is_on_record(command):
    given().when(command).then_refused(UnknownBirth, "/birth")


def test_a_death_recorded_by_mistake_is_withdrawn():
    given(birth_on_record(), DEAD).when(withdraw()).then({"birth:b1": [withdrawn()]})


def test_withdrawing_what_is_not_on_record_changes_nothing():
    given(birth_on_record()).when(withdraw()).then_nothing()
