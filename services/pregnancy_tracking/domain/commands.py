"""What can be asked of care (AdoptPolicy and AdoptReference stand beside what they adopt)."""

from __future__ import annotations

from datetime import date

from pydantic import AwareDatetime, Field

from services.pregnancy_tracking.domain.words import Birth, DatingBasis, Outcome, Registration, RiskColour, VisitKind
from shared.kernel import Command, Id
from shared.sealed import Sealed


class RegisterPregnancy(Command):
    """Take a pregnancy under care. `pregnancy` is a new id, `person` her care pseudonym."""

    pregnancy: Id
    person: Id
    registration: Registration
    consents_to_care: bool


class LogVisit(Command):
    """She was seen; without `pregnancy` it belongs to the one whose course holds the day.

    `observed` is what `observations` seals, `danger` what `danger_signs` seals: judged and never stored.
    `referred_to` is the unit she was sent to, if any.
    """

    person: Id
    pregnancy: Id | None
    kind: VisitKind
    visited_on: date
    unit: Id
    observations: Sealed | None
    observed: dict[Id, float] = Field(default_factory=dict, repr=False)
    danger_signs: Sealed | None = None
    danger: tuple[Id, ...] = Field(default=(), repr=False)
    referred_to: Id | None = None


class NoteBirth(Command):
    """A birth of hers is as told here: recorded, corrected, or counting again. `sequence` numbers what births said."""

    person: Id
    birth: Birth
    sequence: int


class VoidBirth(Command):
    """A birth of hers does not count, as births said with that sequence."""

    person: Id
    birth: Id
    sequence: int


class EndPregnancy(Command):
    """The pregnancy is over, as the unit in charge learnt; without `pregnancy`, the one whose course holds the day.

    `unit` is who tells it: after a loss it owes her support.
    """

    person: Id
    pregnancy: Id | None
    outcome: Outcome
    ended_on: date
    unit: Id | None = None


class ErasePerson(Command):
    """Make what is sealed for her unreadable for good."""

    person: Id


class RequestCounselling(Command):
    """She asks for counselling before a pregnancy, and gets it. Nobody comes to her for it unasked."""

    person: Id
    unit: Id
    given_on: date
    topics: tuple[Id, ...] = Field(min_length=1, max_length=20)


class ArrangeCompanion(Command):
    """Somebody will be with her at the delivery."""

    person: Id
    pregnancy: Id | None
    companion: Id
    arranged_on: date
    unit: Id


class ReviseDating(Command):
    """An early scan, or what she knows of her last menstrual period, dates the pregnancy.

    `gestation_days` is how far she was on `established_on`.
    """

    person: Id
    pregnancy: Id | None
    basis: DatingBasis
    established_on: date
    gestation_days: int = Field(ge=0, le=330)


class GradeRisk(Command):
    """Her clinical risk on a day; `infectious` is sealed by the edge."""

    person: Id
    pregnancy: Id | None
    colour: RiskColour
    graded_on: date
    unit: Id
    infectious: Sealed


class ReassignCare(Command):
    """Other posts answer for her care from a day on."""

    person: Id
    pregnancy: Id | None
    township_post: Id
    village_post: Id
    assigned_on: date


class LogAttempt(Command):
    """A post tried to see her and met no one."""

    person: Id
    pregnancy: Id | None
    kind: VisitKind
    attempted_on: date
    unit: Id


class DeclineContact(Command):
    """She wants no such contact; without `contact`, none from this day on."""

    person: Id
    pregnancy: Id | None
    contact: Id | None
    declined_on: date


class WaiveContact(Command):
    """The county superior releases the posts from a contact, on a ground of the policy."""

    person: Id
    pregnancy: Id
    contact: Id
    ground: Id
    waived_on: date


class NoteDischarge(Command):
    """A hospital tells that she left it after the birth; `noticed_at` is when it wrote so."""

    person: Id
    pregnancy: Id | None
    facility: Id
    discharged_at: AwareDatetime
    noticed_at: AwareDatetime


class RecordMaternalDeath(Command):
    """She died."""

    person: Id
    pregnancy: Id | None
    died_on: date


class AssessDuties(Command):
    """See what time has done to duties up to the day of `at`."""
