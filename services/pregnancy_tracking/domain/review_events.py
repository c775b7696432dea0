"""What happens to the review of a termination: a storage format in which nothing unsealed says whose it is."""

from __future__ import annotations

from pydantic import AwareDatetime

from shared.kernel import Fact, Id
from shared.sealed import Sealed

# On the review.


class TerminationRequested(Fact, stored_as="pregnancy_tracking.TerminationRequested"):
    """A review is asked for. `request` holds whose it is and why, under a key of its own (`review_key`)."""

    facility: Id
    request: Sealed
    requested_at: AwareDatetime


class TerminationCertified(Fact, stored_as="pregnancy_tracking.TerminationCertified"):
    """A clinician certified. `complete`: the policy asks for no more certificates, the time to decide runs."""

    certifier: Id
    certified_at: AwareDatetime
    complete: bool


class TerminationApproved(Fact, stored_as="pregnancy_tracking.TerminationApproved"):
    """Approved by the reviewing body, or by its silence at the time limit."""

    certificate: Id
    approved_at: AwareDatetime
    by_time_limit: bool


class TerminationDeclined(Fact, stored_as="pregnancy_tracking.TerminationDeclined"):
    """Declined on a lawful ground by a reviewer."""

    ground: Id
    declined_at: AwareDatetime
    reviewer: Id


class SecondOpinionOpened(Fact, stored_as="pregnancy_tracking.SecondOpinionOpened"):
    """Another reviewer decides anew, in the same time."""

    opened_at: AwareDatetime


class TerminationReviewEscalated(Fact, stored_as="pregnancy_tracking.TerminationReviewEscalated"):
    """Nobody decided in time: the reviewing body's superior hears of it."""

    superior: Id
    escalated_at: AwareDatetime


class TerminationWithdrawn(Fact, stored_as="pregnancy_tracking.TerminationWithdrawn"):
    """The request was withdrawn; the key it was sealed under is destroyed before this is stored."""

    review_key: Id


# On the queue: which reviews the clock is running for.


class ReviewQueued(Fact, stored_as="pregnancy_tracking.ReviewQueued"):
    """The time to decide runs for this review."""

    review: Id


class ReviewUnqueued(Fact, stored_as="pregnancy_tracking.ReviewUnqueued"):
    """It runs no more."""

    review: Id


# On the certificate: each number is given once, and used once.


class ProcedureCertified(Fact, stored_as="pregnancy_tracking.ProcedureCertified"):
    """This number was given; for which review is not said here, so that nothing leads from a procedure to one."""


class CertificateUsed(Fact, stored_as="pregnancy_tracking.CertificateUsed"):
    """A procedure was recorded under this number."""


REVIEW_FACTS: tuple[type[Fact], ...] = (
    TerminationRequested,
    TerminationCertified,
    TerminationApproved,
    TerminationDeclined,
    SecondOpinionOpened,
    TerminationReviewEscalated,
    TerminationWithdrawn,
    ReviewQueued,
    ReviewUnqueued,
    ProcedureCertified,
    CertificateUsed,
)
