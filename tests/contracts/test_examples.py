"""Every example in a service's document can be sent, and is answered as the document says."""

from __future__ import annotations

import time

import pytest

from shared.access import Role
from shared.openapi import rules_of
from tests.contracts.asking import Asking, served
from tests.contracts.deployment import SERVICES, bearer, running
from tests.contracts.test_documents import WITHOUT_TOKEN

EVENTUAL = {"figures"}
"""Tags of what is read off views, which may lag behind for a moment."""


@pytest.fixture(params=SERVICES)
def asked(request, tmp_path):
    """A client of a running service and its examples."""
    definition = SERVICES[request.param]
    asking = Asking(request.param, {})
    with running(definition, tmp_path, asking.now) as client:
        asking.document = served(client, "openapi.json")
        yield client, asking


def test_every_example_is_answered_as_documented(asked):
    client, asking = asked
    for where, example in asking.examples.items():
        answer = asking.send(client, where)
        assert answer.status_code == example["status"], (where, answer.text)
        if "answer" not in example:
            continue
        deadline = time.monotonic() + 60
        while answer.json() != example["answer"] and EVENTUAL & set(asking.operation(where)["tags"]):
            assert time.monotonic() < deadline, (where, answer.text)
            answer = asking.send(client, where)
        assert answer.json() == example["answer"], where


def test_every_operation_has_an_example(asked):
    _, asking = asked
    paths = asking.document["paths"]
    assert set(asking.examples) == {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}


def test_without_a_token_nothing_is_answered_but_what_is_open(asked):
    client, asking = asked
    for where in asking.examples:
        if where not in WITHOUT_TOKEN:
            answer = asking.send(client, where, Authorization="")
            assert (answer.status_code, answer.json()["refusal"]) == (401, "TokenMissing"), where


def test_only_the_roles_documented_may_ask(asked):
    client, asking = asked
    for where in asking.examples:
        action = asking.operation(where).get("x-action")
        for role in sorted({*Role} - set(rules_of(action))) if action else []:
            purposes = ("care", "registration", "audit", "erasure", "complaint", "own")
            answer = asking.send(client, where, **bearer(role, ("*",), purposes))
            assert answer.status_code in {403, 404}, (where, role, answer.text)


def test_a_purpose_is_needed_exactly_where_it_is_documented(asked):
    client, asking = asked
    for where, example in asking.examples.items():
        names = {each["name"] for each in asking.operation(where).get("parameters", [])}
        answer = asking.send(client, where, Purpose="")
        refused = answer.status_code == 403 and "purpose" in answer.json()["detail"]
        assert refused == ("Purpose" in names), (where, example, answer.text)
