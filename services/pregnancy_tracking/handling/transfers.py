"""Transfers of care: those we ask for, and those that are asked of us."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from services.pregnancy_tracking.domain import incoming_transfer, outgoing_transfer
from services.pregnancy_tracking.domain.incoming_transfer import INCOMING_TRANSFER, key_for
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY
from services.pregnancy_tracking.domain.registration import joined
from services.pregnancy_tracking.domain.transfer_commands import (
    AcceptTransfer,
    AcceptTransferWithin,
    DeclineTransfer,
    NoteTransferAnswer,
    NoteTransferClosed,
    ReceiveTransfer,
    RequestTransfer,
    TimeOutTransfers,
    WithdrawTransfer,
)
from services.pregnancy_tracking.domain.transfer_rules import TransferUnknown
from services.pregnancy_tracking.domain.transfers import INCOMING, OPEN_TRANSFERS, OUTGOING, TRANSFER, TransferKey
from services.pregnancy_tracking.domain.woman import WOMAN
from services.pregnancy_tracking.handling import care
from services.pregnancy_tracking.handling.duties import followed
from services.pregnancy_tracking.handling.standing import county_of, policy_of
from shared.kernel import NOTHING, Cases, Command, Decision, Handler
from shared.sweeping import Sweep


def request_transfer(command: RequestTransfer, cases: Cases) -> Decision:
    """A unit of this county must be one; another county judges its own."""
    if command.letter is None:
        county_of(cases).sees(command.unit)
    course = cases[WOMAN, command.person].course(command.pregnancy)
    _ = cases[TRANSFER, command.transfer], cases[OPEN_TRANSFERS, OUTGOING]
    rules = policy_of(cases).transfer
    return outgoing_transfer.request_transfer(command, cases[PREGNANCY, course.pregnancy], rules)


def withdraw_transfer(command: WithdrawTransfer, cases: Cases) -> Decision:
    course, _ = cases[WOMAN, command.person].course(command.pregnancy), cases[OPEN_TRANSFERS, OUTGOING]
    return outgoing_transfer.withdraw_transfer(command, cases[PREGNANCY, course.pregnancy])


def note_transfer_answer(command: NoteTransferAnswer, cases: Cases) -> Decision:
    """Nothing is taken into the record of who was erased."""
    key, _ = _key(command.transfer, cases), cases[OPEN_TRANSFERS, OUTGOING]
    courses = [each for each in cases[WOMAN, key.person].courses if each.pregnancy == key.pregnancy]
    erased = any(course.erased for course in courses)
    return outgoing_transfer.note_answer(command, key, cases[PREGNANCY, key.pregnancy], erased=erased)


def accept_transfer_within(command: AcceptTransferWithin, cases: Cases) -> Decision:
    """Places and posts are those of a registration."""
    key, _ = _key(command.transfer, cases), cases[OPEN_TRANSFERS, OUTGOING]
    county_of(cases).cares(command.township, command.village, command.township_post, command.village_post)
    cases[WOMAN, key.person].course(key.pregnancy)
    return outgoing_transfer.accept_within(command, key, cases[PREGNANCY, key.pregnancy])


def receive_transfer(command: ReceiveTransfer, cases: Cases) -> Decision:
    state, _ = cases[INCOMING_TRANSFER, key_for(command.county, command.transfer)], cases[OPEN_TRANSFERS, INCOMING]
    return incoming_transfer.receive_transfer(command, state, county_of(cases))


def accept_transfer(command: AcceptTransfer, cases: Cases) -> Decision:
    """She is registered as everybody is: with births that waited, or set aside if she is under care here already."""
    state, _ = cases[INCOMING_TRANSFER, key_for(command.county, command.transfer)], cases[OPEN_TRANSFERS, INCOMING]
    if not incoming_transfer.answerable(state, command):
        return NOTHING
    registered = care.register_pregnancy(incoming_transfer.registering(command), cases)
    return incoming_transfer.accept_transfer(command, registered)


def decline_transfer(command: DeclineTransfer, cases: Cases) -> Decision:
    state, _ = cases[INCOMING_TRANSFER, key_for(command.county, command.transfer)], cases[OPEN_TRANSFERS, INCOMING]
    return incoming_transfer.decline_transfer(command, state)


def note_transfer_closed(command: NoteTransferClosed, cases: Cases) -> Decision:
    state, _ = cases[INCOMING_TRANSFER, key_for(command.county, command.transfer)], cases[OPEN_TRANSFERS, INCOMING]
    return incoming_transfer.note_closed(command, state)


def time_out_transfers(command: TimeOutTransfers, cases: Cases) -> Decision:
    """Both directions, each by its own last day."""
    keys = {transfer: cases[TRANSFER, transfer] for transfer in cases[OPEN_TRANSFERS, OUTGOING].waiting}
    pregnancies = {transfer: cases[PREGNANCY, key.pregnancy] for transfer, key in keys.items()}
    ours = [
        outgoing_transfer.time_out(command, found.transfers.of(transfer), keys[transfer].pregnancy, found)
        for transfer, found in pregnancies.items()
    ]
    asked = {key: cases[INCOMING_TRANSFER, key] for key in cases[OPEN_TRANSFERS, INCOMING].waiting}
    theirs = [incoming_transfer.time_out(command, key, state) for key, state in asked.items()]
    return joined(*ours, *theirs)


def _key(transfer: str, cases: Cases) -> TransferKey:
    key = cases[TRANSFER, transfer]
    if not key.pregnancy:
        raise TransferUnknown("no such transfer was asked of that county", pointer="/transfer")
    return key


HANDLERS: Mapping[type[Command], Handler] = {
    RequestTransfer: request_transfer,
    WithdrawTransfer: withdraw_transfer,
    NoteTransferAnswer: followed(note_transfer_answer),
    AcceptTransferWithin: followed(accept_transfer_within),
    ReceiveTransfer: receive_transfer,
    AcceptTransfer: followed(accept_transfer),
    DeclineTransfer: decline_transfer,
    NoteTransferClosed: note_transfer_closed,
    TimeOutTransfers: time_out_transfers,
}


def transfers_due(now: datetime) -> Command:
    """Once an hour: a pregnancy that ended is soon asked for no more."""
    hour = now.strftime("%Y-%m-%dT%H")
    return TimeOutTransfers(command_id=f"time-out-transfers:{hour}", actor="pregnancy_tracking", at=now)


SWEEPS = (Sweep("transfers", transfers_due),)
