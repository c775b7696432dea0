"""A birth is corrected, counts no more, or counts again: its pregnancy and her course follow."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.pregnancy_tracking.domain.birth_events import (
    BirthForgotten,
    BirthRevised,
    BirthWithdrawn,
    CourseReopened,
    PregnancyReopened,
)
from services.pregnancy_tracking.domain.events import PersonErased
from services.pregnancy_tracking.domain.woman import WOMAN
from services.pregnancy_tracking.domain.words import Outcome, Vital
from tests.pregnancy_tracking.scene import (
    BORN,
    LMP,
    P1,
    P2,
    UNDER_CARE,
    WOMAN_1,
    after_birth,
    awaited,
    birth,
    closed,
    ended,
    given,
    note,
    noted,
    opened,
    placed,
    revised,
    taken_under_care,
    told,
    void,
)

EARLIER = BORN - timedelta(14)
REOPENED = PregnancyReopened(person="w1", ended_on=BORN)
LATER = {"registered_on": date(2025, 1, 6), "last_menstrual_period": date(2024, 11, 4), "handbook": "h2"}
SECOND = {P2: taken_under_care(**LATER), WOMAN_1: [opened("p2", **LATER)]}
TWIN = birth("b2", BORN + timedelta(1), plurality=2, number=2)
TWINS = {
    P1: [noted(TWIN), revised(Outcome.BIRTH, TWIN.born_on)],
    WOMAN_1: [closed(TWIN.born_on), placed("b2")],
    **told("b2"),
}


def gone(birth_id="b1", born_on=BORN):
    return BirthWithdrawn(birth=birth_id, born_on=born_on)


def test_a_corrected_day_moves_the_end():
    child = birth(born_on=EARLIER)
    given(after_birth()).when(note(child, 2)).then(
        {
            P1: [BirthRevised(birth=child), revised(Outcome.BIRTH, EARLIER)],
            WOMAN_1: [closed(EARLIER)],
            **told(sequence=2),
        }
    )


def test_a_day_long_after_the_end_it_told_itself_is_still_of_the_same_pregnancy():
    early, child = birth(born_on=LMP + timedelta(160)), birth()
    given(after_birth(early)).when(note(child, 2)).then(
        {P1: [BirthRevised(birth=child), revised(Outcome.BIRTH, BORN)], WOMAN_1: [closed(BORN)], **told(sequence=2)}
    )


def test_a_correction_that_leaves_the_end_changes_the_birth_alone():
    child = birth(facility="home")
    given(after_birth()).when(note(child, 2)).then({P1: [BirthRevised(birth=child)], **told(sequence=2)})


def test_a_child_that_did_not_live_makes_it_a_stillbirth():
    child = birth(vital=Vital.STILL)
    given(after_birth()).when(note(child, 2)).then(
        {
            P1: [BirthRevised(birth=child), revised(Outcome.STILLBIRTH, BORN)],
            WOMAN_1: [closed(BORN)],
            **told(sequence=2),
        }
    )


def test_the_same_said_again_later_is_only_taken_in():
    given(after_birth()).when(note(birth(), 2)).then(told(sequence=2))


def test_what_was_said_before_is_overtaken():
    given(after_birth(), told(sequence=3)).when(note(birth(born_on=EARLIER), 2)).then_nothing()
    given(told(sequence=3, counts=False)).when(note(birth(), 2)).then_nothing()
    given(after_birth(), told(sequence=3)).when(void()).then_nothing()


def test_a_day_of_her_next_pregnancy_moves_the_birth_there():
    child = birth(born_on=date(2025, 6, 29))
    given(after_birth(), SECOND).when(note(child, 2)).then(
        {
            P1: [gone(), REOPENED],
            P2: [noted(child), ended(Outcome.BIRTH, child.born_on)],
            WOMAN_1: [CourseReopened(pregnancy="p1"), closed(child.born_on, "p2"), placed("b1", "p2")],
            **told(sequence=2),
        }
    )


def test_a_day_of_no_pregnancy_lets_it_wait():
    child = birth(born_on=LMP - timedelta(1))
    given(after_birth()).when(note(child, 2)).then(
        {P1: [gone(), REOPENED], WOMAN_1: [CourseReopened(pregnancy="p1"), awaited(child)], **told(sequence=2)}
    )


def test_a_waiting_birth_is_corrected_where_it_waits_or_finds_its_pregnancy():
    early = birth(born_on=LMP - timedelta(1))
    waiting = {WOMAN_1: [awaited(early)], **told()}
    other = birth(born_on=LMP - timedelta(2))
    given(UNDER_CARE, waiting).when(note(other, 2)).then({WOMAN_1: [awaited(other)], **told(sequence=2)})
    given(UNDER_CARE, waiting).when(note(early, 2)).then(told(sequence=2))
    given(UNDER_CARE, waiting).when(note(birth(), 2)).then(
        {
            P1: [noted(birth()), ended(Outcome.BIRTH, BORN)],
            WOMAN_1: [closed(BORN), placed()],
            **told(sequence=2),
        }
    )
    assert given(waiting, {WOMAN_1: [awaited(other)]})[WOMAN, "w1"].awaited == (other,)


def test_a_birth_that_does_not_count_leaves_its_pregnancy_under_care():
    given(after_birth()).when(void()).then(
        {
            P1: [gone(), REOPENED],
            WOMAN_1: [CourseReopened(pregnancy="p1"), BirthForgotten(birth="b1")],
            **told(sequence=2, counts=False),
        }
    )
    reopened = {P1: [gone(), REOPENED], WOMAN_1: [CourseReopened(pregnancy="p1"), BirthForgotten(birth="b1")]}
    woman = given(after_birth(), reopened)[WOMAN, "w1"]
    assert (woman.placed, woman.courses[0].ended_on) == ({}, None)


def test_of_twins_told_twice_the_other_keeps_the_end():
    given(after_birth(), TWINS).when(void("b2")).then(
        {
            P1: [gone("b2", TWIN.born_on), revised(Outcome.BIRTH, BORN)],
            WOMAN_1: [closed(BORN), BirthForgotten(birth="b2")],
            **told("b2", 2, counts=False),
        }
    )


def test_without_its_births_a_pregnancy_ended_as_was_supposed_before():
    loss = date(2024, 10, 1)
    supposed = {P1: [ended(Outcome.LOSS, loss)], WOMAN_1: [closed(loss)]}
    born = {P1: [noted(birth()), revised(Outcome.BIRTH, BORN)], WOMAN_1: [closed(BORN), placed()], **told()}
    given(UNDER_CARE, supposed, born).when(void()).then(
        {
            P1: [gone(), revised(Outcome.LOSS, loss)],
            WOMAN_1: [closed(loss), BirthForgotten(birth="b1")],
            **told(sequence=2, counts=False),
        }
    )


def test_that_the_mother_died_stays_whatever_becomes_of_the_birth():
    died = {P1: [ended(Outcome.MATERNAL_DEATH, BORN), noted(birth())], WOMAN_1: [closed(BORN), placed()], **told()}
    given(UNDER_CARE, died).when(void()).then(
        {P1: [gone()], WOMAN_1: [BirthForgotten(birth="b1")], **told(sequence=2, counts=False)}
    )


def test_a_waiting_birth_that_does_not_count_waits_no_more():
    given({WOMAN_1: [awaited(birth())], **told()}).when(void()).then(
        {WOMAN_1: [BirthForgotten(birth="b1")], **told(sequence=2, counts=False)}
    )


def test_a_twin_that_waited_because_of_a_wrong_day_finds_its_pregnancy():
    wrong = birth(born_on=LMP + timedelta(9))
    waiting = {WOMAN_1: [awaited(TWIN)], **told("b2")}
    given(after_birth(wrong), waiting).when(note(birth(), 2)).then(
        {
            P1: [
                *(BirthRevised(birth=birth()), revised(Outcome.BIRTH, BORN)),
                *(noted(TWIN), revised(Outcome.BIRTH, TWIN.born_on)),
            ],
            WOMAN_1: [closed(BORN), closed(TWIN.born_on), placed("b2")],
            **told(sequence=2),
        }
    )


def test_that_a_birth_does_not_count_is_remembered_before_the_birth_is_told():
    given().when(void()).then(told(sequence=2, counts=False))


def test_a_birth_that_counts_again_ends_the_pregnancy_again():
    reopened = {P1: [gone(), REOPENED], WOMAN_1: [CourseReopened(pregnancy="p1"), BirthForgotten(birth="b1")]}
    given(after_birth(), reopened, told(sequence=2, counts=False)).when(note(birth(), 3)).then(
        {
            P1: [noted(birth()), ended(Outcome.BIRTH, BORN)],
            WOMAN_1: [closed(BORN), placed()],
            **told(sequence=3),
        }
    )


@pytest.mark.parametrize("command", [note(birth(born_on=EARLIER), 2), void()])
def test_nothing_is_changed_in_an_erased_record(command):
    given(after_birth(), {WOMAN_1: [PersonErased(person="w1")]}).when(command).then_nothing()
