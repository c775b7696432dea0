"""A deployment without a scenario: a department is added, writes by both doors, and is receipted."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import httpx
import redis

from services.console import departments
from services.console.departments import CODE
from services.console.deployment import Asked, prepare
from services.console.keys import kid_of, signing_key_of
from services.console.letters import Letter, seal
from services.console.running import running
from services.console.upping import furnish
from shared.clock import COUNTY_TIME
from shared.contracts import departments as kinds
from shared.contracts.cloudevents import decode
from shared.messaging.transport import BODY, SIGNATURE
from shared.signing import sign

HOSPITAL = "county-hospital"
IDENTITY = {"name": "某人", "phone": "19900000000", "address": "某街1号"}


def test_a_department_that_was_added_is_heard_by_both_doors(tmp_path, ports):
    assert CODE.fullmatch(HOSPITAL)
    deployment = prepare(tmp_path, Asked(scenario="none", port_base=ports))
    furnish(deployment, None)
    card = departments.add(deployment, HOSPITAL, None, None, inbox=True)
    door, key = card["services"]["births"], signing_key_of(deployment.secrets, HOSPITAL)

    def letter(number: int) -> tuple[bytes, str]:
        now = datetime.now(COUNTY_TIME)
        told = {
            "facility": HOSPITAL, "township": "dayingxiang", "born_at": now - timedelta(hours=number),
            "vital": kinds.Vital.LIVE, "sex": kinds.Sex.GIRL, "weight_grams": 3200, "gestation_weeks": 39,
            "plurality": 1, "number": 1, "birth_order": 1,
        }  # fmt: skip
        person = kinds.Person(document=f"99010119900101{number:04}", **IDENTITY)
        written = Letter(f"b-{number}", now, HOSPITAL, "births", kinds.Birth, told, person)
        body = seal(written, deployment.county, door["reader_key"]).body
        return body, sign(body, key, kid_of(HOSPITAL), datetime.now(UTC), timedelta(hours=1))

    with running(deployment, furnish(deployment, None), lambda _ended: None) as (broker, _):
        body, signature = letter(1)
        headers = {"Evenborn-Signature": signature}
        answer = httpx.post(door["events"], content=body, headers=headers, timeout=30, trust_env=False)
        [receipt] = answer.json()["receipts"]
        assert (receipt["status"], receipt["id"]) == ("accepted", "b-1")
        client = redis.Redis.from_url(broker.of_department(HOSPITAL))
        body, signature = letter(2)
        client.xadd(door["inbox"], {BODY: body, SIGNATURE: signature.encode()})
        deadline = time.monotonic() + 60
        while len(said := client.xrange(door["receipts"])) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert [decode(fields[BODY]).data["id"] for _, fields in said] == ["b-1", "b-2"]
