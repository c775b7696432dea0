"""Termination reviews."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from services.pregnancy_tracking.domain import review_clock, termination_review
from services.pregnancy_tracking.domain.review_commands import (
    ApproveTermination,
    AssessReviews,
    CertifyTermination,
    DeclineTermination,
    RequestTermination,
    WithdrawTermination,
)
from services.pregnancy_tracking.domain.termination_review import ALL, CERTIFICATE, QUEUE, REVIEW
from services.pregnancy_tracking.domain.woman import WOMAN
from services.pregnancy_tracking.handling.standing import policy_of, registry_of
from shared.kernel import Cases, Command, Decision, Handler, key_of
from shared.sweeping import Sweep


def request_termination(command: RequestTermination, cases: Cases) -> Decision:
    """A pregnancy that is named is hers."""
    if command.told.pregnancy:
        _ = cases[WOMAN, command.told.person].course(command.told.pregnancy)
    rules = policy_of(cases).review
    return termination_review.request_termination(command, cases[REVIEW, command.review], registry_of(cases), rules)


def certify_termination(command: CertifyTermination, cases: Cases) -> Decision:
    _ = cases[QUEUE, ALL]
    return termination_review.certify_termination(command, cases[REVIEW, command.review], policy_of(cases).review)


def approve_termination(command: ApproveTermination, cases: Cases) -> Decision:
    _, certificate = cases[QUEUE, ALL], cases[CERTIFICATE, command.certificate]
    rules = policy_of(cases).review
    return termination_review.approve_termination(command, cases[REVIEW, command.review], certificate, rules)


def decline_termination(command: DeclineTermination, cases: Cases) -> Decision:
    _ = cases[QUEUE, ALL]
    return termination_review.decline_termination(command, cases[REVIEW, command.review], policy_of(cases).review)


def withdraw_termination(command: WithdrawTermination, cases: Cases) -> Decision:
    _ = cases[QUEUE, ALL]
    return termination_review.withdraw_termination(command, cases[REVIEW, command.review])


def assess_reviews(command: AssessReviews, cases: Cases) -> Decision:
    waiting = {review: cases[REVIEW, review] for review in cases[QUEUE, ALL].waiting}
    decision = review_clock.assess_reviews(command, waiting, policy_of(cases).review)
    for case_id in decision:
        _ = case_id.startswith(CERTIFICATE.kind) and cases[CERTIFICATE, key_of(case_id)]
    return decision


HANDLERS: Mapping[type[Command], Handler] = {
    RequestTermination: request_termination,
    CertifyTermination: certify_termination,
    ApproveTermination: approve_termination,
    DeclineTermination: decline_termination,
    WithdrawTermination: withdraw_termination,
    AssessReviews: assess_reviews,
}


def due(now: datetime) -> Command:
    """Once an hour."""
    hour = now.strftime("%Y-%m-%dT%H")
    return AssessReviews(command_id=f"assess-reviews:{hour}", actor="pregnancy_tracking", at=now)


SWEEPS = (Sweep("reviews", due),)
