"""Taking a pregnancy under care."""

from __future__ import annotations

from datetime import date

from services.pregnancy_tracking.domain import outcome
from services.pregnancy_tracking.domain.commands import RegisterPregnancy
from services.pregnancy_tracking.domain.events import (
    CareAssigned,
    CourseOpened,
    HandbookIssued,
    PregnancyRegistered,
    RegistrationSetAside,
    SecondRegistrationSetAside,
)
from services.pregnancy_tracking.domain.policy import Policy
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY, Pregnancy, not_in_future
from services.pregnancy_tracking.domain.reference import County
from services.pregnancy_tracking.domain.woman import WOMAN, Course, Woman
from services.pregnancy_tracking.domain.words import Registration
from shared.kernel import NOTHING, Decision, Fact, Refusal


class ConsentMissing(Refusal):
    """Care begins with her consent."""


class DatingImplausible(Refusal):
    """No pregnancy lasts from that day to this."""


def register_pregnancy(command: RegisterPregnancy, woman: Woman, county: County, policy: Policy) -> Decision:
    """Take a pregnancy under care, with the births that waited for it; nothing if its handbook is known.

    Another registration while one is under care is set aside for the unit in charge; whoever sent it gets the
    answer everybody gets.
    """
    told = command.registration
    _judge(command, county, policy)
    if told.handbook in woman.set_aside or any(told.handbook == course.handbook for course in woman.courses):
        return NOTHING
    new = Course(
        pregnancy=command.pregnancy,
        handbook=told.handbook,
        registered_on=told.registered_on,
        last_menstrual_period=told.last_menstrual_period,
    )
    births = tuple(birth for birth in woman.awaited if new.holds(birth.born_on, policy))
    new = new.model_copy(update={"ended_on": outcome.last_born(births)})
    other = woman.conflicting(new, policy)
    if other:
        aside = SecondRegistrationSetAside(pregnancy=other.pregnancy, proposed=command.pregnancy, registration=told)
        proposed = RegistrationSetAside(handbook=told.handbook)
        return {PREGNANCY.id(command.pregnancy): [proposed], WOMAN.id(command.person): [aside]}
    return joined(
        {PREGNANCY.id(command.pregnancy): _opening(command, policy), WOMAN.id(command.person): [_opened(new)]},
        outcome.note(command.person, command.pregnancy, Pregnancy(), births) if births else NOTHING,
        *(_given_up(command, course, policy) for course in woman.outlived(new, policy)),
    )


def _judge(command: RegisterPregnancy, county: County, policy: Policy) -> None:
    told = command.registration
    if not command.consents_to_care:
        raise ConsentMissing("care begins with her consent", pointer="/consents_to_care", accepted="true")
    not_in_future(told.registered_on, command, "/registered_on")
    earliest = date.fromordinal(max(1, told.registered_on.toordinal() - policy.latest_registration.days))
    if told.last_menstrual_period and not earliest <= told.last_menstrual_period <= told.registered_on:
        raise DatingImplausible(
            "no pregnancy registered that day began on this",
            pointer="/last_menstrual_period",
            accepted=f"{earliest} to {told.registered_on}",
        )
    county.holds(told)


def _opening(command: RegisterPregnancy, policy: Policy) -> list[Fact]:
    told = command.registration
    return [
        PregnancyRegistered(
            person=command.person,
            identity=told.identity,
            registered_on=told.registered_on,
            last_menstrual_period=told.last_menstrual_period,
            estimated_due_on=policy.due_on(told.last_menstrual_period),
            township=told.township,
            village=told.village,
            contact_preference=told.contact_preference,
            consented_on=told.registered_on,
        ),
        _assigned(told),
        HandbookIssued(handbook=told.handbook, issued_on=told.registered_on),
    ]


def _assigned(told: Registration) -> CareAssigned:
    return CareAssigned(
        township_post=told.township_post, village_post=told.village_post, assigned_on=told.registered_on
    )


def _opened(course: Course) -> CourseOpened:
    return CourseOpened(
        pregnancy=course.pregnancy,
        handbook=course.handbook,
        registered_on=course.registered_on,
        last_menstrual_period=course.last_menstrual_period,
    )


def _given_up(command: RegisterPregnancy, course: Course, policy: Policy) -> Decision:
    return outcome.unknown_end(course.pregnancy, Pregnancy(person=command.person), course.could_end(policy))


def joined(*decisions: Decision) -> Decision:
    """Several decisions as one; the facts of a case in the order of the decisions."""
    facts: dict[str, list[Fact]] = {}
    for decision in decisions:
        for case_id, decided in decision.items():
            facts.setdefault(case_id, []).extend(decided)
    return facts
