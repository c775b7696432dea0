"""Transfers as people and a neighbour county tell them over HTTP: the usual one, but for what is named."""

from __future__ import annotations

from datetime import timedelta

import yaml
from joserfc.jwk import OKPKey
from pydantic_core import to_json

from services.console.keys import reader_key_of
from shared.contracts.cloudevents import Event, encode
from shared.neighbours import kid_of
from shared.signing import encrypt_for, sign
from tests.pregnancy_tracking.asking import MIDWIFE, WHO
from tests.pregnancy_tracking.scene import NOW

THERE = ("midwife", "qinghezhen-hospital")
KEY = OKPKey.generate_key("Ed25519")
READER = OKPKey.generate_key("X25519")
ASKED = {"county": "linshui", "unit": "linshui-hospital", "consents_to_transfer": True}
ACCEPTANCE = {
    "township": "qinghezhen",
    "village": "qinghezhen-dukou",
    "township_post": "qinghezhen-midwife",
    "village_post": "qinghezhen-dukou-doctor",
    "consents_to_care": True,
}
REQUEST = {
    "transfer": "t1",
    "unit": "qinghezhen-hospital",
    "consented_on": "2025-06-30",
    "answer_by": "2025-07-14",
    "registered_on": "2025-03-03",
    "last_menstrual_period": "2025-01-01",
    "contact_preference": "phone",
    "contacts": [{"kind": "antenatal", "seen_on": "2025-04-07"}],
}


def neighbours_file(folder):
    """A neighbour whose keys the test holds and whose door nobody answers at."""
    door = {
        "address": "http://127.0.0.1:9",
        "reader_key": READER.as_dict(private=False),
        "signing_keys": {kid_of("linshui", "pregnancy_tracking"): KEY.as_dict(private=False)},
    }
    for key in (door["reader_key"], *door["signing_keys"].values()):
        key.pop("kid", None)
    county = {"code": "linshui", "name_zh": "临水县", "name_en": "Linshui County"}
    units = [{"code": "linshui-hospital", "name_zh": "临水卫生院", "name_en": "Linshui Hospital"}]
    told = {"neighbours": [county | {"units": units, "services": {"pregnancy_tracking": door}}]}
    file = folder / "neighbours.yaml"
    file.write_text(yaml.safe_dump(told, allow_unicode=True))
    return file


def ask(served, pregnancy, who=MIDWIFE, **other):
    return served.ask("POST", f"/pregnancies/{pregnancy}/transfers", *who, json=ASKED | other)


def tell(served, name, kind, data, personal=None, *, source="/linshui/pregnancy_tracking"):
    """A message of the neighbour, or of whoever names another source; its receipt."""
    key = reader_key_of(served.secrets, "pregnancy_tracking")
    sealed = {"personal": encrypt_for(key, to_json(personal))} if personal else {}
    body = encode(Event(id=name, source=source, type=f"evenborn.county.{kind}.v1", time=NOW, data=data | sealed))
    signature = sign(body, KEY.as_dict(private=True), kid_of("linshui", "pregnancy_tracking"), NOW, timedelta(hours=1))
    answer = served.client.post("/events", content=body, headers={"Evenborn-Signature": signature})
    [receipt] = answer.json()["receipts"]
    return receipt


def received(served, transfer="t1", who=WHO, **other):
    receipt = tell(served, f"r-{transfer}", "transfer_request", REQUEST | {"transfer": transfer} | other, who)
    assert receipt["status"] == "accepted", receipt
    return f"linshui:{transfer}"


def answer(served, transfer, what, who=THERE, **form):
    return served.ask("POST", f"/transfers/{transfer}/{what}", *who, json=form)
