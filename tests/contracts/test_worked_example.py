"""What deploy/county/messages.md tells departments is so: its example is encrypted, signed, sent and receipted."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta

import pytest

from shared.contracts.receipts import Receipt
from shared.messaging.inbox import Post
from shared.signing import decrypt, sign
from tests.contracts.deployment import HOSPITAL, KIDS, READER, ROOT, SERVICES, bearer, public, running
from tests.contracts.golden import published, raw

DEPARTMENT = "dayingxiang-hospital"
KID = KIDS[DEPARTMENT]
TEXT = (ROOT / "deploy" / "county" / "messages.md").read_text(encoding="utf-8")
SENT_AT, VISIT_SENT_AT = "2024-03-04T09:20:05+08:00", "2024-05-06T11:05:00+08:00"
SIGNED_AT = datetime.fromisoformat("2024-03-04T09:20:00+08:00")


def printed(label):
    """The block of the document with this label, as text."""
    [block] = re.findall(rf"^```\w* ?{label}\n(.*?)\n```$", TEXT, re.MULTILINE | re.DOTALL)
    return block


MESSAGE, SIGNATURE = printed("message").encode(), printed("signature")


@pytest.fixture
def at(tmp_path):
    """Start the service at a moment."""
    return lambda moment: running(SERVICES["pregnancy_tracking"], tmp_path, datetime.fromisoformat(moment))


def post(client, body, signature):
    headers = {"Evenborn-Signature": signature, "Content-Type": "application/cloudevents+json"}
    answer = client.post("/events", content=body, headers=headers)
    assert answer.status_code == 200
    [receipt] = answer.json()["receipts"]
    return receipt


def program():
    """The document's own functions."""
    functions = {}
    exec(printed("python"), functions)
    return functions


def test_the_keys_and_the_message_are_those_of_the_golden_files():
    assert json.loads(printed("signing-key")) == HOSPITAL
    assert json.loads(printed("service-key")) == READER
    assert raw("evenborn.hospital.registration.v1") == MESSAGE


def test_the_message_is_accepted_as_printed_and_again_when_it_is_sent_again(at):
    with at(SENT_AT) as client:
        for _ in range(2):
            assert post(client, MESSAGE, SIGNATURE) == json.loads(printed("accepted"))
        token = bearer("department", subject=f"department:{DEPARTMENT}")
        [first, again] = client.get(f"/feed/receipts.{DEPARTMENT}", headers=token).json()
        assert first == json.loads(printed("receipt-event"))
        assert again["data"] == first["data"]


def test_the_other_door_gives_the_same_receipt(at):
    with at(SENT_AT) as client:
        inbox = client.app.state.service.carrying.inbox
        [[receipt]] = client.portal.call(inbox.take, [Post(MESSAGE, SIGNATURE, DEPARTMENT)])
        assert receipt == Receipt.model_validate_json(printed("accepted"))
        assert post(client, MESSAGE, SIGNATURE) == json.loads(printed("accepted"))


def test_the_personal_part_is_the_one_printed():
    token = json.loads(MESSAGE)["data"]["personal"]
    assert json.loads(decrypt(READER, token)) == json.loads(printed("personal"))


def test_the_printed_program_signs_the_same_and_what_it_writes_is_accepted(at):
    steps = program()
    now, seconds = int(SIGNED_AT.timestamp()), int(timedelta(days=30).total_seconds())
    assert f"`iat` {now}" in TEXT
    assert steps["sign"](MESSAGE, HOSPITAL, KID, now, seconds) == SIGNATURE
    event = json.loads(MESSAGE)
    del event["data"]["personal"]
    body = steps["write"](event, json.loads(printed("personal")), public(READER))
    with at(SENT_AT) as client:
        receipt = post(client, body, steps["sign"](body, HOSPITAL, KID, now, seconds))
        assert receipt == json.loads(printed("accepted"))


def test_without_consent_it_is_rejected_as_printed(at):
    event = json.loads(MESSAGE)
    event["id"], event["data"]["consents_to_care"] = "registration-2024-0008", False
    body = json.dumps(event).encode()
    with at(SENT_AT) as client:
        signature = sign(body, HOSPITAL, KID, SIGNED_AT, timedelta(days=1))
        assert post(client, body, signature) == json.loads(printed("rejected"))


def test_a_visit_before_its_registration_is_held_as_printed(at):
    body = raw("evenborn.hospital.antenatal_visit.v1")
    signature = sign(body, HOSPITAL, KID, datetime.fromisoformat(VISIT_SENT_AT), timedelta(days=1))
    with at(VISIT_SENT_AT) as client:
        assert post(client, body, signature) == json.loads(printed("held"))


def test_the_rules_are_so(at):
    event = json.loads(MESSAGE)
    event["data"]["handbook"] = "another"
    other = json.dumps(event).encode()
    signature = sign(other, HOSPITAL, KID, SIGNED_AT, timedelta(days=1))
    late = "2024-05-01T08:00:00+08:00"
    with at(SENT_AT) as client:
        post(client, MESSAGE, SIGNATURE)
        assert post(client, other, signature)["reason"]["name"] == "CommandIdReused"
        assert post(client, b"{", sign(b"{", HOSPITAL, KID, SIGNED_AT, timedelta(days=1)))["sha256"]
    with at(late) as client:
        assert post(client, MESSAGE, SIGNATURE)["reason"]["name"] == "SignatureExpired"
        renewed = sign(MESSAGE, HOSPITAL, KID, datetime.fromisoformat(late), timedelta(days=1))
        assert post(client, MESSAGE, renewed) == json.loads(printed("accepted"))


def test_every_message_a_department_may_send_is_listed_with_its_service_and_personal_part():
    rows = re.findall(r"^\| `(evenborn\.\S+)` \| (\w+) \| (\w+) \|", TEXT, re.MULTILINE)
    received = {
        (kind.type, service.name, kind.holds.__name__ if kind.holds else "nothing")
        for service in SERVICES.values()
        for kind in service.receives
    }
    assert set(rows) == received
    assert {kind for kind, *_ in rows} == {kind for kind, each in published().items() if hasattr(each, "holds")}
