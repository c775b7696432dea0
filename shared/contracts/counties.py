"""What a county's care says to a neighbour county's: who asks to take over a woman's care, and what was answered.

They are department messages of the neighbour: strict about their fields, signed, and receipted.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.contracts.departments import ContactPreference, DepartmentMessage, Jwe, Person
from shared.kernel import Id, Value


class ContactKind(StrEnum):
    ANTENATAL = "antenatal"
    HOME = "home"
    POSTNATAL = "postnatal"
    REFERRAL_RESULT = "referral_result"


class PastContact(Value):
    """She was seen, in the county that cares for her now."""

    kind: ContactKind
    seen_on: date


class TransferRequest(DepartmentMessage, type="evenborn.county.transfer_request.v1", holds=Person):
    """With her consent, a county asks a unit of yours to take over her care. `personal` holds a Person.

    `transfer` is the asking county's own id for it. Until it is accepted she is cared for there; nobody may accept
    after `answer_by`.
    """

    personal: Jwe
    transfer: Id
    unit: Id
    consented_on: date
    answer_by: date
    registered_on: date
    last_menstrual_period: date | None = None
    contact_preference: ContactPreference
    contacts: Annotated[tuple[PastContact, ...], Field(max_length=200)] = ()


class Answer(StrEnum):
    ACCEPTED = "accepted"
    DECLINED = "declined"


class DeclineGround(StrEnum):
    NOT_ARRIVED = "not_arrived"
    SHE_DECLINED = "she_declined"
    SERVED_BY_ANOTHER_UNIT = "served_by_another_unit"


class TransferAnswer(DepartmentMessage, type="evenborn.county.transfer_answer.v1"):
    """The unit that was asked cares for her from `answered_on` on; or it declined, on a `ground`."""

    transfer: Id
    answer: Answer
    answered_on: date
    ground: DeclineGround | None = None


class ClosingGround(StrEnum):
    TIMED_OUT = "timed_out"
    WITHDRAWN = "withdrawn"
    PREGNANCY_ENDED = "pregnancy_ended"
    CARED_FOR_ELSEWHERE = "cared_for_elsewhere"


class TransferClosed(DepartmentMessage, type="evenborn.county.transfer_closed.v1"):
    """The asking county asks no longer: care stays where it is. After an acceptance, the unit in charge sees to it."""

    transfer: Id
    ground: ClosingGround
    closed_on: date
