"""What another county asks of a unit here: it waits for a person to accept or decline it, until its last day."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from services.pregnancy_tracking.domain.commands import RegisterPregnancy
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY
from services.pregnancy_tracking.domain.reference import County
from services.pregnancy_tracking.domain.registration import joined
from services.pregnancy_tracking.domain.transfer_commands import (
    AcceptTransfer,
    DeclineTransfer,
    NoteTransferClosed,
    ReceiveTransfer,
    TimeOutTransfers,
)
from services.pregnancy_tracking.domain.transfer_events import (
    CareTakenOver,
    IncomingTransferAccepted,
    IncomingTransferClosed,
    IncomingTransferDeclined,
    IncomingTransferReceived,
    TransferQueued,
    TransferUnqueued,
)
from services.pregnancy_tracking.domain.transfer_rules import ClosingGround, TransferOver, TransferUnknown
from services.pregnancy_tracking.domain.transfers import INCOMING, OPEN_TRANSFERS
from shared.kernel import NOTHING, Case, Decision, Fact, Refusal, Value


class TransferAnswered(Refusal):
    """A transfer is answered once."""


class IncomingStatus(StrEnum):
    """How far a transfer to us is."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CLOSED = "closed"


class IncomingTransfer(Value):
    """`status` is None for one nobody asked for. `pregnancy` is the one registered for it."""

    status: IncomingStatus | None = None
    county: str = ""
    unit: str = ""
    answer_by: date = date.min
    pregnancy: str = ""
    ground: str = ""


def evolve(state: IncomingTransfer, fact: Fact) -> IncomingTransfer:
    changes: dict[str, Any] = {}
    match fact:
        case IncomingTransferReceived(county=county, unit=unit, answer_by=answer_by):
            changes = {"status": IncomingStatus.WAITING, "county": county, "unit": unit, "answer_by": answer_by}
        case IncomingTransferAccepted(pregnancy=pregnancy):
            changes = {"status": IncomingStatus.ACCEPTED, "pregnancy": pregnancy}
        case IncomingTransferDeclined(ground=ground):
            changes = {"status": IncomingStatus.DECLINED, "ground": ground}
        case IncomingTransferClosed(ground=ground):
            status = IncomingStatus.ACCEPTED if state.status is IncomingStatus.ACCEPTED else IncomingStatus.CLOSED
            changes = {"status": status, "ground": ground}
    return state.model_copy(update=changes)


INCOMING_TRANSFER = Case("incoming_transfer", IncomingTransfer(), evolve)
"""Keyed by the county and its own id for the transfer."""


def key_for(county: str, transfer: str) -> str:
    """The key of a county's transfer."""
    return f"{county}:{transfer}"


def secret_of(key: str) -> str:
    """Whose data key seals what is told of her until the transfer is answered."""
    return INCOMING_TRANSFER.id(key)


def receive_transfer(command: ReceiveTransfer, state: IncomingTransfer, county: County) -> Decision:
    """Take a transfer in for a person of the unit to see to; nothing if it is known, however far it is."""
    if state.status:
        return NOTHING
    county.sees(command.unit)
    key = key_for(command.county, command.transfer)
    received = IncomingTransferReceived(
        county=command.county,
        unit=command.unit,
        received_on=command.at.date(),
        answer_by=command.answer_by,
        consented_on=command.consented_on,
        about=command.about,
        transfer_key=secret_of(key),
    )
    queued = TransferQueued(transfer=key)
    return {INCOMING_TRANSFER.id(key): [received], OPEN_TRANSFERS.id(INCOMING): [queued]}


def accept_transfer(command: AcceptTransfer, registered: Decision) -> Decision:
    """Take over her care: she is `registered`, with what was told of the time before.

    Nothing is registered if her handbook is known: she is under care here already.
    """
    key = key_for(command.county, command.transfer)
    accepted = IncomingTransferAccepted(
        county=command.county,
        pregnancy=command.pregnancy,
        accepted_on=command.at.date(),
        transfer_key=secret_of(key),
    )
    taken_over = CareTakenOver(
        county=command.county,
        transfer=command.transfer,
        before=command.before,
        taken_over_on=command.at.date(),
    )
    here = {PREGNANCY.id(command.pregnancy): [taken_over]} if registered else NOTHING
    return joined(_over(key, accepted), registered, here)


def registering(command: AcceptTransfer) -> RegisterPregnancy:
    """The registration that an acceptance is."""
    asked = command.model_dump(include={"command_id", "actor", "at", "correlation_id", "causation_id"})
    return RegisterPregnancy(
        **asked,
        pregnancy=command.pregnancy,
        person=command.person,
        registration=command.registration,
        consents_to_care=command.consents_to_care,
    )


def decline_transfer(command: DeclineTransfer, state: IncomingTransfer) -> Decision:
    """Leave her care where it is; nothing if that was said."""
    if not answerable(state, command):
        return NOTHING
    key = key_for(command.county, command.transfer)
    declined = IncomingTransferDeclined(
        county=command.county, ground=command.ground, declined_on=command.at.date(), transfer_key=secret_of(key)
    )
    return _over(key, declined)


def note_closed(command: NoteTransferClosed, state: IncomingTransfer) -> Decision:
    """The county asks no longer, in whatever order that is told; nothing for a time-out told after our acceptance.

    The acceptance counts when it arrives there. Other grounds are noted beside it: nobody's care is ended by them.
    """
    key = key_for(command.county, command.transfer)
    closed = IncomingTransferClosed(
        county=command.county, ground=command.ground, closed_on=command.at.date(), transfer_key=secret_of(key)
    )
    match state.status:
        case IncomingStatus.WAITING:
            return _over(key, closed)
        case IncomingStatus.ACCEPTED if command.ground is not ClosingGround.TIMED_OUT and not state.ground:
            return {INCOMING_TRANSFER.id(key): [closed]}
        case None:
            return {INCOMING_TRANSFER.id(key): [closed]}
    return NOTHING


def time_out(command: TimeOutTransfers, key: str, state: IncomingTransfer) -> Decision:
    """What time does to a transfer that waits here: nothing before its last day is over."""
    today = command.at.date()
    if today <= state.answer_by:
        return NOTHING
    closed = IncomingTransferClosed(
        county=state.county, ground=ClosingGround.TIMED_OUT, closed_on=today, transfer_key=secret_of(key)
    )
    return _over(key, closed)


def answerable(state: IncomingTransfer, command: AcceptTransfer | DeclineTransfer) -> bool:
    """Whether it waits for this answer; not if it was given. Raises TransferUnknown, TransferAnswered, TransferOver."""
    answer = IncomingStatus.ACCEPTED if isinstance(command, AcceptTransfer) else IncomingStatus.DECLINED
    if state.status is answer:
        return False
    if state.status is None:
        raise TransferUnknown("there is no such transfer")
    if state.status in {IncomingStatus.ACCEPTED, IncomingStatus.DECLINED}:
        raise TransferAnswered("it was answered otherwise")
    if state.status is IncomingStatus.CLOSED or command.at.date() > state.answer_by:
        raise TransferOver("its time is over, or nobody asks any more", accepted=f"until {state.answer_by}")
    return True


def _over(key: str, fact: Fact) -> Decision:
    """A fact that ends the waiting."""
    unqueued = TransferUnqueued(transfer=key)
    return {INCOMING_TRANSFER.id(key): [fact], OPEN_TRANSFERS.id(INCOMING): [unqueued]}
