"""What can be asked about transfers."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from services.pregnancy_tracking.domain.transfer_rules import ClosingGround, CourseSoFar, DeclineGround
from services.pregnancy_tracking.domain.words import Registration
from shared.kernel import Command, Id
from shared.sealed import Sealed


class RequestTransfer(Command):
    """Ask a unit of another county, or of this one (no letter), to take over her care. `transfer` is a new id."""

    person: Id
    pregnancy: Id
    transfer: Id
    county: Id
    unit: Id
    by: Id
    consents_to_transfer: bool
    told: CourseSoFar
    letter: Sealed | None


class WithdrawTransfer(Command):
    """Ask no longer: she wants to stay."""

    person: Id
    pregnancy: Id


class NoteTransferAnswer(Command):
    """A county answered; with a ground it declined, without one it accepted."""

    named: ClassVar[frozenset[str]] = frozenset({"transfer"})

    county: Id
    transfer: Id
    answered_on: date
    ground: DeclineGround | None


class AcceptTransferWithin(Command):
    """Another unit of this county takes over her care, where she lives now."""

    transfer: Id
    township: Id
    village: Id
    township_post: Id
    village_post: Id
    consents_to_care: bool


class TimeOutTransfers(Command):
    """Let go of what nobody answered in time, and of what is asked for no more."""


class ReceiveTransfer(Command):
    """A county asks a unit of ours. `transfer` is its own id for it."""

    county: Id
    transfer: Id
    unit: Id
    consented_on: date
    answer_by: date
    about: Sealed


class AcceptTransfer(Command):
    """The unit takes over her care: `pregnancy` is a new id; she is registered as `registration` says.

    `before` is what was told of her care so far.
    """

    county: Id
    transfer: Id
    person: Id
    pregnancy: Id
    registration: Registration
    consents_to_care: bool
    before: CourseSoFar


class DeclineTransfer(Command):
    """The unit does not take over her care."""

    county: Id
    transfer: Id
    ground: DeclineGround


class NoteTransferClosed(Command):
    """A county asks no longer."""

    named: ClassVar[frozenset[str]] = frozenset({"incoming_transfer"})

    county: Id
    transfer: Id
    ground: ClosingGround
