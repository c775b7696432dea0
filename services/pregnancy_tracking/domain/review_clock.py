"""What time does to termination reviews: it escalates them, and then approves them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from services.pregnancy_tracking.domain.registration import joined
from services.pregnancy_tracking.domain.review_commands import AssessReviews
from services.pregnancy_tracking.domain.review_events import TerminationReviewEscalated
from services.pregnancy_tracking.domain.review_rules import ReviewRules
from services.pregnancy_tracking.domain.termination_review import REVIEW, Review, approved
from shared.kernel import Decision


def assess_reviews(command: AssessReviews, waiting: Mapping[str, Review], rules: ReviewRules) -> Decision:
    """Escalate what is overdue, approve what has reached the limit, each as of the moment it did."""
    return joined(*(each for key, review in waiting.items() for each in _assess(command.at, key, review, rules)))


def time_limit_certificate(review: str) -> str:
    """The number under which silence approves."""
    return f"time-limit:{review}"


def _assess(now: datetime, key: str, review: Review, rules: ReviewRules) -> Iterator[Decision]:
    since = review.since or now
    if now >= since + rules.overdue and not review.escalated:
        escalated = TerminationReviewEscalated(superior=rules.superior, escalated_at=since + rules.overdue)
        yield {REVIEW.id(key): [escalated]}
    if now >= since + rules.limit:
        yield approved(key, time_limit_certificate(key), since + rules.limit, by_time_limit=True)
