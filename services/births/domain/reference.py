"""The county as births needs it: its townships and facilities, adopted from reference data as a fact."""

from __future__ import annotations

from collections import Counter
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


class ReferenceAdopted(Fact, stored_as="births.ReferenceAdopted"):
    """These are the county's townships and facilities from here on."""

    townships: tuple[Township, ...]
    facilities: tuple[Facility, ...]


class CodeUsedTwice(Refusal):
    """A code names one township or facility."""


class ReferenceMissing(NotYet):
    """No reference data has been adopted yet."""


class UnknownTownship(Refusal):
    """No township of the county has this code."""


class UnknownFacility(Refusal):
    """No facility of the county has this code."""


class County(Value):
    """The county's townships and facilities by code; both empty until reference data is adopted."""

    townships: dict[str, Township] = Field(default_factory=dict)
    facilities: dict[str, Facility] = Field(default_factory=dict)

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
        if not (self.townships or self.facilities):
            raise ReferenceMissing("no reference data has been adopted yet")


def evolve(state: County, fact: Fact) -> County:
    match fact:
        case ReferenceAdopted(townships=townships, facilities=facilities):
            return County(
                townships={each.code: each for each in townships}, facilities={each.code: each for each in facilities}
            )
    return state


COUNTY = Case("reference", County(), evolve)
ADOPTED = "county"
"""The one key: a deployment serves one county."""


def adopt_reference(command: AdoptReference, county: County) -> Decision:
    """The reference named is the county's; nothing if it already is."""
    _told_apart(command.townships, "/townships")
    _told_apart(command.facilities, "/facilities")
    if command.townships == tuple(county.townships.values()) and command.facilities == tuple(
        county.facilities.values()
    ):
        return NOTHING
    return {COUNTY.id(ADOPTED): [ReferenceAdopted(townships=command.townships, facilities=command.facilities)]}


def _told_apart(entries: tuple[Township | Facility, ...], pointer: str) -> None:
    twice = [code for code, count in Counter(entry.code for entry in entries).items() if count > 1]
    if twice:
        raise CodeUsedTwice(f"used twice: {', '.join(twice)}", pointer=pointer)


def _codes(known: dict[str, Township] | dict[str, Facility]) -> str:
    return ", ".join(known)
