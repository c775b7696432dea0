"""Who may record, read and erase by HTTP, and that every personal read is on record."""

from __future__ import annotations

import json

import pytest

from tests.births.api.doors import CLERK, DOCUMENT, ERASES, READS, as_, figures, post, problem, read


@pytest.mark.parametrize(
    ("headers", "status", "refusal"),
    [
        ({}, 401, "TokenMissing"),
        (as_("statistician"), 403, "AccessDenied"),
        (as_("department"), 403, "AccessDenied"),
        (as_("hospital", units="county-hospital"), 403, "AccessDenied"),
    ],
)
def test_a_birth_is_recorded_only_by_those_of_the_facility_and_registrars(client, headers, status, refusal):
    assert problem(post(client, headers))[:2] == (status, refusal)


@pytest.mark.parametrize(
    "headers",
    [as_("registrar"), as_("registrar", "audit"), as_("hospital", "care", units="county-hospital"), as_("department")],
)
def test_a_birth_is_not_read_without_role_purpose_and_scope(client, headers):
    birth = post(client).json()["birth"]
    read(client, birth)
    assert problem(client.get(f"/births/{birth}", headers=headers))[:2] == (403, "AccessDenied")


@pytest.mark.parametrize("birth", ["nothing", "0" * 32, "%00", "a%20b"])
def test_an_unknown_birth_is_unknown(client, birth):
    assert problem(client.get(f"/births/{birth}", headers=READS))[:2] == (404, "Unknown")


@pytest.mark.parametrize(
    "headers", [as_("registrar"), as_("hospital", "care", units="county-hospital"), as_("department"), {}]
)
def test_who_may_not_read_a_birth_does_not_learn_whether_there_is_one(client, headers):
    birth = post(client).json()["birth"]
    known, unknown = (client.get(f"/births/{each}", headers=headers) for each in (birth, "0" * 32))
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())


def test_a_birth_is_read_as_soon_as_it_is_acknowledged(client):
    birth = post(client).json()["birth"]
    assert client.get(f"/births/{birth}", headers=READS).status_code == 200


def test_every_read_of_a_birth_is_on_record(client):
    birth = post(client).json()["birth"]
    read(client, birth)
    asked = client.post("/access-log", json={"document": DOCUMENT}, headers=as_("auditor", "audit"))
    records = [(each["record"], each["purpose"], each["reader"]) for each in asked.json()["entries"]]
    assert (f"birth:{birth}", "registration", "someone") in records


# Erasing


def test_an_erased_mother_is_unreadable_and_her_child_still_counted(client):
    birth = post(client).json()["birth"]
    read(client, birth)
    erased = client.post("/persons/erase", json={"document": DOCUMENT}, headers=ERASES)
    assert (erased.status_code, erased.json()["status"]) == (201, "done")
    shown = read(client, birth).json()
    assert shown["mother"] == {"erased": True}
    assert "王秀英" not in json.dumps(shown, ensure_ascii=False)
    assert figures(client, 1)["girls"] == 1


def test_erasing_again_changes_nothing(client):
    post(client)
    client.post("/persons/erase", json={"document": DOCUMENT}, headers=ERASES)
    again = client.post("/persons/erase", json={"document": DOCUMENT}, headers=ERASES)
    assert (again.status_code, again.json()["status"]) == (200, "nothing")


@pytest.mark.parametrize("headers", [CLERK, as_("county_health"), as_("operator"), as_("person", "erasure")])
def test_a_person_is_erased_by_nobody_else_than_the_county_or_herself(client, headers):
    answer = client.post("/persons/erase", json={"document": DOCUMENT}, headers=headers)
    assert problem(answer)[:2] == (403, "AccessDenied")


@pytest.mark.parametrize("who", [{}, {"document": DOCUMENT, "person": "m1"}])
def test_whom_to_erase_is_said_in_one_way(client, who):
    assert problem(client.post("/persons/erase", json=who, headers=ERASES)) == (422, "Malformed", "/person")
