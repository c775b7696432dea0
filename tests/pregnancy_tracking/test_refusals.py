"""Every refusal of the service, at each door that can give it: by its name, at its place, with nothing written."""

from __future__ import annotations

import pytest
import yaml

from services.pregnancy_tracking import reactions
from services.pregnancy_tracking.domain.woman import RetentionApplies
from services.pregnancy_tracking.reactions import RECEIVES
from shared.contracts.departments import DepartmentMessage
from shared.kernel import NotYet, Refusal
from tests.pregnancy_tracking.asking import refusal
from tests.pregnancy_tracking.her import Her
from tests.pregnancy_tracking.neighbour_scene import neighbours_file
from tests.pregnancy_tracking.refusal_cases import (
    BY_RECEIPT,
    NO_DOOR,
    ONLY_HTTP,
    OVER_HTTP,
    WRONG_MESSAGES,
)


@pytest.fixture
def neighbours(tmp_path):
    return neighbours_file(tmp_path)


def ours(kind: type[Refusal] = Refusal) -> set[type[Refusal]]:
    """Every refusal that this service has."""
    found = {each for each in kind.__subclasses__() if each.__module__.startswith("services.pregnancy_tracking.")}
    return found.union(*(ours(each) for each in kind.__subclasses__()))


def test_every_refusal_is_tried_at_every_door_that_can_give_it():
    assert ours() == {RetentionApplies, *OVER_HTTP, *NO_DOOR}
    assert ours() == {*BY_RECEIPT, *ONLY_HTTP, *NO_DOOR}
    assert not OVER_HTTP.keys() & NO_DOOR.keys()
    assert not BY_RECEIPT.keys() & {*ONLY_HTTP, *NO_DOOR}


def test_every_refusal_over_http_names_its_rule_and_its_place(served):
    for number, (rule, (provoke, pointer)) in enumerate(OVER_HTTP.items(), 1):
        her = Her(served, number)
        answer = provoke(her)
        expected = (425 if issubclass(rule, NotYet) else 409, rule.__name__, pointer)
        assert refusal(answer) == expected, (rule.__name__, answer.text)


def test_every_refusal_comes_back_as_a_receipt(served):
    for number, (rule, told) in enumerate(BY_RECEIPT.items(), 1):
        her = Her(served, number)
        told.before(her)
        head = served.service.log.head()
        receipt = her.tell(f"evenborn.{told.kind}.v1", told.data, told.personal)
        reason = receipt["reason"]
        status = "held" if issubclass(rule, NotYet) else "rejected"
        assert (receipt["status"], reason["name"], reason["pointer"]) == (status, rule.__name__, told.pointer)
        assert served.service.log.head() == head


def test_every_kind_of_message_that_is_wrong_is_rejected_with_its_place(served):
    kinds = {contract.type for contract in RECEIVES if issubclass(contract, DepartmentMessage)}
    assert kinds - {f"evenborn.{told.kind}.v1" for told in WRONG_MESSAGES} == {
        each for each in kinds if each.startswith("evenborn.county.")
    }
    her = Her(served, 1)
    _ = her.pregnancy
    head = served.service.log.head()
    for told in WRONG_MESSAGES:
        kind = f"evenborn.{told.kind}.v1"
        for data, name, pointer in (
            (told.data, "InFuture", told.pointer),
            (told.data | {"sex": "girl"}, "Malformed", "/data/sex"),
        ):
            reason = her.tell(kind, data, told.personal)["reason"]
            assert (reason["name"], reason["pointer"]) == (name, pointer), (kind, reason)
    assert served.service.log.head() == head


@pytest.fixture
def keeping(tmp_path, monkeypatch):
    """A policy under which records are kept for ten years after 3 March 2025; that day."""
    rules = yaml.safe_load(max(reactions.POLICIES.glob("*.yaml")).read_text(encoding="utf-8"))
    folder = tmp_path / "policy"
    folder.mkdir()
    kept = rules | {"version": "test-keeping", "retention_days": 3_653}
    (folder / "test-keeping.yaml").write_text(yaml.safe_dump(kept, allow_unicode=True), encoding="utf-8")
    monkeypatch.setattr(reactions, "POLICIES", folder)
    return "2035-03-04"


def test_nobody_is_erased_while_the_policy_keeps_records(keeping, served):
    her = Her(served, 1)
    assert her.pregnancy
    answer = her.erase()
    assert refusal(answer) == (409, "RetentionApplies", "/person")
    assert answer.json()["accepted"] == f"from {keeping} on"
