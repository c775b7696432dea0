"""How far a pregnancy is: by her last menstrual period, better by an early scan, whatever is told first."""

from __future__ import annotations

from datetime import date, timedelta

from services.pregnancy_tracking.domain.care_events import CourseRedated, DatingRevised
from services.pregnancy_tracking.domain.commands import ReviseDating
from services.pregnancy_tracking.domain.duty_plan import datings
from services.pregnancy_tracking.domain.outcome import AlreadyEnded
from services.pregnancy_tracking.domain.policy import Policy
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY, Pregnancy
from services.pregnancy_tracking.domain.registration import DatingImplausible
from services.pregnancy_tracking.domain.schedule import WEEK, Dating, dated
from services.pregnancy_tracking.domain.woman import WOMAN, Course
from services.pregnancy_tracking.domain.words import DatingBasis
from shared.kernel import NOTHING, Decision, Fact


def revise_dating(command: ReviseDating, course: Course, pregnancy: Pregnancy, policy: Policy) -> Decision:
    """Date a pregnancy anew; nothing if it was dated so. The first scan counts, else what she said last.

    Raises AlreadyEnded for what was found after the end, DatingImplausible.
    """
    if pregnancy.ended_on and command.established_on > pregnancy.ended_on:
        raise AlreadyEnded("the pregnancy had ended by then", pointer="/established_on")
    begins = _plausible(command, course, policy)
    revised = DatingRevised(
        basis=command.basis,
        established_on=command.established_on,
        last_menstrual_period=begins,
        estimated_due_on=begins + timedelta(policy.gestation_days),
    )
    if revised in pregnancy.told:
        return NOTHING
    known, more = datings(pregnancy), Dating(command.basis, command.established_on, begins)
    counts_from = dated([*known, more])
    hers: list[Fact] = []
    if counts_from and counts_from != dated(known):
        due_on = counts_from + timedelta(policy.gestation_days)
        about = {"pregnancy": course.pregnancy, "person": command.person}
        hers = [CourseRedated(**about, last_menstrual_period=counts_from, estimated_due_on=due_on)]
    return {PREGNANCY.id(course.pregnancy): [revised], WOMAN.id(command.person): hers}


def _plausible(command: ReviseDating, course: Course, policy: Policy) -> date:
    """The day the pregnancy counts from. Raises DatingImplausible."""
    limit = WEEK * policy.care.dating_before_week
    if command.basis is DatingBasis.SCAN and timedelta(command.gestation_days) >= limit:
        accepted = f"less than {limit.days} days"
        raise DatingImplausible("a scan that late does not date", pointer="/gestation_days", accepted=accepted)
    begins = command.established_on - timedelta(command.gestation_days)
    earliest = course.registered_on - policy.latest_registration
    if not earliest <= begins <= course.registered_on:
        first, last = command.established_on - course.registered_on, command.established_on - earliest
        accepted = f"{max(first.days, 0)} to {last.days} days"
        raise DatingImplausible("she registered it at no such age", pointer="/gestation_days", accepted=accepted)
    return begins
