"""What can be asked of care (AdoptPolicy and AdoptReference stand beside what they adopt)."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from services.pregnancy_tracking.domain.words import Birth, Outcome, Registration, VisitKind
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

    `observed` is what `observations` seals: it is judged and never stored.
    """

    person: Id
    pregnancy: Id | None
    kind: VisitKind
    visited_on: date
    unit: Id
    observations: Sealed | None
    observed: dict[Id, float] = Field(default_factory=dict, repr=False)


class NoteBirth(Command):
    """A birth of hers is known."""

    person: Id
    birth: Birth


class EndPregnancy(Command):
    """The pregnancy is over, as the unit in charge learnt."""

    person: Id
    pregnancy: Id
    outcome: Outcome
    ended_on: date


class ErasePerson(Command):
    """Make what is sealed for her unreadable for good."""

    person: Id
