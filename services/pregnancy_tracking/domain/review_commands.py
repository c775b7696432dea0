"""What can be asked of a termination review."""

from __future__ import annotations

from pydantic import Field

from shared.kernel import Command, Id, Value
from shared.sealed import Sealed


class TerminationRequest(Value):
    """What a request says, stored sealed only: whose it is, the pregnancy if it is under care, the coarse ground."""

    person: Id
    pregnancy: Id | None
    gestation_weeks: int = Field(ge=1, le=46)
    ground: Id


class HerRequest(Value):
    """A TerminationRequest sealed under her own key; this is sealed again, under the review's."""

    hers: Sealed


class RequestTermination(Command):
    """Ask for a review. `told` is what `request` seals: it is judged and never stored."""

    review: Id
    facility: Id
    request: Sealed
    told: TerminationRequest = Field(repr=False)


class CertifyTermination(Command):
    """A clinician certifies the request."""

    review: Id
    certifier: Id


class ApproveTermination(Command):
    """The reviewing body approves under a certificate number."""

    review: Id
    certificate: Id


class DeclineTermination(Command):
    """The reviewing body declines on a lawful ground."""

    review: Id
    ground: Id


class WithdrawTermination(Command):
    """She takes the request back."""

    review: Id


class AssessReviews(Command):
    """See which reviews have run out of time at `at`."""
