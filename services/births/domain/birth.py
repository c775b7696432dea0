"""A birth: what makes it recordable, and its record."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from pydantic import Field

from services.births.domain.commands import RecordBirth
from services.births.domain.events import (
    BirthCorrected,
    BirthNoted,
    BirthRecorded,
    BirthReinstated,
    BirthVoided,
    CertificateIssued,
    CertificateVoided,
    CorrectionRejected,
    CorrectionRequested,
    NeonatalDeathRecorded,
    NeonatalDeathWithdrawn,
    RegisteredLate,
)
from services.births.domain.mother import MOTHER, MotherRecord, pregnancy_of
from services.births.domain.particulars import Content, Told, content_of, told_of
from services.births.domain.policy import Plausible, Policy, Records, years_after
from services.births.domain.reasons import Consequence, VoidReason
from services.births.domain.reference import County
from shared.kernel import Case, Decision, Fact, Refusal, Value
from shared.sealed import Sealed


class InFuture(Refusal):
    """A birth is recorded once it has happened: nothing about a child is held before."""


class BornTooLongAgo(Refusal):
    """The time for late registration is over."""


class PluralityImpossible(Refusal):
    """A child's number is at most the number of children born together."""


class Implausible(Refusal):
    """A measure outside what the policy holds possible."""


class BirthIdTaken(Refusal):
    """A birth id names one birth."""


class NotALiveBirth(Refusal):
    """Only who was born alive can get a certificate, or die after birth."""


class UnknownBirth(Refusal):
    """No birth is recorded under this id."""


class BirthVoid(Refusal):
    """The birth was found to be a duplicate of another: the other is its record."""


class Requested(NamedTuple):
    """A correction asked for and not yet decided."""

    before: Told
    after: Told
    mother: Sealed | None
    requested_by: str


class Issued(NamedTuple):
    """A valid certificate: its number, and the unit whose series it is of."""

    number: str
    unit: str


class Birth(Value):
    """A birth; `content` is what it counts as, None until it is recorded.

    `versions` are all contents it was ever recorded or corrected with, `requests` the open corrections, `decided`
    the others, `duplicate_of` the birth it was voided for, `certificate` the valid one, `void` those that were.
    """

    content: Content | None = None
    versions: tuple[Content, ...] = ()
    person: str = ""
    household: str | None = None
    pregnancy: str | None = None
    mother: Sealed | None = None
    duplicate_of: str | None = None
    died_on: date | None = None
    requests: dict[str, Requested] = Field(default_factory=dict)
    decided: frozenset[str] = frozenset()
    certificate: Issued | None = None
    void: frozenset[str] = frozenset()

    @property
    def recorded(self) -> Told:
        """What is on record of it, whether it counts or not. Raises UnknownBirth."""
        if self.content is None:
            raise UnknownBirth("no birth has this id", pointer="/birth")
        return told_of(self.content)

    @property
    def told(self) -> Told:
        """What it counts as. Raises UnknownBirth, or BirthVoid if it does not count any more."""
        told = self.recorded
        if self.duplicate_of:
            raise BirthVoid("it is a duplicate", pointer="/birth", accepted=self.duplicate_of)
        return told


def evolve(birth: Birth, fact: Fact) -> Birth:
    return birth.model_copy(update=_changes(birth, fact) or _decisions(birth, fact))


def _changes(birth: Birth, fact: Fact) -> dict[str, Any]:  # noqa: PLR0911 - one answer per fact
    match fact:
        case BirthRecorded():
            content = content_of(fact)
            whose = {name: getattr(fact, name) for name in ("person", "household", "pregnancy", "mother")}
            return {"content": content, "versions": (content,), **whose}
        case NeonatalDeathRecorded(died_on=died_on):
            return {"died_on": died_on}
        case NeonatalDeathWithdrawn():
            return {"died_on": None}
        case BirthVoided(of=of):
            return {"duplicate_of": of}
        case BirthReinstated():
            return {"duplicate_of": None}
        case CertificateIssued(certificate=certificate, unit=unit):
            return {"certificate": Issued(certificate, unit)}
        case CertificateVoided(certificate=certificate):
            return {"certificate": None, "void": birth.void | {certificate}}
    return {}


def _decisions(birth: Birth, fact: Fact) -> dict[str, Any]:
    """What corrections change: open ones wait, decided ones do not."""
    match fact:
        case CorrectionRequested(correction=correction):
            asked = Requested(fact.before, fact.after, fact.mother, fact.requested_by)
            return {"requests": {**birth.requests, correction: asked}}
        case BirthCorrected(correction=correction, after=after, mother=mother):
            content = content_of(after)
            now = {"content": content, "versions": (*birth.versions, content), "mother": mother or birth.mother}
            return now | _decided(birth, correction)
        case CorrectionRejected(correction=correction):
            return _decided(birth, correction)
    return {}


def _decided(birth: Birth, correction: str) -> dict[str, Any]:
    requests = {key: asked for key, asked in birth.requests.items() if key != correction}
    return {"requests": requests, "decided": birth.decided | {correction}}


BIRTH = Case("birth", Birth(), evolve)


def record_birth(command: RecordBirth, birth: Birth, mother: MotherRecord, county: County, policy: Policy) -> Decision:
    """Record a child that her mother's record does not know yet."""
    check(command, county, policy)
    if birth.content:
        raise BirthIdTaken("another birth has this id", pointer="/birth")
    pregnancy = pregnancy_of(mother, command.born_on, policy.linking)
    recorded = BirthRecorded(**command.particulars(), pregnancy=pregnancy)
    noted = BirthNoted(birth=command.birth, born_on=command.born_on, number=command.number)
    late = _late(command, policy.of_records)
    return {BIRTH.id(command.birth): [recorded, *late], MOTHER.id(command.person): [noted]}


def void_certificate(birth: str, state: Birth, reason: VoidReason | Consequence) -> list[CertificateVoided]:
    """The end of the valid certificate of a birth; nothing if it has none."""
    if state.certificate is None:
        return []
    number, unit = state.certificate
    return [CertificateVoided(birth=birth, household=state.household, certificate=number, unit=unit, reason=reason)]


def _late(command: RecordBirth, rules: Records) -> list[RegisteredLate]:
    days = (command.at.date() - command.born_on).days
    if days <= rules.late_after_days:
        return []
    return [RegisteredLate(birth=command.birth, household=command.household, days=days)]


def check(command: RecordBirth, county: County, policy: Policy) -> None:
    """The rules any telling of a birth has to meet."""
    check_places(command, county)
    if command.born_at > command.at:
        raise InFuture("not born yet", pointer="/born_at", accepted=f"up to {command.at.isoformat()}")
    if years_after(command.born_on, policy.late_registration_years) <= command.at.date():
        accepted = f"less than {policy.late_registration_years} years ago"
        raise BornTooLongAgo("the time for late registration is over", pointer="/born_at", accepted=accepted)
    check_measures(command, policy.plausible)


def check_places(told: Told, county: County) -> None:
    """Raises UnknownFacility, UnknownTownship."""
    county.facility(told.facility)
    county.township(told.township)


def check_measures(told: Told, plausible: Plausible) -> None:
    """Raises Implausible, PluralityImpossible."""
    for measure in Plausible.model_fields:
        value, possible = getattr(told, measure), getattr(plausible, measure)
        if value is not None and not possible.holds(value):
            raise Implausible(f"{value} is not possible", pointer=f"/{measure}", accepted=str(possible))
    if told.number > told.plurality:
        accepted = f"up to {told.plurality}"
        raise PluralityImpossible(f"{told.number} of {told.plurality}", pointer="/number", accepted=accepted)
