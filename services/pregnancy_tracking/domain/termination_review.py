"""The review of a termination: clinical, limited in time, and ended by silence in her favour."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from services.pregnancy_tracking.domain.registry import Registry
from services.pregnancy_tracking.domain.review_commands import (
    ApproveTermination,
    CertifyTermination,
    DeclineTermination,
    RequestTermination,
    WithdrawTermination,
)
from services.pregnancy_tracking.domain.review_events import (
    CertificateUsed,
    ProcedureCertified,
    ReviewQueued,
    ReviewUnqueued,
    SecondOpinionOpened,
    TerminationApproved,
    TerminationCertified,
    TerminationDeclined,
    TerminationRequested,
    TerminationReviewEscalated,
    TerminationWithdrawn,
)
from services.pregnancy_tracking.domain.review_rules import ReviewRules
from shared.kernel import NOTHING, Case, Decision, Fact, Refusal, Value


class AlreadyDecided(Refusal):
    """A review is decided once, and after a decline once more by another reviewer."""


class CertificateNumberUsed(Refusal):
    """A certificate number is given once."""


class CertificatesMissing(Refusal):
    """Nothing is decided before the clinicians have certified."""


class CertifierNotDistinct(Refusal):
    """Each certificate is by another clinician."""


class ReviewerNotDistinct(Refusal):
    """A second opinion is another reviewer's."""


class ReviewUnknown(Refusal):
    """There is no such review, or its request was withdrawn: the answer is the same."""


class Status(StrEnum):
    """How far a review is."""

    REQUESTED = "requested"
    CERTIFIED = "certified"
    SECOND_OPINION = "second_opinion"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


WAITING = frozenset({Status.CERTIFIED, Status.SECOND_OPINION})
DECIDED = frozenset({Status.APPROVED, Status.DECLINED})


class Review(Value):
    """`status` is None before the request; `since` is when the time to decide began to run."""

    status: Status | None = None
    facility: str = ""
    certifiers: tuple[str, ...] = ()
    since: datetime | None = None
    escalated: bool = False
    certificate: str = ""
    ground: str = ""
    declined_by: str = ""

    def past(self, rules: ReviewRules, now: datetime) -> bool:
        """Whether silence has already approved it, told or not."""
        return self.status in WAITING and self.since is not None and now >= self.since + rules.limit


def evolve(review: Review, fact: Fact) -> Review:
    changes: dict[str, Any] = {}
    match fact:
        case TerminationRequested(facility=facility):
            changes = {"status": Status.REQUESTED, "facility": facility}
        case TerminationCertified(certifier=certifier, certified_at=at, complete=complete):
            clock = {"status": Status.CERTIFIED, "since": at} if complete else {}
            changes = {"certifiers": (*review.certifiers, certifier)} | clock
        case TerminationReviewEscalated():
            changes = {"escalated": True}
        case TerminationApproved(certificate=certificate):
            changes = {"status": Status.APPROVED, "certificate": certificate}
        case TerminationDeclined(ground=ground, reviewer=reviewer):
            changes = {"status": Status.DECLINED, "ground": ground, "declined_by": reviewer}
        case SecondOpinionOpened(opened_at=at):
            changes = {"status": Status.SECOND_OPINION, "since": at, "escalated": False}
        case TerminationWithdrawn():
            changes = {"status": Status.WITHDRAWN}
    return review.model_copy(update=changes)


REVIEW = Case("review", Review(), evolve)


class Queue(Value):
    """The reviews for which the time to decide is running."""

    waiting: tuple[str, ...] = ()


def evolve_queue(queue: Queue, fact: Fact) -> Queue:
    match fact:
        case ReviewQueued(review=review):
            return Queue(waiting=(*queue.waiting, review))
        case ReviewUnqueued(review=review):
            return Queue(waiting=tuple(each for each in queue.waiting if each != review))
    return queue


QUEUE = Case("review_queue", Queue(), evolve_queue, private=True)
ALL = "county"
"""The one key: a county has one reviewing body."""


class Certificate(Value):
    """Whether the number was given, and whether a procedure was recorded under it."""

    given: bool = False
    used: bool = False


def evolve_certificate(certificate: Certificate, fact: Fact) -> Certificate:
    match fact:
        case ProcedureCertified():
            return certificate.model_copy(update={"given": True})
        case CertificateUsed():
            return certificate.model_copy(update={"used": True})
    return certificate


CERTIFICATE = Case("procedure_certificate", Certificate(), evolve_certificate, private=True)
"""One case per certificate number."""


def review_key(review: str) -> str:
    """The name of the key a request is sealed under: destroyed with the withdrawal, whoever she is."""
    return REVIEW.id(review)


def request_termination(
    command: RequestTermination, review: Review, registry: Registry, rules: ReviewRules
) -> Decision:
    """Open a review; nothing if it is open."""
    if review.status is not None:
        return NOTHING
    registry.facility(command.facility)
    rules.judge(command.told.gestation_weeks, command.told.ground)
    requested = TerminationRequested(facility=command.facility, request=command.request, requested_at=command.at)
    return {REVIEW.id(command.review): [requested]}


def certify_termination(command: CertifyTermination, review: Review, rules: ReviewRules) -> Decision:
    """Take a clinician's certificate; nothing if there are enough. The last one starts the time to decide."""
    _known(review)
    if command.certifier in review.certifiers:
        raise CertifierNotDistinct("certified by the same clinician", pointer="/certifier")
    if review.status in DECIDED:
        raise AlreadyDecided("the review is decided")
    if review.status in WAITING:
        return NOTHING
    complete = len(review.certifiers) + 1 >= rules.certificates
    certified = TerminationCertified(certifier=command.certifier, certified_at=command.at, complete=complete)
    queued = {QUEUE.id(ALL): [ReviewQueued(review=command.review)]} if complete else {}
    return {REVIEW.id(command.review): [certified], **queued}


def approve_termination(
    command: ApproveTermination, review: Review, certificate: Certificate, rules: ReviewRules
) -> Decision:
    """Approve under a number that was never given; nothing if it is approved under it."""
    _known(review)
    if review.certificate == command.certificate:
        return NOTHING
    _open(review, command.actor, rules, command.at)
    if certificate.given:
        raise CertificateNumberUsed("the number was given before", pointer="/certificate")
    return approved(command.review, command.certificate, command.at, by_time_limit=False)


def decline_termination(command: DeclineTermination, review: Review, rules: ReviewRules) -> Decision:
    """Decline on a lawful ground and open a second opinion, the first time; nothing if it is declined so."""
    _known(review)
    if review.status is not Status.APPROVED and (review.ground, review.declined_by) == (command.ground, command.actor):
        return NOTHING
    _open(review, command.actor, rules, command.at)
    rules.lawful(command.ground)
    declined = TerminationDeclined(ground=command.ground, declined_at=command.at, reviewer=command.actor)
    if review.status is Status.SECOND_OPINION:
        return {REVIEW.id(command.review): [declined], QUEUE.id(ALL): [ReviewUnqueued(review=command.review)]}
    return {REVIEW.id(command.review): [declined, SecondOpinionOpened(opened_at=command.at)]}


def withdraw_termination(command: WithdrawTermination, review: Review) -> Decision:
    """Take the request back, whatever has been decided; nothing if it was. Its key goes with it."""
    if review.status is None:
        raise ReviewUnknown("there is no such review")
    if review.status is Status.WITHDRAWN:
        return NOTHING
    withdrawn = TerminationWithdrawn(review_key=review_key(command.review))
    queue = {QUEUE.id(ALL): [ReviewUnqueued(review=command.review)]} if review.status in WAITING else {}
    return {REVIEW.id(command.review): [withdrawn], **queue}


def approved(review: str, certificate: str, at: datetime, *, by_time_limit: bool) -> Decision:
    """The facts of an approval."""
    fact = TerminationApproved(certificate=certificate, approved_at=at, by_time_limit=by_time_limit)
    return {
        REVIEW.id(review): [fact],
        QUEUE.id(ALL): [ReviewUnqueued(review=review)],
        CERTIFICATE.id(certificate): [ProcedureCertified()],
    }


def _known(review: Review) -> None:
    if review.status in {None, Status.WITHDRAWN}:
        raise ReviewUnknown("there is no such review")


def _open(review: Review, reviewer: str, rules: ReviewRules, now: datetime) -> None:
    """Raises AlreadyDecided, CertificatesMissing or ReviewerNotDistinct unless this reviewer may decide now."""
    if review.status in DECIDED or review.past(rules, now):
        raise AlreadyDecided("the review is decided")
    if review.status not in WAITING:
        raise CertificatesMissing("not certified yet", accepted=f"after {rules.certificates} certificates")
    if reviewer == review.declined_by:
        raise ReviewerNotDistinct("a second opinion is another reviewer's")
