"""The registers of scans and procedures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from services.pregnancy_tracking.domain import device_day, procedure_register, scan_register
from services.pregnancy_tracking.domain.device_day import Device
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY
from services.pregnancy_tracking.domain.procedure_register import PROCEDURE_REGISTER
from services.pregnancy_tracking.domain.register_commands import CloseRegisters, RecordProcedure, RecordScan
from services.pregnancy_tracking.domain.register_events import ScanNoted
from services.pregnancy_tracking.domain.scan_register import SCAN_REGISTER, register_of
from services.pregnancy_tracking.domain.termination_review import CERTIFICATE
from services.pregnancy_tracking.handling.duties import with_duties
from services.pregnancy_tracking.handling.standing import course_if_known, policy_of, registry_of
from shared.kernel import NOTHING, Cases, Command, Decision, Handler
from shared.sweeping import Sweep


def record_scan(command: RecordScan, cases: Cases) -> Decision:
    """An examination is entered, and noted on the pregnancy it belongs to, if any."""
    register = cases[SCAN_REGISTER, register_of(command.facility, command.device)]
    decision = scan_register.record_scan(command, register, registry_of(cases), policy_of(cases).registers)
    day = scan_register.day_of(command.scanned_at, command)
    course = course_if_known(command.person, command.pregnancy, day, cases)
    if course is None:
        return decision
    _ = cases[PREGNANCY, course.pregnancy]  # no rule asks, but the version to append after does
    noted = ScanNoted(facility=command.facility, scanned_on=day, purpose=command.purpose)
    return {**decision, PREGNANCY.id(course.pregnancy): [noted]}


def record_procedure(command: RecordProcedure, cases: Cases) -> Decision:
    """A procedure is entered, and ends the pregnancy it belongs to, if any; nothing if that pregnancy knows it."""
    _ = cases[PROCEDURE_REGISTER, command.facility]
    certificate = cases[CERTIFICATE, str(command.certificate)]
    entered = procedure_register.record_procedure(command, registry_of(cases), certificate, policy_of(cases))
    day = scan_register.day_of(command.performed_at, command)
    course = course_if_known(command.person, command.pregnancy, day, cases)
    if course is None or command.person is None:
        return entered
    found = cases[PREGNANCY, course.pregnancy]
    noted = procedure_register.performed(command, command.person, course, found, registry_of(cases))
    return {**entered, **with_duties(noted, command.at.date(), cases)} if noted else NOTHING


def close_registers(command: CloseRegisters, cases: Cases) -> Decision:
    """All registers of the county together: whether somebody was in two rooms needs both."""
    rules, today = policy_of(cases).registers, command.at.date()
    facilities = registry_of(cases).facilities
    devices = [Device(facility=each.code, code=code) for each in facilities.values() for code in each.devices]
    scans = {device: cases[SCAN_REGISTER, register_of(device.facility, device.code)] for device in devices}
    procedures = {code: cases[PROCEDURE_REGISTER, code] for code in facilities}
    days = device_day.close_days(today, scans, rules)
    return {**days, **procedure_register.close_periods(today, procedures, rules)}


HANDLERS: Mapping[type[Command], Handler] = {
    RecordScan: record_scan,
    RecordProcedure: record_procedure,
    CloseRegisters: close_registers,
}


def due(now: datetime) -> Command:
    """Once a day."""
    return CloseRegisters(command_id=f"close-registers:{now.date()}", actor="pregnancy_tracking", at=now)


SWEEPS = (Sweep("registers", due),)
