"""What time does to a review: 72 hours escalate it, 120 approve it."""

from __future__ import annotations

from datetime import timedelta

from services.pregnancy_tracking.domain.review_events import (
    ProcedureCertified,
    ReviewQueued,
    ReviewUnqueued,
    TerminationReviewEscalated,
)
from services.pregnancy_tracking.domain.termination_review import CERTIFICATE, REVIEW
from tests.pregnancy_tracking.review_scene import (
    CERTIFIED,
    DECLINED,
    ONCE,
    QUEUE_ID,
    R1,
    UNQUEUED,
    approve,
    approved,
    assess,
    certified,
    ready,
    requested,
)
from tests.pregnancy_tracking.scene import NOW

OVERDUE, LIMIT = NOW + timedelta(hours=72), NOW + timedelta(hours=120)
SECOND = timedelta(seconds=1)
ESCALATED = TerminationReviewEscalated(superior="county-health", escalated_at=OVERDUE)
SILENCE = approved("time-limit:r1", LIMIT, by_time_limit=True)
SILENT = {R1: [SILENCE], QUEUE_ID: [UNQUEUED], CERTIFICATE.id("time-limit:r1"): [ProcedureCertified()]}


def test_before_the_time_is_over_nothing_happens():
    ready(CERTIFIED).when(assess(OVERDUE - SECOND)).then_nothing()


def test_no_time_runs_before_the_second_certificate():
    ready(ONCE).when(assess(LIMIT)).then_nothing()


def test_an_overdue_review_is_escalated_once():
    ready(CERTIFIED).when(assess(OVERDUE)).then({R1: [ESCALATED]})
    ready(CERTIFIED, {R1: [ESCALATED]}).when(assess(LIMIT - SECOND)).then_nothing()


def test_silence_approves_at_the_limit():
    ready(CERTIFIED, {R1: [ESCALATED]}).when(assess(LIMIT)).then(SILENT)


def test_a_sweep_that_comes_late_makes_up_for_both_as_of_when_they_were_due():
    later = assess(LIMIT + timedelta(days=30))
    ready(CERTIFIED).when(later).then(SILENT | {R1: [ESCALATED, SILENCE]})


def test_what_is_decided_is_left_alone():
    decided = ready(CERTIFIED)
    decided.happened(decided.when(approve()).decision())
    decided.when(assess(LIMIT)).then_nothing()
    silent = ready(CERTIFIED, SILENT)
    silent.when(assess(LIMIT)).then_nothing()


def test_the_time_runs_anew_for_a_second_opinion():
    escalated_first = ready(CERTIFIED, {R1: [ESCALATED]}, DECLINED)
    escalated_first.when(assess(OVERDUE - SECOND)).then_nothing()
    escalated_first.when(assess(OVERDUE)).then({R1: [ESCALATED]})
    escalated_first.when(assess(LIMIT)).then(SILENT | {R1: [ESCALATED, SILENCE]})


def test_each_review_has_its_own_time():
    later = NOW + timedelta(hours=1)
    other = {
        REVIEW.id("r2"): [requested(), certified("li", complete=False), certified("chen", complete=True, at=later)],
        QUEUE_ID: [ReviewQueued(review="r2")],
    }
    ready(CERTIFIED, other).when(assess(LIMIT)).then(
        SILENT | {R1: [ESCALATED, SILENCE], REVIEW.id("r2"): [escalated(later)]}
    )
    ready(CERTIFIED, other).when(assess(LIMIT + timedelta(hours=1))).then(
        SILENT
        | {
            R1: [ESCALATED, SILENCE],
            QUEUE_ID: [UNQUEUED, ReviewUnqueued(review="r2")],
            REVIEW.id("r2"): [
                escalated(later),
                approved("time-limit:r2", later + timedelta(hours=120), by_time_limit=True),
            ],
            CERTIFICATE.id("time-limit:r2"): [ProcedureCertified()],
        }
    )


def escalated(since):
    return TerminationReviewEscalated(superior="county-health", escalated_at=since + timedelta(hours=72))
