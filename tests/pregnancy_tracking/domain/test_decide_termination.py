"""The reviewing body decides: in time, on lawful grounds, and not against a silence that has spoken."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.pregnancy_tracking.domain.review_events import ProcedureCertified, SecondOpinionOpened
from services.pregnancy_tracking.domain.review_rules import GroundNotLawful
from services.pregnancy_tracking.domain.termination_review import (
    AlreadyDecided,
    CertificateNumberUsed,
    CertificatesMissing,
    ReviewerNotDistinct,
    ReviewUnknown,
)
from tests.pregnancy_tracking.review_scene import (
    APPROVED,
    C1,
    CERTIFIED,
    DECLINED,
    ONCE,
    QUEUE_ID,
    R1,
    UNQUEUED,
    approve,
    approved,
    decline,
    declined,
    ready,
)
from tests.pregnancy_tracking.scene import NOW

LIMIT = NOW + timedelta(hours=120)
BOTH = pytest.mark.parametrize("decide", [approve, decline])


def test_the_reviewing_body_approves_under_a_number():
    ready(CERTIFIED).when(approve()).then({R1: [approved()], QUEUE_ID: [UNQUEUED], C1: [ProcedureCertified()]})


def test_the_same_approval_again_changes_nothing():
    ready(CERTIFIED, APPROVED).when(approve(actor="reviewer-2")).then_nothing()


def test_a_number_is_given_once():
    ready(CERTIFIED, {C1: [ProcedureCertified()]}).when(approve()).then_refused(CertificateNumberUsed, "/certificate")


def test_a_decline_names_its_lawful_ground_and_opens_a_second_opinion():
    ready(CERTIFIED).when(decline()).then({R1: [declined(), SecondOpinionOpened(opened_at=NOW)]})


@pytest.mark.parametrize("ground", ["social", "sex", "unmarried"])
def test_another_ground_is_none(ground):
    accepted = "certificates_invalid, clinical_contraindication"
    ready(CERTIFIED).when(decline(ground)).then_refused(GroundNotLawful, "/ground", accepted)


def test_the_same_decline_again_changes_nothing():
    ready(CERTIFIED, DECLINED).when(decline()).then_nothing()


def test_a_second_opinion_is_another_reviewers():
    other = "clinical_contraindication"
    ready(CERTIFIED, DECLINED).when(approve()).then_refused(ReviewerNotDistinct)
    ready(CERTIFIED, DECLINED).when(decline(other)).then_refused(ReviewerNotDistinct)


def test_a_second_opinion_may_approve():
    ready(CERTIFIED, DECLINED).when(approve(actor="reviewer-2")).then(
        {R1: [approved()], QUEUE_ID: [UNQUEUED], C1: [ProcedureCertified()]}
    )


def test_a_second_decline_is_the_last_word():
    second = {R1: [declined(reviewer="reviewer-2")], QUEUE_ID: [UNQUEUED]}
    ready(CERTIFIED, DECLINED).when(decline(actor="reviewer-2")).then(second)
    ready(CERTIFIED, DECLINED, second).when(approve(actor="reviewer-3")).then_refused(AlreadyDecided)


@BOTH
def test_nothing_is_decided_before_it_is_certified(decide):
    ready(ONCE).when(decide()).then_refused(CertificatesMissing, accepted="after 2 certificates")


@BOTH
def test_nothing_is_decided_without_a_request(decide):
    ready().when(decide()).then_refused(ReviewUnknown)


def test_what_is_approved_is_decided():
    ready(CERTIFIED, APPROVED).when(decline()).then_refused(AlreadyDecided)
    ready(CERTIFIED, APPROVED).when(approve("c-78")).then_refused(AlreadyDecided)


def test_what_was_declined_and_then_approved_is_not_declined_again():
    ready(CERTIFIED, DECLINED, APPROVED).when(decline()).then_refused(AlreadyDecided)


def test_a_late_decision_is_taken_until_silence_has_approved():
    late = LIMIT - timedelta(seconds=1)
    ready(CERTIFIED).when(decline(at=late)).then({R1: [declined(at=late), SecondOpinionOpened(opened_at=late)]})
    ready(CERTIFIED).when(decline(at=LIMIT)).then_refused(AlreadyDecided)
    ready(CERTIFIED).when(approve(at=LIMIT)).then_refused(AlreadyDecided)
