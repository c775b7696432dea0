"""Ending a pregnancy as the unit in charge learnt it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.pregnancy_tracking.domain.events import PersonErased
from services.pregnancy_tracking.domain.outcome import AlreadyEnded, EndImplausible
from services.pregnancy_tracking.domain.pregnancy import InFuture
from services.pregnancy_tracking.domain.woman import PregnancyUnknown, RecordErased
from services.pregnancy_tracking.domain.words import Outcome
from tests.pregnancy_tracking.scene import (
    BORN,
    LMP,
    NOW,
    P1,
    UNDER_CARE,
    WOMAN_1,
    after_birth,
    closed,
    end,
    ended,
    given,
)

DAY = date(2024, 4, 8)
LOST = {P1: [ended(Outcome.LOSS, DAY)], WOMAN_1: [closed(DAY)]}


@pytest.mark.parametrize("outcome", [Outcome.LOSS, Outcome.UNKNOWN, Outcome.STILLBIRTH])
def test_a_pregnancy_ends(outcome):
    given(UNDER_CARE).when(end(outcome, DAY)).then({P1: [ended(outcome, DAY)], WOMAN_1: [closed(DAY)]})


def test_the_same_end_told_again_is_known():
    given(UNDER_CARE, LOST).when(end(Outcome.LOSS, DAY)).then_nothing()


def test_a_pregnancy_ends_once():
    given(UNDER_CARE, LOST).when(end(Outcome.LOSS, DAY + timedelta(1))).then_refused(AlreadyEnded, "/outcome")
    given(after_birth()).when(end(Outcome.LOSS, BORN)).then_refused(AlreadyEnded, "/outcome")


def test_a_pregnancy_does_not_end_tomorrow():
    given(UNDER_CARE).when(end(Outcome.LOSS, NOW.date() + timedelta(1))).then_refused(InFuture, "/ended_on")


@pytest.mark.parametrize("day", [LMP - timedelta(1), date(2024, 11, 5)])
def test_a_pregnancy_ends_while_it_may_last(day):
    given(UNDER_CARE).when(end(Outcome.LOSS, day)).then_refused(EndImplausible, "/ended_on", "2024-01-01 to 2024-11-04")


@pytest.mark.parametrize("day", [LMP, date(2024, 11, 4)])
def test_a_pregnancy_may_end_on_its_first_or_its_last_possible_day(day):
    assert given(UNDER_CARE).when(end(Outcome.LOSS, day)).decision()


def test_only_a_known_pregnancy_ends():
    given().when(end(Outcome.LOSS, DAY)).then_refused(PregnancyUnknown, "/pregnancy")


def test_nothing_is_taken_into_an_erased_record():
    given(UNDER_CARE, {WOMAN_1: [PersonErased(person="w1")]}).when(end(Outcome.LOSS, DAY)).then_refused(RecordErased)
