"""What a closed day of a scan register shows about how it is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from services.pregnancy_tracking.domain.register_events import Anomaly, DeviceDayClosed
from services.pregnancy_tracking.domain.register_rules import RegisterRules
from services.pregnancy_tracking.domain.scan_register import SCAN_REGISTER, Entry, ScanRegister, register_of
from shared.kernel import Decision, Value


class Device(Value):
    """A device by its facility's code and its own."""

    facility: str
    code: str


def close_days(today: date, registers: Mapping[Device, ScanRegister], rules: RegisterRules) -> Decision:
    """Every day that changed and is over long enough, of every device, in order."""
    until = today - rules.closing
    return {
        SCAN_REGISTER.id(register_of(device.facility, device.code)): [
            _closed(device, day, registers, rules) for day in sorted(register.changed) if day < until
        ]
        for device, register in registers.items()
        if any(day < until for day in register.changed)
    }


def _closed(
    device: Device, day: date, registers: Mapping[Device, ScanRegister], rules: RegisterRules
) -> DeviceDayClosed:
    register = registers[device]
    entries = register.days[day]
    counters = sorted(entry.counter for entry in entries)
    before = _reached(register, day)
    expected = counters[0] if before is None else min(before + 1, counters[0])
    missing = register.counters.missing(expected, counters[-1])
    found = {
        Anomaly.COUNTER_GAP: missing > 0,
        Anomaly.COUNTER_BACKWARDS: before is not None and counters[0] <= before,
        Anomaly.OPERATOR_IN_TWO_ROOMS: _in_two_rooms(device, day, registers, rules.same_time),
        Anomaly.ROSTER_NEVER_VARIES: _never_varies(register, day, rules.roster_days),
        Anomaly.WHILE_SUSPENDED: any(entry.while_suspended for entry in entries),
    }
    return DeviceDayClosed(
        facility=device.facility,
        device=device.code,
        day=day,
        first=counters[0],
        last=counters[-1],
        entries=len(entries),
        late=sum(entry.late for entry in entries),
        missing=missing,
        anomalies=tuple(anomaly for anomaly, so in found.items() if so),
        kept_from=day - rules.kept,
    )


def _reached(register: ScanRegister, day: date) -> int | None:
    """The highest counter of the days before that are at hand, None if there are none."""
    earlier = [entry.counter for other, entries in register.days.items() if other < day for entry in entries]
    return max(earlier, default=None)


def _in_two_rooms(device: Device, day: date, registers: Mapping[Device, ScanRegister], same_time: timedelta) -> bool:
    """Whether somebody attended an examination here and one elsewhere at the same time."""
    here = list(_attended(registers[device].days[day]))
    elsewhere: dict[str, list[Entry]] = {}
    for other, register in registers.items():
        for operator, entry in _attended(register.days.get(day, ())) if other != device else ():
            elsewhere.setdefault(operator, []).append(entry)
    return any(
        abs(entry.scanned_at - other.scanned_at) < same_time
        for operator, entry in here
        for other in elsewhere.get(operator, ())
    )


def _attended(entries: tuple[Entry, ...]) -> Iterator[tuple[str, Entry]]:
    return ((operator, entry) for entry in entries for operator in entry.operators)


def _never_varies(register: ScanRegister, day: date, days: int) -> bool:
    """Whether the same staff attended every examination on so many days in a row."""
    last = sorted(each for each in register.days if each <= day)[-days:]
    rosters = {frozenset(entry.operators) for each in last for entry in register.days[each]}
    return len(last) == days and len(rosters) == 1
