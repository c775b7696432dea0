"""The envelope: read strictly, complained about by place, never echoing what was sent."""

from __future__ import annotations

import json

import pytest

from shared.contracts.cloudevents import Malformed, decode, encode

GOOD = {
    "specversion": "1.0",
    "id": "births:care:7",
    "source": "/demo/births",
    "type": "evenborn.births.birth_recorded.v1",
    "time": "2024-10-15T12:00:00+08:00",
    "datacontenttype": "application/json",
    "sequence": 7,
    "data": {"birth": "b1"},
}


def test_an_event_survives_the_journey():
    event = decode(json.dumps(GOOD))
    assert json.loads(encode(event)) == GOOD
    assert decode(encode(event)) == event


def test_attributes_of_later_versions_are_ignored():
    assert decode(json.dumps(GOOD | {"future": "x"})) == decode(json.dumps(GOOD))


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"specversion": "0.3"}, "/specversion"),
        ({"time": "yesterday"}, "/time"),
        ({"time": "2024-10-15T12:00:00"}, "/time"),
        ({"id": ""}, "/id"),
        ({"id": 7}, "/id"),
        ({"sequence": 0}, "/sequence"),
        ({"sequence": "7"}, "/sequence"),
        ({"data": "text"}, "/data"),
        ({"data": None}, "/data"),
        ({"source": None}, "/source"),
        ({"datacontenttype": "text/plain"}, "/datacontenttype"),
    ],
)
def test_a_wrong_attribute_is_named_by_its_place(change, pointer):
    with pytest.raises(Malformed) as fault:
        decode(json.dumps(GOOD | change))
    assert fault.value.pointer == pointer


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"null", b"[]", b'"text"', b"[" * 100_000, b'{"a": NaN}'])
def test_bytes_that_are_no_event_are_malformed(raw):
    with pytest.raises(Malformed):
        decode(raw)


def test_a_complaint_never_repeats_what_was_sent():
    with pytest.raises(Malformed) as fault:
        decode(json.dumps(GOOD | {"time": "canary-name-王秀英"}))
    assert "canary" not in str(fault.value)
