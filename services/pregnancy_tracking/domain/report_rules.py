"""What the policy says of what is counted for others; the numbers live in policy/*.yaml."""

from __future__ import annotations

from datetime import timedelta

from shared.kernel import Value


class ReportRules(Value):
    """Rules of digests, coverage and what superiors are told (policy/*.yaml explains each number)."""

    digest_day: int
    fewest_told: int
    close_after_days: int
    early_before_week: int
    national_contacts: int
    who_contacts: int
    postnatal_days: int

    @property
    def closing(self) -> timedelta:
        """How long after its end a month is counted."""
        return timedelta(self.close_after_days)


NO_REPORTS = ReportRules(
    digest_day=7,
    fewest_told=10,
    close_after_days=0,
    early_before_week=0,
    national_contacts=0,
    who_contacts=0,
    postnatal_days=0,
)
"""The rules of a policy from before anything was reported."""
