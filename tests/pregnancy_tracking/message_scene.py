"""Messages of a department, signed and posted to its door, and their receipts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pydantic_core import to_json

from services.console.keys import kid_of, reader_key_of, signing_key_of
from shared.contracts.cloudevents import Event, encode
from shared.signing import encrypt_for, sign
from tests.pregnancy_tracking.conftest import HOSPITAL, Served
from tests.pregnancy_tracking.scene import NOW


def tell(  # noqa: PLR0917 - what makes a message
    served: Served, name: str, kind: str, data: dict[str, Any], personal: Any = None, department: str = HOSPITAL
) -> dict[str, Any]:
    """A message of a department (the township's hospital), its personal part sealed for the service; its receipt."""
    key = reader_key_of(served.secrets, "pregnancy_tracking")
    sealed = {"personal": encrypt_for(key, to_json(personal))} if personal else {}
    body = encode(Event(id=name, source=f"/demo/{department}", type=kind, time=NOW, data=data | sealed))
    signature = sign(body, signing_key_of(served.secrets, department), kid_of(department), NOW, timedelta(hours=1))
    answer = served.client.post("/events", content=body, headers={"Evenborn-Signature": signature})
    [receipt] = answer.json()["receipts"]
    return dict(receipt)
