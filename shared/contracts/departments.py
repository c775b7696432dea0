"""What county departments say to services. `personal` is a JWE only the addressed service can open.

Every data object here forbids unknown fields: a department learns at once of a misspelt one.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

from shared.contracts.cloudevents import Contract
from shared.kernel import Id, Value

Jwe = Annotated[str, StringConstraints(min_length=32, max_length=16_384, pattern=r"^[A-Za-z0-9_.-]+$")]
"""A compact JWE (ECDH-ES, A256GCM) to the service's reader key."""
Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
"""A line of text, without control characters."""
Shape = type[Value]


AT_HOME = "home"
"""The `facility` of a birth at home: no unit's own, so that whoever was there or heard of it may tell it."""


class DepartmentMessage(Contract):
    """A message of a department; strict about its fields. Its `unit` or `facility`, if it has one, is whose act it is.

    `holds` is the shape of its personal part, decrypted; None for a message without one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
    holds: ClassVar[Shape | None]

    def __init_subclass__(cls, holds: Shape | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.holds = holds


class Person(Value):
    """Personal part: who she is. `document` is her identity document's number."""

    document: Annotated[str, StringConstraints(min_length=6, max_length=32, pattern=r"^[A-Za-z0-9 -]+$")]
    name: Line
    phone: Line | None = None
    address: Line | None = None


class Visited(Value):
    """Personal part: whose visit it was, what was observed, as numbers by code, and danger signs, as codes."""

    document: Annotated[str, StringConstraints(min_length=6, max_length=32, pattern=r"^[A-Za-z0-9 -]+$")]
    observations: dict[Id, float] = Field(default_factory=dict, max_length=40)
    danger_signs: tuple[Id, ...] = Field(default=(), max_length=20)


class Patient(Value):
    """Personal part: who was examined or treated."""

    document: Annotated[str, StringConstraints(min_length=6, max_length=32, pattern=r"^[A-Za-z0-9 -]+$")]


class Graded(Value):
    """Personal part: whose risk it is, and whether she has an infection that those who treat her must know of."""

    document: Annotated[str, StringConstraints(min_length=6, max_length=32, pattern=r"^[A-Za-z0-9 -]+$")]
    infectious: bool = False


class ContactPreference(StrEnum):
    VISIT = "visit"
    PHONE = "phone"
    CLINIC = "clinic"


class Registration(DepartmentMessage, type="evenborn.hospital.registration.v1", holds=Person):
    """A hospital registered a pregnancy with the woman's consent. `personal` holds a Person."""

    personal: Jwe
    registered_on: date
    last_menstrual_period: date | None = None
    township: Id
    village: Id
    township_post: Id
    village_post: Id
    handbook: Id
    contact_preference: ContactPreference
    consents_to_care: bool


class AntenatalVisit(DepartmentMessage, type="evenborn.hospital.antenatal_visit.v1", holds=Visited):
    """A hospital saw her for an antenatal visit, and may have referred her. `personal` holds a Visited."""

    personal: Jwe
    visited_on: date
    unit: Id
    referred_to: Id | None = None


class HomeVisit(DepartmentMessage, type="evenborn.village.home_visit.v1", holds=Visited):
    """A village post visited her at home, and may have referred her. `personal` holds a Visited."""

    personal: Jwe
    visited_on: date
    unit: Id
    referred_to: Id | None = None


class PostnatalVisit(DepartmentMessage, type="evenborn.hospital.postnatal_visit.v1", holds=Visited):
    """A hospital saw her after the birth. `personal` holds a Visited."""

    personal: Jwe
    visited_on: date
    unit: Id
    referred_to: Id | None = None


class ReferralResult(DepartmentMessage, type="evenborn.hospital.referral_result.v1", holds=Visited):
    """The unit she was referred to saw her. `personal` holds a Visited."""

    personal: Jwe
    visited_on: date
    unit: Id


class VisitKind(StrEnum):
    ANTENATAL = "antenatal"
    HOME = "home"
    POSTNATAL = "postnatal"


class Attempt(DepartmentMessage, type="evenborn.village.attempt.v1", holds=Patient):
    """A post tried to see her and met no one. `personal` holds a Patient."""

    personal: Jwe
    kind: VisitKind
    attempted_on: date
    unit: Id


class Decline(DepartmentMessage, type="evenborn.village.decline.v1", holds=Patient):
    """She wants no such contact; without `contact`, none from this day on. `personal` holds a Patient.

    `contact` is named as its duties are ("antenatal-2"). Nobody asks why.
    """

    personal: Jwe
    contact: Id | None = None
    declined_on: date


class Counselling(DepartmentMessage, type="evenborn.hospital.counselling.v1", holds=Patient):
    """She asked for counselling before a pregnancy and was given it. `personal` holds a Patient."""

    personal: Jwe
    unit: Id
    given_on: date
    topics: tuple[Id, ...] = Field(min_length=1, max_length=20)


class Companion(DepartmentMessage, type="evenborn.hospital.companion.v1", holds=Patient):
    """Somebody will be with her at the delivery: one of the policy's codes. `personal` holds a Patient."""

    personal: Jwe
    companion: Id
    arranged_on: date
    unit: Id


class DatingBasis(StrEnum):
    LAST_MENSTRUAL_PERIOD = "last_menstrual_period"
    SCAN = "scan"


class Dating(DepartmentMessage, type="evenborn.hospital.dating.v1", holds=Patient):
    """How many days she was along on a day, by an early scan or by her period. `personal` holds a Patient."""

    personal: Jwe
    basis: DatingBasis
    established_on: date
    gestation_days: int = Field(ge=0, le=330)


class RiskColour(StrEnum):
    GREEN = "green"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"


class Risk(DepartmentMessage, type="evenborn.hospital.risk.v1", holds=Graded):
    """Her clinical risk. `personal` holds a Graded."""

    personal: Jwe
    colour: RiskColour
    graded_on: date
    unit: Id


class Reassignment(DepartmentMessage, type="evenborn.hospital.reassignment.v1", holds=Patient):
    """Other posts answer for her care from a day on. `personal` holds a Patient."""

    personal: Jwe
    township_post: Id
    village_post: Id
    assigned_on: date


class Discharge(DepartmentMessage, type="evenborn.hospital.discharge.v1", holds=Patient):
    """She left the hospital after the birth. `personal` holds a Patient; the event's time is that of the notice."""

    personal: Jwe
    facility: Id
    discharged_at: AwareDatetime


class EndOutcome(StrEnum):
    LOSS = "loss"
    STILLBIRTH = "stillbirth"
    MATERNAL_DEATH = "maternal_death"
    UNKNOWN = "unknown"


class End(DepartmentMessage, type="evenborn.hospital.end.v1", holds=Patient):
    """How a pregnancy ended that no birth will end; `unit` treated her. `personal` holds a Patient."""

    personal: Jwe
    outcome: EndOutcome
    ended_on: date
    unit: Id


class MaternalDeath(DepartmentMessage, type="evenborn.hospital.maternal_death.v1", holds=Patient):
    """She died, pregnant or within 42 days after. `personal` holds a Patient."""

    personal: Jwe
    died_on: date


class Scan(DepartmentMessage, type="evenborn.hospital.scan.v1", holds=Patient):
    """An ultrasound examination, in a pregnancy or outside one. `personal` holds a Patient, or is left out.

    `operators` are the staff present, `purpose` is one of the policy's codes.
    """

    personal: Jwe | None = None
    facility: Id
    device: Id
    counter: int = Field(ge=0, le=10**9)
    scanned_at: AwareDatetime
    operators: tuple[Id, ...] = Field(max_length=10)
    purpose: Id


class Procedure(DepartmentMessage, type="evenborn.hospital.procedure.v1", holds=Patient):
    """A termination that was performed. `personal` holds a Patient, or is left out.

    It is recorded with or without a certificate; `gestation_weeks` says whether one was needed and is not kept.
    """

    personal: Jwe | None = None
    facility: Id
    performed_at: AwareDatetime
    emergency: bool
    certificate: Id | None = None
    gestation_weeks: int | None = Field(default=None, ge=1, le=46)


class Vital(StrEnum):
    LIVE = "live"
    STILL = "still"


class Sex(StrEnum):
    """Of a child that is born."""

    BOY = "boy"
    GIRL = "girl"


class Residence(StrEnum):
    """Where the mother lived before the birth: there, elsewhere until she came home for it, or newly come."""

    RESIDENT = "resident"
    RETURNED = "returned"
    INCOMING = "incoming"
    UNKNOWN = "unknown"


class Birth(DepartmentMessage, type="evenborn.hospital.birth.v1", holds=Person):
    """A birth in a facility or at home. `personal` holds the mother as a Person.

    `number` of `plurality` tells twins apart; `birth_order` counts her live births including this one.
    """

    personal: Jwe
    facility: Id
    born_at: AwareDatetime
    vital: Vital
    sex: Sex
    weight_grams: int | None = Field(default=None, ge=200, le=8000)
    gestation_weeks: int | None = Field(default=None, ge=16, le=46)
    plurality: int = Field(default=1, ge=1, le=8)
    number: int = Field(default=1, ge=1, le=8)
    birth_order: int = Field(ge=1, le=20)
    township: Id
    residence: Residence = Residence.UNKNOWN
