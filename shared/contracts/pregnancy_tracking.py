"""What pregnancy_tracking says to others."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

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


class PregnancyEnded(Contract, type="evenborn.pregnancy_tracking.pregnancy_ended.v1"):
    """On `care`: a pregnancy ended."""

    pregnancy: str
    person: str
    outcome: Outcome
    ended_on: date


class PersonErased(Contract, type="evenborn.pregnancy_tracking.person_erased.v1"):
    """On `care`: destroy what you hold of this person (care pseudonym)."""

    person: str
