"""What the policy says of the registers of scans and procedures; the numbers live in policy/*.yaml."""

from __future__ import annotations

from datetime import timedelta

from shared.kernel import Id, Value


class RegisterRules(Value):
    """Purposes, staff, and when a day is looked at (policy/*.yaml explains each number)."""

    purposes: tuple[Id, ...]
    least_staff: int
    late_after_hours: int
    close_after_days: int
    kept_days: int
    same_time_minutes: int
    roster_days: int
    fewest_told: int

    @property
    def late(self) -> timedelta:
        """An entry made longer than this after what it is about is late."""
        return timedelta(hours=self.late_after_hours)

    @property
    def closing(self) -> timedelta:
        """How long after its end a day, week or month is closed: entries may still come until then."""
        return timedelta(self.close_after_days)

    @property
    def kept(self) -> timedelta:
        """How long the entries of a closed day are kept at hand, to compare others with."""
        return timedelta(self.kept_days)

    @property
    def same_time(self) -> timedelta:
        """Nobody attends examinations on two devices that begin within this time."""
        return timedelta(minutes=self.same_time_minutes)
