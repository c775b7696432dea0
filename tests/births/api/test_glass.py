"""Outside the own units a record opens for 15 minutes, for a reason, to be looked at by a second person, and shown."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.births.api.doors import DOCUMENT, as_, post
from tests.births.scene import NOW

STRANGER = as_("hospital", "care", units="county-hospital", subject="doctor-9")
AUDITS = as_("auditor", "audit", subject="auditor-1")
BREAK = {"document": DOCUMENT, "reason": "emergency"}


@pytest.fixture
def birth(client):
    return post(client).json()["birth"]


def look(client, birth, headers=STRANGER):
    return client.get(f"/births/{birth}", headers=headers).status_code


def test_a_broken_glass_opens_her_record_for_a_quarter_of_an_hour(client, birth, settings):
    assert look(client, birth) == 403
    broken = client.post("/glass", json=BREAK, headers=STRANGER)
    assert broken.status_code == 201
    assert (broken.json()["until"], broken.json()["results"]) == ((NOW + timedelta(minutes=15)).isoformat(), [])
    assert look(client, birth) == 200
    assert look(client, birth, as_("hospital", "care", units="county-hospital", subject="doctor-8")) == 403
    assert look(client, birth, as_("hospital", units="county-hospital", subject="doctor-9")) == 403, "without a purpose"
    settings.scenario_clock.write_text((NOW + timedelta(minutes=15)).isoformat())
    assert look(client, birth) == 403


def test_it_waits_for_a_second_person_and_is_shown_to_her(client, birth):
    client.post("/glass", json=BREAK, headers=STRANGER)
    [glass] = client.get("/glass", params={"unreviewed": True}, headers=AUDITS).json()["glass"]
    assert (glass["reader"], glass["reason"], glass["reviewer"]) == ("doctor-9", "emergency", None)
    assert client.get("/status", headers=as_("operator")).json()["glass_to_review"] == 1
    seen = {"person": glass["person"], "glass": glass["glass"]}
    assert client.post("/glass/review", json=seen, headers=AUDITS).status_code == 201
    assert client.post("/glass/review", json=seen, headers=AUDITS).json()["status"] == "nothing"
    assert client.get("/glass", params={"unreviewed": True}, headers=AUDITS).json()["glass"] == []
    hers = client.post("/access-log", json={"document": DOCUMENT}, headers=AUDITS).json()
    assert [(each["reader"], each["reviewer"]) for each in hers["glass"]] == [("doctor-9", "auditor-1")]
    assert "broken glass" in {each["record"] for each in hers["entries"]}
    assert client.get("/status", headers=as_("operator")).json()["glass_to_review"] == 0


def test_broken_glass_is_listed_page_by_page_newest_first(client, birth):
    for number in range(3):
        stranger = as_("hospital", "care", units="county-hospital", subject=f"doctor-{number}")
        assert client.post("/glass", json=BREAK, headers=stranger).status_code == 201

    def page(**params):
        return client.get("/glass", params=params, headers=AUDITS).json()["glass"]

    newest = page(limit=2)
    assert [each["reader"] for each in newest] == ["doctor-2", "doctor-1"]
    assert [each["reader"] for each in page(limit=2, before=newest[-1]["position"])] == ["doctor-0"]


def test_metrics_count_what_was_broken_by_its_reason_and_what_nobody_has_looked_at(client, birth):
    client.post("/glass", json=BREAK, headers=STRANGER)
    [glass] = client.get("/glass", headers=AUDITS).json()["glass"]
    shown = client.get("/metrics").text
    assert 'evenborn_glass_broken_total{reason="emergency"} 1.0' in shown
    assert "evenborn_glass_to_review 1.0" in shown
    assert glass["person"] not in shown
    client.post("/glass/review", json={"person": glass["person"], "glass": glass["glass"]}, headers=AUDITS)
    assert client.get("/glass", params={"unreviewed": True}, headers=AUDITS).json()["glass"] == []
    assert "evenborn_glass_to_review 0.0" in client.get("/metrics").text


def test_whoever_broke_it_is_not_shown_it_and_cannot_look_at_it(client, birth):
    client.post("/glass", json=BREAK, headers=as_("hospital", "care", units="county-hospital", subject="both"))
    herself = as_("auditor", "audit", subject="both")
    assert client.get("/glass", headers=herself).json()["glass"] == []
    [glass] = client.get("/glass", headers=AUDITS).json()["glass"]
    answer = client.post("/glass/review", json={"person": glass["person"], "glass": glass["glass"]}, headers=herself)
    assert (answer.status_code, answer.json()["refusal"]) == (409, "ReviewerIsReader")


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("POST", "/glass", as_("registrar")),
        ("POST", "/glass", as_("department")),
        ("POST", "/glass", as_("operator")),
        ("GET", "/glass", as_("hospital", "care")),
        ("GET", "/glass", as_("auditor")),
        ("POST", "/glass/review", as_("operator")),
        ("POST", "/glass/review", as_("auditor")),
    ],
)
def test_nobody_else_breaks_or_reviews(client, method, path, headers):
    body = BREAK if path == "/glass" else {"person": "p", "glass": 1}
    assert client.request(method, path, json=None if method == "GET" else body, headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"document": DOCUMENT}, "/reason"),
        ({"document": DOCUMENT, "reason": "because"}, "/reason"),
        ({"reason": "cover"}, "/person"),
        ({"document": DOCUMENT, "person": "p", "reason": "cover"}, "/person"),
        (BREAK | {"note": "x"}, "/note"),
    ],
)
def test_what_is_no_reason_or_no_person_is_malformed(client, body, pointer):
    answer = client.post("/glass", json=body, headers=STRANGER)
    assert (answer.status_code, answer.json()["pointer"]) == (422, pointer)
