"""A birth: what makes it recordable, and its record."""

from __future__ import annotations

from services.births.domain.commands import RecordBirth
from services.births.domain.events import BirthNoted, BirthRecorded
from services.births.domain.mother import MOTHER, MotherRecord, pregnancy_of
from services.births.domain.particulars import Content, content_of
from services.births.domain.policy import Plausible, Policy, years_after
from services.births.domain.reference import County
from shared.kernel import Case, Decision, Fact, Refusal, Value


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


class Birth(Value):
    """A birth; `content` is None until it is recorded."""

    content: Content | None = None


def evolve(birth: Birth, fact: Fact) -> Birth:
    match fact:
        case BirthRecorded():
            return birth.model_copy(update={"content": content_of(fact)})
    return birth


BIRTH = Case("birth", Birth(), evolve)


def record_birth(command: RecordBirth, birth: Birth, mother: MotherRecord, county: County, policy: Policy) -> Decision:
    """Record a child that her mother's record does not know yet."""
    check(command, county, policy)
    if birth.content:
        raise BirthIdTaken("another birth has this id", pointer="/birth")
    pregnancy = pregnancy_of(mother, command.born_on, policy.linking)
    recorded = BirthRecorded(**command.particulars(), pregnancy=pregnancy)
    noted = BirthNoted(birth=command.birth, born_on=command.born_on, number=command.number)
    return {BIRTH.id(command.birth): [recorded], MOTHER.id(command.person): [noted]}


def check(command: RecordBirth, county: County, policy: Policy) -> None:
    """The rules any telling of a birth has to meet."""
    county.facility(command.facility)
    county.township(command.township)
    if command.born_at > command.at:
        raise InFuture("not born yet", pointer="/born_at", accepted=f"up to {command.at.isoformat()}")
    if years_after(command.born_on, policy.late_registration_years) <= command.at.date():
        accepted = f"less than {policy.late_registration_years} years ago"
        raise BornTooLongAgo("the time for late registration is over", pointer="/born_at", accepted=accepted)
    _plausible(command, policy.plausible)
    if command.number > command.plurality:
        accepted = f"up to {command.plurality}"
        raise PluralityImpossible(f"{command.number} of {command.plurality}", pointer="/number", accepted=accepted)


def _plausible(command: RecordBirth, plausible: Plausible) -> None:
    for measure in Plausible.model_fields:
        told, possible = getattr(command, measure), getattr(plausible, measure)
        if told is not None and not possible.holds(told):
            raise Implausible(f"{told} is not possible", pointer=f"/{measure}", accepted=str(possible))
