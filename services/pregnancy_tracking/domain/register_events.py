"""What is entered in the registers of scans and procedures, and what closing them found: a storage format.

Nothing here says who was examined or treated; what belongs to a pregnancy is noted there.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import AwareDatetime

from shared.kernel import Fact, Id


class Anomaly(StrEnum):
    """What a device's day shows about how its register is kept. Never about anybody examined."""

    COUNTER_GAP = "counter_gap"
    COUNTER_BACKWARDS = "counter_backwards"
    OPERATOR_IN_TWO_ROOMS = "operator_in_two_rooms"
    ROSTER_NEVER_VARIES = "roster_never_varies"
    WHILE_SUSPENDED = "while_suspended"


class Standing(StrEnum):
    """On what a procedure was done."""

    CERTIFIED = "certified"
    EMERGENCY = "emergency"
    NOT_REQUIRED = "not_required"
    MISSING = "missing"


# On the scan register of a device.


class ScanRecorded(Fact, stored_as="pregnancy_tracking.ScanRecorded"):
    """An examination with an ultrasound device. `operators` are the staff present; `late` by the policy of that day."""

    facility: Id
    device: Id
    counter: int
    scanned_at: AwareDatetime
    day: date
    operators: tuple[Id, ...]
    purpose: Id
    late: bool
    while_suspended: bool


class DeviceDayClosed(Fact, stored_as="pregnancy_tracking.DeviceDayClosed"):
    """What the register shows of a device's day; told again when entries came after. `missing` are counters skipped.

    Entries of days before `kept_from` are no longer at hand.
    """

    facility: Id
    device: Id
    day: date
    first: int
    last: int
    entries: int
    late: int
    missing: int
    anomalies: tuple[Anomaly, ...]
    kept_from: date


# On the procedure register of a facility.


class ProcedureRecorded(Fact, stored_as="pregnancy_tracking.ProcedureRecorded"):
    """A procedure that happened. `authorised`: the facility held the licence and was not suspended."""

    facility: Id
    entry: Id
    performed_at: AwareDatetime
    day: date
    standing: Standing
    authorised: bool
    late: bool


class AftercareOpened(Fact, stored_as="pregnancy_tracking.AftercareOpened"):
    """The facility that did the procedure owes the care after it; no village post does."""

    facility: Id
    entry: Id
    opened_on: date


class ProcedureMonthClosed(Fact, stored_as="pregnancy_tracking.ProcedureMonthClosed"):
    """How many procedures a facility recorded in a month (its first day), None for fewer than `fewest_told`.

    Told again when one came after, unless that shows nothing new.
    """

    facility: Id
    month: date
    procedures: int | None
    fewest_told: int


class ProcedureWeekClosed(Fact, stored_as="pregnancy_tracking.ProcedureWeekClosed"):
    """How many procedures a facility recorded without the certificate they needed in a week (its Monday).

    `unauthorised` are those it held no licence for, or was suspended at; an emergency waits for none. `late` were
    entered long after: None for fewer than are told, since most of them are as they should be.
    """

    facility: Id
    week: date
    without_certificate: int
    unauthorised: int = 0
    late: int | None = None


# On the pregnancy, when the entry is of one that is under care.


class ScanNoted(Fact, stored_as="pregnancy_tracking.ScanNoted"):
    """She was examined by ultrasound."""

    facility: Id
    scanned_on: date
    purpose: Id


class TerminationPerformed(Fact, stored_as="pregnancy_tracking.TerminationPerformed"):
    """The pregnancy was terminated: for her, and for the facility that treated her and owes her the care after it."""

    facility: Id
    performed_on: date


REGISTER_FACTS: tuple[type[Fact], ...] = (
    ScanRecorded,
    DeviceDayClosed,
    ProcedureRecorded,
    AftercareOpened,
    ProcedureMonthClosed,
    ProcedureWeekClosed,
    ScanNoted,
    TerminationPerformed,
)
