"""The policy of births: rules with numbers, typed; the numbers live in policy/*.yaml and are adopted as a fact."""

from __future__ import annotations

from datetime import date
from typing import Annotated, TypeVar

from pydantic import Field

from services.births.domain.data_faults import FaultLimits
from services.births.domain.suppression import Disclosure
from services.births.domain.watch_rules import WatchRules
from shared.kernel import NOTHING, Case, Command, Decision, Fact, Id, NotYet, Refusal, Value

Rules = TypeVar("Rules")
"""A part of the policy."""


class Range(Value):
    """Whole numbers from `least` to `most`, both included."""

    least: int
    most: int

    def holds(self, number: float) -> bool:
        """Whether a number lies within."""
        return self.least <= number <= self.most

    def __str__(self) -> str:
        return f"{self.least}–{self.most}"


class Plausible(Value):
    """What can be true of a birth; anything else is a slip of the pen."""

    weight_grams: Range
    gestation_weeks: Range
    plurality: Range
    number: Range
    birth_order: Range


class Linking(Value):
    """How near a birth must be to a pregnancy to be its outcome.

    Days before and after the due date, or after an undated pregnancy became known.
    """

    days_before_due: int
    days_after_due: int
    days_undated: int


class Records(Value):
    """Rules of what is on record and of its certificates.

    A birth recorded more than `late_after_days` after it is registered late. A death is neonatal before the child
    is `neonatal_days` old. Two tellings of a mother's children with one number are of the same child if they lie at
    most `same_child_within_days` apart. A certificate's number has `certificate_digits` digits after its prefix.
    """

    late_after_days: int
    neonatal_days: int
    same_child_within_days: int
    certificate_digits: Annotated[int, Field(ge=1, le=18)]


class Statistics(Value):
    """Rules of figures for inside. `funnel` are the confidences, in per cent, of a funnel's inner and outer limits.

    Areas with fewer than `pool_below` live births are looked at together.
    """

    funnel: tuple[Annotated[float, Field(gt=0, lt=100)], Annotated[float, Field(gt=0, lt=100)]]
    pool_below: int


class Policy(Value):
    """Rules of one version. A section is None in versions from before there were rules for it.

    A birth can be recorded until the child is `late_registration_years` old. Identities are kept sealed for
    `retention_years` before they may be erased. The statistical year begins in month `statistical_year_starts_in`
    of the calendar year before (of the same year if that is January). `baseline` and `band` are boys per 100 girls.
    """

    version: Id
    late_registration_years: int
    retention_years: int
    statistical_year_starts_in: Annotated[int, Field(ge=1, le=12)]
    baseline: int
    band: Range
    plausible: Plausible
    linking: Linking
    records: Annotated[Records | None, Field(exclude_if=lambda records: records is None)] = None
    faults: Annotated[FaultLimits | None, Field(exclude_if=lambda faults: faults is None)] = None
    watch: Annotated[WatchRules | None, Field(exclude_if=lambda watch: watch is None)] = None
    releases: Annotated[Disclosure | None, Field(exclude_if=lambda releases: releases is None)] = None
    statistics: Annotated[Statistics | None, Field(exclude_if=lambda statistics: statistics is None)] = None

    @property
    def of_statistics(self) -> Statistics:
        """The rules of figures. Raises PolicyMissing."""
        return _ruled(self.statistics, "statistics")

    @property
    def of_records(self) -> Records:
        """The rules of records. Raises PolicyMissing."""
        return _ruled(self.records, "records")

    @property
    def of_faults(self) -> FaultLimits:
        """What is no data fault yet. Raises PolicyMissing."""
        return _ruled(self.faults, "data faults")

    @property
    def of_watch(self) -> WatchRules:
        """The rules of the watch. Raises PolicyMissing."""
        return _ruled(self.watch, "the watch")

    @property
    def of_releases(self) -> Disclosure:
        """What a release may print. Raises PolicyMissing."""
        return _ruled(self.releases, "releases")


def _ruled(rules: Rules | None, what: str) -> Rules:
    if rules is None:
        raise PolicyMissing(f"the policy in force has no rules for {what}")
    return rules


class AdoptPolicy(Command):
    """Put a version of the policy into force."""

    policy: Policy


class PolicyAdopted(Fact, stored_as="births.PolicyAdopted"):
    """A version of the policy is in force from here on."""

    policy: Policy


class PolicyMissing(NotYet):
    """No policy has been adopted yet."""


class PolicyVersionReused(Refusal):
    """A version's rules never change: other rules are another version."""


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
    """The policy named is in force; nothing if it already is. Raises PolicyVersionReused."""
    if in_force.adopted and command.policy == in_force.now:
        return NOTHING
    if any(each.version == command.policy.version and each != command.policy for each in in_force.adopted):
        raise PolicyVersionReused(f"version {command.policy.version} has other rules", pointer="/version")
    return {POLICY.id(IN_FORCE): [PolicyAdopted(policy=command.policy)]}


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 1 March for a 29 February that does not exist."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
