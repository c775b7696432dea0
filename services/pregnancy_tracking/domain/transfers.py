"""Where the transfers of one pregnancy stand, and which transfers wait: state that several decisions look at."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from services.pregnancy_tracking.domain.transfer_events import (
    CareTransferAccepted,
    CareTransferDeclined,
    CareTransferRequested,
    CareTransferTimedOut,
    CareTransferWithdrawn,
    TransferOpened,
    TransferQueued,
    TransferUnqueued,
)
from shared.kernel import Case, Fact, Value


class TransferStatus(StrEnum):
    """How far a transfer is. Only what is requested waits for an answer."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TIMED_OUT = "timed_out"
    WITHDRAWN = "withdrawn"


class Asked(Value):
    """One transfer of a pregnancy."""

    transfer: str
    county: str
    unit: str
    answer_by: date
    within: bool
    status: TransferStatus = TransferStatus.REQUESTED

    @property
    def told(self) -> str | None:
        """The county to tell what becomes of it, None within our own."""
        return None if self.within else self.county


class Transfers(Value):
    """Every transfer of a pregnancy, and since when another county cares for her (None: we do)."""

    asked: tuple[Asked, ...] = ()
    moved_on: date | None = None

    @property
    def waiting(self) -> Asked | None:
        """The one that waits for an answer."""
        return next((each for each in self.asked if each.status is TransferStatus.REQUESTED), None)

    def of(self, transfer: str) -> Asked:
        return next(each for each in self.asked if each.transfer == transfer)


TransferFact = (
    CareTransferRequested | CareTransferAccepted | CareTransferDeclined | CareTransferTimedOut | CareTransferWithdrawn
)


def evolve_transfers(transfers: Transfers, fact: TransferFact) -> Transfers:
    match fact:
        case CareTransferRequested(transfer=transfer, county=county, unit=unit, answer_by=by, letter=letter):
            asked = Asked(transfer=transfer, county=county, unit=unit, answer_by=by, within=letter is None)
            return transfers.model_copy(update={"asked": (*transfers.asked, asked)})
        case CareTransferAccepted(transfer=transfer, accepted_on=day):
            moved = {} if transfers.of(transfer).within else {"moved_on": day}
            return _at(transfers, transfer, TransferStatus.ACCEPTED).model_copy(update=moved)
        case CareTransferDeclined(transfer=transfer):
            return _at(transfers, transfer, TransferStatus.DECLINED)
        case CareTransferTimedOut(transfer=transfer):
            return _at(transfers, transfer, TransferStatus.TIMED_OUT)
    return _at(transfers, fact.transfer, TransferStatus.WITHDRAWN)


def _at(transfers: Transfers, transfer: str, status: TransferStatus) -> Transfers:
    asked = (
        each.model_copy(update={"status": status}) if each.transfer == transfer else each for each in transfers.asked
    )
    return transfers.model_copy(update={"asked": tuple(asked)})


class TransferKey(Value):
    """Which pregnancy a transfer is about; empty for one nobody here asked for."""

    person: str = ""
    pregnancy: str = ""
    county: str = ""


def evolve_key(key: TransferKey, fact: Fact) -> TransferKey:
    match fact:
        case TransferOpened():
            return TransferKey(**fact.model_dump())
    return key


TRANSFER = Case("transfer", TransferKey(), evolve_key, private=True)


class OpenTransfers(Value):
    """The transfers of a direction that wait for an answer."""

    waiting: tuple[str, ...] = ()


def evolve_open(state: OpenTransfers, fact: Fact) -> OpenTransfers:
    match fact:
        case TransferQueued(transfer=transfer):
            return OpenTransfers(waiting=(*state.waiting, transfer))
        case TransferUnqueued(transfer=transfer):
            return OpenTransfers(waiting=tuple(each for each in state.waiting if each != transfer))
    return state


OPEN_TRANSFERS = Case("open_transfers", OpenTransfers(), evolve_open, private=True)
OUTGOING, INCOMING = "outgoing", "incoming"
"""The two keys: what we asked for, and what is asked of us."""
