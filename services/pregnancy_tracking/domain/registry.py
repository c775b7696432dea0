"""The county's facilities, their devices and who is licensed there: from reference data, then as enforcement tells."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field

from services.pregnancy_tracking.domain.reference import ReferenceMissing
from shared.kernel import NOTHING, Case, Command, Decision, Fact, Id, NotYet, Refusal, Value


class FacilityAwaited(NotYet):
    """Enforcement tells of a facility that has not been registered here yet."""


class UnknownFacility(Refusal):
    """No facility of the county has this code."""


class LicenceKind(StrEnum):
    """What a facility or a practitioner may do; a facility's kinds count for itself, not for its staff."""

    DELIVERY = "delivery"
    ULTRASOUND = "ultrasound"
    TERMINATION = "termination"


class Licence(Value):
    """Valid on both its first and its last day; without a last day until it is told otherwise."""

    kind: LicenceKind
    valid_from: date
    valid_until: date | None


class Practitioner(Value):
    """Somebody who works at a facility, with what she may do there."""

    code: Id
    licences: tuple[Licence, ...]


class Facility(Value):
    """`unit` answers for its records."""

    code: Id
    unit: Id
    devices: tuple[Id, ...] = ()
    licences: tuple[Licence, ...] = ()
    staff: tuple[Practitioner, ...] = ()

    def authorised(self, kind: LicenceKind, day: date) -> bool:
        """Whether the facility itself holds this licence that day."""
        return _holds(self.licences, kind, day)

    def licensed(self, operators: tuple[str, ...], kind: LicenceKind, day: date) -> bool:
        """Whether one of these practitioners holds this licence here that day."""
        return any(_holds(each.licences, kind, day) for each in self.staff if each.code in operators)


class AdoptRegistry(Command):
    """Take the facilities of the reference data as they are from now on."""

    facilities: tuple[Facility, ...]


class NoteFacility(Command):
    """Enforcement registered a facility, or added devices, licences or staff to one, whose unit it need not say."""

    facility: Id
    unit: Id | None = None
    devices: tuple[Id, ...] = ()
    licences: tuple[Licence, ...] = ()
    staff: tuple[Practitioner, ...] = ()


class NoteSuspension(Command):
    """Enforcement suspended a facility, or reinstated it."""

    facility: Id
    suspended: bool


class RegistryAdopted(Fact, stored_as="pregnancy_tracking.RegistryAdopted"):
    """These are the facilities of the reference data from here on; what enforcement told stays beside."""

    facilities: tuple[Facility, ...]


class FacilityNoted(Fact, stored_as="pregnancy_tracking.FacilityNoted"):
    """Enforcement told what this facility has, as its register is from here on."""

    facility: Facility


class FacilitySuspended(Fact, stored_as="pregnancy_tracking.FacilitySuspended"):
    """The facility may not work."""

    facility: Id


class FacilityReinstated(Fact, stored_as="pregnancy_tracking.FacilityReinstated"):
    """The facility may work again."""

    facility: Id


class Registry(Value):
    """Facilities by code: of the reference data (None before it is adopted), as enforcement told them, suspended."""

    adopted: tuple[Facility, ...] | None = None
    told: dict[str, Facility] = Field(default_factory=dict)
    suspended: frozenset[str] = frozenset()

    @property
    def facilities(self) -> dict[str, Facility]:
        """What enforcement told is added to what the reference data has."""
        known = {each.code: each for each in self.adopted or ()}
        return known | {code: _joined(known.get(code), told) for code, told in self.told.items()}

    def facility(self, code: str) -> Facility:
        """Raises UnknownFacility, or ReferenceMissing."""
        if self.adopted is None:
            raise ReferenceMissing("no reference data has been adopted yet")
        known = self.facilities
        if code not in known:
            raise UnknownFacility("no facility of the county", pointer="/facility", accepted=", ".join(known))
        return known[code]


def evolve(registry: Registry, fact: Fact) -> Registry:
    match fact:
        case RegistryAdopted(facilities=facilities):
            return registry.model_copy(update={"adopted": facilities})
        case FacilityNoted(facility=facility):
            return registry.model_copy(update={"told": registry.told | {facility.code: facility}})
        case FacilitySuspended(facility=code):
            return registry.model_copy(update={"suspended": registry.suspended | {code}})
        case FacilityReinstated(facility=code):
            return registry.model_copy(update={"suspended": registry.suspended - {code}})
    return registry


REGISTRY = Case("registry", Registry(), evolve)
ADOPTED = "county"
"""The one key: a deployment serves one county."""


def adopt_registry(command: AdoptRegistry, registry: Registry) -> Decision:
    """The facilities named are those of the reference data; nothing if they already are."""
    if command.facilities == registry.adopted:
        return NOTHING
    return {REGISTRY.id(ADOPTED): [RegistryAdopted(facilities=command.facilities)]}


def note_facility(command: NoteFacility, registry: Registry) -> Decision:
    """Add what enforcement tells of a facility; nothing if it is known. Raises FacilityAwaited."""
    new = Facility(
        code=command.facility,
        unit=command.unit or _known(registry, command.facility).unit,
        devices=command.devices,
        licences=command.licences,
        staff=command.staff,
    )
    told = _joined(registry.told.get(new.code), new)
    if registry.told.get(new.code) == told:
        return NOTHING
    return {REGISTRY.id(ADOPTED): [FacilityNoted(facility=told)]}


def note_suspension(command: NoteSuspension, registry: Registry) -> Decision:
    """Suspend or reinstate; nothing if it is so. Raises FacilityAwaited."""
    _ = _known(registry, command.facility)
    if command.suspended is (command.facility in registry.suspended):
        return NOTHING
    kind = FacilitySuspended if command.suspended else FacilityReinstated
    return {REGISTRY.id(ADOPTED): [kind(facility=command.facility)]}


def _known(registry: Registry, code: str) -> Facility:
    if code not in registry.facilities:
        raise FacilityAwaited("the facility is not registered here yet", pointer="/facility")
    return registry.facilities[code]


def _joined(known: Facility | None, told: Facility) -> Facility:
    if known is None:
        return told
    return Facility(
        code=told.code,
        unit=told.unit,
        devices=tuple(dict.fromkeys((*known.devices, *told.devices))),
        licences=_licences((*known.licences, *told.licences)),
        staff=_staff((*known.staff, *told.staff)),
    )


def _staff(staff: tuple[Practitioner, ...]) -> tuple[Practitioner, ...]:
    """Each practitioner once, with every licence anybody told of."""
    held: dict[str, tuple[Licence, ...]] = {}
    for each in staff:
        held[each.code] = (*held.get(each.code, ()), *each.licences)
    return tuple(Practitioner(code=code, licences=_licences(licences)) for code, licences in held.items())


def _licences(licences: tuple[Licence, ...]) -> tuple[Licence, ...]:
    """Each licence once: told again with another last day, it ends on that."""
    return tuple({(each.kind, each.valid_from): each for each in licences}.values())


def _holds(licences: tuple[Licence, ...], kind: LicenceKind, day: date) -> bool:
    return any(
        each.kind is kind and each.valid_from <= day and (each.valid_until is None or day <= each.valid_until)
        for each in licences
    )
