"""What time does to termination reviews: it escalates them, and then approves them."""

from __future__ import annotations

from collections.abc import Mapping

from services.pregnancy_tracking.domain.review_commands import AssessReviews
from services.pregnancy_tracking.domain.review_events import TerminationReviewEscalated
from services.pregnancy_tracking.domain.review_rules import ReviewRules
from services.pregnancy_tracking.domain.termination_review import REVIEW, Review, approved
from shared.kernel import Decision, Fact


def assess_reviews(command: AssessReviews, waiting: Mapping[str, Review], rules: ReviewRules) -> Decision:
    """Escalate what is overdue, approve what has reached the limit, each as of the moment it did."""
    decided: dict[str, list[Fact]] = {}
    for key, review in waiting.items():
        for case_id, facts in _assess(command, key, review, rules).items():
            decided.setdefault(case_id, []).extend(facts)
    return decided


def time_limit_certificate(review: str) -> str:
    """The number under which silence approves."""
    return f"time-limit:{review}"


def _assess(command: AssessReviews, key: str, review: Review, rules: ReviewRules) -> Decision:
    since = review.since or command.at
    decided: dict[str, list[Fact]] = {}
    if command.at >= since + rules.overdue and not review.escalated:
        escalated = TerminationReviewEscalated(superior=rules.superior, escalated_at=since + rules.overdue)
        decided[REVIEW.id(key)] = [escalated]
    if command.at >= since + rules.limit:
        silence = approved(key, time_limit_certificate(key), since + rules.limit, by_time_limit=True)
        decided[REVIEW.id(key)] = [*decided.get(REVIEW.id(key), []), *silence[REVIEW.id(key)]]
        decided |= {case_id: list(facts) for case_id, facts in silence.items() if case_id != REVIEW.id(key)}
    return decided
