"""Noting that a mother died, so that the county's figures can say so."""

from __future__ import annotations

from datetime import date

from services.births.domain.commands import NoteMaternalDeath
from services.births.domain.events import MaternalDeathNoted
from tests.births.scene import ASKED, given

DIED = date(2024, 11, 5)
NOTE = NoteMaternalDeath(**ASKED, pregnancy="p1", person="m1", died_on=DIED)
NOTED = MaternalDeathNoted(pregnancy="p1", died_on=DIED, instead_of=None)


def test_a_maternal_death_is_noted_on_her_record():
    given().when(NOTE).then({"mother:m1": [NOTED]})


def test_a_known_death_changes_nothing():
    given({"mother:m1": [NOTED]}).when(NOTE).then_nothing()


def test_a_death_told_for_another_day_replaces_that_day():
    other = NOTE.model_copy(update={"died_on": date(2024, 11, 4)})
    corrected = MaternalDeathNoted(pregnancy="p1", died_on=date(2024, 11, 4), instead_of=DIED)
    given({"mother:m1": [NOTED]}).when(other).then({"mother:m1": [corrected]})
