"""Asking another unit or county to take over a woman's care: it stays here until somebody accepts."""

from __future__ import annotations

from datetime import date

from services.pregnancy_tracking.domain.events import CareAssigned
from services.pregnancy_tracking.domain.outcome import AlreadyEnded
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY, Pregnancy
from services.pregnancy_tracking.domain.registration import ConsentMissing, joined
from services.pregnancy_tracking.domain.transfer_commands import (
    AcceptTransferWithin,
    NoteTransferAnswer,
    RequestTransfer,
    TimeOutTransfers,
    WithdrawTransfer,
)
from services.pregnancy_tracking.domain.transfer_events import (
    CareTransferAccepted,
    CareTransferDeclined,
    CareTransferRequested,
    CareTransferTimedOut,
    CareTransferWithdrawn,
    CourseMoved,
    ResidenceChanged,
    TransferOpened,
    TransferQueued,
    TransferUnqueued,
)
from services.pregnancy_tracking.domain.transfer_rules import (
    ClosingGround,
    TransferOver,
    TransferRules,
    TransferUnknown,
)
from services.pregnancy_tracking.domain.transfers import (
    OPEN_TRANSFERS,
    OUTGOING,
    TRANSFER,
    Asked,
    TransferKey,
    TransferStatus,
)
from services.pregnancy_tracking.domain.woman import WOMAN
from shared.kernel import NOTHING, Decision, Fact, Refusal


class TransferUnderWay(Refusal):
    """One place at a time is asked."""


class CareMoved(Refusal):
    """Another county cares for her already."""


STILL_ASKED = frozenset({TransferStatus.REQUESTED, TransferStatus.TIMED_OUT})
"""What an acceptance still counts for."""


def request_transfer(command: RequestTransfer, pregnancy: Pregnancy, rules: TransferRules) -> Decision:
    """Ask; nothing if that unit is asked already."""
    if not command.consents_to_transfer:
        detail = "a transfer begins with her consent"
        raise ConsentMissing(detail, pointer="/consents_to_transfer", accepted="true")
    if pregnancy.outcome:
        raise AlreadyEnded("the pregnancy has ended")
    if pregnancy.transfers.moved_on:
        raise CareMoved("another county cares for her")
    waiting = pregnancy.transfers.waiting
    if waiting and (waiting.county, waiting.unit) == (command.county, command.unit):
        return NOTHING
    if waiting:
        raise TransferUnderWay("another unit is asked; withdraw that first", pointer="/unit", accepted=waiting.unit)
    return {
        PREGNANCY.id(command.pregnancy): [_requested(command, rules)],
        TRANSFER.id(command.transfer): [
            TransferOpened(person=command.person, pregnancy=command.pregnancy, county=command.county)
        ],
        OPEN_TRANSFERS.id(OUTGOING): [TransferQueued(transfer=command.transfer)],
    }


def let_go(pregnancy_id: str, pregnancy: Pregnancy, day: date) -> Decision:
    """Ask no longer, as she wants, or because she is erased."""
    waiting = pregnancy.transfers.waiting
    return withdrawn(pregnancy_id, waiting, ClosingGround.WITHDRAWN, day) if waiting else NOTHING


def withdraw_transfer(command: WithdrawTransfer, pregnancy: Pregnancy) -> Decision:
    """Ask no longer; nothing if nobody is asked."""
    return let_go(command.pregnancy, pregnancy, command.at.date())


def withdrawn(pregnancy_id: str, asked: Asked, ground: ClosingGround, day: date) -> Decision:
    """A transfer is no longer asked for."""
    fact = CareTransferWithdrawn(transfer=asked.transfer, county=asked.told, ground=ground, withdrawn_on=day)
    return _settled(pregnancy_id, asked, fact)


def note_answer(command: NoteTransferAnswer, key: TransferKey, pregnancy: Pregnancy, *, erased: bool) -> Decision:
    """What a county answered, whenever it arrives; nothing where it changes nothing any more.

    An acceptance counts also after the time-out: over there she is cared for. It does not once the pregnancy has
    ended here, she withdrew, or another county was faster: that county is told so, and care is where it is.
    """
    if command.county != key.county:
        raise TransferUnknown("no such transfer was asked of that county", pointer="/transfer")
    asked = pregnancy.transfers.of(command.transfer)
    if asked.within and asked.status not in {TransferStatus.REQUESTED, TransferStatus.DECLINED}:
        raise TransferOver("it was answered otherwise, or is over")
    if erased or asked.status not in STILL_ASKED:
        return NOTHING
    if command.ground is None:
        return _accepted(command.answered_on, asked, key, pregnancy)
    if asked.status is TransferStatus.TIMED_OUT:
        return NOTHING
    declined = CareTransferDeclined(transfer=asked.transfer, ground=command.ground, declined_on=command.answered_on)
    return _settled(key.pregnancy, asked, declined)


def accept_within(command: AcceptTransferWithin, key: TransferKey, pregnancy: Pregnancy) -> Decision:
    """Other posts of this county answer for her, where she lives now; nothing if that was accepted."""
    asked, today = pregnancy.transfers.of(command.transfer), command.at.date()
    if not command.consents_to_care:
        raise ConsentMissing("care begins with her consent", pointer="/consents_to_care", accepted="true")
    if asked.status is TransferStatus.ACCEPTED:
        return NOTHING
    if asked.status is not TransferStatus.REQUESTED or pregnancy.outcome or today > asked.answer_by:
        raise TransferOver("its time is over, or nobody asks any more", accepted=f"until {asked.answer_by}")
    accepted = CareTransferAccepted(transfer=asked.transfer, county=asked.county, unit=asked.unit, accepted_on=today)
    lives = ResidenceChanged(township=command.township, village=command.village, changed_on=today)
    assigned = CareAssigned(township_post=command.township_post, village_post=command.village_post, assigned_on=today)
    return joined(_settled(key.pregnancy, asked, accepted), {PREGNANCY.id(key.pregnancy): [lives, assigned]})


def time_out(command: TimeOutTransfers, asked: Asked, pregnancy_id: str, pregnancy: Pregnancy) -> Decision:
    """What time does to a transfer that waits: nothing before its last day is over."""
    today = command.at.date()
    if pregnancy.outcome:
        return withdrawn(pregnancy_id, asked, ClosingGround.PREGNANCY_ENDED, today)
    if today <= asked.answer_by:
        return NOTHING
    fact = CareTransferTimedOut(transfer=asked.transfer, county=asked.told, timed_out_on=today)
    return _settled(pregnancy_id, asked, fact)


def _accepted(day: date, asked: Asked, key: TransferKey, pregnancy: Pregnancy) -> Decision:
    if pregnancy.outcome:
        return withdrawn(key.pregnancy, asked, ClosingGround.PREGNANCY_ENDED, day)
    if pregnancy.transfers.moved_on:
        return withdrawn(key.pregnancy, asked, ClosingGround.CARED_FOR_ELSEWHERE, day)
    other = pregnancy.transfers.waiting
    late = other and other.transfer != asked.transfer
    accepted = CareTransferAccepted(transfer=asked.transfer, county=asked.county, unit=asked.unit, accepted_on=day)
    return joined(
        _settled(key.pregnancy, asked, accepted),
        {WOMAN.id(key.person): [CourseMoved(pregnancy=key.pregnancy, moved_on=day, person=key.person)]},
        withdrawn(key.pregnancy, other, ClosingGround.CARED_FOR_ELSEWHERE, day) if other and late else NOTHING,
    )


def _settled(pregnancy_id: str, asked: Asked, fact: Fact) -> Decision:
    """A fact that answers a transfer; one that waited waits no more."""
    waits = asked.status is TransferStatus.REQUESTED
    unqueued = {OPEN_TRANSFERS.id(OUTGOING): [TransferUnqueued(transfer=asked.transfer)]} if waits else {}
    return {PREGNANCY.id(pregnancy_id): [fact], **unqueued}


def _requested(command: RequestTransfer, rules: TransferRules) -> CareTransferRequested:
    today = command.at.date()
    return CareTransferRequested(
        transfer=command.transfer,
        person=command.person,
        county=command.county,
        unit=command.unit,
        by=command.by,
        requested_on=today,
        consented_on=today,
        answer_by=rules.answer_by(today),
        told=command.told,
        letter=command.letter,
    )
