"""The words of care that facts and commands share."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from shared.kernel import Id, Value
from shared.sealed import Sealed

Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
"""A line of text, without control characters."""


class Outcome(StrEnum):
    """How a pregnancy ended."""

    BIRTH = "birth"
    LOSS = "loss"
    STILLBIRTH = "stillbirth"
    MATERNAL_DEATH = "maternal_death"
    UNKNOWN = "unknown"


class Vital(StrEnum):
    LIVE = "live"
    STILL = "still"


class VisitKind(StrEnum):
    ANTENATAL = "antenatal"
    HOME = "home"
    POSTNATAL = "postnatal"
    REFERRAL_RESULT = "referral_result"


class DatingBasis(StrEnum):
    """By what a pregnancy is dated."""

    LAST_MENSTRUAL_PERIOD = "last_menstrual_period"
    SCAN = "scan"


class RiskColour(StrEnum):
    """Clinical risk, from the least. An infection is not a colour: it is a sealed mark beside it."""

    GREEN = "green"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"


class ContactPreference(StrEnum):
    """How she wants to be met."""

    VISIT = "visit"
    PHONE = "phone"
    CLINIC = "clinic"


class Identity(Value):
    """Who she is; stored sealed only."""

    document: Line
    name: Line
    phone: Line | None = None
    address: Line | None = None


class Observations(Value):
    """What was observed at a visit, as numbers by the policy's codes; stored sealed only."""

    values: dict[Id, float] = Field(max_length=40)


class DangerSigns(Value):
    """Which danger signs were found, by the policy's codes; stored sealed only."""

    codes: tuple[Id, ...] = Field(max_length=20)


class Infectious(Value):
    """Whether she has an infection that those who treat her must know of; stored sealed only."""

    infectious: bool


class Registration(Value):
    """A pregnancy as it is told at registration. Undated if she does not know her last menstrual period (LMP)."""

    identity: Sealed
    registered_on: date
    last_menstrual_period: date | None
    township: Id
    village: Id
    township_post: Id
    village_post: Id
    contact_preference: ContactPreference
    handbook: Id


class Birth(Value):
    """A birth as care needs it: `number` is the child's place among the `plurality` children of this birth."""

    birth: Id
    born_on: date
    vital: Vital
    facility: Id
    township: Id
    plurality: int
    number: int
    gestation_weeks: int | None
