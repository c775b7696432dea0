"""A mother's record: which of her births and pregnancies are known, so that each is counted once and linked.

It holds no sex and no order of her children, and nobody can ask it anything: only decisions look at it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from pydantic import Field

from services.births.domain.commands import ErasePerson, NoteMaternalDeath, NotePregnancy
from services.births.domain.events import BirthNoted, MaternalDeathNoted, PersonErased, PregnancyNoted
from services.births.domain.policy import Linking, Policy, years_after
from shared.kernel import NOTHING, Case, Decision, Fact, Refusal, Value


class RetentionApplies(Refusal):
    """The policy keeps identities of birth records, sealed, for some years."""


class Child(NamedTuple):
    """A child of hers that is recorded, as far as telling it again goes."""

    born_on: date
    number: int


class Expected(NamedTuple):
    """A pregnancy of hers under care: due when, known since when."""

    due_on: date | None
    noted_on: date


class MotherRecord(Value):
    """Birth ids by child, pregnancies by id in the order they became known.

    `died_on` is the day of her death in or after a pregnancy. `identified` says whether anything was told of her since
    she was last erased.
    """

    births: dict[Child, str] = Field(default_factory=dict)
    pregnancies: dict[str, Expected] = Field(default_factory=dict)
    died_on: date | None = None
    identified: bool = False

    def birth_of(self, child: Child, within_days: int) -> str | None:
        """The birth of this child: of that day, else the nearest with that number at most so many days apart."""
        near = {
            known: abs((known.born_on - child.born_on).days) for known in self.births if known.number == child.number
        }
        nearest = min(near, key=lambda known: near[known], default=None)
        return self.births[nearest] if nearest and near[nearest] <= within_days else None


class MotherErased(Refusal):
    """Her identity here was erased: this would bring it back."""


def evolve(mother: MotherRecord, fact: Fact) -> MotherRecord:
    match fact:
        case BirthNoted(birth=birth, born_on=born_on, number=number):
            births = {**mother.births, Child(born_on, number): birth}
            return mother.model_copy(update={"births": births, "identified": True})
        case PregnancyNoted(pregnancy=pregnancy, estimated_due_on=due_on, noted_on=noted_on):
            pregnancies = {**mother.pregnancies, pregnancy: Expected(due_on, noted_on)}
            return mother.model_copy(update={"pregnancies": pregnancies, "identified": True})
        case MaternalDeathNoted(died_on=died_on):
            return mother.model_copy(update={"died_on": died_on})
        case PersonErased():
            return mother.model_copy(update={"identified": False})
    return mother


MOTHER = Case("mother", MotherRecord(), evolve, private=True)
"""One case per mother: the key is her care pseudonym."""


def note_pregnancy(command: NotePregnancy, mother: MotherRecord) -> Decision:
    """Know a pregnancy, or its new due date; nothing if that is known."""
    known = mother.pregnancies.get(command.pregnancy)
    if known and known.due_on == command.estimated_due_on:
        return NOTHING
    noted = PregnancyNoted(
        pregnancy=command.pregnancy, estimated_due_on=command.estimated_due_on, noted_on=command.at.date()
    )
    return {MOTHER.id(command.person): [noted]}


def note_maternal_death(command: NoteMaternalDeath, mother: MotherRecord) -> Decision:
    """Know a maternal death, or its right day; nothing if that is known. A woman dies once, whatever is told."""
    if mother.died_on == command.died_on:
        return NOTHING
    noted = MaternalDeathNoted(pregnancy=command.pregnancy, died_on=command.died_on, instead_of=mother.died_on)
    return {MOTHER.id(command.person): [noted]}


def erase_person(command: ErasePerson, mother: MotherRecord, household: str | None, policy: Policy) -> Decision:
    """Destroy her identity unless a record of hers must still be kept; nothing if there is nothing of hers."""
    if not mother.identified:
        return NOTHING
    until = max((years_after(child.born_on, policy.retention_years) for child in mother.births), default=date.min)
    if until > command.at.date():
        detail = f"a birth record of hers is kept, sealed, for {policy.retention_years} years"
        raise RetentionApplies(detail, pointer="/person", accepted=f"from {until} on")
    return {MOTHER.id(command.person): [PersonErased(person=command.person, household=household)]}


def pregnancy_of(mother: MotherRecord, born_on: date, linking: Linking) -> str | None:
    """The pregnancy this birth ends: of those near enough, the one that became known last."""
    near = (each for each, expected in reversed(mother.pregnancies.items()) if _near(born_on, expected, linking))
    return next(near, None)


def _near(born_on: date, expected: Expected, linking: Linking) -> bool:
    if expected.due_on is None:
        return expected.noted_on <= born_on <= expected.noted_on + timedelta(linking.days_undated)
    earliest = expected.due_on - timedelta(linking.days_before_due)
    return earliest <= born_on <= expected.due_on + timedelta(linking.days_after_due)
