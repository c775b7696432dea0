"""Which cases each command needs: binds the rules to the writer."""

from __future__ import annotations

from collections.abc import Mapping

from services.pregnancy_tracking.domain import outcome, policy, pregnancy, reference, registration, woman
from services.pregnancy_tracking.domain.commands import (
    EndPregnancy,
    ErasePerson,
    LogVisit,
    NoteBirth,
    RegisterPregnancy,
)
from services.pregnancy_tracking.domain.policy import IN_FORCE, POLICY, AdoptPolicy, Policy
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY
from services.pregnancy_tracking.domain.reference import ADOPTED, COUNTY, AdoptReference, County
from services.pregnancy_tracking.domain.woman import WOMAN, Course, Woman
from shared.access import HANDLERS as ACCESS_HANDLERS
from shared.kernel import Cases, Command, Decision, Handler, key_of


def register_pregnancy(command: RegisterPregnancy, cases: Cases) -> Decision:
    """Her other pregnancies decide with it, as her key tells them."""
    hers = cases[WOMAN, command.person]
    decision = registration.register_pregnancy(command, hers, _county(cases), _policy(cases))
    for case_id in decision.keys() - {WOMAN.id(command.person)}:
        _ = cases[PREGNANCY, key_of(case_id)]  # no rule asks, but the version to append after does
    return decision


def log_visit(command: LogVisit, cases: Cases) -> Decision:
    """A visit by person alone belongs to the pregnancy whose course holds its day."""
    in_force, hers = _policy(cases), cases[WOMAN, command.person]
    pregnancy.judge_visit(command, _county(cases), in_force)
    course = _course_of(command, hers, in_force)
    return pregnancy.log_visit(command, course, cases[PREGNANCY, course.pregnancy], in_force)


def note_birth(command: NoteBirth, cases: Cases) -> Decision:
    """A birth belongs to the pregnancy whose course holds its day, or waits for it."""
    hers = cases[WOMAN, command.person]
    course = hers.course_of_birth(command.birth.born_on, _policy(cases))
    if course is None:
        return outcome.await_birth(command, hers)
    return outcome.note_birth(command, course, hers, cases[PREGNANCY, course.pregnancy])


def end_pregnancy(command: EndPregnancy, cases: Cases) -> Decision:
    course = cases[WOMAN, command.person].course(command.pregnancy)
    return outcome.end_pregnancy(command, course, cases[PREGNANCY, command.pregnancy], _policy(cases))


def erase_person(command: ErasePerson, cases: Cases) -> Decision:
    return woman.erase_person(command, cases[WOMAN, command.person], _policy(cases))


def adopt_reference(command: AdoptReference, cases: Cases) -> Decision:
    return reference.adopt_reference(command, _county(cases))


def adopt_policy(command: AdoptPolicy, cases: Cases) -> Decision:
    return policy.adopt_policy(command, cases[POLICY, IN_FORCE])


HANDLERS: Mapping[type[Command], Handler] = {
    RegisterPregnancy: register_pregnancy,
    LogVisit: log_visit,
    NoteBirth: note_birth,
    EndPregnancy: end_pregnancy,
    ErasePerson: erase_person,
    AdoptReference: adopt_reference,
    AdoptPolicy: adopt_policy,
    **ACCESS_HANDLERS,
}


def policy_version(cases: Cases) -> str:
    """The version of the policy in force, for the envelope; "" before the first is adopted."""
    adopted = cases[POLICY, IN_FORCE].adopted
    return adopted[-1].version if adopted else ""


def _course_of(command: LogVisit, hers: Woman, in_force: Policy) -> Course:
    if command.pregnancy:
        return hers.course(command.pregnancy)
    return hers.course_of_visit(command.visited_on, in_force)


def _county(cases: Cases) -> County:
    return cases[COUNTY, ADOPTED]


def _policy(cases: Cases) -> Policy:
    return cases[POLICY, IN_FORCE].now
