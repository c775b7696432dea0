"""HTTP of pregnancy_tracking: what each role may tell and look at, and what it is answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import redis
from pydantic_core import to_json

from services.console.keys import kid_of, reader_key_of, signing_key_of
from services.pregnancy_tracking.api import NEUTRAL
from shared.contracts import births
from shared.contracts.cloudevents import Event, encode
from shared.messaging.transport import BODY
from shared.signing import encrypt_for, sign
from tests.pregnancy_tracking.conftest import until
from tests.pregnancy_tracking.scene import NOW

WHO = {"document": "330102199001011234", "name": "王秀英", "phone": "13800000000", "address": "东营村3组12号"}
FORM = {
    "identity": WHO,
    "registered_on": "2025-03-03",
    "last_menstrual_period": "2025-01-01",
    "township": "dayingxiang",
    "village": "dayingxiang-dongying",
    "township_post": "dayingxiang-midwife",
    "village_post": "dayingxiang-dongying-doctor",
    "contact_preference": "phone",
    "handbook": "h1",
    "consents_to_care": True,
}
SEEN = {
    "kind": "antenatal",
    "visited_on": "2025-04-07",
    "unit": "dayingxiang-hospital",
    "observations": {"weight_kg": 54.5, "systolic_mmhg": 112},
}
MIDWIFE = ("midwife", "dayingxiang-hospital")


def register(served, who=MIDWIFE, **other):
    return served.ask("POST", "/pregnancies", *who, json=FORM | other)


def registered(served, **other):
    answer = register(served, **other)
    assert answer.status_code == 201, answer.text
    return answer.json()["pregnancy"]


def visit(served, pregnancy, who=MIDWIFE, **other):
    return served.ask("POST", f"/pregnancies/{pregnancy}/visits", *who, json=SEEN | other)


def timeline(served, pregnancy, who=MIDWIFE, purpose="care", **params):
    path = f"/pregnancies/{pregnancy}/timeline"
    return served.ask("GET", path, who[0], who[1], purpose, *who[2:], params=params)


def refusal(answer):
    about = answer.json()
    return answer.status_code, about["refusal"], about.get("pointer", "")


# Registering


def test_a_midwife_takes_a_pregnancy_under_care(served):
    answer = register(served)
    assert answer.status_code == 201
    assert set(answer.json()) == {"status", "results", "recorded_at", "pregnancy"}
    assert answer.json()["results"] == []
    facts = served.facts(f"pregnancy:{answer.json()['pregnancy']}")
    assert facts == ["PregnancyRegistered", "CareAssigned", "HandbookIssued"]


def test_a_repeated_request_gets_the_first_answer(served):
    first = register(served, command_id="again-1")
    again = register(served, command_id="again-1")
    other = register(served, command_id="again-1", handbook="h2")
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert refusal(other) == (409, "CommandIdReused", "/command_id")


def test_the_idempotency_key_repeats_as_well(served):
    headers = {"Idempotency-Key": "key-1"}
    [first, again] = [served.ask("POST", "/pregnancies", *MIDWIFE, json=FORM, headers=headers) for _ in range(2)]
    assert first.json() == again.json()


def test_the_same_handbook_told_again_changes_nothing(served):
    registered(served)
    answer = register(served)
    assert (answer.status_code, answer.json()["status"]) == (200, "nothing")
    assert "pregnancy" not in answer.json()


def test_a_second_registration_gets_the_answer_everybody_gets(served):
    registered(served)
    first_of_another = register(served, identity=WHO | {"document": "330102199001015678"}, handbook="h3")
    second = register(served, registered_on="2025-05-05", handbook="h2", who=("hospital", "county-hospital"))
    assert second.status_code == first_of_another.status_code
    assert set(second.json()) == set(first_of_another.json())
    assert second.json()["results"] == first_of_another.json()["results"]
    woman = served.service.sealer.pseudonym("care", WHO["document"])
    assert served.facts(f"woman:{woman}") == ["CourseOpened", "SecondRegistrationSetAside"]


WRONG_REGISTRATIONS = [
    ({"consents_to_care": False}, (409, "ConsentMissing", "/consents_to_care")),
    ({"last_menstrual_period": "2023-06-30"}, (409, "DatingImplausible", "/last_menstrual_period")),
    ({"registered_on": "2025-07-01"}, (409, "InFuture", "/registered_on")),
    ({"township": "nowhere"}, (409, "UnknownUnit", "/township")),
    ({"village": "qinghezhen-dukou"}, (409, "UnknownUnit", "/village")),
    ({"township_post": "qinghezhen-midwife"}, (409, "UnknownUnit", "/township_post")),
    ({"village_post": "dayingxiang-midwife"}, (409, "UnknownUnit", "/village_post")),
    ({"identity": WHO | {"document": " - - - "}}, (409, "DocumentUnreadable", "/document")),
    ({"identity": WHO | {"sex_of_child": "girl"}}, (422, "Malformed", "/identity/sex_of_child")),
    ({"remark": "text"}, (422, "Malformed", "/remark")),
    ({"registered_on": "yesterday"}, (422, "Malformed", "/registered_on")),
    ({"consents_to_care": "yes"}, (422, "Malformed", "/consents_to_care")),
    ({"handbook": ""}, (422, "Malformed", "/handbook")),
]


def test_what_is_wrong_is_named_with_its_place_and_nothing_is_written(served):
    before = served.service.log.head()
    for other, refused in WRONG_REGISTRATIONS:
        assert refusal(register(served, **other)) == refused
    assert served.service.log.head() == before


def test_only_those_who_serve_the_township_register(served):
    for who, status in (
        (("midwife", "dayingxiang"), 201),
        (("hospital", "county-hospital"), 200),
        (("midwife", "qinghezhen-hospital"), 403),
        (("village_doctor", "dayingxiang-dongying-clinic"), 403),
        (("department", ""), 403),
        (("auditor", "*"), 403),
    ):
        assert register(served, who).status_code == status, who


# Visits and ends


def test_a_visit_is_logged(served):
    pregnancy = registered(served)
    answer = visit(served, pregnancy)
    assert answer.status_code == 201
    assert served.facts(f"pregnancy:{pregnancy}")[-1] == "VisitLogged"
    assert (visit(served, pregnancy, observations={})).json()["status"] == "nothing"


def test_a_visit_that_cannot_be_is_refused(served):
    pregnancy = registered(served)
    for other, refused in (
        ({"visited_on": "2025-07-01"}, (409, "InFuture", "/visited_on")),
        ({"visited_on": "2025-03-02"}, (409, "VisitBeforeRegistration", "/visited_on")),
        ({"observations": {"sex": 1}}, (409, "ObservationUnknown", "/observations")),
        ({"observations": {"weight_kg": 1}}, (409, "ObservationUnknown", "/observations/weight_kg")),
        ({"observations": {"weight_kg": "54"}}, (422, "Malformed", "/observations/weight_kg")),
        ({"kind": "scan"}, (422, "Malformed", "/kind")),
    ):
        assert refusal(visit(served, pregnancy, **other)) == refused


def test_a_unit_logs_its_own_visits(served):
    pregnancy = registered(served)
    answer = visit(served, pregnancy, ("village_doctor", "dayingxiang-xiying-clinic"))
    assert refusal(answer)[:2] == (403, "AccessDenied")
    own = {"unit": "dayingxiang-xiying-clinic", "kind": "home"}
    assert (visit(served, pregnancy, ("village_doctor", "dayingxiang-xiying-clinic"), **own)).status_code == 201
    nowhere = visit(served, pregnancy, ("midwife", "*"), unit="nowhere")
    assert refusal(nowhere) == (409, "UnknownUnit", "/unit")


def test_a_loss_ends_a_pregnancy_once(served):
    pregnancy = registered(served)
    path, lost = f"/pregnancies/{pregnancy}/end", {"outcome": "loss", "ended_on": "2025-04-20"}
    assert (served.ask("POST", path, *MIDWIFE, json=lost)).status_code == 201
    assert (served.ask("POST", path, *MIDWIFE, json=lost)).json()["status"] == "nothing"
    other = served.ask("POST", path, *MIDWIFE, json=lost | {"outcome": "unknown"})
    assert refusal(other) == (409, "AlreadyEnded", "/outcome")
    elsewhere = served.ask("POST", path, "midwife", "qinghezhen-hospital", json=lost)
    assert refusal(elsewhere)[:2] == (403, "AccessDenied")


def test_nothing_is_told_of_a_pregnancy_nobody_knows(served):
    assert refusal(visit(served, "nobody")) == (404, "Unknown", "")
    end = {"outcome": "loss", "ended_on": "2025-04-20"}
    assert refusal(served.ask("POST", "/pregnancies/nobody/end", *MIDWIFE, json=end)) == (404, "Unknown", "")


# The timeline


def test_a_timeline_shows_at_once_what_was_acknowledged_opened(served):
    pregnancy = registered(served)
    visit(served, pregnancy)
    answer = timeline(served, pregnancy)
    assert answer.status_code == 200
    about = answer.json()
    assert (about["pregnancy"], about["as_of"], about["known_at"]) == (pregnancy, None, None)
    assert [entry["kind"] for entry in about["entries"]] == [
        "PregnancyRegistered",
        "CareAssigned",
        "HandbookIssued",
        "VisitLogged",
    ]
    assert about["entries"][0]["body"]["identity"] == WHO
    assert about["entries"][3]["body"]["observations"] == SEEN["observations"]


def test_a_timeline_as_it_had_happened_and_as_it_was_known(served):
    pregnancy = registered(served)
    visit(served, pregnancy)
    past = timeline(served, pregnancy, as_of="2025-04-06")
    assert len(past.json()["entries"]) == 3
    assert past.json()["as_of"] == "2025-04-06"
    unknown = timeline(served, pregnancy, known_at="2025-06-30T08:59:59+08:00")
    assert unknown.json()["entries"] == []
    assert len((timeline(served, pregnancy, known_at="2025-06-30")).json()["entries"]) == 4
    assert refusal(timeline(served, pregnancy, known_at="then"))[:2] == (422, "Malformed")


def test_a_timeline_shows_births_part(served, broker_url):
    pregnancy = registered(served, registered_on="2024-12-02", last_menstrual_period="2024-09-30")
    person = served.service.sealer.pseudonym("care", WHO["document"])
    born = births.BirthRecorded(
        birth="b1",
        person=person,
        pregnancy=None,
        vital=births.Vital.LIVE,
        born_on=datetime(2025, 6, 29, tzinfo=UTC).date(),
        facility="county-hospital",
        township="dayingxiang",
        plurality=1,
        number=1,
        gestation_weeks=38,
    )
    hear_births(broker_url, born)
    until(lambda: "BirthNoted" in served.facts(f"pregnancy:{pregnancy}"))
    entry = next(e for e in (timeline(served, pregnancy)).json()["entries"] if e["service"] == "births")
    assert (entry["kind"], entry["occurred_at"]) == ("BirthNoted", "2025-06-29")
    assert (entry["body"]["facility"], entry["body"]["vital"], entry["body"]["number"]) == (
        "county-hospital",
        "live",
        1,
    )
    assert (timeline(served, pregnancy, ("hospital", "county-hospital"))).status_code == 200


def hear_births(broker_url, contract):
    """Have births say something on its channel for care."""
    event = Event(
        id="births:care:1",
        source="/demo/births",
        type=contract.type,
        time=NOW,
        sequence=1,
        data=contract.model_dump(mode="json"),
    )
    redis.Redis.from_url(broker_url).xadd("demo:births.care", {BODY: encode(event)}, id="1-0")


READERS = [
    (("midwife", "dayingxiang-hospital"), "care", 200),
    (("midwife", "dayingxiang"), "care", 200),
    (("village_doctor", "dayingxiang-dongying-clinic"), "care", 200),
    (("county_health", "*"), "complaint", 200),
    (("auditor", "*"), "audit", 200),
    (("village_doctor", "dayingxiang-xiying-clinic"), "care", 403),
    (("midwife", "qinghezhen-hospital"), "care", 403),
    (("hospital", "county-hospital"), "care", 403),
    (("midwife", "dayingxiang-hospital"), "audit", 403),
    (("department", "dayingxiang-hospital"), "care", 403),
    (("operator", "*"), "care", 403),
    (("person", "", "somebody-else"), "own", 403),
]


def test_a_timeline_needs_role_purpose_and_scope_and_its_reading_is_recorded(served):
    pregnancy = registered(served)
    person = served.service.sealer.pseudonym("care", WHO["document"])
    reads = 0
    for who, purpose, status in READERS:
        assert timeline(served, pregnancy, who, purpose).status_code == status, who
        reads += status == 200
        assert len(served.facts(f"access:{person}")) == reads


def test_she_reads_her_own_timeline_and_sees_who_else_did(served):
    pregnancy = registered(served)
    person = served.service.sealer.pseudonym("care", WHO["document"])
    assert (timeline(served, pregnancy, ("person", "", person), "own")).status_code == 200
    timeline(served, pregnancy)
    log = served.ask("POST", "/access-log", "person", "", "own", person, json={"document": WHO["document"]})
    readers = [(entry["reader"], entry["purpose"]) for entry in log.json()["entries"]]
    assert ("midwife-1", "care") in readers
    assert (person, "own") in readers


def test_an_unknown_timeline_is_the_same_to_all_who_may_read_some(served):
    before = served.service.log.head()
    assert refusal(timeline(served, "nobody")) == (404, "Unknown", "")
    assert refusal(timeline(served, "nobody", ("operator", "*")))[:2] == (403, "AccessDenied")
    assert served.service.log.head() == before
    assert (served.client.get("/pregnancies/nobody/timeline")).status_code == 401


# Persons


def test_whether_somebody_is_registered_gets_the_same_answer_and_counts_as_a_read(served):
    registered(served)
    for document in (WHO["document"], "330102199001015678"):
        answer = served.ask("POST", "/persons/registered", *MIDWIFE, json={"document": document})
        assert (answer.status_code, answer.json()) == (200, {"answer": NEUTRAL})
        person = served.service.sealer.pseudonym("care", document)
        assert served.facts(f"access:{person}") == ["RecordRead"]
    denied = served.ask("POST", "/persons/registered", "department", json={"document": WHO["document"]})
    assert denied.status_code == 403


def test_erasing_leaves_the_timeline_without_her_and_tells_births(served):
    pregnancy = registered(served)
    visit(served, pregnancy)
    erase = {"document": WHO["document"]}
    health = ("county_health", "", "erasure")
    assert (served.ask("POST", "/persons/erase", *MIDWIFE, json=erase)).status_code == 403
    answer = served.ask("POST", "/persons/erase", *health, json=erase)
    assert (answer.status_code, answer.json()["results"]) == (201, [])
    assert (served.ask("POST", "/persons/erase", *health, json=erase)).json()["status"] == "nothing"
    entries = (timeline(served, pregnancy)).json()["entries"]
    assert entries[0]["body"]["identity"] == entries[3]["body"]["observations"] == {"erased": True}
    assert refusal(visit(served, pregnancy, visited_on="2025-05-05")) == (409, "RecordErased", "")
    stranger = served.ask("POST", "/persons/erase", *health, json={"document": "330102199001015678"})
    assert set(stranger.json()) == set(answer.json())


def test_a_person_to_erase_is_named_one_way(served):
    health = ("county_health", "", "erasure")
    for named in ({}, {"person": "w1", "document": WHO["document"]}):
        assert (served.ask("POST", "/persons/erase", *health, json=named)).status_code == 422


# Counts


def test_pregnancies_are_counted_per_township(served):
    registered(served)
    counted = served.ask("GET", "/pregnancies", "statistician", params={"township": "dayingxiang"})
    assert counted.json() == {"townships": [{"township": "dayingxiang", "registered": 1, "active": 1}]}
    assert (served.ask("GET", "/pregnancies", "statistician")).json() == counted.json()
    assert refusal(served.ask("GET", "/pregnancies", "statistician", params={"township": "x"})) == (
        409,
        "UnknownUnit",
        "/township",
    )
    assert (served.ask("GET", "/pregnancies", *MIDWIFE)).status_code == 403


# A department's door


def test_a_hospital_tells_a_visit_before_its_registration(served):
    hospital = "dayingxiang-hospital"
    key = reader_key_of(served.secrets, "pregnancy_tracking")

    def tell(name, kind, data, personal):
        event = Event(
            id=name,
            source=f"/demo/{hospital}",
            type=kind,
            time=NOW,
            data=data | {"personal": encrypt_for(key, to_json(personal))},
        )
        body = encode(event)
        signature = sign(body, signing_key_of(served.secrets, hospital), kid_of(hospital), NOW, timedelta(hours=1))
        answer = served.client.post("/events", content=body, headers={"Evenborn-Signature": signature})
        return answer.json()["receipts"][0]

    seen = {"visited_on": "2025-04-07", "unit": hospital}
    personal = {"document": WHO["document"], "observations": {"weight_kg": 54.5}}
    held = tell("v-1", "evenborn.hospital.antenatal_visit.v1", seen, personal)
    assert (held["status"], held["reason"]["name"]) == ("held", "PregnancyUnknown")
    told = {name: value for name, value in FORM.items() if name != "identity"}
    accepted = tell("r-1", "evenborn.hospital.registration.v1", told, WHO)
    assert accepted["status"] == "accepted"
    unknown = tell("v-2", "evenborn.hospital.antenatal_visit.v1", seen | {"unit": "nowhere"}, personal)
    assert (unknown["status"], unknown["reason"]["name"]) == ("rejected", "UnknownUnit")
    until(lambda: "VisitLogged" in {type(recorded.fact).__name__ for recorded in served.service.log.read(0, 1_000)})
