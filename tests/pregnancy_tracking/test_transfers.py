"""Transfers over HTTP and by signed messages of a neighbour: who may, what is refused, what is told."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from services.console.keys import kid_of as department_kid
from services.console.keys import signing_key_of
from shared import reporting
from shared.contracts.cloudevents import Event, encode
from shared.signing import decrypt, sign
from tests.pregnancy_tracking.asking import FORM, MIDWIFE, WHO, refusal, registered, timeline, visit
from tests.pregnancy_tracking.conftest import until
from tests.pregnancy_tracking.neighbour_scene import (
    ACCEPTANCE,
    READER,
    REQUEST,
    THERE,
    answer,
    ask,
    neighbours_file,
    received,
    tell,
)
from tests.pregnancy_tracking.scene import NOW

HEALTH = ("county_health", "*")


@pytest.fixture
def neighbours(tmp_path):
    return neighbours_file(tmp_path)


def waiting(served, who=THERE, **params):
    asked = {"unit": who[1]} | params if who[1] != "*" else params
    return [
        (row["transfer"], row["status"]) for row in served.ask("GET", "/transfers", *who, params=asked).json()["rows"]
    ]


def letters(served):
    """What our journal says to the neighbour."""
    rows = served.service.carrying.journal.feed("courier.linshui", 0, 10)
    return [json.loads(body) for _, body in rows]


# We ask


def test_a_neighbour_is_asked_and_only_it_can_read_who_she_is(served):
    pregnancy = registered(served)
    visit(served, pregnancy)
    asked = ask(served, pregnancy)
    assert (asked.status_code, asked.json()["results"]) == (201, [])
    until(lambda: letters(served))
    [letter] = letters(served)
    assert json.loads(decrypt(READER.as_dict(private=True), letter["data"].pop("personal"))) == WHO
    assert letter["data"] == REQUEST | {"transfer": asked.json()["transfer"], "unit": "linshui-hospital"}
    assert not {"correlationid", "causationid", "subject"} & letter.keys()
    brings = reporting.status(served.service)["brings"]["linshui"]
    assert brings["lag"] == 1
    kinds = [entry["kind"] for entry in timeline(served, pregnancy).json()["entries"]]
    assert "CareTransferRequested" in kinds
    assert "letter" not in timeline(served, pregnancy).text


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"consents_to_transfer": False}, (409, "ConsentMissing", "/consents_to_transfer")),
        ({"county": "shanyin"}, (409, "NeighbourUnknown", "/county")),
        ({"unit": "nowhere"}, (409, "UnknownUnit", "/unit")),
        ({"county": "demo", "unit": "nowhere"}, (409, "UnknownUnit", "/unit")),
        ({"why": "she moves"}, (422, "Malformed", "/why")),
    ],
)
def test_what_cannot_be_asked_is_refused_and_told_nobody(served, form, expected):
    pregnancy = registered(served)
    assert refusal(ask(served, pregnancy, **form)) == expected
    assert letters(served) == []


def test_only_who_cares_for_her_asks_and_nobody_learns_of_others(served):
    pregnancy = registered(served)
    assert refusal(ask(served, pregnancy, THERE))[:2] == (403, "AccessDenied")
    assert refusal(ask(served, pregnancy, ("village_doctor", "dayingxiang-dongying-clinic")))[:2] == (
        403,
        "AccessDenied",
    )
    assert refusal(ask(served, "nobody"))[:2] == (403, "AccessDenied")


def test_she_may_take_it_back_herself_and_the_neighbour_is_told(served):
    pregnancy = registered(served)
    ask(served, pregnancy)
    person = served.service.sealer.pseudonym("care", WHO["document"])
    path = f"/pregnancies/{pregnancy}/transfers/withdrawal"
    assert served.ask("POST", path, "person", "", "own", "somebody", json={}).status_code == 403
    assert served.ask("POST", path, "person", "", "own", person, json={}).status_code == 201
    assert served.ask("POST", path, *MIDWIFE, json={}).json()["status"] == "nothing"
    until(lambda: len(letters(served)) == 2)
    assert letters(served)[1]["data"]["ground"] == "withdrawn"


def test_an_answer_closes_it_and_another_countys_or_a_second_one_does_not(served):
    pregnancy = registered(served)
    transfer = ask(served, pregnancy).json()["transfer"]
    said = {"transfer": transfer, "answer": "accepted", "answered_on": "2025-06-30"}
    unknown = tell(served, "a-0", "transfer_answer", said | {"transfer": "t9"})
    assert (unknown["status"], unknown["reason"]["name"]) == ("rejected", "TransferUnknown")
    accepted = tell(served, "a-1", "transfer_answer", said)
    assert (accepted["status"], accepted["results"]) == ("accepted", [])
    assert (
        tell(served, "a-2", "transfer_answer", said | {"answer": "declined", "ground": "not_arrived"})["status"]
        == "accepted"
    )
    kinds = [entry["kind"] for entry in timeline(served, pregnancy).json()["entries"]]
    assert {"CareTransferAccepted", "DutyMoved"} <= set(kinds)
    assert "CareTransferDeclined" not in kinds
    assert refusal(ask(served, pregnancy))[:2] == (409, "CareMoved")


def test_who_is_erased_before_the_letter_was_said_is_not_told_of(served):
    pregnancy = registered(served)
    publishing = served.service.carrying.publishing
    publishing.stop()
    ask(served, pregnancy)
    erased = served.ask("POST", "/persons/erase", "county_health", "", "erasure", json={"document": WHO["document"]})
    assert erased.status_code == 201
    while publishing.publish():
        pass
    assert [letter["type"] for letter in letters(served)] == ["evenborn.county.transfer_closed.v1"]


# We are asked


def test_a_transfer_waits_for_its_unit_and_shows_nobody_who_she_is_unrecorded(served):
    transfer = received(served)
    person = served.service.sealer.pseudonym("care", WHO["document"])
    assert waiting(served) == [(transfer, "waiting")]
    assert waiting(served, HEALTH, status="waiting") == [(transfer, "waiting")]
    asked = served.ask("GET", "/transfers", *HEALTH, params={"status": "pregnancy_ended"})
    assert refusal(asked) == (422, "Malformed", "/query/status")
    assert served.ask("GET", "/transfers", *MIDWIFE, params={"unit": THERE[1]}).status_code == 403
    assert refusal(served.ask("GET", f"/transfers/{transfer}", *MIDWIFE)) == (404, "Unknown", "")
    assert served.facts(f"access:{person}") == []
    look = served.ask("GET", f"/transfers/{transfer}", *THERE)
    assert look.json()["identity"] == WHO
    assert look.json()["course"]["contacts"] == REQUEST["contacts"]
    assert served.facts(f"access:{person}") == ["RecordRead"]
    [kept] = served.service.log.case(f"incoming_transfer:{transfer}")
    assert person not in kept.fact.model_dump_json()


def test_accepting_takes_her_under_care_and_tells_the_county(served):
    transfer = received(served)
    accepted = answer(served, transfer, "acceptance", **ACCEPTANCE, handbook="h9")
    assert (accepted.status_code, accepted.json()["results"]) == (201, [])
    entries = timeline(served, accepted.json()["pregnancy"], THERE).json()["entries"]
    assert {"CareTakenOver", "DutyOpened"} <= {entry["kind"] for entry in entries}
    assert entries[0]["body"]["identity"] == WHO
    assert answer(served, transfer, "acceptance", **ACCEPTANCE, handbook="h9").status_code == 409
    until(lambda: letters(served))
    assert letters(served)[0]["data"] == {
        "transfer": "t1",
        "answer": "accepted",
        "answered_on": "2025-06-30",
        "ground": None,
    }


def test_who_moves_on_takes_all_her_contacts_with_her(served):
    transfer = received(served)
    pregnancy = answer(served, transfer, "acceptance", **ACCEPTANCE, handbook="h9").json()["pregnancy"]
    visit(served, pregnancy, ("midwife", "qinghezhen-hospital"), visited_on="2025-06-30", unit="qinghezhen-hospital")
    assert ask(served, pregnancy, THERE).status_code == 201
    until(lambda: len(letters(served)) == 2)
    told = letters(served)[1]["data"]
    assert told["contacts"] == [*REQUEST["contacts"], {"kind": "antenatal", "seen_on": "2025-06-30"}]
    assert told["registered_on"] == REQUEST["registered_on"]


def test_declining_makes_what_was_told_of_her_unreadable(served):
    transfer = received(served)
    assert answer(served, transfer, "decline", ground="bored").status_code == 422
    assert answer(served, transfer, "decline", ground="not_arrived").status_code == 201
    assert answer(served, transfer, "decline", ground="not_arrived").json()["status"] == "nothing"
    assert refusal(served.ask("GET", f"/transfers/{transfer}", *THERE))[:2] == (409, "TransferOver")
    assert waiting(served) == [(transfer, "declined")]


def test_answers_that_cannot_be_given_are_refused(served):
    transfer = received(served)
    assert refusal(answer(served, transfer, "acceptance", **ACCEPTANCE)) == (409, "HandbookMissing", "/handbook")
    without = ACCEPTANCE | {"consents_to_care": False, "handbook": "h9"}
    assert refusal(answer(served, transfer, "acceptance", **without)) == (409, "ConsentMissing", "/consents_to_care")
    elsewhere = ACCEPTANCE | {"village": "dayingxiang-dongying", "handbook": "h9"}
    assert refusal(answer(served, transfer, "acceptance", **elsewhere)) == (409, "UnknownUnit", "/village")
    assert refusal(answer(served, transfer, "decline", MIDWIFE, ground="not_arrived")) == (404, "Unknown", "")
    assert refusal(answer(served, "linshui:t9", "decline", ground="not_arrived")) == (404, "Unknown", "")
    tell(served, "c-1", "transfer_closed", {"transfer": "t1", "ground": "withdrawn", "closed_on": "2025-06-30"})
    assert refusal(answer(served, transfer, "decline", ground="not_arrived"))[:2] == (409, "TransferOver")


def test_receipts_say_why_a_countys_message_is_not_taken(served):
    unit = tell(served, "r-1", "transfer_request", REQUEST | {"unit": "nowhere"}, WHO)
    assert (unit["reason"]["name"], unit["reason"]["pointer"]) == ("UnknownUnit", "/data/unit")
    more = tell(served, "r-2", "transfer_request", REQUEST | {"note": "x"}, WHO)
    assert (more["reason"]["name"], more["reason"]["pointer"]) == ("Malformed", "/data/note")
    other = tell(served, "r-3", "transfer_request", REQUEST, WHO, source="/shanyin/pregnancy_tracking")
    assert other["reason"]["name"] == "WrongSource"
    again = [
        tell(served, "r-4", "transfer_closed", {"transfer": "t1", "ground": "withdrawn", "closed_on": "2025-06-30"})
    ]
    again += [
        tell(served, "r-4", "transfer_closed", {"transfer": "t1", "ground": "withdrawn", "closed_on": "2025-06-30"})
    ]
    assert again[0] == again[1]


def test_departments_of_our_own_do_not_speak_for_a_county(served):
    hospital = "dayingxiang-hospital"
    body = encode(
        Event(
            id="x-1",
            source=f"/demo/{hospital}",
            type="evenborn.county.transfer_closed.v1",
            time=NOW,
            data={"transfer": "t1", "ground": "withdrawn", "closed_on": "2025-06-30"},
        )
    )
    key = signing_key_of(served.secrets, hospital)
    signature = sign(body, key, department_kid(hospital), NOW, timedelta(hours=1))
    receipts = served.client.post("/events", content=body, headers={"Evenborn-Signature": signature}).json()["receipts"]
    assert receipts[0]["reason"]["name"] == "UnknownType"


# Within the county


def test_a_unit_of_the_county_takes_over_in_the_same_record(served):
    pregnancy = registered(served)
    transfer = ask(served, pregnancy, county="demo", unit="qinghezhen-hospital").json()["transfer"]
    assert waiting(served) == [(transfer, "waiting")]
    assert waiting(served, MIDWIFE) == [(transfer, "waiting")]
    assert served.ask("GET", f"/transfers/{transfer}", *THERE).json()["identity"] == WHO
    accepted = answer(served, transfer, "acceptance", **ACCEPTANCE)
    assert accepted.json()["pregnancy"] == pregnancy
    assert timeline(served, pregnancy, THERE).status_code == 200
    assert letters(served) == []
    assert FORM["township"] != ACCEPTANCE["township"]


def test_neighbours_are_listed_with_their_units(served):
    found = served.ask("GET", "/neighbours", *MIDWIFE).json()
    assert (found["county"], [each["code"] for each in found["neighbours"]]) == ("demo", ["linshui"])
    assert "services" not in found["neighbours"][0]
    csv = served.ask("GET", "/transfers", *MIDWIFE, params={"unit": MIDWIFE[1], "format": "csv", "lang": "zh"})
    assert "转接编号" in csv.text
