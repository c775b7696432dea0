"""Noting a pregnancy, so that its birth is linked to it."""

from __future__ import annotations

from datetime import date

from services.births.domain.commands import NotePregnancy
from tests.births.scene import ASKED, NOW, expecting, given

DUE = date(2024, 12, 1)
NOTE = NotePregnancy(**ASKED, pregnancy="p1", person="m1", estimated_due_on=DUE)
TODAY = NOW.date()


def test_a_pregnancy_is_noted_on_her_record():
    given().when(NOTE).then({"mother:m1": [expecting(DUE, noted_on=TODAY)]})


def test_an_undated_pregnancy_is_noted():
    undated = NOTE.model_copy(update={"estimated_due_on": None})
    given().when(undated).then({"mother:m1": [expecting(None, noted_on=TODAY)]})


def test_a_known_pregnancy_changes_nothing():
    given({"mother:m1": [expecting(DUE)]}).when(NOTE).then_nothing()


def test_a_known_pregnancy_with_another_due_date_is_noted_again():
    given({"mother:m1": [expecting(None)]}).when(NOTE).then({"mother:m1": [expecting(DUE, noted_on=TODAY)]})


def test_another_pregnancy_of_hers_is_noted_beside_the_first():
    given({"mother:m1": [expecting(date(2022, 5, 1), "p0")]}).when(NOTE).then(
        {"mother:m1": [expecting(DUE, noted_on=TODAY)]}
    )
