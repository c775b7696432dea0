"""A department's office: it writes messages to one service, sends them through either door, and reads its receipts."""

from __future__ import annotations

import hashlib
import time
from datetime import datetime, timedelta
from typing import Any

import httpx
import redis

from services.console.keys import kid_of, reader_key_of, signing_key_of
from services.console.letters import Letter, seal
from shared.clock import ScenarioClock
from shared.contracts import departments
from shared.contracts.cloudevents import decode
from shared.contracts.receipts import Receipt
from shared.kernel import Value
from shared.messaging.transport import BODY, SIGNATURE, Streams
from shared.signing import sign
from tests.journeys.conftest import Life

PATIENCE = 60.0
"""Seconds until a receipt is given up."""


class Office:
    """One department writing to one service of a running deployment, in the scenario's time."""

    def __init__(self, life: Life, department: str, service: str) -> None:
        self.life, self.department, self.service = life, department, service
        self._streams = Streams(life.deployment.county)
        self._departments = redis.Redis.from_url(life.broker.of_department(department))

    def now(self) -> datetime:
        return clock_of(self.life).now()

    def write(self, name: str, contract: type[departments.DepartmentMessage], personal: Value, **data: Any) -> bytes:
        """The bytes of a message, its personal part encrypted to the service."""
        letter = Letter(name, self.now(), self.department, self.service, contract, data, personal)
        key = reader_key_of(self.life.deployment.secrets, self.service)
        return seal(letter, self.life.deployment.county, key).body

    def signature(self, body: bytes, lasts: timedelta = timedelta(hours=1), ago: timedelta = timedelta(0)) -> str:
        key = signing_key_of(self.life.deployment.secrets, self.department)
        return sign(body, key, kid_of(self.department), self.now() - ago, lasts)

    def post(self, body: Any, signature: str | None = None) -> httpx.Response:
        """Through POST /events; "" leaves the signature out."""
        said = self.signature(body) if signature is None else signature
        headers = {"Evenborn-Signature": said} if said else {}
        return self.life.request(self.service, "/events", method="POST", content=body, headers=headers)

    def tell(self, body: bytes) -> dict[str, Any]:
        """Through POST /events; the one receipt."""
        [receipt] = self.post(body).json()["receipts"]
        return dict(receipt)

    def put(self, fields: dict[bytes, bytes]) -> None:
        """Whatever fields into the department's own inbox on the broker, with its own rights."""
        self._departments.xadd(self._streams.inbox(self.service, self.department), fields)  # type: ignore[arg-type]

    def send(self, body: bytes, signature: str | None = None) -> Receipt:
        """Through the inbox on the broker; the next receipt for these bytes (by id, or by hash if they have none)."""
        before = len(self.receipts())
        said = self.signature(body) if signature is None else signature
        self.put({BODY: body} | ({SIGNATURE: said.encode()} if said else {}))
        return self.receipt_after(before)

    def receipt_after(self, before: int) -> Receipt:
        """The first receipt beyond so many."""
        deadline = time.monotonic() + PATIENCE
        while len(found := self.receipts()) <= before:
            assert time.monotonic() < deadline, "no receipt"
            time.sleep(0.01)
        return found[before]

    def receipts(self) -> list[Receipt]:
        """All receipts the department was ever given by the service, as it reads them from the broker."""
        stream = self._streams.channel(self.service, f"receipts.{self.department}")
        entries: Any = self._departments.xrange(stream)
        return [Receipt.model_validate(decode(fields[BODY]).data, strict=False) for _, fields in entries]


def clock_of(life: Life) -> ScenarioClock:
    """The clock all services of the deployment live by."""
    assert life.deployment.clock
    return ScenarioClock(life.deployment.clock)


def sha256(body: bytes) -> str:
    """What identifies bytes that name no message."""
    return hashlib.sha256(body).hexdigest()
