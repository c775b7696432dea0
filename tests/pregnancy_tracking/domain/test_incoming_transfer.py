"""What another county asks of a unit here."""

from __future__ import annotations

from datetime import date

import pytest

from services.pregnancy_tracking.domain.events import RegistrationSetAside
from services.pregnancy_tracking.domain.incoming_transfer import INCOMING_TRANSFER, TransferAnswered
from services.pregnancy_tracking.domain.reference import UnknownUnit
from services.pregnancy_tracking.domain.registration import ConsentMissing
from services.pregnancy_tracking.domain.transfer_rules import ClosingGround, TransferOver, TransferUnknown
from tests.pregnancy_tracking.scene import P1, P2, UNDER_CARE, WOMAN_1, given, opened, set_aside, taken_under_care
from tests.pregnancy_tracking.transfer_scene import (
    AFTER,
    ASKED_ON,
    HERE,
    IN,
    KEY,
    RECEIVED,
    TAKEN_IN,
    TAKEN_OVER,
    TURNED_DOWN,
    accept,
    close,
    closed_here,
    decline,
    receive,
    sweep,
    unqueued,
)

WAITS_NO_MORE = {IN: [unqueued(KEY)]}
ACCEPTED = {HERE: [TAKEN_IN], **WAITS_NO_MORE}
DECLINED = {HERE: [TURNED_DOWN], **WAITS_NO_MORE}
CLOSED = {HERE: [closed_here()], **WAITS_NO_MORE}
NEW = {"registered_on": ASKED_ON}


def test_a_transfer_waits_for_a_person_of_the_unit():
    given().when(receive()).then(RECEIVED)


@pytest.mark.parametrize("later", [{}, ACCEPTED, DECLINED, CLOSED])
def test_it_is_received_once_however_far_it_is(later):
    given(RECEIVED, later).when(receive()).then_nothing()


def test_the_unit_asked_is_one_of_the_county():
    given().when(receive(unit="nowhere")).then_refused(UnknownUnit, "/unit")


def test_accepting_registers_her_with_what_was_told_of_the_time_before():
    given(RECEIVED).when(accept()).then(
        {HERE: [TAKEN_IN], IN: [unqueued(KEY)], P1: [*taken_under_care(**NEW), TAKEN_OVER], WOMAN_1: [opened(**NEW)]}
    )


def test_accepting_needs_her_consent_to_be_cared_for_here():
    given(RECEIVED).when(accept(consents=False)).then_refused(ConsentMissing, "/consents_to_care", "true")


def test_who_is_under_care_here_already_is_set_aside_for_the_unit_in_charge():
    there = {P2: taken_under_care(**NEW), WOMAN_1: [opened("p2", **NEW)]}
    other = NEW | {"handbook": "h2"}
    given(RECEIVED, there).when(accept(handbook="h2")).then(
        {
            HERE: [TAKEN_IN],
            IN: [unqueued(KEY)],
            P1: [RegistrationSetAside(handbook="h2"), TAKEN_OVER],
            WOMAN_1: [set_aside("p2", "p1", **other)],
        }
    )


def test_who_has_this_handbook_here_already_is_only_accepted():
    given(RECEIVED, {P2: UNDER_CARE[P1], WOMAN_1: [opened("p2")]}).when(accept()).then(ACCEPTED)


def test_declining_leaves_her_care_where_it_is():
    given(RECEIVED).when(decline()).then(DECLINED)


def test_an_answer_is_given_once():
    given(RECEIVED, ACCEPTED).when(accept()).then_nothing()
    given(RECEIVED, DECLINED).when(decline()).then_nothing()
    given(RECEIVED, ACCEPTED).when(decline()).then_refused(TransferAnswered)
    given(RECEIVED, DECLINED).when(accept()).then_refused(TransferAnswered)


@pytest.mark.parametrize("answering", [accept, decline])
def test_nobody_answers_what_is_over_or_was_never_asked(answering):
    given(RECEIVED).when(answering(at=AFTER)).then_refused(TransferOver, accepted="until 2024-06-17")
    given(RECEIVED, CLOSED).when(answering()).then_refused(TransferOver)
    given().when(answering()).then_refused(TransferUnknown)


def test_its_time_runs_here_too():
    given(RECEIVED).when(sweep()).then({HERE: [closed_here(ClosingGround.TIMED_OUT, AFTER.date())], **WAITS_NO_MORE})
    given(RECEIVED).when(sweep(AFTER.replace(day=17))).then_nothing()


def test_a_county_that_asks_no_longer_is_answered_no_more():
    given(RECEIVED).when(close()).then(CLOSED)
    given(RECEIVED, CLOSED).when(close()).then_nothing()
    given(RECEIVED, DECLINED).when(close()).then_nothing()


def test_told_before_the_request_it_closes_it_as_well():
    given().when(close()).then({HERE: [closed_here()]})
    given({HERE: [closed_here()]}).when(receive()).then_nothing()


def test_after_our_acceptance_a_time_out_over_there_changes_nothing():
    given(RECEIVED, ACCEPTED).when(close(ClosingGround.TIMED_OUT)).then_nothing()


def test_after_our_acceptance_other_grounds_are_a_sign_for_the_unit_and_end_nobodys_care():
    elsewhere = closed_here(ClosingGround.CARED_FOR_ELSEWHERE)
    given(RECEIVED, ACCEPTED).when(close(ClosingGround.CARED_FOR_ELSEWHERE)).then({HERE: [elsewhere]})
    told = given(RECEIVED, ACCEPTED, {HERE: [elsewhere]})
    told.when(close()).then_nothing()
    state = told[INCOMING_TRANSFER, KEY]
    assert (state.status, state.ground) == ("accepted", "cared_for_elsewhere")


def test_a_day_told_is_kept_as_it_was():
    assert given(RECEIVED)[INCOMING_TRANSFER, KEY].answer_by == date(2024, 6, 17)
    assert given(RECEIVED, {HERE: UNDER_CARE[WOMAN_1]})[INCOMING_TRANSFER, KEY].unit == "dayingxiang-hospital"
