"""Adopting a version of the policy."""

from __future__ import annotations

import pytest

from services.births.domain.policy import (
    IN_FORCE,
    POLICY,
    AdoptPolicy,
    PolicyAdopted,
    PolicyMissing,
    PolicyVersionReused,
)
from services.births.handling import policy_version
from tests.births.scene import ASKED, RULES, given

CASE = POLICY.id(IN_FORCE)
NEXT = RULES.model_copy(update={"version": "test-2", "late_registration_years": 16})


def test_a_policy_is_adopted():
    given().without(CASE).when(AdoptPolicy(**ASKED, policy=RULES)).then({CASE: [PolicyAdopted(policy=RULES)]})


def test_the_policy_in_force_again_changes_nothing():
    given().when(AdoptPolicy(**ASKED, policy=RULES)).then_nothing()


def test_another_version_replaces_the_one_in_force():
    given().when(AdoptPolicy(**ASKED, policy=NEXT)).then({CASE: [PolicyAdopted(policy=NEXT)]})


@pytest.mark.parametrize("history", [[], [PolicyAdopted(policy=NEXT)]], ids=["in force", "in force before"])
def test_a_versions_rules_never_change(history):
    changed = RULES.model_copy(update={"late_registration_years": 16})
    given({CASE: history}).when(AdoptPolicy(**ASKED, policy=changed)).then_refused(PolicyVersionReused, "/version")


def test_the_policy_in_force_is_named_in_every_envelope():
    assert policy_version(given({CASE: [PolicyAdopted(policy=NEXT)]})) == "test-2"
    assert policy_version(given().without(CASE)) == ""


def test_statistics_have_rules_of_their_own():
    assert RULES.of_statistics.pool_below == 30


def test_a_version_from_before_there_were_rules_for_statistics_has_none():
    with pytest.raises(PolicyMissing, match="statistics"):
        _ = RULES.model_copy(update={"statistics": None}).of_statistics
