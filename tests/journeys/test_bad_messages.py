"""Bad messages of departments, by either door: each gets a rejecting receipt that names the place, and no effect."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest

from services.console.keys import kid_of, reader_key_of, signing_key_of
from shared.clock import COUNTY_TIME
from shared.contracts.departments import AntenatalVisit, Birth, Registration, Visited
from shared.messaging.transport import BODY, SIGNATURE
from shared.signing import encrypt_for, sign
from tests.journeys.conftest import Life, deployed
from tests.journeys.forms import NUMBERS, broken, somebody
from tests.journeys.office import Office, clock_of, sha256
from tests.journeys.test_bad_input import MIB, NUL, problem, standing
from tests.journeys.women import BIRTHS, BORN, CARE, COUNTY_HOSPITAL, HOSPITAL, REGISTRATION, person

NOW = datetime(2024, 11, 20, 20, tzinfo=COUNTY_TIME)
DOORS = ["by HTTP", "by the broker"]


class Refused(NamedTuple):
    """What a rejecting receipt says: the rule, and the place."""

    name: str
    pointer: str = ""


class Desk:
    """Two departments at one door: births from the county hospital, registrations from the township's."""

    def __init__(self, life: Life, door: str) -> None:
        self.life, self.door = life, door
        self.births, self.care = Office(life, COUNTY_HOSPITAL, BIRTHS), Office(life, HOSPITAL, CARE)

    def name(self) -> str:
        return f"m-{self.door[3:].replace(' ', '-')}-{next(NUMBERS)}"

    def birth(self, **data: Any) -> dict[str, Any]:
        """A birth of somebody new, as the message's JSON."""
        return dict(json.loads(self.births.write(self.name(), Birth, person(somebody()), **{**BORN, **data})))

    def registration(self, **data: Any) -> dict[str, Any]:
        told = {**REGISTRATION, "handbook": self.name(), **data}
        return dict(json.loads(self.care.write(self.name(), Registration, person(somebody()), **told)))

    def send(self, office: Office, body: bytes, signature: str | None = None) -> dict[str, Any]:
        """Through the desk's door; the receipt."""
        if self.door == DOORS[1]:
            return office.send(body, signature).model_dump(mode="json")
        [receipt] = office.post(body, signature).json()["receipts"]
        return dict(receipt)

    def accepted(self, office: Office, message: Mapping[str, Any]) -> None:
        assert self.send(office, json.dumps(message).encode())["status"] == "accepted"

    def rejected(self, office: Office, body: bytes, refused: Refused, signature: str | None = None) -> None:
        """It is rejected so, nothing is written, and a good message right after it is accepted."""
        self.life.settle()
        before = standing(self.life)
        receipt = self.send(office, body, signature)
        assert (receipt["status"], receipt["results"]) == ("rejected", [])
        reason = receipt["reason"]
        assert Refused(reason["name"], reason["pointer"]) == refused
        assert reason["detail"]
        assert receipt.get("id") or receipt["sha256"] == sha256(body)
        assert standing(self.life) == before


@pytest.fixture(scope="module")
def life(tmp_path_factory, ports):
    with deployed(tmp_path_factory.mktemp("bad") / "data", ports) as life:
        life.swept(lambda: clock_of(life).move(NOW))
        yield life


@pytest.fixture(params=DOORS)
def desk(request, life):
    """At the end the services are ready, the same processes, and take good messages."""
    desk, services = Desk(life, request.param), (BIRTHS, CARE)
    processes = [life.supervisor.pid(service) for service in services]
    yield desk
    desk.accepted(desk.births, desk.birth())
    desk.accepted(desk.care, desk.registration())
    for service in services:
        assert life.request(service, "/health/ready").status_code == 200
    assert [life.supervisor.pid(service) for service in services] == processes


def test_bytes_that_are_no_message(desk):
    for name, body in broken(desk.birth(weight_grams=3000), "weight_grams"):
        place = "/data/weight_grams" if name == "beyond numbers" else ""
        desk.rejected(desk.births, body, Refused("Malformed", place))


def attributes(desk: Desk) -> Iterator[tuple[Any, Refused]]:
    """What is wrong with the envelope."""
    for name in ("id", "source", "type", "time", "data"):
        yield {name: ...}, Refused("Malformed", f"/{name}")
        yield {name: None}, Refused("Malformed", f"/{name}")
        yield {name: 5}, Refused("Malformed", f"/{name}")
    yield {"specversion": "2.0"}, Refused("Malformed", "/specversion")
    yield {"id": ""}, Refused("Malformed", "/id")
    yield {"id": f"m{NUL}"}, Refused("Malformed", "/id")
    yield {"id": "x" * 257}, Refused("Malformed", "/id")
    yield {"time": "2024-11-20T20:00:00"}, Refused("Malformed", "/time")
    yield {"datacontenttype": "text/xml"}, Refused("Malformed", "/datacontenttype")
    yield {"correlationid": f"c{NUL}"}, Refused("Malformed", "/correlationid")
    yield {"sequence": -1}, Refused("Malformed", "/sequence")
    yield {"type": "evenborn.hospital.nothing.v1"}, Refused("UnknownType", "/type")
    yield {"type": "evenborn.hospital.birth.v2"}, Refused("UnknownType", "/type")
    yield {"type": "evenborn.hospital.birth"}, Refused("UnknownType", "/type")
    yield {"source": f"/demo/{HOSPITAL}"}, Refused("WrongSource", "/source")
    yield {"source": f"/elsewhere/{COUNTY_HOSPITAL}"}, Refused("WrongSource", "/source")
    yield {"source": f"/demo/{COUNTY_HOSPITAL}x"}, Refused("WrongSource", "/source")


def test_an_envelope_that_is_wrong(desk):
    for change, refused in attributes(desk):
        desk.rejected(desk.births, changed(desk.birth(), change), refused)


def changed(message: dict[str, Any], change: Mapping[str, Any]) -> bytes:
    """The message with fields replaced, or left out where `...` is given."""
    return json.dumps({name: value for name, value in (message | change).items() if value is not ...}).encode()


BIRTH_DATA = [
    ({"born_at": "2024-11-21T20:00:00+08:00"}, "InFuture"),
    ({"born_at": "2005-11-20T20:00:00+08:00"}, "BornTooLongAgo"),
    ({"born_at": "0001-01-01T00:00:00+14:00"}, "OutsideCalendar"),
    ({"born_at": "9999-12-31T23:59:59-14:00"}, "OutsideCalendar"),
    ({"born_at": "2024-11-19T20:00:00"}, "Malformed"),
    ({"facility": "nowhere"}, "NotItsUnit"),
    ({"facility": "county-maternity"}, "NotItsUnit"),
    ({"facility": f"county{NUL}hospital"}, "Malformed"),
    ({"township": "nowhere"}, "UnknownTownship"),
    ({"weight_grams": 10**40}, "Malformed"),
    ({"weight_grams": "3000"}, "Malformed"),
    ({"number": 2}, "PluralityImpossible"),
    ({"sex": "unknown"}, "Malformed"),
    ({"fetal_sex": "girl"}, "Malformed"),
    ({"birth_order": ...}, "Malformed"),
    ({"personal": ...}, "Malformed"),
    ({"personal": "x"}, "Malformed"),
    ({"personal": {"name": "某人"}}, "Malformed"),
]
REGISTRATION_DATA = [
    ({"registered_on": "2024-11-21"}, "InFuture"),
    ({"registered_on": "2024-02-30"}, "Malformed"),
    ({"last_menstrual_period": "2022-03-04"}, "DatingImplausible"),
    ({"township": "nowhere"}, "UnknownUnit"),
    ({"village": "qinghezhen-dukou"}, "UnknownUnit"),
    ({"township_post": "qinghezhen-midwife"}, "UnknownUnit"),
    ({"village_post": "dayingxiang-midwife"}, "UnknownUnit"),
    ({"consents_to_care": False}, "ConsentMissing"),
    ({"consents_to_care": "yes"}, "Malformed"),
    ({"contact_preference": "never"}, "Malformed"),
    ({"remark": "text"}, "Malformed"),
]


def test_data_that_cannot_be(desk):
    for office, make, refused in (
        (desk.births, desk.birth, BIRTH_DATA),
        (desk.care, desk.registration, REGISTRATION_DATA),
    ):
        for change, name in refused:
            [field] = change
            message = make()
            body = changed(message, {"data": json.loads(changed(message["data"], change))})
            desk.rejected(office, body, Refused(name, f"/data/{field}"))


def personal_parts(desk: Desk) -> Iterator[tuple[str, Refused]]:
    """Personal parts of a birth that do not open, or hold something else."""
    key, other = (reader_key_of(desk.life.deployment.secrets, service) for service in (BIRTHS, CARE))
    she = json.loads(person(somebody()).model_dump_json())
    sealed = encrypt_for(key, json.dumps(she).encode())
    unreadable = Refused("PersonalPartUnreadable", "/data/personal")
    yield encrypt_for(other, json.dumps(she).encode()), unreadable
    yield sealed[:-4] + "AAAA", unreadable
    yield sealed.replace(".", "", 1), unreadable
    yield "A" * 64, unreadable
    for holds, place in (
        (b"", ""),
        (b"\xff", ""),
        (b"[]", ""),
        (Visited(document="990101199001010000", observations={}).model_dump_json().encode(), "/name"),
        (json.dumps(she | {"name": f"某{NUL}人"}).encode(), "/name"),
        (json.dumps(she | {"document": "5"}).encode(), "/document"),
        (json.dumps(she | {"document": "- - - - -"}).encode(), "/document"),
        (json.dumps(she | {"born": "1990"}).encode(), "/born"),
    ):
        name = "DocumentUnreadable" if b"- - -" in holds else "Malformed"
        yield encrypt_for(key, holds), Refused(name, f"/data/personal{place}")


def test_a_personal_part_that_does_not_open_or_holds_something_else(desk):
    for personal, refused in personal_parts(desk):
        message = desk.birth()
        body = changed(message, {"data": message["data"] | {"personal": personal}})
        desk.rejected(desk.births, body, refused)


def test_what_was_observed_is_refused_in_the_personal_part(desk):
    registration = desk.registration()
    desk.accepted(desk.care, registration)
    for observations, place in (({"weight_kg": 1e300}, "/weight_kg"), ({"fetal_sex": 1.0}, "")):
        seen = Visited(document="990101199001010000", observations=observations)
        body = desk.care.write(desk.name(), AntenatalVisit, seen, visited_on=NOW.date(), unit=HOSPITAL)
        desk.rejected(desk.care, body, Refused("ObservationUnknown", f"/data/personal/observations{place}"))


def signatures(desk: Desk, body: bytes) -> Iterator[tuple[str, str]]:
    """Signatures that are none of the county hospital's under these bytes now."""
    office, secrets = desk.births, desk.life.deployment.secrets
    good, key = office.signature(body), signing_key_of(secrets, COUNTY_HOSPITAL)
    head, _, tail = good.split(".")
    hour, kid = timedelta(hours=1), kid_of(COUNTY_HOSPITAL)
    another = signing_key_of(secrets, HOSPITAL)
    yield "", "SignatureMissing"
    yield "x", "SignatureInvalid"
    yield "?..?", "SignatureInvalid"
    yield f"{head}.{body.hex()}.{tail}", "SignatureInvalid"
    yield f"{head}..{tail[:-4]}AAAA", "SignatureInvalid"
    yield office.signature(body + b" "), "SignatureInvalid"
    yield sign(body, another, kid, office.now(), hour), "SignatureInvalid"
    yield sign(body, key, "nobody-1", office.now(), hour), "SignerUnknown"
    yield office.signature(body, hour, 2 * hour), "SignatureExpired"
    yield office.signature(body, hour, -hour), "SignatureInvalid"


def test_a_signature_that_is_missing_wrong_or_not_of_its_time(desk):
    body = json.dumps(desk.birth()).encode()
    for signature, name in signatures(desk, body):
        desk.rejected(desk.births, body, Refused(name), signature)
    assert desk.send(desk.births, body)["status"] == "accepted"


def test_another_departments_signature(desk):
    """By HTTP its message would have to be its own; the inbox of a department takes nobody else's at all."""
    message = desk.birth()
    body = json.dumps(message).encode()
    other = Office(desk.life, HOSPITAL, BIRTHS).signature(body)
    refused = Refused("WrongSource", "/source") if desk.door == DOORS[0] else Refused("WrongDepartment")
    desk.rejected(desk.births, body, refused, other)


def test_batches_that_are_empty_or_too_long(desk):
    desk.rejected(desk.births, b"[]", Refused("Malformed"))
    desk.rejected(desk.births, json.dumps([5] * 1_001).encode(), Refused("Oversize"))


def test_in_a_batch_each_message_is_answered_by_itself(desk):
    late = desk.birth(born_at=datetime(2005, 1, 1, tzinfo=COUNTY_TIME))
    batch = [desk.birth(), 5, {"id": "half"}, late, desk.birth() | {"type": "evenborn.hospital.birth.v2"}, desk.birth()]
    body = json.dumps(batch).encode()
    before = len(desk.births.receipts())
    if desk.door == DOORS[0]:
        receipts = desk.births.post(body).json()["receipts"]
    else:
        desk.births.put({BODY: body, SIGNATURE: desk.births.signature(body).encode()})
        receipts = [desk.births.receipt_after(before + each).model_dump(mode="json") for each in range(6)]
    assert [each["status"] for each in receipts] == ["accepted", *["rejected"] * 4, "accepted"]
    places = [each["reason"]["pointer"] for each in receipts[1:5]]
    assert places == ["/1", "/2/source", "/data/born_at", "/type"]


def test_more_than_one_mebibyte(desk):
    body = json.dumps(desk.birth()).encode().ljust(MIB + 1)
    if desk.door == DOORS[0]:
        assert problem(desk.births.post(body))[:2] == (413, "Oversize")
    else:
        desk.rejected(desk.births, body, Refused("Oversize"))
    assert desk.send(desk.births, body.strip().ljust(MIB))["status"] == "accepted"


def test_an_id_used_for_something_else(desk):
    first, other = desk.birth(), desk.birth()
    desk.accepted(desk.births, first)
    desk.rejected(desk.births, changed(other, {"id": first["id"]}), Refused("CommandIdReused", "/id"))


def test_the_same_message_again_gets_the_same_receipt(desk):
    for message, office in (
        (desk.birth(), desk.births),
        (desk.birth(facility="nowhere"), desk.births),
        (desk.registration(), desk.care),
    ):
        body = json.dumps(message).encode()
        spaced = json.dumps(message, indent=1).encode()
        first, *again = [desk.send(office, each) for each in (body, body, spaced)]
        assert again == [first, first]


@pytest.mark.parametrize("entry", [{b"any": b"thing"}, {BODY: b""}, {SIGNATURE: b"\xff"}, {b"\0": b"\0" * MIB}])
def test_an_entry_of_the_inbox_that_is_no_message_is_rejected_and_gone(life, entry):
    desk = Desk(life, DOORS[1])
    life.settle()
    before, given = standing(life), len(desk.births.receipts())
    desk.births.put(entry)
    reason = desk.births.receipt_after(given).reason
    assert reason
    assert reason.name in {"SignatureMissing", "SignatureInvalid"}
    assert standing(life) == before
    desk.accepted(desk.births, desk.birth())
    deadline = time.monotonic() + 60
    while life.redis().xlen(f"demo:inbox.{BIRTHS}.{COUNTY_HOSPITAL}"):
        assert time.monotonic() < deadline


def test_no_refusal_says_what_was_written(life):
    """Receipts name rules and places, never values; nobody's name is in any of them."""
    for office in (Office(life, COUNTY_HOSPITAL, BIRTHS), Office(life, HOSPITAL, CARE)):
        told = "".join(receipt.model_dump_json() for receipt in office.receipts())
        assert "某" not in told
        assert "99010119900101" not in told
