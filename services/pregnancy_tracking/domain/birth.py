"""A birth by the name it has among services: what was last told of it, and the benefits that came with it.

Benefits know a household by a name of their own, care a woman by another; the child's name is what both were told.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from services.pregnancy_tracking.domain.birth_events import BenefitNoted, BirthTold, Standing
from shared.kernel import NOTHING, Case, Command, Decision, Fact, Id, Value


class NoteBenefit(Command):
    """Where an entitlement stands that came with a birth, as benefits said with that sequence."""

    birth: Id
    programme: Id
    standing: Standing
    since: date
    sequence: int


class BirthHeard(Value):
    """The sequences of what was last said: of the birth, and of each programme's entitlement."""

    sequence: int = 0
    benefits: Mapping[str, int] = {}


def evolve(heard: BirthHeard, fact: Fact) -> BirthHeard:
    match fact:
        case BirthTold(sequence=sequence):
            return heard.model_copy(update={"sequence": sequence})
        case BenefitNoted(programme=programme, sequence=sequence):
            return heard.model_copy(update={"benefits": {**heard.benefits, programme: sequence}})
    return heard


BIRTH = Case("birth", BirthHeard(), evolve, private=True)


def note_benefit(command: NoteBenefit, heard: BirthHeard) -> Decision:
    """Note where an entitlement stands, whether or not its birth is known yet; nothing if newer is known."""
    if command.sequence <= heard.benefits.get(command.programme, 0):
        return NOTHING
    noted = BenefitNoted(
        programme=command.programme, standing=command.standing, since=command.since, sequence=command.sequence
    )
    return {BIRTH.id(command.birth): [noted]}
