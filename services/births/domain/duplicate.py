"""Possible duplicates: a recorded child told again with other content is kept, reviewed, and counted or not.

A review can be reversed: what was confirmed can be dismissed, what was dismissed confirmed. The figures follow.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from pydantic import Field

from services.births.domain.birth import BIRTH, Birth, check, void_certificate
from services.births.domain.commands import ConfirmDuplicate, DismissDuplicate, RecordBirth
from services.births.domain.events import (
    BirthNoted,
    BirthRecorded,
    BirthReinstated,
    BirthVoided,
    DuplicateConfirmed,
    DuplicateDismissed,
    DuplicateSuspected,
)
from services.births.domain.mother import MOTHER, Child, MotherErased, MotherRecord, pregnancy_of
from services.births.domain.particulars import Content, Particulars, Told, content_of, told_of
from services.births.domain.policy import Policy
from services.births.domain.reasons import Consequence
from services.births.domain.reference import County
from shared.kernel import NOTHING, Case, Decision, Fact, Refusal, Value


class DuplicateOfItself(Refusal):
    """A birth is compared with another one."""


class UnknownDuplicate(Refusal):
    """No such birth was suspected to be, or confirmed as, a duplicate of that one."""


class Review(StrEnum):
    OPEN = "open"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


class Suspect(Value):
    """A birth that may be another one. `particulars` is None of one that was recorded, not suspected."""

    told: Told
    particulars: Particulars | None
    review: Review


class Suspicion(Value):
    """What one recorded birth was compared with, by birth id."""

    suspects: dict[str, Suspect] = Field(default_factory=dict)

    @property
    def contents(self) -> tuple[Content, ...]:
        """The other contents the birth was told with."""
        return tuple(content_of(each.told) for each in self.suspects.values())

    def person_of(self, birth: str) -> str:
        """The mother of a suspected birth; "" if it is not suspected."""
        suspect = self.suspects.get(birth)
        return suspect.particulars.person if suspect and suspect.particulars else ""


def evolve(suspicion: Suspicion, fact: Fact) -> Suspicion:
    match fact:
        case DuplicateSuspected(birth=birth):
            particulars = Particulars(**{name: getattr(fact, name) for name in Particulars.model_fields})
            return _with(suspicion, birth, Suspect(told=_told(fact), particulars=particulars, review=Review.OPEN))
        case DuplicateConfirmed(birth=birth, told=told):
            return _with(suspicion, birth, _reviewed(suspicion, birth, told, Review.CONFIRMED))
        case DuplicateDismissed(birth=birth, told=told):
            return _with(suspicion, birth, _reviewed(suspicion, birth, told, Review.DISMISSED))
    return suspicion


DUPLICATE = Case("duplicate", Suspicion(), evolve)
"""One case per birth that was told differently: the key is its id."""


def tell_again(  # noqa: PLR0913 - everything the decision depends on, by name
    command: RecordBirth, *, of: str, known: Collection[Content], mother: MotherRecord, county: County, policy: Policy
) -> Decision:
    """A child on her mother's record is told again: nothing if it was `known` so before, else suspected, once."""
    check(command, county, policy)
    if content_of(command) in known:
        return NOTHING
    if not mother.identified:
        raise MotherErased("the identity of this birth's mother was erased")
    return {DUPLICATE.id(of): [DuplicateSuspected(**command.particulars(), of=of)]}


def confirm_duplicate(command: ConfirmDuplicate, of: Birth, birth: Birth, suspicion: Suspicion) -> Decision:
    """The same child: it does not count, or not any more. Nothing if that was decided."""
    if command.birth == command.of:
        raise DuplicateOfItself("name two births", pointer="/birth")
    suspect = suspicion.suspects.get(command.birth)
    if suspect and suspect.review is Review.CONFIRMED:
        return NOTHING
    _ = of.told
    if birth.content is None and suspect is None:
        raise UnknownDuplicate("no such birth was suspected or recorded", pointer="/birth")
    told = suspect.told if suspect and birth.content is None else birth.told
    confirmed = DuplicateConfirmed(of=command.of, birth=command.birth, told=told)
    return {DUPLICATE.id(command.of): [confirmed], **_voided(command, birth)}


def dismiss_duplicate(
    command: DismissDuplicate, birth: Birth, suspicion: Suspicion, mother: MotherRecord, policy: Policy
) -> Decision:
    """Another child: it is a birth of its own, recorded now or counted again. Nothing if that was decided."""
    suspect = suspicion.suspects.get(command.birth)
    if suspect is None:
        raise UnknownDuplicate("no such birth was suspected or confirmed", pointer="/birth")
    if suspect.review is Review.DISMISSED:
        return NOTHING
    if suspect.particulars and birth.content is None:
        counted = _recorded(suspect.particulars, mother, policy)
    else:
        counted = _reinstated(command, birth)
    dismissed = DuplicateDismissed(of=command.of, birth=command.birth, told=suspect.told)
    return {DUPLICATE.id(command.of): [dismissed], **counted}


def _voided(command: ConfirmDuplicate, birth: Birth) -> dict[str, list[Fact]]:
    if birth.content is None:
        return {}
    void = BirthVoided(
        birth=command.birth, person=birth.person, household=birth.household, of=command.of, told=birth.told
    )
    return {BIRTH.id(command.birth): [void, *void_certificate(command.birth, birth, Consequence.DUPLICATE)]}


def _recorded(child: Particulars, mother: MotherRecord, policy: Policy) -> dict[str, list[Fact]]:
    """Her record knows the child by date and number unless that names another child of hers."""
    pregnancy = pregnancy_of(mother, child.born_on, policy.linking)
    facts: dict[str, list[Fact]] = {BIRTH.id(child.birth): [BirthRecorded(**dict(child), pregnancy=pregnancy)]}
    if Child(child.born_on, child.number) not in mother.births:
        noted = BirthNoted(birth=child.birth, born_on=child.born_on, number=child.number)
        facts[MOTHER.id(child.person)] = [noted]
    return facts


def _reinstated(command: DismissDuplicate, birth: Birth) -> dict[str, list[Fact]]:
    back = BirthReinstated(
        birth=command.birth,
        person=birth.person,
        household=birth.household,
        pregnancy=birth.pregnancy,
        of=command.of,
        told=birth.recorded,
    )
    return {BIRTH.id(command.birth): [back]}


def _told(fact: Told) -> Told:
    return told_of(content_of(fact))


def _with(suspicion: Suspicion, birth: str, suspect: Suspect) -> Suspicion:
    return suspicion.model_copy(update={"suspects": {**suspicion.suspects, birth: suspect}})


def _reviewed(suspicion: Suspicion, birth: str, told: Told, review: Review) -> Suspect:
    known = suspicion.suspects.get(birth)
    return Suspect(told=told, particulars=known.particulars if known else None, review=review)
