"""How a pregnancy ended: told by its births, or by the unit in charge."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple, cast

from services.pregnancy_tracking.domain.birth_events import CourseReopened, PregnancyReopened
from services.pregnancy_tracking.domain.care_events import LossSupportAssigned, MaternalDeathRecorded
from services.pregnancy_tracking.domain.commands import EndPregnancy, RecordMaternalDeath
from services.pregnancy_tracking.domain.events import (
    BirthNoted,
    BirthPlaced,
    CourseClosed,
    PregnancyEnded,
    PregnancyEndRevised,
)
from services.pregnancy_tracking.domain.policy import Policy
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY, Pregnancy
from services.pregnancy_tracking.domain.woman import WOMAN, Course
from services.pregnancy_tracking.domain.words import Birth, Outcome, Vital
from shared.kernel import NOTHING, Decision, Fact, Refusal


class AlreadyEnded(Refusal):
    """A pregnancy ends once."""


class NotMaternalDeath(Refusal):
    """A death is maternal during the pregnancy and for the policy's days after its end."""


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
    if (pregnancy.outcome, pregnancy.ended_on) == (command.outcome, command.ended_on):
        return NOTHING
    if pregnancy.outcome:
        raise AlreadyEnded("the pregnancy has ended", pointer="/outcome")
    earliest, latest = course.could_begin(policy), course.could_end(policy)
    if not earliest <= command.ended_on <= latest:
        raise EndImplausible("not within this pregnancy", pointer="/ended_on", accepted=f"{earliest} to {latest}")
    return _over(command.person, course, command.outcome, command.ended_on, _with_it(command))


def record_maternal_death(
    command: RecordMaternalDeath, course: Course, pregnancy: Pregnancy, policy: Policy
) -> Decision:
    """She died; that ends the pregnancy, unless it had ended. Nothing if it is known. Raises NotMaternalDeath."""
    if pregnancy.died_on:
        return NOTHING
    recorded = MaternalDeathRecorded(person=command.person, died_on=command.died_on)
    if pregnancy.ended_on is None:
        return _over(command.person, course, Outcome.MATERNAL_DEATH, command.died_on, [recorded])
    latest = pregnancy.ended_on + timedelta(policy.care.maternal_death_days)
    if not pregnancy.ended_on <= command.died_on <= latest:
        accepted = f"{pregnancy.ended_on} to {latest}"
        raise NotMaternalDeath("not within the days after the end", pointer="/died_on", accepted=accepted)
    return {PREGNANCY.id(course.pregnancy): [recorded]}


def unknown_end(pregnancy_id: str, pregnancy: Pregnancy, ended_on: date) -> Decision:
    """Nobody told how it ended, which says nothing against anybody; a birth told later corrects it."""
    ended = PregnancyEnded(person=pregnancy.person, outcome=Outcome.UNKNOWN, ended_on=ended_on)
    closed = CourseClosed(pregnancy=pregnancy_id, ended_on=ended_on)
    return {PREGNANCY.id(pregnancy_id): [ended], WOMAN.id(pregnancy.person): [closed]}


def _with_it(command: EndPregnancy) -> list[Fact]:
    """What an end brings with it: that she died, or who owes her support."""
    if command.outcome is Outcome.MATERNAL_DEATH:
        return [MaternalDeathRecorded(person=command.person, died_on=command.ended_on)]
    if command.unit and command.outcome in {Outcome.LOSS, Outcome.STILLBIRTH}:
        return [LossSupportAssigned(unit=command.unit, assigned_on=command.ended_on)]
    return []


def _over(person: str, course: Course, outcome: Outcome, ended_on: date, more: list[Fact]) -> Decision:
    ended = PregnancyEnded(person=person, outcome=outcome, ended_on=ended_on)
    closed = CourseClosed(pregnancy=course.pregnancy, ended_on=ended_on)
    return {PREGNANCY.id(course.pregnancy): [ended, *more], WOMAN.id(person): [closed]}
