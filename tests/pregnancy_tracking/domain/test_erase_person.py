"""Erasing a person."""

from __future__ import annotations

from datetime import date

from services.pregnancy_tracking.domain.care_events import RecordClosed
from services.pregnancy_tracking.domain.events import PersonErased
from services.pregnancy_tracking.domain.woman import RetentionApplies
from tests.pregnancy_tracking.scene import (
    NOW,
    P1,
    P2,
    RULES,
    UNDER_CARE,
    WOMAN_1,
    after_birth,
    awaited,
    birth,
    erase,
    given,
    opened,
    set_aside,
)

ERASED = {WOMAN_1: [PersonErased(person="w1")]}
CLOSED = RecordClosed(closed_on=NOW.date())
"""Nothing more is owed in a pregnancy of hers."""


def test_what_is_sealed_for_her_becomes_unreadable():
    given(UNDER_CARE).when(erase()).then({**ERASED, P1: [CLOSED]})
    given(after_birth()).when(erase()).then({**ERASED, P1: [CLOSED]})


def test_somebody_never_heard_of_is_erased_too_so_that_others_hear_of_it():
    given().when(erase()).then(ERASED)


def test_who_is_erased_is_not_erased_again():
    given(UNDER_CARE, ERASED).when(erase()).then_nothing()


def test_what_was_told_since_can_be_erased_again():
    again = {WOMAN_1: [opened("p2", handbook="h2")]}
    given(UNDER_CARE, ERASED, again).when(erase()).then({**ERASED, P2: [CLOSED]})
    given(UNDER_CARE, ERASED, {WOMAN_1: [set_aside(handbook="h2")]}).when(erase()).then(ERASED)
    given(ERASED, {WOMAN_1: [awaited(birth())]}).when(erase()).then(ERASED)


def test_a_policy_may_keep_records_for_some_time():
    days = (date(2025, 6, 30) - date(2024, 10, 5)).days
    keeps = RULES.model_copy(update={"retention_days": days + 1})
    given(after_birth(), policy=keeps).when(erase()).then_refused(RetentionApplies, "/person", "from 2025-07-01 on")
    keeps = RULES.model_copy(update={"retention_days": days})
    given(after_birth(), policy=keeps).when(erase()).then({**ERASED, P1: [CLOSED]})


def test_her_last_pregnancy_decides_how_long_records_are_kept():
    later = {WOMAN_1: [opened("p2", registered_on=date(2025, 5, 5), handbook="h2")]}
    keeps = RULES.model_copy(update={"retention_days": 60})
    given(later, after_birth(), policy=keeps).when(erase()).then_refused(RetentionApplies, "/person", "from 2025-07-04")


def test_what_was_erased_before_is_not_kept_again():
    keeps = RULES.model_copy(update={"retention_days": 10_000})
    given(UNDER_CARE, ERASED, {WOMAN_1: [awaited(birth())]}, policy=keeps).when(erase()).then(ERASED)
