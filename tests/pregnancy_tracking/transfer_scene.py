"""Transfers as tests tell them: the usual one, but for what is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from services.pregnancy_tracking.domain.incoming_transfer import INCOMING_TRANSFER
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
from services.pregnancy_tracking.domain.transfer_events import (
    CareTakenOver,
    CareTransferAccepted,
    CareTransferRequested,
    CareTransferTimedOut,
    CareTransferWithdrawn,
    CourseMoved,
    IncomingTransferAccepted,
    IncomingTransferClosed,
    IncomingTransferDeclined,
    IncomingTransferReceived,
    TransferOpened,
    TransferQueued,
    TransferUnqueued,
)
from services.pregnancy_tracking.domain.transfer_rules import ClosingGround, CourseSoFar, DeclineGround, PastContact
from services.pregnancy_tracking.domain.transfers import INCOMING, OPEN_TRANSFERS, OUTGOING, TRANSFER
from services.pregnancy_tracking.domain.words import ContactPreference, VisitKind
from shared.clock import COUNTY_TIME
from shared.kernel import Fact
from shared.sealed import Sealed
from tests.pregnancy_tracking.scene import ASKED, LMP, P1, REGISTERED, UNDER_CARE, WOMAN_1, registration

NOW = datetime(2024, 6, 3, 9, tzinfo=COUNTY_TIME)
ASKED_ON, ANSWER_BY = NOW.date(), date(2024, 6, 17)
AFTER = NOW + timedelta(days=15)
LETTER = Sealed(key="k1", field="letter", box="bGV0dGVy")
ABOUT = Sealed(key="k2", field="about", box="YWJvdXQ=")
COURSE = CourseSoFar(
    registered_on=REGISTERED,
    last_menstrual_period=LMP,
    contact_preference=ContactPreference.PHONE,
    contacts=(PastContact(kind=VisitKind.ANTENATAL, seen_on=date(2024, 5, 6)),),
)
AT = ASKED | {"at": NOW}
KEY, SECRET = "demo:t1", "incoming_transfer:demo:t1"
T1, OUT, IN = TRANSFER.id("t1"), OPEN_TRANSFERS.id(OUTGOING), OPEN_TRANSFERS.id(INCOMING)
HERE = INCOMING_TRANSFER.id(KEY)
Facts = Mapping[str, Sequence[Fact]]


# We ask another county.


def ask(*, consents: bool = True, letter: Sealed | None = LETTER, at: datetime = NOW, **other: Any) -> RequestTransfer:
    usual = {"person": "w1", "pregnancy": "p1", "transfer": "t1", "county": "linshui", "unit": "linshui-hospital"}
    about = {"by": "dayingxiang-hospital", "told": COURSE, "letter": letter, "consents_to_transfer": consents}
    return RequestTransfer(**(AT | {"at": at} | usual | about | other))


def asked(transfer: str = "t1", **other: Any) -> CareTransferRequested:
    usual = {"person": "w1", "county": "linshui", "unit": "linshui-hospital", "by": "dayingxiang-hospital"}
    days = {"requested_on": ASKED_ON, "consented_on": ASKED_ON, "answer_by": ANSWER_BY}
    return CareTransferRequested(**({"transfer": transfer} | usual | days | {"told": COURSE, "letter": LETTER} | other))


def open_transfer(transfer: str = "t1", **other: Any) -> Facts:
    fact = asked(transfer, **other)
    return {
        P1: [fact],
        TRANSFER.id(transfer): [TransferOpened(person="w1", pregnancy="p1", county=fact.county)],
        OUT: [TransferQueued(transfer=transfer)],
    }


WAITING = (UNDER_CARE, open_transfer())
"""The usual pregnancy, and a county asked to take over."""


def answer(ground: DeclineGround | None = None, *, at: datetime = NOW, **other: Any) -> NoteTransferAnswer:
    told = {"county": "linshui", "transfer": "t1", "answered_on": at.date(), "ground": ground}
    return NoteTransferAnswer(**(AT | {"at": at} | told | other))


def accepted(transfer: str = "t1", day: date = ASKED_ON, **other: Any) -> CareTransferAccepted:
    usual = {"county": "linshui", "unit": "linshui-hospital"}
    return CareTransferAccepted(**({"transfer": transfer, "accepted_on": day} | usual | other))


def timed_out(transfer: str = "t1", county: str | None = "linshui") -> CareTransferTimedOut:
    return CareTransferTimedOut(transfer=transfer, county=county, timed_out_on=AFTER.date())


def withdrawn(
    ground: ClosingGround = ClosingGround.WITHDRAWN,
    transfer: str = "t1",
    day: date = ASKED_ON,
    county: str | None = "linshui",
) -> CareTransferWithdrawn:
    return CareTransferWithdrawn(transfer=transfer, county=county, ground=ground, withdrawn_on=day)


def moved(day: date = ASKED_ON) -> CourseMoved:
    return CourseMoved(pregnancy="p1", moved_on=day, person="w1")


def unqueued(transfer: str = "t1") -> TransferUnqueued:
    return TransferUnqueued(transfer=transfer)


TIMED_OUT: Facts = {P1: [timed_out()], OUT: [unqueued()]}
MOVED: Facts = {P1: [accepted()], WOMAN_1: [moved()], OUT: [unqueued()]}


def withdraw() -> WithdrawTransfer:
    return WithdrawTransfer(**AT, person="w1", pregnancy="p1")


def sweep(at: datetime = AFTER) -> TimeOutTransfers:
    return TimeOutTransfers(**(AT | {"at": at}))


def accept_within(*, consents: bool = True, at: datetime = NOW, **other: Any) -> AcceptTransferWithin:
    usual = {"township": "dayingxiang", "village": "dongying", "township_post": "midwife", "village_post": "doctor"}
    about = {"transfer": "t1", "consents_to_care": consents}
    return AcceptTransferWithin(**(AT | {"at": at} | about | usual | other))


# A county asks us.


def receive(**other: Any) -> ReceiveTransfer:
    usual = {"county": "demo", "transfer": "t1", "unit": "dayingxiang-hospital", "about": ABOUT}
    days = {"consented_on": ASKED_ON, "answer_by": ANSWER_BY}
    return ReceiveTransfer(**(AT | usual | days | other))


RECEIVED: Facts = {
    HERE: [
        IncomingTransferReceived(
            county="demo",
            unit="dayingxiang-hospital",
            received_on=ASKED_ON,
            answer_by=ANSWER_BY,
            consented_on=ASKED_ON,
            about=ABOUT,
            transfer_key=SECRET,
        )
    ],
    IN: [TransferQueued(transfer=KEY)],
}


def accept(*, consents: bool = True, at: datetime = NOW, **other: Any) -> AcceptTransfer:
    about = {"county": "demo", "transfer": "t1", "person": "w1", "pregnancy": "p1", "before": COURSE}
    told = registration(registered_on=at.date(), **other)
    return AcceptTransfer(**(AT | {"at": at} | about), registration=told, consents_to_care=consents)


def decline(*, at: datetime = NOW) -> DeclineTransfer:
    about = {"county": "demo", "transfer": "t1", "ground": DeclineGround.NOT_ARRIVED}
    return DeclineTransfer(**(AT | {"at": at} | about))


def close(ground: ClosingGround = ClosingGround.WITHDRAWN) -> NoteTransferClosed:
    return NoteTransferClosed(**AT, county="demo", transfer="t1", ground=ground)


TAKEN_OVER = CareTakenOver(county="demo", transfer="t1", before=COURSE, taken_over_on=ASKED_ON)
TAKEN_IN = IncomingTransferAccepted(county="demo", pregnancy="p1", accepted_on=ASKED_ON, transfer_key=SECRET)
TURNED_DOWN = IncomingTransferDeclined(
    county="demo", ground=DeclineGround.NOT_ARRIVED, declined_on=ASKED_ON, transfer_key=SECRET
)


def closed_here(ground: ClosingGround = ClosingGround.WITHDRAWN, day: date = ASKED_ON) -> IncomingTransferClosed:
    return IncomingTransferClosed(county="demo", ground=ground, closed_on=day, transfer_key=SECRET)
