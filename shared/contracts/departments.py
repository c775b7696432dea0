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


class DepartmentMessage(Contract):
    """A message of a department; strict about its fields.

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
    """Personal part: whose visit it was, and what was observed, as numbers by code."""

    document: Annotated[str, StringConstraints(min_length=6, max_length=32, pattern=r"^[A-Za-z0-9 -]+$")]
    observations: dict[Id, float] = Field(default_factory=dict, max_length=40)


class Patient(Value):
    """Personal part: who was examined or treated."""

    document: Annotated[str, StringConstraints(min_length=6, max_length=32, pattern=r"^[A-Za-z0-9 -]+$")]


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
    """A hospital saw her for an antenatal visit. `personal` holds a Visited."""

    personal: Jwe
    visited_on: date
    unit: Id


class HomeVisit(DepartmentMessage, type="evenborn.village.home_visit.v1", holds=Visited):
    """A village post visited her at home. `personal` holds a Visited."""

    personal: Jwe
    visited_on: date
    unit: Id


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
