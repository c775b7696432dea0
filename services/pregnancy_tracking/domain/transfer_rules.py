"""What the policy says of transfers, and the words transfers are told in."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from services.pregnancy_tracking.domain.words import ContactPreference, Identity, VisitKind
from shared.kernel import Id, Refusal, Value
from shared.sealed import Sealed


class TransferUnknown(Refusal):
    """There is no such transfer, or none that this county or unit takes part in: the answer is the same."""


class HandbookMissing(Refusal):
    """Who is taken over from another county gets a handbook here."""


class TransferOver(Refusal):
    """Its time is over, or nobody asks any more."""


class TransferRules(Value):
    """How long the other side has to answer (policy/*.yaml)."""

    answer_within_days: int

    def answer_by(self, requested_on: date) -> date:
        """The last day on which it may be accepted."""
        return requested_on + timedelta(self.answer_within_days)


class DeclineGround(StrEnum):
    """Why a transfer is declined; none of them says anything against her."""

    NOT_ARRIVED = "not_arrived"
    SHE_DECLINED = "she_declined"
    SERVED_BY_ANOTHER_UNIT = "served_by_another_unit"
    NOT_DELIVERABLE = "not_deliverable"


class ClosingGround(StrEnum):
    """Why a transfer is over without an answer that counts."""

    TIMED_OUT = "timed_out"
    WITHDRAWN = "withdrawn"
    PREGNANCY_ENDED = "pregnancy_ended"
    CARED_FOR_ELSEWHERE = "cared_for_elsewhere"


class PastContact(Value):
    """She was seen, where she was cared for before."""

    kind: VisitKind
    seen_on: date


class CourseSoFar(Value):
    """What goes with her of her care so far: dating, how she wants to be met, and when she was seen."""

    registered_on: date
    last_menstrual_period: date | None
    contact_preference: ContactPreference
    contacts: tuple[PastContact, ...]


class Transferred(Value):
    """What was told of a woman by the county that asks; stored sealed only."""

    identity: Identity
    course: CourseSoFar


class HerTransfer(Value):
    """Whose it is, and a Transferred sealed under her own key; stored sealed under a key of the transfer's own."""

    person: Id
    hers: Sealed


NO_TRANSFER = TransferRules(answer_within_days=14)
"""The rules of a policy from before there were transfers."""
