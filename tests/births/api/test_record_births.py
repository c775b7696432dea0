"""Telling a birth by HTTP: a clerk's form, or a hospital's signed message."""

from __future__ import annotations

import json

import pytest

from tests.births.api.doors import CLERK, DOCUMENT, FORM, figures, message, post, problem, read, send


def test_a_birth_is_recorded_and_can_be_read(client):
    answer = post(client)
    assert answer.status_code == 201
    shown = read(client, answer.json()["birth"]).json()
    assert shown["mother"] == FORM["mother"]
    assert {name: shown[name] for name in FORM if name != "mother"} == {k: v for k, v in FORM.items() if k != "mother"}
    assert (shown["plurality"], shown["number"]) == (1, 1)
    assert "person" not in shown


def test_where_the_mother_lived_before_is_kept(client):
    birth = post(client, residence="returned").json()["birth"]
    assert read(client, birth).json()["residence"] == "returned"
    unknown = post(client, number=2, plurality=2).json()["birth"]
    assert read(client, unknown).json()["residence"] == "unknown"


def test_a_repeated_request_gets_the_first_answer(client):
    first, again = post(client, command_id="c-1"), post(client, command_id="c-1")
    assert first.json() == again.json()
    assert first.status_code == again.status_code == 201
    assert figures(client, 1)["girls"] == 1


def test_a_command_id_is_not_used_for_something_else(client):
    post(client, command_id="c-1")
    assert problem(post(client, command_id="c-1", sex="boy")) == (409, "CommandIdReused", "/command_id")


def test_the_same_birth_in_another_request_changes_nothing(client):
    post(client)
    again = post(client)
    assert (again.status_code, again.json()["status"]) == (200, "nothing")
    assert "birth" not in again.json()


def test_the_same_child_with_other_content_is_set_aside_and_not_counted(client):
    post(client)
    other = post(client, sex="boy")
    assert [each["name"] for each in other.json()["results"]] == ["births.DuplicateSuspected"]
    assert (figures(client, 1)["boys"], figures(client, 1)["girls"]) == (0, 1)


@pytest.mark.parametrize(
    ("other", "refusal", "pointer"),
    [
        ({"born_at": "2024-11-21T09:00:00+08:00"}, "InFuture", "/born_at"),
        ({"born_at": "2004-11-21T09:00:00+08:00"}, "BornTooLongAgo", "/born_at"),
        ({"facility": "nowhere"}, "UnknownFacility", "/facility"),
        ({"township": "nowhere"}, "UnknownTownship", "/township"),
        ({"plurality": 2, "number": 3}, "PluralityImpossible", "/number"),
        ({"weight_grams": 32000}, "Implausible", "/weight_grams"),
    ],
)
def test_a_broken_rule_is_named(client, other, refusal, pointer):
    assert problem(post(client, **other)) == (409, refusal, pointer)


@pytest.mark.parametrize(
    ("other", "pointer"),
    [
        ({"sex": "unknown"}, "/sex"),
        ({"born_at": "yesterday"}, "/born_at"),
        ({"born_at": "2024-11-03T04:30:00"}, "/born_at"),
        ({"birth_order": "2"}, "/birth_order"),
        ({"fetal_sex": "girl"}, "/fetal_sex"),
        ({"mother": {"document": "------", "name": "王秀英"}}, "/mother/document"),
        ({"mother": {"document": DOCUMENT}}, "/mother/name"),
        ({"command_id": "two words"}, "/command_id"),
    ],
)
def test_a_malformed_form_names_the_place(client, other, pointer):
    assert problem(post(client, **other)) == (422, "Malformed", pointer)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[]", b'{"mother": NaN}', b'"\\u0000"'])
def test_bytes_that_are_no_form_are_malformed(client, body):
    answer = client.post("/births", content=body, headers=CLERK)
    assert problem(answer)[:2] == (422, "Malformed")


# A hospital's message


def test_a_hospitals_signed_message_is_counted_once_however_often_it_comes(client):
    told = message()
    for _ in range(3):
        receipt = send(client, told)
        assert receipt["status"] == "accepted"
    assert figures(client, 1)["girls"] == 1
    assert DOCUMENT not in json.dumps(receipt)
