"""The policy: what the table does not say is denied, and what it says needs role, purpose and scope."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.access import (
    PERSONAL,
    RULES,
    AccessDenied,
    Action,
    Grant,
    Principal,
    Purpose,
    Role,
    Rule,
    Scope,
    permit,
)
from shared.clock import COUNTY_TIME

NOW = datetime(2024, 10, 15, 12, tzinfo=COUNTY_TIME)
PERSON = "her"
ROLES, ACTIONS, PURPOSES = st.sampled_from(Role), st.sampled_from(Action), st.sampled_from(Purpose)
RULED = st.sampled_from(sorted(RULES))


def principal(role: Role, **changes: Any) -> Principal:
    given: dict[str, Any] = {"subject": "someone", "county": "demo", "units": {"*"}, "purposes": set(Purpose)} | changes
    return Principal(
        role=role,
        subject=given["subject"],
        county=given["county"],
        units=frozenset(given["units"]),
        purposes=frozenset(Purpose(purpose) for purpose in given["purposes"]),
    )


def grant(**changes: Any) -> Grant:
    given = {"reader": "someone", "person": PERSON, "since": NOW, "until": NOW + timedelta(minutes=15)} | changes
    return Grant(**given)


def enough(rule: Rule) -> dict[str, str]:
    """What a request must carry for a rule."""
    return {"purpose": min(rule.purposes, default=""), "unit": "t1", "person": PERSON}


def allowed(who: Principal, action: str, **request: Any) -> bool:
    try:
        permit(who, action, **request)
    except AccessDenied:
        return False
    return True


@given(RULED)
def test_every_rule_lets_its_role_do_its_action(pair):
    role, action = pair
    rule = RULES[pair]
    who = principal(role, units={"t1"}, subject=PERSON, purposes=rule.purposes)
    permit(who, action, **enough(rule))
    permit(who, str(action), **enough(rule))


def test_every_role_and_action_that_is_no_rule_is_denied_for_want_of_role():
    for role, action in set(itertools.product(Role, Action)) - set(RULES):
        for purpose in ("", *Purpose):
            with pytest.raises(AccessDenied, match=r"^role"):
                permit(principal(role), action, purpose=purpose, unit="t1", person=PERSON, grant=grant(), now=NOW)


@given(ROLES, st.text(max_size=30).filter(lambda name: name not in set(Action)))
def test_an_action_nobody_named_is_denied(role, action):
    with pytest.raises(AccessDenied, match=r"^role"):
        permit(principal(role), action, purpose="care", unit="t1")


@given(RULED, st.text(max_size=12) | PURPOSES)
def test_a_purpose_that_is_not_the_rules_is_denied(pair, purpose):
    rule = RULES[pair]
    if rule.purposes and purpose not in rule.purposes:
        with pytest.raises(AccessDenied, match=r"^purpose"):
            permit(principal(pair[0], subject=PERSON), pair[1], **enough(rule) | {"purpose": purpose})


@given(RULED)
def test_a_purpose_claimed_but_not_in_the_token_is_denied(pair):
    rule = RULES[pair]
    if rule.purposes:
        who = principal(pair[0], subject=PERSON, purposes=set(Purpose) - {min(rule.purposes)})
        with pytest.raises(AccessDenied, match=r"^purpose"):
            permit(who, pair[1], **enough(rule))


@given(RULED)
def test_a_purpose_in_the_token_but_not_claimed_is_denied(pair):
    rule = RULES[pair]
    if rule.purposes:
        with pytest.raises(AccessDenied, match=r"^purpose"):
            permit(principal(pair[0], subject=PERSON), pair[1], unit="t1", person=PERSON)


@given(RULED, st.sampled_from(["t2", "", "t", "t11", "T1", "*", "t1,t2"]))
def test_a_unit_that_is_not_the_principals_is_denied(pair, unit):
    rule = RULES[pair]
    if rule.scope is Scope.UNIT:
        with pytest.raises(AccessDenied, match=r"^scope"):
            permit(principal(pair[0], units={"t1"}), pair[1], **enough(rule) | {"unit": unit})


def test_a_token_for_all_units_covers_each_but_not_a_resource_that_names_none():
    who = principal(Role.MIDWIFE)
    permit(who, "pregnancy.read", purpose="care", unit="t7")
    with pytest.raises(AccessDenied, match=r"^scope"):
        permit(who, "pregnancy.read", purpose="care")


def test_a_token_without_units_reaches_no_unit():
    with pytest.raises(AccessDenied, match=r"^scope"):
        permit(principal(Role.MIDWIFE, units=()), "pregnancy.read", purpose="care", unit="t1")


@pytest.mark.parametrize("action", [action for role, action in sorted(RULES) if role is Role.PERSON])
def test_a_person_reaches_her_own_record_only(action):
    request = {"purpose": min(RULES[Role.PERSON, action].purposes), "unit": "t1"}
    permit(principal(Role.PERSON, subject=PERSON), action, person=PERSON, **request)
    for other in ("other", "", "*"):
        with pytest.raises(AccessDenied, match=r"^scope"):
            permit(principal(Role.PERSON, subject=PERSON), action, person=other, **request)


def test_what_is_missing_is_told_in_the_order_role_purpose_scope():
    nobody = {"units": (), "purposes": ()}
    for role, action, purpose, missing in (
        (Role.OPERATOR, "pregnancy.read", "care", "role: operator may not pregnancy.read"),
        (Role.MIDWIFE, "pregnancy.read", "care", "purpose: pregnancy.read needs"),
    ):
        with pytest.raises(AccessDenied, match=missing):
            permit(principal(role, **nobody), action, purpose=purpose)


def test_the_accepted_purposes_are_those_of_both_rule_and_token():
    with pytest.raises(AccessDenied) as refused:
        permit(principal(Role.REGISTRAR, purposes={"complaint", "audit"}), "birth.read", purpose="audit", unit="t1")
    assert refused.value.accepted == "complaint"


# The charter, read off the table.


def test_a_personal_action_always_has_purposes():
    assert all(rule.purposes for (_, action), rule in RULES.items() if action in PERSONAL)
    assert {"pregnancy.read", "birth.read", "access_log.read"} <= PERSONAL


@pytest.mark.parametrize("role", [Role.DEPARTMENT, Role.SERVICE, Role.OPERATOR, Role.STATISTICIAN])
def test_enforcement_and_machines_get_nothing_personal_by_no_purpose_or_grant(role):
    for action, purpose in itertools.product(PERSONAL, ("", *Purpose)):
        request = {"purpose": purpose, "unit": "t1", "person": PERSON, "grant": grant(), "now": NOW}
        assert not allowed(principal(role), action, **request)


def test_a_department_s_token_reads_its_feeds_and_nothing_else():
    allowed_actions = {action for role, action in RULES if role is Role.DEPARTMENT}
    assert allowed_actions == {Action.FEED_READ}


def test_only_the_statistics_action_counts_births_and_it_is_not_personal():
    assert Action.BIRTH_COUNT not in PERSONAL
    permit(principal(Role.STATISTICIAN, units=(), purposes=()), "birth.count")


# Broken glass.


def test_an_active_grant_stands_in_for_unit_scope():
    who = principal(Role.HOSPITAL, units={"h1"})
    request = {"purpose": "care", "unit": "t9", "person": PERSON}
    assert not allowed(who, "pregnancy.read", **request)
    permit(who, "pregnancy.read", **request, grant=grant(), now=NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"now": NOW + timedelta(minutes=15)},
        {"now": NOW + timedelta(days=1)},
        {"now": NOW - timedelta(seconds=1)},
        {"now": None},
        {"grant": None},
        {"grant": grant(reader="somebody else")},
        {"grant": grant(person="other")},
        {"person": "other"},
        {"person": ""},
    ],
)
def test_a_grant_that_is_over_early_anothers_or_for_another_person_opens_nothing(changes):
    request = {"purpose": "care", "unit": "t9", "person": PERSON, "grant": grant(), "now": NOW} | changes
    with pytest.raises(AccessDenied, match=r"^scope"):
        permit(principal(Role.HOSPITAL, units={"h1"}), "pregnancy.read", **request)


def test_a_grant_is_good_until_the_last_second():
    request = {"purpose": "care", "unit": "t9", "person": PERSON, "grant": grant()}
    permit(principal(Role.HOSPITAL, units=()), "pregnancy.read", **request, now=NOW + timedelta(minutes=14, seconds=59))


@pytest.mark.parametrize("purpose", ["", "audit", "complaint"])
def test_a_grant_never_replaces_a_purpose(purpose):
    request = {"unit": "t9", "person": PERSON, "grant": grant(), "now": NOW}
    with pytest.raises(AccessDenied, match=r"^purpose"):
        permit(principal(Role.HOSPITAL, units=()), "pregnancy.read", purpose=purpose, **request)


def test_a_grant_never_makes_another_persons_record_ones_own():
    request = {"purpose": "own", "person": "other", "grant": grant(reader=PERSON, person="other"), "now": NOW}
    with pytest.raises(AccessDenied, match=r"^scope"):
        permit(principal(Role.PERSON, subject=PERSON), "pregnancy.read", **request)


@given(ROLES, ACTIONS, st.text(max_size=6) | PURPOSES, st.sets(PURPOSES), st.sampled_from(["", "t1", "t2", "*"]))
def test_nothing_is_permitted_that_the_table_does_not_say(role, action, purpose, purposes, unit):
    who = principal(role, units={"t1"}, purposes=purposes)
    if allowed(who, action, purpose=purpose, unit=unit, person=PERSON):
        rule = RULES[role, action]
        assert not rule.purposes or purpose in rule.purposes & purposes
        assert rule.scope is Scope.COUNTY or (rule.scope is Scope.UNIT and unit == "t1")


def test_reviews_are_looked_at_and_decided_by_the_reviewing_body_only_and_by_no_grant():
    for action in (Action.REVIEW_READ, Action.REVIEW_DECIDE):
        assert {role for role, ruled in RULES if ruled is action} == {Role.REVIEWER}
    for role in set(Role) - {Role.REVIEWER}:
        for purpose in ("", *Purpose):
            request = {"purpose": purpose, "unit": "t1", "person": PERSON, "grant": grant(), "now": NOW}
            assert not allowed(principal(role), Action.REVIEW_READ, **request)


def test_a_reviewer_sees_nothing_else_of_anybody():
    for action, purpose in itertools.product(PERSONAL - {Action.REVIEW_READ}, ("", *Purpose)):
        request = {"purpose": purpose, "unit": "t1", "person": PERSON, "grant": grant(), "now": NOW}
        assert not allowed(principal(Role.REVIEWER), action, **request)
    assert not allowed(principal(Role.REVIEWER), Action.REVIEW_READ, purpose="care", unit="t1")
