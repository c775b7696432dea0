"""What enforcement tells of facilities, devices and licences."""

from __future__ import annotations

from collections.abc import Sequence

from services.pregnancy_tracking.domain.registry import (
    Licence,
    LicenceKind,
    NoteFacility,
    NoteSuspension,
    Practitioner,
)
from shared.contracts import enforcement
from shared.kernel import Command
from shared.reacting import Hearing, Reactions


def facility_registered(message: enforcement.FacilityRegistered, hearing: Hearing) -> Sequence[Command]:
    """A facility, or other licences of one. Idempotent by what it has."""
    licences = tuple(map(_licence, message.licences))
    return [NoteFacility(**hearing.stamp(), facility=message.facility, unit=message.unit, licences=licences)]


def facility_suspended(message: enforcement.FacilitySuspended, hearing: Hearing) -> Sequence[Command]:
    """A facility may not work. Idempotent by facility."""
    return [NoteSuspension(**hearing.stamp(), facility=message.facility, suspended=True)]


def facility_reinstated(message: enforcement.FacilityReinstated, hearing: Hearing) -> Sequence[Command]:
    """A facility may work again. Idempotent by facility."""
    return [NoteSuspension(**hearing.stamp(), facility=message.facility, suspended=False)]


def device_added(message: enforcement.DeviceAdded, hearing: Hearing) -> Sequence[Command]:
    """A facility has a device more. Idempotent by device."""
    return [NoteFacility(**hearing.stamp(), facility=message.facility, devices=(message.device,))]


def practitioner_licensed(message: enforcement.PractitionerLicensed, hearing: Hearing) -> Sequence[Command]:
    """Somebody is licensed at a facility. Idempotent by practitioner, kind and first day; the last day told counts."""
    staff = (Practitioner(code=message.practitioner, licences=(_licence(message.licence),)),)
    return [NoteFacility(**hearing.stamp(), facility=message.facility, staff=staff)]


REACTIONS: Reactions = {
    enforcement.FacilityRegistered: facility_registered,
    enforcement.FacilitySuspended: facility_suspended,
    enforcement.FacilityReinstated: facility_reinstated,
    enforcement.DeviceAdded: device_added,
    enforcement.PractitionerLicensed: practitioner_licensed,
}


def _licence(told: enforcement.Licence) -> Licence:
    return Licence(kind=LicenceKind(told.kind), valid_from=told.valid_from, valid_until=told.valid_until)
