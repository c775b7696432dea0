"""Which messages are for us, and which for a later version of us."""

from __future__ import annotations

import json

import pytest

from shared.contracts.cloudevents import Event
from shared.messaging.versions import Interest, interest
from tests.shared.messaging.scene import message

KNOWN = {"a.b.v1", "a.b.v3", "a.plain"}


def event(kind, **more):
    return Event.model_validate_json(json.dumps(message(kind) | more))


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("a.b.v1", Interest.TAKE),
        ("a.b.v3", Interest.TAKE),
        ("a.b.v4", Interest.NEWER),
        ("a.b.v10", Interest.NEWER),
        ("a.b.v2", Interest.IGNORE),
        ("a.c.v9", Interest.IGNORE),
        ("a.plain", Interest.TAKE),
        ("a.plain.v2", Interest.IGNORE),
        ("a.b", Interest.IGNORE),
        ("a.b.v0", Interest.IGNORE),
        ("a.b.v4x", Interest.IGNORE),
    ],
)
def test_a_type_is_taken_ignored_or_kept_for_later(kind, wanted):
    assert interest(event(kind), KNOWN) is wanted


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        ({}, Interest.IGNORE),
        ({"subject": "another"}, Interest.NEWER),
        ({"causationid": "another"}, Interest.NEWER),
        ({"time": "2024-10-15T12:00:01+08:00"}, Interest.NEWER),
        ({"type": "a.c.v1"}, Interest.NEWER),
        ({"type": "a.b.v2"}, Interest.NEWER),
    ],
)
def test_a_newer_version_is_only_kept_if_its_parallel_did_not_just_say_the_same(before, wanted):
    assert interest(event("a.b.v4"), KNOWN, event("a.b.v3", **before)) is wanted
