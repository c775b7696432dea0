"""Care of a pregnancy: from counselling before it to the weeks after its end. Duties follow every decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.pregnancy_tracking.domain import care, dating, outcome, pregnancy, registration
from services.pregnancy_tracking.domain.commands import (
    ArrangeCompanion,
    DeclineContact,
    EndPregnancy,
    GradeRisk,
    LogAttempt,
    LogVisit,
    NoteDischarge,
    ReassignCare,
    RecordMaternalDeath,
    RegisterPregnancy,
    RequestCounselling,
    ReviseDating,
    WaiveContact,
)
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY, Pregnancy, not_in_future
from services.pregnancy_tracking.domain.scan_register import day_of, happened
from services.pregnancy_tracking.domain.woman import WOMAN, Course
from services.pregnancy_tracking.handling.duties import followed
from services.pregnancy_tracking.handling.standing import county_of, course_of, policy_of, registry_of
from shared.kernel import Cases, Command, Decision, Handler, key_of


def register_pregnancy(command: RegisterPregnancy, cases: Cases) -> Decision:
    """Her other pregnancies decide with it, as her key tells them."""
    hers = cases[WOMAN, command.person]
    decision = registration.register_pregnancy(command, hers, county_of(cases), policy_of(cases))
    for case_id in decision.keys() - {WOMAN.id(command.person)}:
        _ = cases[PREGNANCY, key_of(case_id)]  # no rule asks, but the version to append after does
    return decision


def log_visit(command: LogVisit, cases: Cases) -> Decision:
    """A visit by person alone belongs to the pregnancy whose course holds its day."""
    in_force = policy_of(cases)
    pregnancy.judge_visit(command, county_of(cases), in_force)
    course = course_of(command.person, command.pregnancy, command.visited_on, cases)
    return pregnancy.log_visit(command, course, cases[PREGNANCY, course.pregnancy], in_force)


def end_pregnancy(command: EndPregnancy, cases: Cases) -> Decision:
    course, found = _of_day(command, "ended_on", cases)
    return outcome.end_pregnancy(command, course, found, policy_of(cases))


def record_maternal_death(command: RecordMaternalDeath, cases: Cases) -> Decision:
    course, found = _of_day(command, "died_on", cases)
    return outcome.record_maternal_death(command, course, found, policy_of(cases))


def request_counselling(command: RequestCounselling, cases: Cases) -> Decision:
    not_in_future(command.given_on, command, "/given_on")
    care.judge(command, county_of(cases), policy_of(cases))
    return care.request_counselling(command, cases[WOMAN, command.person])


def arrange_companion(command: ArrangeCompanion, cases: Cases) -> Decision:
    course, found = _of_day(command, "arranged_on", cases)
    return care.arrange_companion(command, course, found)


def revise_dating(command: ReviseDating, cases: Cases) -> Decision:
    course, found = _of_day(command, "established_on", cases)
    return dating.revise_dating(command, course, found, policy_of(cases))


def grade_risk(command: GradeRisk, cases: Cases) -> Decision:
    course, found = _of_day(command, "graded_on", cases)
    return care.grade_risk(command, course, found)


def reassign_care(command: ReassignCare, cases: Cases) -> Decision:
    course, found = _of_day(command, "assigned_on", cases)
    return care.reassign_care(command, course, found, county_of(cases))


def log_attempt(command: LogAttempt, cases: Cases) -> Decision:
    course, found = _of_day(command, "attempted_on", cases)
    return care.log_attempt(command, course, found)


def decline_contact(command: DeclineContact, cases: Cases) -> Decision:
    course, found = _of_day(command, "declined_on", cases)
    return care.decline_contact(command, course, found)


def waive_contact(command: WaiveContact, cases: Cases) -> Decision:
    course, found = _of_day(command, "waived_on", cases)
    return care.waive_contact(command, course, found)


def note_discharge(command: NoteDischarge, cases: Cases) -> Decision:
    facility = registry_of(cases).facility(command.facility)
    happened(command.discharged_at, command, "/discharged_at")
    day = day_of(command.discharged_at, command)
    course = course_of(command.person, command.pregnancy, day, cases, "/discharged_at")
    return care.note_discharge(command, course, cases[PREGNANCY, course.pregnancy], facility)


def _of_day(command: Any, told_on: str, cases: Cases) -> tuple[Course, Pregnancy]:
    """The course it is about, by its day, once nothing is wrong with it whosever it is."""
    day = getattr(command, told_on)
    not_in_future(day, command, f"/{told_on}")
    care.judge(command, county_of(cases), policy_of(cases))
    course = course_of(command.person, command.pregnancy, day, cases, f"/{told_on}")
    return course, cases[PREGNANCY, course.pregnancy]


FOLLOWED: Mapping[type[Command], Handler] = {
    RegisterPregnancy: register_pregnancy,
    LogVisit: log_visit,
    LogAttempt: log_attempt,
    EndPregnancy: end_pregnancy,
    RecordMaternalDeath: record_maternal_death,
    ArrangeCompanion: arrange_companion,
    ReviseDating: revise_dating,
    GradeRisk: grade_risk,
    ReassignCare: reassign_care,
    DeclineContact: decline_contact,
    WaiveContact: waive_contact,
    NoteDischarge: note_discharge,
}
"""What duties may follow from."""
HANDLERS: Mapping[type[Command], Handler] = {
    RequestCounselling: request_counselling,
    **{command: followed(decide) for command, decide in FOLLOWED.items()},
}
