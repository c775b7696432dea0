"""How a pregnancy ended: told by its births, or by the unit in charge."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.pregnancy_tracking.domain.commands import EndPregnancy, NoteBirth
from services.pregnancy_tracking.domain.events import (
    BirthAwaited,
    BirthNoted,
    BirthPlaced,
    CourseClosed,
    PregnancyEnded,
    PregnancyEndRevised,
)
from services.pregnancy_tracking.domain.policy import Policy
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY, Pregnancy, not_in_future
from services.pregnancy_tracking.domain.woman import WOMAN, Course, Woman
from services.pregnancy_tracking.domain.words import Birth, Outcome, Vital
from shared.kernel import NOTHING, Decision, Refusal


class AlreadyEnded(Refusal):
    """A pregnancy ends once."""


class EndImplausible(Refusal):
    """The pregnancy cannot have ended that day: it had not begun, or was long over."""


def await_birth(command: NoteBirth, woman: Woman) -> Decision:
    """Keep a birth until its pregnancy is registered; nothing if it is known."""
    if _known(command, woman):
        return NOTHING
    return {WOMAN.id(command.person): [BirthAwaited(birth=command.birth)]}


def note_birth(command: NoteBirth, course: Course, woman: Woman, pregnancy: Pregnancy) -> Decision:
    """Note a birth on the pregnancy it ends; nothing if it is known, or the record was erased."""
    if course.erased or _known(command, woman):
        return NOTHING
    return note(command.person, course.pregnancy, pregnancy, [command.birth])


def note(person: str, pregnancy_id: str, pregnancy: Pregnancy, births: Sequence[Birth]) -> Decision:
    """Births on their pregnancy, and its end as all its births tell it: the last of them, live if any child is.

    What births tell outweighs what was told before, except that the mother died.
    """
    ending = _ending(person, pregnancy, [*pregnancy.births, *births])
    closed = [CourseClosed(pregnancy=pregnancy_id, ended_on=each.ended_on) for each in ending]
    placed = [BirthPlaced(birth=birth.birth, pregnancy=pregnancy_id) for birth in births]
    noted = [BirthNoted(birth=birth) for birth in births]
    return {PREGNANCY.id(pregnancy_id): [*noted, *ending], WOMAN.id(person): [*closed, *placed]}


def last_born(births: Sequence[Birth]) -> date | None:
    """The day of the last birth, None if there is none."""
    return max((birth.born_on for birth in births), default=None)


def end_pregnancy(command: EndPregnancy, course: Course, pregnancy: Pregnancy, policy: Policy) -> Decision:
    """End a pregnancy; nothing if it ended so already."""
    not_in_future(command.ended_on, command, "/ended_on")
    if (pregnancy.outcome, pregnancy.ended_on) == (command.outcome, command.ended_on):
        return NOTHING
    if pregnancy.outcome:
        raise AlreadyEnded("the pregnancy has ended", pointer="/outcome")
    earliest, latest = course.could_begin(policy), course.could_end(policy)
    if not earliest <= command.ended_on <= latest:
        raise EndImplausible("not within this pregnancy", pointer="/ended_on", accepted=f"{earliest} to {latest}")
    ended = PregnancyEnded(person=command.person, outcome=command.outcome, ended_on=command.ended_on)
    closed = CourseClosed(pregnancy=course.pregnancy, ended_on=command.ended_on)
    return {PREGNANCY.id(course.pregnancy): [ended], WOMAN.id(command.person): [closed]}


def _known(command: NoteBirth, woman: Woman) -> bool:
    awaited = (birth.birth for birth in woman.awaited)
    return command.birth.birth in woman.placed or command.birth.birth in awaited


def _ending(
    person: str, pregnancy: Pregnancy, births: Sequence[Birth]
) -> Sequence[PregnancyEnded | PregnancyEndRevised]:
    ended_on = max(birth.born_on for birth in births)
    outcome = Outcome.BIRTH if any(birth.vital is Vital.LIVE for birth in births) else Outcome.STILLBIRTH
    if pregnancy.outcome is None:
        return [PregnancyEnded(person=person, outcome=outcome, ended_on=ended_on)]
    if pregnancy.outcome is Outcome.MATERNAL_DEATH or (pregnancy.outcome, pregnancy.ended_on) == (outcome, ended_on):
        return []
    return [PregnancyEndRevised(person=person, outcome=outcome, ended_on=ended_on)]
