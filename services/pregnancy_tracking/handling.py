"""Which cases each command needs: binds the rules to the writer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from services.pregnancy_tracking.domain import (
    device_day,
    outcome,
    policy,
    pregnancy,
    procedure_register,
    reference,
    registration,
    registry,
    review_clock,
    scan_register,
    termination_review,
    woman,
)
from services.pregnancy_tracking.domain.commands import (
    EndPregnancy,
    ErasePerson,
    LogVisit,
    NoteBirth,
    RegisterPregnancy,
)
from services.pregnancy_tracking.domain.device_day import Device
from services.pregnancy_tracking.domain.policy import IN_FORCE, POLICY, AdoptPolicy, Policy
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY
from services.pregnancy_tracking.domain.procedure_register import PROCEDURE_REGISTER
from services.pregnancy_tracking.domain.reference import ADOPTED, COUNTY, AdoptReference, County
from services.pregnancy_tracking.domain.register_commands import CloseRegisters, RecordProcedure, RecordScan
from services.pregnancy_tracking.domain.register_events import ScanNoted
from services.pregnancy_tracking.domain.registry import (
    REGISTRY,
    AdoptRegistry,
    NoteFacility,
    NoteSuspension,
    Registry,
)
from services.pregnancy_tracking.domain.review_commands import (
    ApproveTermination,
    AssessReviews,
    CertifyTermination,
    DeclineTermination,
    RequestTermination,
    WithdrawTermination,
)
from services.pregnancy_tracking.domain.scan_register import SCAN_REGISTER, register_of
from services.pregnancy_tracking.domain.termination_review import ALL, CERTIFICATE, QUEUE, REVIEW
from services.pregnancy_tracking.domain.woman import WOMAN, Course, PregnancyUnknown, RecordErased, Woman
from shared.access import HANDLERS as ACCESS_HANDLERS
from shared.kernel import NOTHING, Cases, Command, Decision, Handler, key_of
from shared.sweeping import Sweep


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


def adopt_registry(command: AdoptRegistry, cases: Cases) -> Decision:
    return registry.adopt_registry(command, _registry(cases))


def note_facility(command: NoteFacility, cases: Cases) -> Decision:
    return registry.note_facility(command, _registry(cases))


def note_suspension(command: NoteSuspension, cases: Cases) -> Decision:
    return registry.note_suspension(command, _registry(cases))


def record_scan(command: RecordScan, cases: Cases) -> Decision:
    """An examination is entered, and noted on the pregnancy it belongs to, if any."""
    register = cases[SCAN_REGISTER, register_of(command.facility, command.device)]
    decision = scan_register.record_scan(command, register, _registry(cases), _policy(cases).registers)
    day = scan_register.day_of(command.scanned_at, command)
    course = _course_on(command, day, cases)
    if course is None:
        return decision
    _ = cases[PREGNANCY, course.pregnancy]  # no rule asks, but the version to append after does
    noted = ScanNoted(facility=command.facility, scanned_on=day, purpose=command.purpose)
    return {**decision, PREGNANCY.id(course.pregnancy): [noted]}


def record_procedure(command: RecordProcedure, cases: Cases) -> Decision:
    """A procedure is entered, and ends the pregnancy it belongs to, if any; nothing if that pregnancy knows it."""
    _ = cases[PROCEDURE_REGISTER, command.facility]
    certificate = cases[CERTIFICATE, str(command.certificate)]
    entered = procedure_register.record_procedure(command, _registry(cases), certificate, _policy(cases))
    course = _course_on(command, scan_register.day_of(command.performed_at, command), cases)
    if course is None or command.person is None:
        return entered
    noted = procedure_register.performed(command, command.person, course, cases[PREGNANCY, course.pregnancy])
    return {**entered, **noted} if noted else NOTHING


def close_registers(command: CloseRegisters, cases: Cases) -> Decision:
    """All registers of the county together: whether somebody was in two rooms needs both."""
    rules, today = _policy(cases).registers, command.at.date()
    facilities = _registry(cases).facilities
    devices = [Device(facility=each.code, code=code) for each in facilities.values() for code in each.devices]
    scans = {device: cases[SCAN_REGISTER, register_of(device.facility, device.code)] for device in devices}
    procedures = {code: cases[PROCEDURE_REGISTER, code] for code in facilities}
    days = device_day.close_days(today, scans, rules)
    return {**days, **procedure_register.close_periods(today, procedures, rules)}


def request_termination(command: RequestTermination, cases: Cases) -> Decision:
    """A pregnancy that is named is hers."""
    if command.told.pregnancy:
        _ = cases[WOMAN, command.told.person].course(command.told.pregnancy)
    return termination_review.request_termination(
        command, cases[REVIEW, command.review], _registry(cases), _policy(cases).review
    )


def certify_termination(command: CertifyTermination, cases: Cases) -> Decision:
    _ = cases[QUEUE, ALL]
    return termination_review.certify_termination(command, cases[REVIEW, command.review], _policy(cases).review)


def approve_termination(command: ApproveTermination, cases: Cases) -> Decision:
    _, certificate = cases[QUEUE, ALL], cases[CERTIFICATE, command.certificate]
    return termination_review.approve_termination(
        command, cases[REVIEW, command.review], certificate, _policy(cases).review
    )


def decline_termination(command: DeclineTermination, cases: Cases) -> Decision:
    _ = cases[QUEUE, ALL]
    return termination_review.decline_termination(command, cases[REVIEW, command.review], _policy(cases).review)


def withdraw_termination(command: WithdrawTermination, cases: Cases) -> Decision:
    _ = cases[QUEUE, ALL]
    return termination_review.withdraw_termination(command, cases[REVIEW, command.review])


def assess_reviews(command: AssessReviews, cases: Cases) -> Decision:
    waiting = {review: cases[REVIEW, review] for review in cases[QUEUE, ALL].waiting}
    decision = review_clock.assess_reviews(command, waiting, _policy(cases).review)
    for case_id in decision:
        _ = case_id.startswith(CERTIFICATE.kind) and cases[CERTIFICATE, key_of(case_id)]
    return decision


HANDLERS: Mapping[type[Command], Handler] = {
    RegisterPregnancy: register_pregnancy,
    LogVisit: log_visit,
    NoteBirth: note_birth,
    EndPregnancy: end_pregnancy,
    ErasePerson: erase_person,
    AdoptReference: adopt_reference,
    AdoptPolicy: adopt_policy,
    AdoptRegistry: adopt_registry,
    NoteFacility: note_facility,
    NoteSuspension: note_suspension,
    RecordScan: record_scan,
    RecordProcedure: record_procedure,
    CloseRegisters: close_registers,
    RequestTermination: request_termination,
    CertifyTermination: certify_termination,
    ApproveTermination: approve_termination,
    DeclineTermination: decline_termination,
    WithdrawTermination: withdraw_termination,
    AssessReviews: assess_reviews,
    **ACCESS_HANDLERS,
}


def reviews_due(now: datetime) -> Command:
    """Once an hour."""
    hour = now.strftime("%Y-%m-%dT%H")
    return AssessReviews(command_id=f"assess-reviews:{hour}", actor="pregnancy_tracking", at=now)


def registers_due(now: datetime) -> Command:
    """Once a day."""
    return CloseRegisters(command_id=f"close-registers:{now.date()}", actor="pregnancy_tracking", at=now)


SWEEPS = (Sweep("reviews", reviews_due), Sweep("registers", registers_due))
"""What time does here."""


def policy_version(cases: Cases) -> str:
    """The version of the policy in force, for the envelope; "" before the first is adopted."""
    adopted = cases[POLICY, IN_FORCE].adopted
    return adopted[-1].version if adopted else ""


def _course_of(command: LogVisit, hers: Woman, in_force: Policy) -> Course:
    if command.pregnancy:
        return hers.course(command.pregnancy)
    return hers.course_of_visit(command.visited_on, in_force)


def _course_on(command: RecordScan | RecordProcedure, day: date, cases: Cases) -> Course | None:
    """The course an entry belongs to; an entry whose pregnancy is not known, or erased, is entered all the same."""
    if command.person is None:
        return None
    hers = cases[WOMAN, command.person]
    try:
        return hers.course(command.pregnancy) if command.pregnancy else hers.course_of_visit(day, _policy(cases))
    except (PregnancyUnknown, RecordErased):
        return None


def _registry(cases: Cases) -> Registry:
    return cases[REGISTRY, registry.ADOPTED]


def _county(cases: Cases) -> County:
    return cases[COUNTY, ADOPTED]


def _policy(cases: Cases) -> Policy:
    return cases[POLICY, IN_FORCE].now
