"""The policy of care: rules with numbers, typed; the numbers live in policy/*.yaml and are adopted as a fact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from services.pregnancy_tracking.domain.care_rules import NO_CARE, CareRules
from services.pregnancy_tracking.domain.register_rules import RegisterRules
from services.pregnancy_tracking.domain.report_rules import NO_REPORTS, ReportRules
from services.pregnancy_tracking.domain.review_rules import ReviewRules
from services.pregnancy_tracking.domain.transfer_rules import NO_TRANSFER, TransferRules
from shared.kernel import NOTHING, Case, Command, Decision, Fact, Id, NotYet, Refusal, Value


class ObservationUnknown(Refusal):
    """Only what the policy lists can be observed, and only as a number that is possible."""


class PolicyMissing(NotYet):
    """No policy has been adopted yet."""


class PolicyVersionReused(Refusal):
    """A version's rules never change: other rules are another version."""


class VisitsCountFrom(StrEnum):
    """From when on visits belong to a pregnancy."""

    REGISTRATION = "registration"
    LAST_MENSTRUAL_PERIOD = "last_menstrual_period"


class Observable(Value):
    """One thing that can be observed: its code, its unit of measure, and what is possible (both ends included)."""

    code: Id
    unit: str
    least: float
    most: float


class Policy(Value):
    """Rules of one version; each number is explained where it stands (policy/*.yaml)."""

    version: Id
    gestation_days: int
    latest_registration_weeks: int
    longest_pregnancy_weeks: int
    days_followed_after_end: int
    visits_count_from: VisitsCountFrom
    retention_days: int
    observations: tuple[Observable, ...]
    review: ReviewRules
    registers: RegisterRules
    care: CareRules
    transfer: TransferRules
    reports: ReportRules

    def due_on(self, last_menstrual_period: date | None) -> date | None:
        """The estimated due date (Naegele: LMP + 280 days), None for an undated pregnancy."""
        return last_menstrual_period and last_menstrual_period + timedelta(self.gestation_days)

    @property
    def latest_registration(self) -> timedelta:
        """The longest time from the LMP to the registration."""
        return timedelta(weeks=self.latest_registration_weeks)

    @property
    def longest(self) -> timedelta:
        """The longest time from the LMP to the end."""
        return timedelta(weeks=self.longest_pregnancy_weeks)

    @property
    def followed(self) -> timedelta:
        """The time after the end that still belongs to the pregnancy."""
        return timedelta(self.days_followed_after_end)

    @property
    def retention(self) -> timedelta:
        """The time after the last recorded day during which nothing is erased."""
        return timedelta(self.retention_days)

    def judge(self, observed: Mapping[str, float]) -> None:
        """Raises ObservationUnknown for a code that is not listed or a number that is not possible."""
        listed = {each.code: each for each in self.observations}
        for code, value in observed.items():
            if code not in listed:
                raise ObservationUnknown("no such observation", pointer="/observations", accepted=", ".join(listed))
            possible = listed[code]
            if not possible.least <= value <= possible.most:
                accepted = f"{possible.least:g} to {possible.most:g} {possible.unit}"
                raise ObservationUnknown("not possible", pointer=f"/observations/{code}", accepted=accepted)


class AdoptPolicy(Command):
    """Put a version of the policy into force."""

    policy: Policy


class PolicyAdopted(Fact, stored_as="pregnancy_tracking.PolicyAdopted", shape=3):
    """A version of the policy is in force from here on."""

    policy: Policy


def with_scrutiny(stored: dict[str, Any]) -> dict[str, Any]:
    """A policy adopted before there were reviews and registers (shape 1): none is asked for, no purpose is listed."""
    review = ReviewRules(
        applies=False,
        from_weeks=0,
        certificates=0,
        grounds=(),
        decline_grounds=(),
        decide_within_hours=0,
        approved_after_hours=0,
        body="none",
        superior="none",
    )
    registers = RegisterRules(
        purposes=(),
        least_staff=0,
        late_after_hours=0,
        close_after_days=0,
        kept_days=0,
        same_time_minutes=0,
        roster_days=0,
        fewest_told=10,
    )
    more = {"review": review.model_dump(), "registers": registers.model_dump()}
    return stored | {"policy": stored["policy"] | more}


def with_care(stored: dict[str, Any]) -> dict[str, Any]:
    """A policy adopted before there were duties and transfers (shape 2): no duty is owed, nothing is reported."""
    more = {
        "care": NO_CARE.model_dump(mode="json"),
        "transfer": NO_TRANSFER.model_dump(mode="json"),
        "reports": NO_REPORTS.model_dump(),
    }
    return stored | {"policy": stored["policy"] | more}


class PolicyInForce(Value):
    """Every version ever in force, the present one last."""

    adopted: tuple[Policy, ...] = ()

    @property
    def now(self) -> Policy:
        """The policy in force. Raises PolicyMissing."""
        if not self.adopted:
            raise PolicyMissing("no policy is in force yet")
        return self.adopted[-1]


def evolve(state: PolicyInForce, fact: Fact) -> PolicyInForce:
    match fact:
        case PolicyAdopted(policy=policy):
            return PolicyInForce(adopted=(*state.adopted, policy))
    return state


POLICY = Case("policy", PolicyInForce(), evolve)
IN_FORCE = "county"
"""The one key: a county has one policy at a time."""


def adopt_policy(command: AdoptPolicy, in_force: PolicyInForce) -> Decision:
    """The policy named is in force; nothing if it already is."""
    if in_force.adopted and command.policy == in_force.now:
        return NOTHING
    if any(each.version == command.policy.version and each != command.policy for each in in_force.adopted):
        raise PolicyVersionReused(f"version {command.policy.version} has other rules", pointer="/version")
    return {POLICY.id(IN_FORCE): [PolicyAdopted(policy=command.policy)]}
