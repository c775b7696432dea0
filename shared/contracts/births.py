"""What births says to others."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from shared.contracts.cloudevents import Contract


class Vital(StrEnum):
    LIVE = "live"
    STILL = "still"


class BirthTold(Contract):
    """A birth, for the mother's timeline. It does not say the child's sex: care does not need it.

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


class BirthRecorded(BirthTold, type="evenborn.births.birth_recorded.v1"):
    """On `care`: a birth was recorded. Also said of a birth that counts again after it was voided."""


class BirthCorrected(BirthTold, type="evenborn.births.birth_corrected.v1"):
    """On `care`: what was said of a birth is corrected: it is as told here."""


class BirthVoided(Contract, type="evenborn.births.birth_voided.v1"):
    """On `care`: a birth was found to be a duplicate of `of`; it does not count."""

    birth: str
    person: str
    of: str


class PersonErased(Contract, type="evenborn.births.person_erased.v1"):
    """On `care`: destroy what you hold of this person (care pseudonym)."""

    person: str
