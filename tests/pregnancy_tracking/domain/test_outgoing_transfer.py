"""Asking another county, or another unit of ours, to take over her care."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.pregnancy_tracking.domain.care_events import RecordClosed
from services.pregnancy_tracking.domain.events import CareAssigned, PersonErased
from services.pregnancy_tracking.domain.outcome import AlreadyEnded
from services.pregnancy_tracking.domain.outgoing_transfer import CareMoved, TransferUnderWay
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY
from services.pregnancy_tracking.domain.reference import UnknownUnit
from services.pregnancy_tracking.domain.registration import ConsentMissing
from services.pregnancy_tracking.domain.transfer_events import CareTransferDeclined, ResidenceChanged
from services.pregnancy_tracking.domain.transfer_rules import (
    ClosingGround,
    DeclineGround,
    TransferOver,
    TransferUnknown,
)
from services.pregnancy_tracking.domain.transfers import OPEN_TRANSFERS, OUTGOING, TRANSFER
from services.pregnancy_tracking.domain.woman import WOMAN, PregnancyUnknown, RecordErased
from services.pregnancy_tracking.domain.words import Outcome
from tests.pregnancy_tracking.scene import (
    P1,
    UNDER_CARE,
    WOMAN_1,
    closed,
    ended,
    erase,
    given,
    opened,
    register,
    taken_under_care,
)
from tests.pregnancy_tracking.transfer_scene import (
    AFTER,
    ANSWER_BY,
    ASKED_ON,
    MOVED,
    NOW,
    OUT,
    T1,
    TIMED_OUT,
    WAITING,
    accept_within,
    accepted,
    answer,
    ask,
    moved,
    open_transfer,
    sweep,
    timed_out,
    unqueued,
    withdraw,
    withdrawn,
)

ENDED = {P1: [ended(Outcome.LOSS, ASKED_ON)], WOMAN_1: [closed(ASKED_ON)]}
ERASED = {WOMAN_1: [PersonErased(person="w1")]}
WITHIN = {"county": "demo", "unit": "qinghezhen-hospital", "letter": None}
ASKED_WITHIN = (UNDER_CARE, open_transfer(**WITHIN))
DECLINED = CareTransferDeclined(transfer="t1", ground=DeclineGround.NOT_ARRIVED, declined_on=ASKED_ON)

# Asking
CLOSED = RecordClosed(closed_on=date(2025, 6, 30))


def test_a_county_is_asked_with_her_consent_and_until_a_day():
    given(UNDER_CARE).when(ask()).then(open_transfer())


def test_without_her_consent_nobody_is_asked():
    given(UNDER_CARE).when(ask(consents=False)).then_refused(ConsentMissing, "/consents_to_transfer", "true")


def test_the_same_unit_is_asked_once():
    given(*WAITING).when(ask(transfer="t2")).then_nothing()


def test_one_unit_at_a_time_is_asked():
    elsewhere = {"transfer": "t2", "county": "shanyin", "unit": "shanyin-hospital"}
    given(*WAITING).when(ask(**elsewhere)).then_refused(TransferUnderWay, "/unit", "linshui-hospital")
    assert given(*WAITING, TIMED_OUT).when(ask(**elsewhere)).decision()


def test_a_pregnancy_that_ended_or_moved_or_was_erased_is_not_transferred():
    given(UNDER_CARE, ENDED).when(ask()).then_refused(AlreadyEnded)
    given(*WAITING, MOVED).when(ask(transfer="t2")).then_refused(CareMoved)
    given(UNDER_CARE, ERASED).when(ask()).then_refused(RecordErased)
    given().when(ask()).then_refused(PregnancyUnknown, "/pregnancy")


def test_a_unit_of_this_county_must_be_one():
    given(UNDER_CARE).when(ask(**WITHIN)).then(open_transfer(**WITHIN))
    given(UNDER_CARE).when(ask(**WITHIN | {"unit": "nowhere"})).then_refused(UnknownUnit, "/unit")


# Withdrawing


def test_she_may_change_her_mind_until_somebody_answered():
    given(*WAITING).when(withdraw()).then({P1: [withdrawn()], OUT: [unqueued()]})
    given(UNDER_CARE).when(withdraw()).then_nothing()
    given(*WAITING, MOVED).when(withdraw()).then_nothing()


def test_who_is_erased_is_asked_for_no_more():
    given(*WAITING).when(erase()).then(
        {WOMAN_1: [PersonErased(person="w1")], P1: [CLOSED, withdrawn(day=date(2025, 6, 30))], OUT: [unqueued()]}
    )
    given(*WAITING, MOVED).when(erase()).then({**ERASED, P1: [CLOSED]})
    given(*WAITING, ERASED).when(erase()).then_nothing()


# Answers


def test_an_acceptance_moves_her_care_and_her_record_stays():
    given(*WAITING).when(answer()).then({P1: [accepted()], OUT: [unqueued()], WOMAN_1: [moved()]})
    given(*WAITING, MOVED).when(answer()).then_nothing()


def test_a_decline_leaves_her_care_where_it_is():
    given(*WAITING).when(answer(DeclineGround.NOT_ARRIVED)).then({P1: [DECLINED], OUT: [unqueued()]})
    given(*WAITING, {P1: [DECLINED], OUT: [unqueued()]}).when(answer()).then_nothing()


def test_an_acceptance_after_the_time_out_counts_for_she_is_cared_for_there():
    late = answer(at=AFTER)
    day = AFTER.date()
    given(*WAITING, TIMED_OUT).when(late).then({P1: [accepted(day=day)], WOMAN_1: [moved(day)]})


def test_a_decline_after_the_time_out_changes_nothing():
    given(*WAITING, TIMED_OUT).when(answer(DeclineGround.SHE_DECLINED, at=AFTER)).then_nothing()


def test_a_late_acceptance_takes_back_what_was_asked_of_others_meanwhile():
    other = open_transfer("t2", county="shanyin", unit="shanyin-hospital")
    day, elsewhere = AFTER.date(), ClosingGround.CARED_FOR_ELSEWHERE
    given(*WAITING, TIMED_OUT, other).when(answer(at=AFTER)).then(
        {
            P1: [accepted(day=day), withdrawn(elsewhere, "t2", day, "shanyin")],
            WOMAN_1: [moved(day)],
            OUT: [unqueued("t2")],
        }
    )


def test_of_two_counties_that_accepted_the_first_cares_and_the_second_is_told():
    other = open_transfer("t2", county="shanyin", unit="shanyin-hospital")
    first = {P1: [timed_out("t2", "shanyin"), accepted()], WOMAN_1: [moved()]}
    second = answer(county="shanyin", transfer="t2", at=AFTER)
    told = withdrawn(ClosingGround.CARED_FOR_ELSEWHERE, "t2", AFTER.date(), "shanyin")
    given(*WAITING, TIMED_OUT, other, first).when(second).then({P1: [told]})


def test_an_acceptance_does_not_count_once_she_withdrew_or_the_pregnancy_ended():
    given(*WAITING, {P1: [withdrawn()], OUT: [unqueued()]}).when(answer()).then_nothing()
    over = withdrawn(ClosingGround.PREGNANCY_ENDED)
    given(*WAITING, ENDED).when(answer()).then({P1: [over], OUT: [unqueued()]})


def test_nothing_is_taken_into_the_record_of_who_was_erased():
    given(*WAITING, ERASED).when(answer()).then_nothing()


@pytest.mark.parametrize("other", [{"county": "shanyin"}, {"transfer": "t9"}])
def test_a_county_answers_what_it_was_asked(other):
    given(*WAITING).when(answer(**other)).then_refused(TransferUnknown, "/transfer")


# Time


def test_what_nobody_answered_times_out_when_its_last_day_is_over():
    last = NOW.replace(month=ANSWER_BY.month, day=ANSWER_BY.day, hour=23)
    given(*WAITING).when(sweep(last)).then_nothing()
    given(*WAITING).when(sweep()).then(TIMED_OUT)
    given(*WAITING, TIMED_OUT).when(sweep(AFTER + timedelta(days=1))).then_nothing()


def test_who_has_given_birth_meanwhile_is_asked_for_no_more():
    over = withdrawn(ClosingGround.PREGNANCY_ENDED)
    given(*WAITING, ENDED).when(sweep(NOW)).then({P1: [over], OUT: [unqueued()]})


# Within the county


def test_a_unit_of_the_county_takes_over_where_she_lives_now():
    given(*ASKED_WITHIN).when(accept_within()).then(
        {
            P1: [
                accepted(county="demo", unit="qinghezhen-hospital"),
                ResidenceChanged(township="dayingxiang", village="dongying", changed_on=ASKED_ON),
                CareAssigned(township_post="midwife", village_post="doctor", assigned_on=ASKED_ON),
            ],
            OUT: [unqueued()],
        }
    )


def test_a_unit_of_the_county_that_does_not_take_over_leaves_care_where_it_is():
    declining = answer(DeclineGround.NOT_ARRIVED, county="demo")
    given(*ASKED_WITHIN).when(declining).then({P1: [DECLINED], OUT: [unqueued()]})
    given(*ASKED_WITHIN, {P1: [DECLINED], OUT: [unqueued()]}).when(declining).then_nothing()
    given(*ASKED_WITHIN, MOVED).when(declining).then_refused(TransferOver)


def test_within_the_county_care_does_not_leave_us():
    there = given(*ASKED_WITHIN, given(*ASKED_WITHIN).when(accept_within()).decision())
    assert there[PREGNANCY, "p1"].transfers.moved_on is None
    assert not there[WOMAN, "w1"].courses[0].moved
    assert (there[PREGNANCY, "p1"].township, there[PREGNANCY, "p1"].village) == ("dayingxiang", "dongying")
    there.when(accept_within()).then_nothing()


def test_taking_over_within_the_county_needs_consent_places_and_time():
    asked = given(*ASKED_WITHIN)
    asked.when(accept_within(consents=False)).then_refused(ConsentMissing, "/consents_to_care", "true")
    asked.when(accept_within(village="dukou")).then_refused(UnknownUnit, "/village")
    asked.when(accept_within(at=AFTER)).then_refused(TransferOver, accepted=f"until {ANSWER_BY}")
    asked.when(accept_within(transfer="t9")).then_refused(TransferUnknown, "/transfer")
    given(*ASKED_WITHIN, ENDED).when(accept_within()).then_refused(TransferOver)


def test_nobody_outside_is_told_what_happens_within_the_county():
    assert given(*ASKED_WITHIN).when(sweep()).decision()[P1] == [timed_out(county=None)]


# Coming back


def test_who_moved_may_be_taken_under_care_here_again():
    back = {"registered_on": date(2024, 7, 1), "handbook": "h2"}
    given(*WAITING, MOVED).when(register("p2", **back)).then(
        {PREGNANCY.id("p2"): taken_under_care(**back), WOMAN_1: [opened("p2", **back)]}
    )


def test_other_facts_change_neither_keys_nor_what_is_open():
    there = given(*WAITING, {T1: UNDER_CARE[WOMAN_1], OUT: UNDER_CARE[WOMAN_1]})
    assert there[TRANSFER, "t1"].pregnancy == "p1"
    assert there[OPEN_TRANSFERS, OUTGOING].waiting == ("t1",)
