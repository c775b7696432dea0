"""What enforcement says to others."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from shared.contracts.cloudevents import Contract


class LicenceKind(StrEnum):
    DELIVERY = "delivery"
    ULTRASOUND = "ultrasound"
    TERMINATION = "termination"


class Licence(BaseModel):
    """What may be done, on both the first and the last day; without a last day until it is told again."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    kind: LicenceKind
    valid_from: date
    valid_until: date | None


class FacilityRegistered(Contract, type="evenborn.enforcement.facility_registered.v1"):
    """On `registry`: a facility is in the register, or its licences or names changed.

    `unit` answers for its records. A name that is not told stays as it is.
    """

    facility: str
    unit: str
    licences: tuple[Licence, ...]
    name_zh: str | None = None
    name_en: str | None = None


class FacilitySuspended(Contract, type="evenborn.enforcement.facility_suspended.v1"):
    """On `registry`: the facility may not work until it is reinstated."""

    facility: str


class FacilityReinstated(Contract, type="evenborn.enforcement.facility_reinstated.v1"):
    """On `registry`: the facility may work again."""

    facility: str


class DeviceAdded(Contract, type="evenborn.enforcement.device_added.v1"):
    """On `registry`: the facility has a device more."""

    facility: str
    device: str


class PractitionerLicensed(Contract, type="evenborn.enforcement.practitioner_licensed.v1"):
    """On `registry`: somebody who works at the facility holds a licence there; told again with a last day, it ends."""

    facility: str
    practitioner: str
    licence: Licence
