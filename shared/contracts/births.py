"""What births says to others."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from shared.contracts.cloudevents import Contract


class Vital(StrEnum):
    LIVE = "live"
    STILL = "still"


class BirthRecorded(Contract, type="evenborn.births.birth_recorded.v1"):
    """On `care`: a birth, for the mother's timeline. It does not say the child's sex: care does not need it.

    `person` is the mother's care pseudonym, `number` the child's place among the children of this birth.
    """

    birth: str
    person: str
    pregnancy: str | None
    vital: Vital
    born_on: date
    facility: str
    township: str
    plurality: int
    number: int
    gestation_weeks: int | None


class PersonErased(Contract, type="evenborn.births.person_erased.v1"):
    """On `care`: destroy what you hold of this person (care pseudonym)."""

    person: str
