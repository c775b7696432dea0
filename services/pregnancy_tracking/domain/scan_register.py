"""The register of one ultrasound device: every examination with it, also those outside pregnancy."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime
from typing import NamedTuple

from pydantic import Field

from services.pregnancy_tracking.domain.pregnancy import InFuture
from services.pregnancy_tracking.domain.register_commands import RecordScan
from services.pregnancy_tracking.domain.register_events import DeviceDayClosed, ScanRecorded
from services.pregnancy_tracking.domain.register_rules import RegisterRules
from services.pregnancy_tracking.domain.registry import LicenceKind, Registry
from shared.kernel import Case, Command, Decision, Fact, Refusal, Value


class CounterUsedTwice(Refusal):
    """A device's counter counts each examination once."""


class NoneLicensed(Refusal):
    """One of the staff present is licensed for ultrasound at that facility."""


class PurposeNotListed(Refusal):
    """An examination has a purpose from the policy's closed list."""


class SameOperatorTwice(Refusal):
    """The staff present are different people."""


class SecondOperatorMissing(Refusal):
    """At least two staff are present at an examination."""


class UnknownDevice(Refusal):
    """The facility has no device with this code."""


class Counters(Value):
    """The counters used, as runs of consecutive ones in order: a device counts tens of thousands."""

    runs: tuple[tuple[int, int], ...] = ()

    def __contains__(self, counter: int) -> bool:
        at = bisect_right(self.runs, (counter, 10**12)) - 1
        return at >= 0 and self.runs[at][1] >= counter

    def used(self, counter: int) -> Counters:
        """With one more. A counter that is used already changes nothing."""
        if counter in self:
            return self
        at = bisect_right(self.runs, (counter, counter))
        before, after = self.runs[:at], self.runs[at:]
        low = high = counter
        if before and before[-1][1] == counter - 1:
            low, before = before[-1][0], before[:-1]
        if after and after[0][0] == counter + 1:
            high, after = after[0][1], after[1:]
        return Counters(runs=(*before, (low, high), *after))

    def missing(self, first: int, last: int) -> int:
        """How many counters from `first` to `last` (both included) were never used."""
        used = sum(max(0, min(high, last) - max(low, first) + 1) for low, high in self.runs)
        return max(0, last - first + 1 - used)


class Entry(NamedTuple):
    """What is compared of an examination."""

    counter: int
    scanned_at: datetime
    operators: tuple[str, ...]
    late: bool
    while_suspended: bool


class ScanRegister(Value):
    """Counters used ever; the entries at hand by day; the days that changed since they were last closed."""

    counters: Counters = Counters()
    days: dict[date, tuple[Entry, ...]] = Field(default_factory=dict)
    changed: frozenset[date] = frozenset()


def evolve(register: ScanRegister, fact: Fact) -> ScanRegister:
    match fact:
        case ScanRecorded(day=day, counter=counter):
            entry = Entry(counter, fact.scanned_at, fact.operators, fact.late, fact.while_suspended)
            following = min((each for each in register.days if each > day), default=day)
            return ScanRegister(
                counters=register.counters.used(counter),
                days=register.days | {day: (*register.days.get(day, ()), entry)},
                changed=register.changed | {day, following},
            )
        case DeviceDayClosed(day=closed, kept_from=kept_from):
            changed = register.changed - {closed}
            kept = {day: entries for day, entries in register.days.items() if day >= kept_from or day in changed}
            return register.model_copy(update={"changed": changed, "days": kept})
    return register


SCAN_REGISTER = Case("scan_register", ScanRegister(), evolve)


def register_of(facility: str, device: str) -> str:
    """The key of a device's register."""
    return f"{facility}:{device}"


def record_scan(command: RecordScan, register: ScanRegister, registry: Registry, rules: RegisterRules) -> Decision:
    """Enter an examination; who was examined is not said here."""
    _judge(command, registry, rules)
    if command.counter in register.counters:
        raise CounterUsedTwice("the counter is in the register", pointer="/counter")
    recorded = ScanRecorded(
        facility=command.facility,
        device=command.device,
        counter=command.counter,
        scanned_at=command.scanned_at,
        day=day_of(command.scanned_at, command),
        operators=tuple(sorted(command.operators)),
        purpose=command.purpose,
        late=command.at - command.scanned_at > rules.late,
        while_suspended=command.facility in registry.suspended,
    )
    return {SCAN_REGISTER.id(register_of(command.facility, command.device)): [recorded]}


def day_of(moment: datetime, command: Command) -> date:
    """The county's day of a moment."""
    return moment.astimezone(command.at.tzinfo).date()


def happened(moment: datetime, command: Command, pointer: str) -> None:
    """Raises InFuture for a moment after the command's."""
    if moment > command.at:
        raise InFuture("that moment has not come yet", pointer=pointer, accepted=f"{command.at.isoformat()} or before")


def _judge(command: RecordScan, registry: Registry, rules: RegisterRules) -> None:
    facility = registry.facility(command.facility)
    if command.device not in facility.devices:
        accepted = ", ".join(facility.devices)
        raise UnknownDevice("no such device there", pointer="/device", accepted=accepted)
    happened(command.scanned_at, command, "/scanned_at")
    if len(set(command.operators)) < len(command.operators):
        raise SameOperatorTwice("the same person twice", pointer="/operators")
    if len(command.operators) < rules.least_staff:
        accepted = f"at least {rules.least_staff}"
        raise SecondOperatorMissing("too few staff present", pointer="/operators", accepted=accepted)
    if not facility.licensed(command.operators, LicenceKind.ULTRASOUND, day_of(command.scanned_at, command)):
        raise NoneLicensed("nobody present is licensed for ultrasound there that day", pointer="/operators")
    if command.purpose not in rules.purposes:
        accepted = ", ".join(rules.purposes)
        raise PurposeNotListed("no such purpose", pointer="/purpose", accepted=accepted)
