"""Putting a version of the policy into force."""

from __future__ import annotations

from pydantic_core import to_json

from services.pregnancy_tracking.domain.care_rules import NO_CARE
from services.pregnancy_tracking.domain.policy import (
    IN_FORCE,
    POLICY,
    AdoptPolicy,
    Policy,
    PolicyAdopted,
    PolicyVersionReused,
    with_care,
    with_scrutiny,
)
from services.pregnancy_tracking.domain.report_rules import NO_REPORTS
from services.pregnancy_tracking.handling import policy_version
from tests.pregnancy_tracking.scene import ASKED, RULES, UNDER_CARE, given

IN_FORCE_ID = POLICY.id(IN_FORCE)
NEWER = RULES.model_copy(update={"version": "test-2", "retention_days": 30})


def adopt(policy: Policy) -> AdoptPolicy:
    return AdoptPolicy(**ASKED, policy=policy)


def test_a_policy_comes_into_force():
    given().without(IN_FORCE_ID).when(adopt(RULES)).then({IN_FORCE_ID: [PolicyAdopted(policy=RULES)]})
    given().when(adopt(NEWER)).then({IN_FORCE_ID: [PolicyAdopted(policy=NEWER)]})


def test_the_policy_in_force_stays_in_force():
    given().when(adopt(RULES)).then_nothing()


def test_an_earlier_version_may_come_back():
    given({IN_FORCE_ID: [PolicyAdopted(policy=NEWER)]}).when(adopt(RULES)).then(
        {IN_FORCE_ID: [PolicyAdopted(policy=RULES)]}
    )


def test_a_version_never_changes_its_rules():
    changed = NEWER.model_copy(update={"version": RULES.version})
    given().when(adopt(changed)).then_refused(PolicyVersionReused, "/version")


def test_facts_say_under_which_version_they_were_decided():
    assert policy_version(given()) == "test-1"
    assert policy_version(given().without(IN_FORCE_ID)) == ""


def test_only_a_policy_changes_the_policy():
    assert given({IN_FORCE_ID: UNDER_CARE["woman:w1"]})[POLICY, IN_FORCE].now == RULES


def test_a_policy_of_before_there_were_reviews_and_duties_asks_for_none():
    later = {"review", "registers", "care", "transfer", "reports"}
    stored = {"policy": RULES.model_dump(mode="json", exclude=later)}
    policy = PolicyAdopted.model_validate_json(to_json(with_care(with_scrutiny(stored)))).policy
    assert not policy.review.requires(40)
    assert policy.registers.purposes == ()
    assert policy.care == NO_CARE
    assert policy.reports == NO_REPORTS
