"""The county as births needs it: townships and facilities, from reference data, then as enforcement tells."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import Annotated

from pydantic import Field, StringConstraints

from shared.kernel import NOTHING, Case, Command, Decision, Fact, Id, NotYet, Refusal, Value

Name = Annotated[str, StringConstraints(min_length=1, max_length=100)]


HOSPITAL, HOME = "hospital", "home"
"""Kinds of facilities births tells apart."""


class Township(Value):
    code: Id
    name_zh: Name
    name_en: Name


class Facility(Value):
    """Where births happen. `unit` answers for its records: who may write and read them.

    `kind` is `home` where nobody delivers in a hospital; reference data from before it was told knows hospitals only.
    """

    code: Id
    unit: Id
    kind: Annotated[Id, Field(exclude_if=lambda kind: kind == HOSPITAL)] = HOSPITAL
    name_zh: Name
    name_en: Name


class AdoptReference(Command):
    """Take the county's townships and facilities as they are from now on."""

    townships: tuple[Township, ...]
    facilities: tuple[Facility, ...]


class NoteFacility(Command):
    """Enforcement has a facility in its register; what it does not tell of its names stays as it is."""

    facility: Id
    unit: Id
    name_zh: Name | None
    name_en: Name | None


class ReferenceAdopted(Fact, stored_as="births.ReferenceAdopted"):
    """These are the townships and facilities of the reference data from here on; what enforcement told stays."""

    townships: tuple[Township, ...]
    facilities: tuple[Facility, ...]


class FacilityNoted(Fact, stored_as="births.FacilityNoted"):
    """Enforcement told of a facility, which is as told from here on, whatever the reference data has."""

    facility: Facility


class CodeUsedTwice(Refusal):
    """A code names one township or facility."""


class ReferenceMissing(NotYet):
    """No reference data has been adopted yet."""


class UnknownTownship(Refusal):
    """No township of the county has this code."""


class UnknownFacility(Refusal):
    """No facility of the county has this code."""


class County(Value):
    """The county's townships and facilities by code; no townships until reference data is adopted.

    `adopted` are the facilities of the reference data, `told` those that enforcement told of.
    """

    townships: dict[str, Township] = Field(default_factory=dict)
    adopted: tuple[Facility, ...] = ()
    told: dict[str, Facility] = Field(default_factory=dict)

    @cached_property
    def facilities(self) -> dict[str, Facility]:
        """All of them; what enforcement told goes before the reference data."""
        return {each.code: each for each in self.adopted} | self.told

    def township(self, code: str) -> Township:
        """Raises UnknownTownship, or ReferenceMissing."""
        self._adopted()
        if code not in self.townships:
            raise UnknownTownship("no township of the county", pointer="/township", accepted=_codes(self.townships))
        return self.townships[code]

    def facility(self, code: str) -> Facility:
        """Raises UnknownFacility, or ReferenceMissing."""
        self._adopted()
        if code not in self.facilities:
            raise UnknownFacility("no facility of the county", pointer="/facility", accepted=_codes(self.facilities))
        return self.facilities[code]

    def homes(self) -> frozenset[str]:
        """Codes of the places that are no hospital."""
        return frozenset(each.code for each in self.facilities.values() if each.kind == HOME)

    def units(self) -> frozenset[str]:
        """Units that answer for the records of a facility. Raises ReferenceMissing."""
        self._adopted()
        return frozenset(each.unit for each in self.facilities.values())

    def _adopted(self) -> None:
        if not (self.townships or self.adopted):
            raise ReferenceMissing("no reference data has been adopted yet")


def evolve(state: County, fact: Fact) -> County:
    match fact:
        case ReferenceAdopted(townships=townships, facilities=facilities):
            townships_by_code = {each.code: each for each in townships}
            return County(townships=townships_by_code, adopted=facilities, told=state.told)
        case FacilityNoted(facility=facility):
            return County(
                townships=state.townships, adopted=state.adopted, told={**state.told, facility.code: facility}
            )
    return state


COUNTY = Case("reference", County(), evolve)
ADOPTED = "county"
"""The one key: a deployment serves one county."""


def adopt_reference(command: AdoptReference, county: County) -> Decision:
    """The reference named is the county's; nothing if it already is."""
    _told_apart(command.townships, "/townships")
    _told_apart(command.facilities, "/facilities")
    if command.townships == tuple(county.townships.values()) and command.facilities == county.adopted:
        return NOTHING
    return {COUNTY.id(ADOPTED): [ReferenceAdopted(townships=command.townships, facilities=command.facilities)]}


def note_facility(command: NoteFacility, county: County) -> Decision:
    """Know a facility as enforcement tells it, a new one by its code until it is named; nothing if it is known so."""
    code = command.facility
    known = county.facilities.get(code, Facility(code=code, unit=command.unit, name_zh=code, name_en=code))
    names = {"name_zh": command.name_zh or known.name_zh, "name_en": command.name_en or known.name_en}
    told = known.model_copy(update={"unit": command.unit, **names})
    if county.facilities.get(code) == told:
        return NOTHING
    return {COUNTY.id(ADOPTED): [FacilityNoted(facility=told)]}


def _told_apart(entries: tuple[Township | Facility, ...], pointer: str) -> None:
    twice = [code for code, count in Counter(entry.code for entry in entries).items() if count > 1]
    if twice:
        raise CodeUsedTwice(f"used twice: {', '.join(twice)}", pointer=pointer)


def _codes(known: dict[str, Township] | dict[str, Facility]) -> str:
    return ", ".join(known)
