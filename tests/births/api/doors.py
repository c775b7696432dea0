"""How tests come through the doors of births: callers, forms, and waiting for what views will show."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from itertools import count
from typing import Any

from joserfc.jwk import OKPKey
from pydantic_core import to_json

from shared.access import Issuer
from shared.signing import encrypt_for, sign
from tests.births.scene import NOW

ISSUER, HOSPITAL = OKPKey.generate_key("Ed25519"), OKPKey.generate_key("Ed25519")
READER = OKPKey.generate_key("X25519")
DOCUMENT = "110101199001011234"
FORM = {
    "mother": {"document": DOCUMENT, "name": "王秀英", "phone": "13800000000", "address": "东营村1号"},
    "facility": "dayingxiang-hospital",
    "township": "dayingxiang",
    "born_at": "2024-11-03T04:30:00+08:00",
    "vital": "live",
    "sex": "girl",
    "weight_grams": 3200,
    "gestation_weeks": 39,
    "birth_order": 2,
}


def public(key: OKPKey) -> dict[str, Any]:
    return key.as_dict(private=False)


def as_(role: str, purpose: str = "", *, units: str = "*", subject: str = "someone") -> dict[str, str]:
    """Headers of a caller who holds and claims a purpose."""
    issuer = Issuer(ISSUER.as_dict(private=True), "demo")
    token = issuer.issue(subject, role, units.split(), [purpose] if purpose else [], timedelta(hours=1))
    return {"authorization": f"Bearer {token}", "purpose": purpose}


CLERK = as_("registrar")
READS = as_("registrar", "registration")
COUNTS = as_("statistician")
ERASES = as_("county_health", "erasure")


def post(client, headers=CLERK, **other):
    return client.post("/births", json=FORM | other, headers=headers)


MESSAGES = count(1)


def message(name="", **other):
    """A hospital's message of a birth, as usual but for what is named."""
    told = FORM | other
    data = {field: value for field, value in told.items() if field != "mother"}
    return {
        "specversion": "1.0",
        "id": name or f"n-{next(MESSAGES)}",
        "source": "/demo/hospital",
        "type": "evenborn.hospital.birth.v1",
        "time": NOW.isoformat(),
        "datacontenttype": "application/json",
        "data": data | {"personal": encrypt_for(public(READER), to_json(told["mother"]))},
    }


def send(client, event):
    """A message through the door of departments; its receipt."""
    body = json.dumps(event).encode()
    signature = sign(body, HOSPITAL.as_dict(private=True), "hospital-1", NOW, timedelta(hours=1))
    [receipt] = client.post("/events", content=body, headers={"evenborn-signature": signature}).json()["receipts"]
    return receipt


def read(client, birth, headers=READS):
    """A birth, as soon as the register shows it."""
    deadline = time.monotonic() + 60
    while (answer := client.get(f"/births/{birth}", headers=headers)).status_code == 404:
        assert time.monotonic() < deadline
    return answer


def figures(client, births, path="/sex-ratio"):
    """Figures, as soon as they show so many births."""
    deadline = time.monotonic() + 60
    while (answer := client.get(path, headers=COUNTS).json())["births"] != births:
        assert time.monotonic() < deadline
    return answer


def problem(answer):
    assert answer.headers["content-type"] == "application/problem+json"
    shown = answer.json()
    return answer.status_code, shown["refusal"], shown.get("pointer", "")


def results(answer):
    """The names of the facts a command was answered with."""
    return [each["name"] for each in answer.json()["results"]]


def until(ask, satisfied):
    """An answer, asked for again until it satisfies."""
    deadline = time.monotonic() + 60
    while not satisfied(answer := ask()):
        assert time.monotonic() < deadline
    return answer
