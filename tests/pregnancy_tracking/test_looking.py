"""HTTP of pregnancy_tracking: what each role may look at, and what it is shown; and a department's door."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import redis

from services.pregnancy_tracking.api.persons import NEUTRAL
from shared.contracts import births
from shared.contracts.cloudevents import Event, encode
from shared.messaging.transport import BODY
from tests.pregnancy_tracking.asking import FORM, MIDWIFE, SEEN, WHO, course, refusal, registered, timeline, visit
from tests.pregnancy_tracking.conftest import until
from tests.pregnancy_tracking.message_scene import HOSPITAL, tell
from tests.pregnancy_tracking.scene import NOW

# The timeline


def test_a_timeline_shows_at_once_what_was_acknowledged_opened(served):
    pregnancy = registered(served)
    visit(served, pregnancy)
    answer = timeline(served, pregnancy)
    assert answer.status_code == 200
    about = answer.json()
    assert (about["pregnancy"], about["as_of"], about["known_at"]) == (pregnancy, None, None)
    assert [entry["kind"] for entry in course(answer)] == [
        "PregnancyRegistered",
        "CareAssigned",
        "HandbookIssued",
        "VisitLogged",
    ]
    assert about["entries"][0]["body"]["identity"] == WHO
    assert course(answer)[3]["body"]["observations"] == SEEN["observations"]


def test_counselling_before_a_pregnancy_is_in_its_timeline(served):
    form = {"document": WHO["document"], "unit": MIDWIFE[1], "topics": ["folic_acid"]}
    for day in ("2024-11-04", "2025-06-29"):
        assert served.ask("POST", "/counselling", *MIDWIFE, json=form | {"given_on": day}).status_code == 201
    pregnancy = registered(served)
    ended = {"outcome": "loss", "ended_on": "2025-06-20"}
    assert served.ask("POST", f"/pregnancies/{pregnancy}/end", *MIDWIFE, json=ended).status_code == 201
    told = [each for each in timeline(served, pregnancy).json()["entries"] if each["kind"] == "CounsellingGiven"]
    assert [(each["occurred_at"], each["body"]["topics"]) for each in told] == [("2024-11-04", ["folic_acid"])]
    her = served.service.sealer.pseudonym("care", WHO["document"])
    assert her not in timeline(served, pregnancy).text


def test_a_timeline_as_it_had_happened_and_as_it_was_known(served):
    pregnancy = registered(served)
    visit(served, pregnancy)
    past = timeline(served, pregnancy, as_of="2025-04-06")
    assert len(course(past)) == 3
    assert past.json()["as_of"] == "2025-04-06"
    unknown = timeline(served, pregnancy, known_at="2025-06-30T08:59:59+08:00")
    assert unknown.json()["entries"] == []
    assert len(course(timeline(served, pregnancy, known_at="2025-06-30"))) == 4
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


def test_who_looked_is_told_page_by_page_newest_first(served):
    pregnancy = registered(served)
    for number in range(5):
        assert timeline(served, pregnancy, (*MIDWIFE, f"midwife-{number}")).status_code == 200

    def page(**params):
        told = served.ask(
            "POST", "/access-log", "auditor", "", "audit", json={"document": WHO["document"]}, params=params
        )
        return told.json()["entries"]

    newest = page(limit=3)
    assert [entry["reader"] for entry in newest] == ["auditor-1", "midwife-4", "midwife-3"]
    older = page(limit=3, before=newest[-1]["position"])
    assert [entry["reader"] for entry in older] == ["midwife-2", "midwife-1", "midwife-0"]
    assert page(before=older[-1]["position"]) == []
    for wrong in ({"before": 0}, {"before": 2**63}, {"limit": 1_001}):
        told = served.ask("POST", "/access-log", "auditor", "", "audit", json={"document": "x"}, params=wrong)
        assert refusal(told)[:2] == (422, "Malformed")


@pytest.mark.parametrize("name", ["as_of", "known_at"])
@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_moment_at_the_ends_of_the_calendar_is_refused(served, name, moment):
    answer = timeline(served, registered(served), **{name: moment})
    assert refusal(answer)[:2] == (409, "OutsideCalendar")


def test_an_unknown_timeline_is_refused_like_one_of_another_unit(served):
    before = served.service.log.head()
    assert refusal(timeline(served, "nobody"))[:2] == (403, "AccessDenied")
    assert refusal(timeline(served, "nobody", ("auditor", "*"), "audit")) == (404, "Unknown", "")
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


def test_pregnancies_are_counted_per_township_paged_and_as_a_file(served):
    registered(served)
    counted = served.ask("GET", "/pregnancies", "statistician", params={"township": "dayingxiang"})
    rows = [{"township": "dayingxiang", "registered": 1, "active": 1}]
    assert counted.json() == {"total": 1, "limit": 100, "offset": 0, "rows": rows}
    assert (served.ask("GET", "/pregnancies", "statistician")).json() == counted.json()
    rest = served.ask("GET", "/pregnancies", "statistician", params={"offset": 1, "limit": 5}).json()
    assert rest == {"total": 1, "limit": 5, "offset": 1, "rows": []}
    table = served.ask("GET", "/pregnancies", "statistician", params={"format": "csv", "lang": "zh"})
    assert table.text.splitlines() == ["\ufeff乡镇,登记,在管", "dayingxiang,1,1"]
    assert refusal(served.ask("GET", "/pregnancies", "statistician", params={"township": "x"})) == (
        409,
        "UnknownUnit",
        "/township",
    )
    assert (served.ask("GET", "/pregnancies", *MIDWIFE)).status_code == 403


# A department's door


def test_a_hospital_tells_a_visit_before_its_registration(served):
    seen = {"visited_on": "2025-04-07", "unit": HOSPITAL}
    personal = {"document": WHO["document"], "observations": {"weight_kg": 54.5}}
    held = tell(served, "v-1", "evenborn.hospital.antenatal_visit.v1", seen, personal)
    assert (held["status"], held["reason"]["name"]) == ("held", "PregnancyUnknown")
    told = {name: value for name, value in FORM.items() if name != "identity"}
    accepted = tell(served, "r-1", "evenborn.hospital.registration.v1", told, WHO)
    assert accepted["status"] == "accepted"
    unknown = tell(served, "v-2", "evenborn.hospital.antenatal_visit.v1", seen | {"unit": "nowhere"}, personal)
    assert (unknown["status"], unknown["reason"]["name"]) == ("rejected", "UnknownUnit")
    until(lambda: "VisitLogged" in {type(recorded.fact).__name__ for recorded in served.service.log.read(0, 1_000)})
