"""What pregnancy_tracking says to others."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints

from shared.contracts.cloudevents import Contract


class Outcome(StrEnum):
    BIRTH = "birth"
    LOSS = "loss"
    STILLBIRTH = "stillbirth"
    MATERNAL_DEATH = "maternal_death"
    UNKNOWN = "unknown"


class PregnancyRegistered(Contract, type="evenborn.pregnancy_tracking.pregnancy_registered.v1"):
    """On `care`: a pregnancy is under care. `person` is the woman's care pseudonym."""

    pregnancy: str
    person: str
    estimated_due_on: date | None
    township: str


class PregnancyRedated(Contract, type="evenborn.pregnancy_tracking.pregnancy_redated.v1"):
    """On `care`: a pregnancy is due on another day than was told."""

    pregnancy: str
    person: str
    estimated_due_on: date


class PregnancyTransferred(Contract, type="evenborn.pregnancy_tracking.pregnancy_transferred.v1"):
    """On `care`: another county cares for a pregnancy from this day on; its birth may be told here all the same."""

    pregnancy: str
    person: str
    transferred_on: date


class PregnancyEnded(Contract, type="evenborn.pregnancy_tracking.pregnancy_ended.v1"):
    """On `care`: a pregnancy ended. That it was a loss is not told: the outcome is `unknown` then."""

    pregnancy: str
    person: str
    outcome: Outcome
    ended_on: date


class PregnancyReopened(Contract, type="evenborn.pregnancy_tracking.pregnancy_reopened.v1"):
    """On `care`: a pregnancy has not ended after all: what told so does not belong to it."""

    pregnancy: str
    person: str


class MaternalDeathRecorded(Contract, type="evenborn.pregnancy_tracking.maternal_death_recorded.v1"):
    """On `care`: she died, pregnant or within the policy's days after the end; also told if that was the end."""

    pregnancy: str
    person: str
    died_on: date


class PersonErased(Contract, type="evenborn.pregnancy_tracking.person_erased.v1"):
    """On `care`: destroy what you hold of this person (care pseudonym)."""

    person: str


class Anomaly(StrEnum):
    """What a device's day shows about how its register is kept."""

    COUNTER_GAP = "counter_gap"
    COUNTER_BACKWARDS = "counter_backwards"
    OPERATOR_IN_TWO_ROOMS = "operator_in_two_rooms"
    ROSTER_NEVER_VARIES = "roster_never_varies"
    WHILE_SUSPENDED = "while_suspended"


class DeviceDayClosed(Contract, type="evenborn.pregnancy_tracking.device_day_closed.v1"):
    """On `oversight`: what a scan register shows of a device's day. The newest message about a day replaces others.

    `missing` counters were skipped, `late` entries made long after the examination.
    """

    facility: str
    device: str
    day: date
    first_counter: int
    last_counter: int
    entries: int
    late: int
    missing: int
    anomalies: tuple[Anomaly, ...]


class ProcedureMonthClosed(Contract, type="evenborn.pregnancy_tracking.procedure_month_closed.v1"):
    """On `oversight`: how many procedures a facility recorded in a month (its first day): a number, or `<10`."""

    facility: str
    month: date
    procedures: Annotated[str, StringConstraints(pattern=r"^<?[0-9]+$")]


class ProcedureWeekClosed(Contract, type="evenborn.pregnancy_tracking.procedure_week_closed.v1"):
    """On `oversight`: how many procedures a facility recorded without their certificate in a week (its Monday).

    `unauthorised` are those it held no licence for, or was suspended at; emergencies are not counted. `late` were
    entered long after, null for fewer than are told. The newest message about a week replaces others.
    """

    facility: str
    week: date
    without_certificate: int
    unauthorised: int = 0
    late: int | None = None


class LapsesMonthClosed(Contract, type="evenborn.pregnancy_tracking.lapses_month_closed.v1"):
    """On `supervision`: how many duties a unit let lapse in a month (its first day): a number, or `<10`.

    For superiors, never for enforcement. The newest message about a month replaces others.
    """

    unit: str
    month: date
    lapses: Annotated[str, StringConstraints(pattern=r"^<?[0-9]+$")]
