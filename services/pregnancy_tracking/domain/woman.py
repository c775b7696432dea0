"""What is known of a woman across her pregnancies: the key that lets at most one be under care at a time.

Everything here is told by dates, so that it is the same in whatever order departments tell it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.pregnancy_tracking.domain.birth_events import BirthForgotten, CourseReopened
from services.pregnancy_tracking.domain.care_events import CounsellingGiven, CourseRedated
from services.pregnancy_tracking.domain.commands import ErasePerson
from services.pregnancy_tracking.domain.events import (
    BirthAwaited,
    BirthPlaced,
    CourseClosed,
    CourseOpened,
    PersonErased,
    SecondRegistrationSetAside,
)
from services.pregnancy_tracking.domain.policy import Policy
from services.pregnancy_tracking.domain.transfer_events import CourseMoved
from services.pregnancy_tracking.domain.words import Birth
from shared.kernel import NOTHING, Case, Decision, Fact, NotYet, Refusal, Value


class PregnancyUnknown(NotYet):
    """No pregnancy of hers holds that day; its registration may still be on its way."""


class RecordErased(Refusal):
    """The record was erased; nothing more is taken into it."""


class RetentionApplies(Refusal):
    """The policy keeps records for some time."""


class Course(Value):
    """The days of one of her pregnancies. It begins with the LMP, undated with the registration.

    `moved`: another county cares for her, so that she may be taken under care here anew.
    """

    pregnancy: str
    handbook: str
    registered_on: date
    last_menstrual_period: date | None
    ended_on: date | None = None
    erased: bool = False
    moved: bool = False

    @property
    def begins(self) -> date:
        return self.last_menstrual_period or self.registered_on

    @property
    def last_known(self) -> date:
        """The last day anything is recorded of."""
        return self.ended_on or self.registered_on

    def could_begin(self, policy: Policy) -> date:
        """The earliest day it may have begun, also when it is undated."""
        return self.last_menstrual_period or self.registered_on - policy.latest_registration

    def could_end(self, policy: Policy) -> date:
        """The day it ended, or the latest on which it will have."""
        return self.ended_on or self.begins + policy.longest

    def runs_on(self, day: date, policy: Policy) -> bool:
        """Whether she may be pregnant with it on that day."""
        return self.begins <= day <= self.could_end(policy)

    def holds(self, day: date, policy: Policy) -> bool:
        """Whether what happened on that day belongs to it: also some time after its end."""
        return self.begins <= day <= self.could_end(policy) + policy.followed


class Woman(Value):
    """`courses` in the order they became known; births that wait for theirs; the pregnancy of births that found it."""

    courses: tuple[Course, ...] = ()
    awaited: tuple[Birth, ...] = ()
    placed: Mapping[str, str] = {}
    set_aside: frozenset[str] = frozenset()
    counselled: frozenset[CounsellingGiven] = frozenset()
    erased: bool = False

    def course(self, pregnancy: str) -> Course:
        """One of hers by its id. Raises PregnancyUnknown, or RecordErased."""
        return _kept(next((course for course in self.courses if course.pregnancy == pregnancy), None), "/pregnancy")

    def course_of_birth(self, born_on: date, policy: Policy) -> Course | None:
        """The course a birth on that day belongs to: the one registered last."""
        holding = [course for course in self.courses if course.holds(born_on, policy)]
        return max(holding, key=_registered, default=None)

    def course_of_visit(self, visited_on: date, policy: Policy, pointer: str = "/visited_on") -> Course:
        """The course a visit on that day belongs to. Raises PregnancyUnknown, or RecordErased.

        A day soon after one course and before the registration of the next belongs to the former.
        """
        possible = [each for each in self.courses if _seen_in(each, visited_on, policy)]
        registered = [each for each in possible if each.registered_on <= visited_on]
        return _kept(max(registered or possible, key=_registered, default=None), pointer)

    def conflicting(self, new: Course, policy: Policy) -> Course | None:
        """A course of hers that may be under care at the same time as a new one."""
        kept = (course for course in self.courses if not (course.erased or course.moved))
        return next((course for course in kept if meet(course, new, policy)), None)

    def with_end(self, pregnancy: str, ended_on: date | None) -> Woman:
        """As she would be had that pregnancy of hers ended on that day, or not yet."""
        return self.model_copy(update={"courses": _changed(self.courses, pregnancy, {"ended_on": ended_on})})

    def outlived(self, new: Course, policy: Policy) -> tuple[Course, ...]:
        """Of all with the new one, those whose end nobody told although a later one has been registered."""
        kept = [*(course for course in self.courses if not course.erased), new]
        latest = max(course.registered_on for course in kept)
        return tuple(course for course in kept if course.ended_on is None and course.could_end(policy) < latest)


def evolve(woman: Woman, fact: Fact) -> Woman:  # noqa: C901 - one line per fact
    changes: dict[str, Any] = {}
    match fact:
        case CourseOpened():
            changes = {"courses": (*woman.courses, Course(**fact.model_dump())), "erased": False}
        case CourseClosed(pregnancy=pregnancy, ended_on=ended_on):
            changes = {"courses": _changed(woman.courses, pregnancy, {"ended_on": ended_on})}
        case CourseMoved(pregnancy=pregnancy):
            changes = {"courses": _changed(woman.courses, pregnancy, {"moved": True})}
        case CourseRedated(pregnancy=pregnancy, last_menstrual_period=day):
            changes = {"courses": _changed(woman.courses, pregnancy, {"last_menstrual_period": day})}
        case CounsellingGiven():
            changes = {"counselled": woman.counselled | {fact}, "erased": False}
        case SecondRegistrationSetAside(registration=registration):
            changes = {"set_aside": woman.set_aside | {registration.handbook}, "erased": False}
        case CourseReopened(pregnancy=pregnancy):
            changes = {"courses": _changed(woman.courses, pregnancy, {"ended_on": None})}
        case BirthAwaited(birth=birth):
            changes = _elsewhere(woman, birth.birth, erased=False)
            changes["awaited"] = (*changes["awaited"], birth)
        case BirthPlaced(birth=placed, pregnancy=pregnancy):
            changes = _elsewhere(woman, placed)
            changes["placed"] = {**changes["placed"], placed: pregnancy}
        case BirthForgotten(birth=forgotten):
            changes = _elsewhere(woman, forgotten)
        case PersonErased():
            courses = tuple(course.model_copy(update={"erased": True}) for course in woman.courses)
            changes = {"courses": courses, "counselled": frozenset(), "erased": True}
    return woman.model_copy(update=changes)


WOMAN = Case("woman", Woman(), evolve, private=True)
"""One case per woman: the key is her care pseudonym. What is sealed for her is bound to this case's id."""


def erase_person(command: ErasePerson, woman: Woman, policy: Policy) -> Decision:
    """Make what is sealed for her unreadable; nothing if nothing was told since she was last erased.

    Somebody never heard of here is erased as well: others may know her, and hear of it.
    """
    if woman.erased:
        return NOTHING
    known = [course.last_known for course in woman.courses if not course.erased]
    until = max((day + policy.retention for day in known), default=date.min)
    if until > command.at.date():
        raise RetentionApplies("a record of hers is still kept", pointer="/person", accepted=f"from {until} on")
    return {WOMAN.id(command.person): [PersonErased(person=command.person)]}


def _elsewhere(woman: Woman, birth: str, **more: Any) -> dict[str, Any]:
    """Her births without this one, wherever it was."""
    awaited = tuple(each for each in woman.awaited if each.birth != birth)
    placed = {each: pregnancy for each, pregnancy in woman.placed.items() if each != birth}
    return {"awaited": awaited, "placed": placed, **more}


def _registered(course: Course) -> date:
    return course.registered_on


def meet(one: Course, other: Course, policy: Policy) -> bool:
    """Whether two courses may be of one time: one may have run when the other was registered."""
    return one.runs_on(other.registered_on, policy) or other.runs_on(one.registered_on, policy)


def _seen_in(course: Course, day: date, policy: Policy) -> bool:
    return course.could_begin(policy) <= day <= course.could_end(policy) + policy.followed


def _kept(course: Course | None, pointer: str) -> Course:
    if course is None:
        raise PregnancyUnknown("no such pregnancy of hers is known", pointer=pointer)
    if course.erased:
        raise RecordErased("the record was erased")
    return course


def _changed(courses: tuple[Course, ...], pregnancy: str, changes: dict[str, Any]) -> tuple[Course, ...]:
    return tuple(course.model_copy(update=changes) if course.pregnancy == pregnancy else course for course in courses)
