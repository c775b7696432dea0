"""What happens to transfers between units and counties: a storage format.

Until one is accepted, care stays where it is. Her record stays in any case: a transfer tells, it moves no case.
"""

from __future__ import annotations

from datetime import date

from services.pregnancy_tracking.domain.transfer_rules import ClosingGround, CourseSoFar, DeclineGround
from shared.kernel import Fact, Id
from shared.sealed import Sealed

# On the pregnancy that is to be cared for elsewhere.


class CareTransferRequested(Fact, stored_as="pregnancy_tracking.CareTransferRequested"):
    """With her consent, `by` asks a unit of a county to take over her care, until a day. Care stays meanwhile.

    `letter` is who she is, for the other county (a shared.publishing.Letter); None within the county.
    """

    transfer: Id
    person: Id
    county: Id
    unit: Id
    by: Id
    requested_on: date
    consented_on: date
    answer_by: date
    told: CourseSoFar
    letter: Sealed | None


class CareTransferAccepted(Fact, stored_as="pregnancy_tracking.CareTransferAccepted"):
    """The unit asked cares for her from this day on."""

    transfer: Id
    county: Id
    unit: Id
    accepted_on: date


class CareTransferDeclined(Fact, stored_as="pregnancy_tracking.CareTransferDeclined"):
    """Care stays where it was."""

    transfer: Id
    ground: DeclineGround
    declined_on: date


class CareTransferTimedOut(Fact, stored_as="pregnancy_tracking.CareTransferTimedOut"):
    """Nobody answered in time: care stays where it was. An acceptance on its way still counts when it arrives.

    `county` is the one to tell, None within our own.
    """

    transfer: Id
    county: Id | None
    timed_out_on: date


class CareTransferWithdrawn(Fact, stored_as="pregnancy_tracking.CareTransferWithdrawn"):
    """It is no longer asked for: care stays where it is. `county` is the one to tell, None within our own."""

    transfer: Id
    county: Id | None
    ground: ClosingGround
    withdrawn_on: date


class CareTakenOver(Fact, stored_as="pregnancy_tracking.CareTakenOver"):
    """On the pregnancy registered here for it: what the county that cared for her before has told."""

    county: Id
    transfer: Id
    before: CourseSoFar
    taken_over_on: date


class ResidenceChanged(Fact, stored_as="pregnancy_tracking.ResidenceChanged"):
    """She lives in another township or village of this county now, and is cared for there."""

    township: Id
    village: Id
    changed_on: date


# On the woman, and on keys.


class CourseMoved(Fact, stored_as="pregnancy_tracking.CourseMoved"):
    """This pregnancy of hers is cared for in another county; she may be taken under care here anew."""

    pregnancy: Id
    moved_on: date
    person: Id | None = None


class TransferOpened(Fact, stored_as="pregnancy_tracking.TransferOpened"):
    """On the transfer's key: which pregnancy it is about, and who may answer."""

    person: Id
    pregnancy: Id
    county: Id


class TransferQueued(Fact, stored_as="pregnancy_tracking.TransferQueued"):
    """On the open transfers of a direction: this one waits for an answer."""

    transfer: Id


class TransferUnqueued(Fact, stored_as="pregnancy_tracking.TransferUnqueued"):
    """It waits no more."""

    transfer: Id


# On a transfer that another county asks for.


class IncomingTransferReceived(Fact, stored_as="pregnancy_tracking.IncomingTransferReceived"):
    """A county asks one of our units to take over a woman's care. `about` is a HerTransfer under `transfer_key`."""

    county: Id
    unit: Id
    received_on: date
    answer_by: date
    consented_on: date
    about: Sealed
    transfer_key: Id


class IncomingTransferAccepted(Fact, stored_as="pregnancy_tracking.IncomingTransferAccepted"):
    """The unit cares for her from this day on; what is sealed for her is in `pregnancy` now, the key is destroyed."""

    county: Id
    pregnancy: Id
    accepted_on: date
    transfer_key: Id


class IncomingTransferDeclined(Fact, stored_as="pregnancy_tracking.IncomingTransferDeclined"):
    """The unit does not; the key is destroyed, and with it all that was told of her."""

    county: Id
    ground: DeclineGround
    declined_on: date
    transfer_key: Id


class IncomingTransferClosed(Fact, stored_as="pregnancy_tracking.IncomingTransferClosed"):
    """It is over without our answer; the key is destroyed. After an acceptance it is a sign for the unit in charge."""

    county: Id
    ground: ClosingGround
    closed_on: date
    transfer_key: Id


TRANSFER_FACTS: tuple[type[Fact], ...] = (
    CareTransferRequested,
    CareTransferAccepted,
    CareTransferDeclined,
    CareTransferTimedOut,
    CareTransferWithdrawn,
    CareTakenOver,
    ResidenceChanged,
    CourseMoved,
    TransferOpened,
    TransferQueued,
    TransferUnqueued,
    IncomingTransferReceived,
    IncomingTransferAccepted,
    IncomingTransferDeclined,
    IncomingTransferClosed,
)
