"""What births says on `household`: what benefits need to know of a household's living children, and no more.

`household` is the mother's pseudonym for this purpose; `birth` is the child's name among services. Nothing here
says what she was treated for, how often she gave birth to a child that did not live, or a certificate's number.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from shared.contracts.cloudevents import Contract


class Sex(StrEnum):
    """Of a child that is born."""

    BOY = "boy"
    GIRL = "girl"


class Child(Contract):
    """A child born alive: `birth_order` counts the mother's live births including this one."""

    household: str
    birth: str
    born_on: date
    sex: Sex
    birth_order: int
    township: str


class BirthRecorded(Child, type="evenborn.births.household_birth_recorded.v1"):
    """A child was born to the household. Also said of a birth that counts again after it was voided."""


class BirthCorrected(Child, type="evenborn.births.household_birth_corrected.v1"):
    """What was said of a child is corrected: it is as told here."""


class BirthVoided(Contract, type="evenborn.births.household_birth_voided.v1"):
    """There is no such living child: the birth was a duplicate, or the child was not born alive."""

    household: str
    birth: str


class NeonatalDeathRecorded(Contract, type="evenborn.births.neonatal_death_recorded.v1"):
    """The child died in the first weeks of life."""

    household: str
    birth: str
    died_on: date


class NeonatalDeathWithdrawn(Contract, type="evenborn.births.neonatal_death_withdrawn.v1"):
    """The child's death was recorded by mistake."""

    household: str
    birth: str


class CertificateIssued(Contract, type="evenborn.births.certificate_issued.v1"):
    """The child has a valid birth certificate. A reissued one is voided and issued."""

    household: str
    birth: str
    issued_on: date


class CertificateVoided(Contract, type="evenborn.births.certificate_voided.v1"):
    """The child's certificate is not valid any more."""

    household: str
    birth: str


class PersonErased(Contract, type="evenborn.births.household_person_erased.v1"):
    """Destroy what you hold of this household's mother."""

    household: str
