"""Replaying facts: each case takes what is its own and leaves everything else."""

from __future__ import annotations

from services.pregnancy_tracking.domain.agenda import AGENDA, ALL, CLEARED
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY
from services.pregnancy_tracking.domain.woman import WOMAN
from services.pregnancy_tracking.domain.words import Outcome
from tests.pregnancy_tracking.scene import BORN, P1, WOMAN_1, after_birth, closed, given, opened, taken_under_care


def test_a_pregnancy_knows_whose_it_is_where_her_care_lies_and_how_it_ended():
    pregnancy = given(after_birth())[PREGNANCY, "p1"]
    assert (pregnancy.person, pregnancy.township, pregnancy.village) == ("w1", "dayingxiang", "dongying")
    assert (pregnancy.township_post, pregnancy.village_post) == ("midwife", "doctor")
    assert (pregnancy.outcome, pregnancy.ended_on) == (Outcome.BIRTH, BORN)


def test_each_case_leaves_facts_of_the_other():
    crossed = given({P1: [opened()], WOMAN_1: taken_under_care()})
    assert crossed[PREGNANCY, "p1"] == PREGNANCY.initial
    assert crossed[WOMAN, "w1"] == WOMAN.initial


def test_the_agenda_leaves_what_is_not_its_own():
    told = given({AGENDA.id("2024-10-05"): [opened()], CLEARED.id(ALL): [opened()]})
    assert (told[AGENDA, "2024-10-05"], told[CLEARED, ALL]) == (AGENDA.initial, CLEARED.initial)


def test_only_the_course_that_is_named_is_closed():
    later = opened("p2", handbook="h2")
    first, second = given({WOMAN_1: [opened(), later, closed(BORN)]})[WOMAN, "w1"].courses
    assert (first.ended_on, second.ended_on) == (BORN, None)
