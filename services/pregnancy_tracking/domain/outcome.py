"""How a pregnancy ended: told by its births, or by the unit in charge."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, cast

from services.pregnancy_tracking.domain.birth_events import CourseReopened, PregnancyReopened
from services.pregnancy_tracking.domain.commands import EndPregnancy
from services.pregnancy_tracking.domain.events import (
    BirthNoted,
    BirthPlaced,
    CourseClosed,
    PregnancyEnded,
    PregnancyEndRevised,
)
from services.pregnancy_tracking.domain.policy import Policy
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY, Pregnancy, not_in_future
from services.pregnancy_tracking.domain.woman import WOMAN, Course
from services.pregnancy_tracking.domain.words import Birth, Outcome, Vital
from shared.kernel import NOTHING, Decision, Fact, Refusal


class AlreadyEnded(Refusal):
    """A pregnancy ends once."""


class EndImplausible(Refusal):
    """The pregnancy cannot have ended that day: it had not begun, or was long over."""


class End(NamedTuple):
    """How and when a pregnancy ended."""

    outcome: Outcome
    on: date


def note(person: str, pregnancy_id: str, pregnancy: Pregnancy, births: Sequence[Birth]) -> Decision:
    """Births that waited, on their pregnancy, and its end as all its births tell it."""
    end, hers = ending(person, pregnancy_id, pregnancy, [*pregnancy.births, *births])
    placed = [BirthPlaced(birth=birth.birth, pregnancy=pregnancy_id) for birth in births]
    noted = [BirthNoted(birth=birth) for birth in births]
    return {PREGNANCY.id(pregnancy_id): [*noted, *end], WOMAN.id(person): [*hers, *placed]}


def end_of(pregnancy: Pregnancy, births: Sequence[Birth]) -> End | None:
    """The end as all its births tell it: the last of them, live if any child is; without births, as supposed.

    What births tell outweighs what was told before, except that the mother died.
    """
    if pregnancy.outcome is Outcome.MATERNAL_DEATH and pregnancy.ended_on:
        return End(pregnancy.outcome, pregnancy.ended_on)
    if not births:
        return End(*pregnancy.supposed) if pregnancy.supposed else None
    live = any(birth.vital is Vital.LIVE for birth in births)
    return End(Outcome.BIRTH if live else Outcome.STILLBIRTH, max(birth.born_on for birth in births))


def ending(
    person: str, pregnancy_id: str, pregnancy: Pregnancy, births: Sequence[Birth]
) -> tuple[Sequence[Fact], Sequence[Fact]]:
    """What it means for a pregnancy's end, and for her course, that these are its births."""
    end = end_of(pregnancy, births)
    if end == (pregnancy.outcome, pregnancy.ended_on) or (end is None and pregnancy.ended_on is None):
        return [], []
    if end is None:
        reopened = PregnancyReopened(person=person, ended_on=cast("date", pregnancy.ended_on))
        return [reopened], [CourseReopened(pregnancy=pregnancy_id)]
    fact = PregnancyEndRevised if pregnancy.outcome else PregnancyEnded
    told = fact(person=person, outcome=end.outcome, ended_on=end.on)
    return [told], [CourseClosed(pregnancy=pregnancy_id, ended_on=end.on)]


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
