"""What is told of her care beside visits: taken in once, or refused with the rule."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.pregnancy_tracking.domain.care import NotAContact
from services.pregnancy_tracking.domain.care_events import (
    AttemptLogged,
    CompanionArranged,
    ContactDeclined,
    CounsellingGiven,
    DischargeNoted,
    RiskGraded,
)
from services.pregnancy_tracking.domain.care_rules import CodeNotListed
from services.pregnancy_tracking.domain.events import CareAssigned
from services.pregnancy_tracking.domain.pregnancy import InFuture
from services.pregnancy_tracking.domain.reference import UnknownPost, UnknownUnit
from services.pregnancy_tracking.domain.registry import UnknownFacility
from services.pregnancy_tracking.domain.woman import PregnancyUnknown, RecordErased
from services.pregnancy_tracking.domain.words import RiskColour, VisitKind
from tests.pregnancy_tracking.duty_scene import (
    FACILITIES,
    INFECTIOUS,
    attempt,
    companion,
    counselling,
    dating,
    death,
    decline,
    discharge,
    graded,
    morning,
    reassign,
    waive,
)
from tests.pregnancy_tracking.scene import NOW, OWING, P1, UNDER_CARE, WOMAN_1, erase, given, visit

DAY, TOMORROW = date(2024, 5, 6), date(2025, 7, 1)
TOLD = {
    "companion": (companion(DAY), CompanionArranged(companion="partner", arranged_on=DAY, unit="dayingxiang-hospital")),
    "risk": (
        graded(DAY),
        RiskGraded(colour=RiskColour.ORANGE, graded_on=DAY, unit="dayingxiang-hospital", infectious=INFECTIOUS),
    ),
    "attempt": (attempt(DAY), AttemptLogged(kind=VisitKind.HOME, attempted_on=DAY, unit="dongying-clinic")),
    "decline": (decline(DAY, "antenatal-4"), ContactDeclined(contact="antenatal-4", declined_on=DAY)),
    "discharge": (
        discharge(DAY),
        DischargeNoted(
            facility="county-hospital",
            unit="county-hospital",
            discharged_at=morning(DAY),
            noticed_at=morning(DAY) + timedelta(hours=6),
            received_at=NOW,
        ),
    ),
}


def ready(*facts):
    return given(UNDER_CARE, FACILITIES, *facts, policy=OWING)


@pytest.mark.parametrize(("command", "fact"), TOLD.values(), ids=TOLD)
def test_it_is_kept_and_the_same_again_is_known(command, fact):
    told = ready()
    decision = told.when(command).decision()
    assert decision[P1][0] == fact
    told.happened(decision)
    told.when(command).then_nothing()


def test_counselling_is_hers_before_there_is_a_pregnancy():
    given_counsel = CounsellingGiven(unit="dayingxiang-hospital", given_on=DAY, topics=("folic_acid",))
    told = given(policy=OWING)
    told.when(counselling(DAY)).then({WOMAN_1: [given_counsel]})
    told.happened({WOMAN_1: [given_counsel]})
    told.when(counselling(DAY)).then_nothing()


def test_other_posts_answer_from_then_on():
    told = ready()
    told.when(reassign(DAY)).then_nothing()
    told.happened({P1: [CareAssigned(township_post="gone", village_post="doctor", assigned_on=DAY)]})
    assert told.when(reassign(DAY)).decision()[P1][0] == CareAssigned(
        township_post="midwife", village_post="doctor", assigned_on=DAY
    )


REFUSED = [
    (counselling(TOMORROW), InFuture, "/given_on", "2025-06-30"),
    (counselling(DAY, "horoscope"), CodeNotListed, "/topics", "folic_acid, nutrition"),
    (counselling(DAY).model_copy(update={"unit": "nowhere"}), UnknownUnit, "/unit", "county-hospital"),
    (companion(TOMORROW), InFuture, "/arranged_on", ""),
    (companion(DAY, "stranger"), CodeNotListed, "/companion", "partner, doula"),
    (companion(DAY).model_copy(update={"unit": "nowhere"}), UnknownUnit, "/unit", ""),
    (graded(TOMORROW), InFuture, "/graded_on", ""),
    (graded(DAY).model_copy(update={"unit": "nowhere"}), UnknownUnit, "/unit", ""),
    (attempt(TOMORROW), InFuture, "/attempted_on", ""),
    (attempt(DAY).model_copy(update={"unit": "nowhere"}), UnknownUnit, "/unit", ""),
    (reassign(TOMORROW), InFuture, "/assigned_on", ""),
    (reassign(DAY, township_post="nobody"), UnknownPost, "/township_post", "midwife"),
    (reassign(DAY, village_post="midwife"), UnknownPost, "/village_post", "doctor"),
    (decline(TOMORROW), InFuture, "/declined_on", ""),
    (decline(DAY, "discharge_notice-1"), NotAContact, "/contact", "antenatal-…"),
    (waive(TOMORROW, "antenatal-2"), InFuture, "/waived_on", ""),
    (waive(DAY, "outcome_query-1"), NotAContact, "/contact", ""),
    (waive(DAY, "antenatal-2", "raining"), CodeNotListed, "/ground", "road_closed"),
    (discharge(TOMORROW), InFuture, "/discharged_at", ""),
    (discharge(DAY).model_copy(update={"facility": "nowhere"}), UnknownFacility, "/facility", "county-hospital"),
    (death(TOMORROW), InFuture, "/died_on", ""),
    (visit(DAY, danger=("hunch",)), CodeNotListed, "/danger_signs", "vaginal_bleeding"),
    (visit(DAY, referred_to="nowhere"), UnknownUnit, "/referred_to", "county-hospital"),
]


@pytest.mark.parametrize(("command", "refusal", "pointer", "accepted"), REFUSED)
def test_what_breaks_a_rule_is_refused(command, refusal, pointer, accepted):
    ready().when(command).then_refused(refusal, pointer, accepted)


OF_A_DAY = [
    (companion(DAY), "/arranged_on"),
    (dating(DAY, 100), "/established_on"),
    (graded(DAY), "/graded_on"),
    (attempt(DAY), "/attempted_on"),
    (decline(DAY), "/declined_on"),
    (reassign(DAY), "/assigned_on"),
    (discharge(DAY), "/discharged_at"),
    (death(DAY), "/died_on"),
]


@pytest.mark.parametrize(("command", "pointer"), OF_A_DAY)
def test_what_is_told_before_its_pregnancy_waits_for_it_and_of_an_erased_one_nothing_is_taken(command, pointer):
    given(FACILITIES, policy=OWING).when(command).then_refused(PregnancyUnknown, pointer)
    told = ready()
    told.happened(told.when(erase()).decision())
    told.when(command).then_refused(RecordErased)
