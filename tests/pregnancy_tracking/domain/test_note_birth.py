"""Noting a birth on the pregnancy it ends."""

from __future__ import annotations

from datetime import date, timedelta

from services.pregnancy_tracking.domain.events import PersonErased
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
)

NEXT_DAY = BORN + timedelta(1)


def test_a_birth_ends_the_pregnancy():
    given(UNDER_CARE).when(note(birth())).then(
        {P1: [noted(birth()), ended(Outcome.BIRTH, BORN)], WOMAN_1: [closed(BORN), placed()], **told()}
    )


def test_a_stillbirth_ends_it_as_a_stillbirth():
    child = birth(vital=Vital.STILL)
    given(UNDER_CARE).when(note(child)).then(
        {P1: [noted(child), ended(Outcome.STILLBIRTH, BORN)], WOMAN_1: [closed(BORN), placed()], **told()}
    )


def test_a_second_twin_is_noted_and_ends_nothing():
    twin = birth("b2", plurality=2, number=2)
    given(after_birth()).when(note(twin)).then({P1: [noted(twin)], WOMAN_1: [placed("b2")], **told("b2")})


def test_a_twin_after_midnight_moves_the_end():
    twin = birth("b2", NEXT_DAY, plurality=2, number=2)
    given(after_birth()).when(note(twin)).then(
        {P1: [noted(twin), revised(Outcome.BIRTH, NEXT_DAY)], WOMAN_1: [closed(NEXT_DAY), placed("b2")], **told("b2")}
    )


def test_a_live_twin_makes_it_a_birth():
    twin = birth("b2", plurality=2, number=2)
    given(after_birth(birth(vital=Vital.STILL))).when(note(twin)).then(
        {P1: [noted(twin), revised(Outcome.BIRTH, BORN)], WOMAN_1: [closed(BORN), placed("b2")], **told("b2")}
    )


def test_a_birth_told_again_is_known():
    given(after_birth()).when(note(birth())).then_nothing()


def test_a_birth_without_a_known_pregnancy_waits():
    given().when(note(birth())).then({WOMAN_1: [awaited(birth())], **told()})
    given(UNDER_CARE).when(note(birth(born_on=LMP - timedelta(1)))).then(
        {WOMAN_1: [awaited(birth(born_on=LMP - timedelta(1)))], **told()}
    )


def test_a_waiting_birth_told_again_is_known():
    given({WOMAN_1: [awaited(birth())], **told()}).when(note(birth())).then_nothing()


def test_what_the_birth_tells_outweighs_what_was_supposed():
    supposed = {P1: [ended(Outcome.UNKNOWN, date(2024, 10, 20))], WOMAN_1: [closed(date(2024, 10, 20))]}
    given(UNDER_CARE, supposed).when(note(birth())).then(
        {P1: [noted(birth()), revised(Outcome.BIRTH, BORN)], WOMAN_1: [closed(BORN), placed()], **told()}
    )


def test_that_the_mother_died_stays():
    died = {P1: [ended(Outcome.MATERNAL_DEATH, BORN)], WOMAN_1: [closed(BORN)]}
    given(UNDER_CARE, died).when(note(birth())).then({P1: [noted(birth())], WOMAN_1: [placed()], **told()})


def test_between_two_pregnancies_the_day_decides():
    later = {"registered_on": date(2025, 1, 6), "last_menstrual_period": date(2024, 11, 4), "handbook": "h2"}
    two = {P2: taken_under_care(**later), WOMAN_1: [opened("p2", **later)]}
    child = birth("b2", date(2025, 6, 29))
    given(after_birth(), two).when(note(child)).then(
        {
            P2: [noted(child), ended(Outcome.BIRTH, child.born_on)],
            WOMAN_1: [closed(child.born_on, "p2"), placed("b2", "p2")],
            **told("b2"),
        }
    )


def test_nothing_is_taken_into_an_erased_record():
    given(UNDER_CARE, {WOMAN_1: [PersonErased(person="w1")]}).when(note(birth())).then_nothing()
