"""The register of a facility's procedures: what happened is always entered, whatever was missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from pydantic import Field

from services.pregnancy_tracking.domain.care_events import LossSupportAssigned
from services.pregnancy_tracking.domain.events import CourseClosed, PregnancyEnded
from services.pregnancy_tracking.domain.policy import Policy
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY, Pregnancy
from services.pregnancy_tracking.domain.register_commands import RecordProcedure
from services.pregnancy_tracking.domain.register_events import (
    AftercareOpened,
    ProcedureMonthClosed,
    ProcedureRecorded,
    ProcedureWeekClosed,
    Standing,
    TerminationPerformed,
)
from services.pregnancy_tracking.domain.register_rules import RegisterRules
from services.pregnancy_tracking.domain.registry import LicenceKind, Registry
from services.pregnancy_tracking.domain.review_events import CertificateUsed
from services.pregnancy_tracking.domain.review_rules import ReviewRules
from services.pregnancy_tracking.domain.scan_register import day_of, happened
from services.pregnancy_tracking.domain.termination_review import CERTIFICATE, Certificate
from services.pregnancy_tracking.domain.woman import WOMAN, Course
from services.pregnancy_tracking.domain.words import Outcome
from shared.kernel import NOTHING, Case, Decision, Fact, Value


class Week(NamedTuple):
    """What a week shows of how procedures are done and entered; `late` is None for fewer than are told."""

    without_certificate: int = 0
    unauthorised: int = 0
    late: int | None = None


class ProcedureRegister(Value):
    """Procedures by month (first day), what a week shows of them (Monday); what was closed as it is."""

    months: dict[date, int] = Field(default_factory=dict)
    weeks: dict[date, Week] = Field(default_factory=dict)
    told_months: dict[date, int | None] = Field(default_factory=dict)
    told_weeks: dict[date, Week] = Field(default_factory=dict)


def evolve(register: ProcedureRegister, fact: Fact) -> ProcedureRegister:
    match fact:
        case ProcedureRecorded(day=day) as entry:
            month, week = day.replace(day=1), monday(day)
            months = {**register.months, month: register.months.get(month, 0) + 1}
            weeks = {**register.weeks, week: _with(entry, register.weeks.get(week, Week()))}
            return register.model_copy(update={"months": months, "weeks": weeks})
        case ProcedureMonthClosed(month=month, procedures=count):
            return register.model_copy(update={"told_months": register.told_months | {month: count}})
        case ProcedureWeekClosed(week=week) as closed:
            told = Week(closed.without_certificate, closed.unauthorised, closed.late)
            return register.model_copy(update={"told_weeks": register.told_weeks | {week: told}})
    return register


PROCEDURE_REGISTER = Case("procedure_register", ProcedureRegister(), evolve)


def record_procedure(
    command: RecordProcedure, registry: Registry, certificate: Certificate, policy: Policy
) -> Decision:
    """Enter a procedure, and that the care after it is the facility's. No certificate is a reason to refuse it."""
    facility = registry.facility(command.facility)
    happened(command.performed_at, command, "/performed_at")
    day = day_of(command.performed_at, command)
    licensed = facility.authorised(LicenceKind.TERMINATION, day)
    standing = _standing(command, certificate, policy.review)
    recorded = ProcedureRecorded(
        facility=command.facility,
        entry=command.entry,
        performed_at=command.performed_at,
        day=day,
        standing=standing,
        authorised=licensed and command.facility not in registry.suspended,
        late=command.at - command.performed_at > policy.registers.late,
    )
    opened = AftercareOpened(facility=command.facility, entry=command.entry, opened_on=day)
    used = {CERTIFICATE.id(str(command.certificate)): [CertificateUsed()]} if standing is Standing.CERTIFIED else {}
    return {PROCEDURE_REGISTER.id(command.facility): [recorded, opened], **used}


def performed(
    command: RecordProcedure, person: str, course: Course, pregnancy: Pregnancy, registry: Registry
) -> Decision:
    """What it means for the pregnancy: it ended, to everybody else as any loss; nothing if it is noted already.

    The support after it is the facility's, as after any loss that a hospital treats.
    """
    unit = registry.facility(command.facility).unit
    day = day_of(command.performed_at, command)
    noted = TerminationPerformed(facility=command.facility, performed_on=day)
    lost = pregnancy.outcome in {None, Outcome.LOSS, Outcome.STILLBIRTH}
    support = [LossSupportAssigned(unit=unit, assigned_on=day)] if lost else []
    if (command.facility, day) in pregnancy.terminated:
        return NOTHING
    if pregnancy.outcome is not None:
        return {PREGNANCY.id(course.pregnancy): [noted, *support]}
    ended = PregnancyEnded(person=person, outcome=Outcome.LOSS, ended_on=day)
    closed = CourseClosed(pregnancy=course.pregnancy, ended_on=day)
    return {PREGNANCY.id(course.pregnancy): [noted, ended, *support], WOMAN.id(person): [closed]}


def close_periods(today: date, registers: Mapping[str, ProcedureRegister], rules: RegisterRules) -> Decision:
    """Per facility code, the weeks and months that are over long enough and are not told as they are.

    The last month is told of each facility, also of one without any procedure: fewer than ten look all the same.
    """
    until = today - rules.closing
    fewest = rules.fewest_told
    decided = {PROCEDURE_REGISTER.id(code): _due(code, each, until, fewest) for code, each in registers.items()}
    return {case_id: facts for case_id, facts in decided.items() if facts}


def monday(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(day.weekday())


def _due(code: str, register: ProcedureRegister, until: date, fewest: int) -> list[Fact]:
    last_month = (until.replace(day=1) - timedelta(1)).replace(day=1)
    counts = {last_month: 0} | register.months
    months = {month: _told(count, fewest) for month, count in counts.items()}
    weeks = {week: each._replace(late=_told(each.late or 0, fewest)) for week, each in register.weeks.items()}
    return [
        *(
            ProcedureMonthClosed(facility=code, month=month, procedures=count, fewest_told=fewest)
            for month, count in sorted(months.items())
            if month <= last_month and register.told_months.get(month, -1) != count
        ),
        *(
            ProcedureWeekClosed(facility=code, week=week, **shown._asdict())
            for week, shown in sorted(weeks.items())
            if week + timedelta(weeks=1) <= until and register.told_weeks.get(week, Week()) != shown
        ),
    ]


def _standing(command: RecordProcedure, certificate: Certificate, rules: ReviewRules) -> Standing:
    if command.emergency:
        return Standing.EMERGENCY
    if command.certificate and certificate.given and not certificate.used:
        return Standing.CERTIFIED
    if not rules.applies or (command.gestation_weeks and not rules.requires(command.gestation_weeks)):
        return Standing.NOT_REQUIRED
    return Standing.MISSING


def _with(entry: ProcedureRecorded, week: Week) -> Week:
    """An emergency waits for no licence: it is none of the unauthorised."""
    return Week(
        without_certificate=week.without_certificate + (entry.standing is Standing.MISSING),
        unauthorised=week.unauthorised + (not entry.authorised and entry.standing is not Standing.EMERGENCY),
        late=(week.late or 0) + entry.late,
    )


def _told(count: int, fewest: int) -> int | None:
    return count if count >= fewest else None
