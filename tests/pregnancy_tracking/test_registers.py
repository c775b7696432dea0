"""HTTP and messages of the registers: entries of scans and procedures in, how they are kept out."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import ANY

import pytest

from shared.clock import ScenarioClock
from tests.pregnancy_tracking.asking import WHO, refusal, registered, timeline
from tests.pregnancy_tracking.conftest import until
from tests.pregnancy_tracking.message_scene import tell
from tests.pregnancy_tracking.scene import NOW

HOSPITAL = ("hospital", "county-hospital")
STAFF = ["county-hospital-sonographer-1", "county-hospital-nurse-1"]
SCAN = {
    "facility": "county-hospital",
    "device": "county-hospital-us-1",
    "counter": 1,
    "scanned_at": "2025-06-30T08:00:00+08:00",
    "operators": STAFF,
    "purpose": "dating",
}
PROCEDURE = {"facility": "county-hospital", "performed_at": "2025-06-30T08:00:00+08:00", "emergency": False}
REGISTER, PROCEDURES = "scan_register:county-hospital:county-hospital-us-1", "procedure_register:county-hospital"


def scan(served, who=HOSPITAL, **other):
    return served.ask("POST", "/registers/scans", *who, json=SCAN | other)


def perform(served, who=HOSPITAL, **other):
    return served.ask("POST", "/registers/procedures", *who, json=PROCEDURE | other)


def test_an_examination_is_entered_and_noted_on_the_pregnancy_it_belongs_to(served):
    pregnancy = registered(served)
    assert scan(served).status_code == 201
    assert scan(served, counter=2, document=WHO["document"]).status_code == 201
    assert scan(served, counter=3, pregnancy=pregnancy).status_code == 201
    answers = [scan(served, counter=4), scan(served, counter=5, document=WHO["document"])]
    [unknown, known] = [[fact["case"] for fact in answer.json()["results"]] for answer in answers]
    assert unknown == known == [REGISTER]
    assert served.facts(REGISTER) == ["ScanRecorded"] * 5
    entries = [entry for entry in timeline(served, pregnancy).json()["entries"] if entry["kind"] == "ScanNoted"]
    assert [entry["body"] for entry in entries] == [
        {"facility": "county-hospital", "scanned_on": "2025-06-30", "purpose": "dating"}
    ] * 3


WRONG_SCANS = [
    ({"operators": STAFF[:1]}, (409, "SecondOperatorMissing", "/operators")),
    ({"operators": STAFF[:1] * 2}, (409, "SameOperatorTwice", "/operators")),
    ({"operators": ["county-hospital-nurse-1", "county-hospital-nurse-2"]}, (409, "NoneLicensed", "/operators")),
    ({"device": "county-hospital-us-9"}, (409, "UnknownDevice", "/device")),
    ({"purpose": "fetal_sex"}, (409, "PurposeNotListed", "/purpose")),
    ({"counter": 1}, (409, "CounterUsedTwice", "/counter")),
    ({"scanned_at": "2025-06-30T09:00:01+08:00"}, (409, "InFuture", "/scanned_at")),
    ({"facility": "nowhere"}, (409, "UnknownFacility", "/facility")),
    ({"document": " - - - "}, (409, "DocumentUnreadable", "/document")),
    ({"document": WHO["document"], "pregnancy": "p1"}, (422, "Malformed", "")),
    ({"pregnancy": "nobodys"}, (404, "Unknown", "")),
    ({"sex": "girl"}, (422, "Malformed", "/sex")),
    ({"finding": "text"}, (422, "Malformed", "/finding")),
    ({"counter": -1}, (422, "Malformed", "/counter")),
    ({"scanned_at": "2025-06-30T08:00:00"}, (422, "Malformed", "/scanned_at")),
]


def test_what_is_wrong_with_an_examination_is_named_and_nothing_is_written(served):
    scan(served)
    before = served.service.log.head()
    for other, refused in WRONG_SCANS:
        assert refusal(scan(served, **({"counter": 2} | other))) == refused
    assert served.service.log.head() == before


def test_a_procedure_is_never_refused_for_a_missing_certificate(served):
    for other in ({}, {"certificate": "nobody-gave"}, {"emergency": True}, {"gestation_weeks": 8}):
        assert perform(served, **other).status_code == 201
    kept = [recorded.fact for recorded in served.service.log.case(PROCEDURES)]
    standings = [fact.standing.value for fact in kept if type(fact).__name__ == "ProcedureRecorded"]
    assert standings == ["missing", "missing", "emergency", "not_required"]
    assert refusal(perform(served, performed_at="2025-07-01T09:00:00+08:00")) == (409, "InFuture", "/performed_at")
    assert refusal(perform(served, facility="nowhere")) == (409, "UnknownFacility", "/facility")


def test_a_termination_is_for_her_and_for_who_treated_her_and_to_the_village_a_loss(served):
    pregnancy = registered(served)
    assert perform(served, document=WHO["document"]).status_code == 201
    her = served.service.sealer.pseudonym("care", WHO["document"])

    def kinds(who, purpose="care"):
        answer = timeline(served, pregnancy, who, purpose)
        assert answer.status_code == 200, who
        return [entry["kind"] for entry in answer.json()["entries"]]

    for who, purpose in (
        (("midwife", "dayingxiang-hospital"), "care"),
        (("village_doctor", "dayingxiang-dongying-clinic"), "care"),
        (("auditor", "*"), "audit"),
        (("county_health", "*"), "complaint"),
    ):
        assert "TerminationPerformed" not in kinds(who, purpose)
        assert "PregnancyEnded" in kinds(who, purpose)
    assert "TerminationPerformed" in kinds(HOSPITAL)
    assert "TerminationPerformed" in kinds(("person", "", her), "own")
    [end] = [e for e in timeline(served, pregnancy).json()["entries"] if e["kind"] == "PregnancyEnded"]
    assert end["body"] == {"outcome": "loss", "ended_on": "2025-06-30"}


def test_a_facility_enters_its_own(served):
    for who in (("hospital", "dayingxiang-hospital"), ("midwife", "county-hospital"), ("department", "*")):
        assert scan(served, who).status_code == 403
        assert perform(served, who).status_code == 403


# How they are kept


def closed(served):
    """A gap on one day and a procedure without its certificate, seen when all is over."""
    scan(served)
    scan(served, counter=4)
    perform(served)
    ScenarioClock(served.secrets.parent / "now").move(NOW + timedelta(days=11))
    until(lambda: "DeviceDayClosed" in served.facts(REGISTER))
    return {"since": "2025-06-01", "until": "2025-07-31"}


def test_how_registers_are_kept_is_shown_to_those_who_answer_for_them(served):
    span = closed(served)
    answer = served.ask("GET", "/registers/integrity", "county_health", params=span)
    assert answer.json() == {
        "total": 1,
        "limit": 100,
        "offset": 0,
        "rows": [
            {
                "facility": "county-hospital",
                "device": "county-hospital-us-1",
                "day": "2025-06-30",
                "first_counter": 1,
                "last_counter": 4,
                "entries": 2,
                "late": 0,
                "missing": 2,
                "anomalies": ["counter_gap"],
            }
        ],
        "procedures": {"total": ANY, "href": "/registers/procedures?since=2025-06-01&until=2025-07-31"},
    }
    table = served.ask("GET", "/registers/integrity", "auditor", params=span | {"format": "csv"})
    assert table.headers["content-type"].startswith("text/csv")
    assert table.text.splitlines()[1] == "county-hospital,county-hospital-us-1,2025-06-30,1,4,2,0,2,counter_gap"
    rest = served.ask("GET", "/registers/integrity", "auditor", params=span | {"limit": 1, "offset": 1}).json()
    assert (rest["total"], rest["rows"]) == (1, [])
    own = served.ask("GET", "/registers/integrity", *HOSPITAL, params=span | {"facility": "county-hospital"})
    href = "/registers/procedures?facility=county-hospital&since=2025-06-01&until=2025-07-31"
    assert own.json() == answer.json() | {"procedures": {"total": ANY, "href": href}}
    for who, other in ((HOSPITAL, {}), (("hospital", "dayingxiang-hospital"), {"facility": "county-hospital"})):
        assert served.ask("GET", "/registers/integrity", *who, params=span | other).status_code == 403
    assert served.ask("GET", "/registers/integrity", "midwife", "*", params=span).status_code == 403
    nowhere = served.ask("GET", "/registers/integrity", "auditor", params={"facility": "nowhere"})
    assert refusal(nowhere) == (409, "UnknownFacility", "/facility")


def test_how_procedures_are_done_is_a_table_of_its_own_where_integrity_says(served):
    span = closed(served)
    looked = [
        served.ask("GET", "/registers/integrity", "auditor", params=span | narrowed).json()["procedures"]
        for narrowed in ({}, {"facility": "county-hospital"}, {"anomalies": "true"})
    ]
    whole, own, odd = (served.ask("GET", each["href"], "county_health").json() for each in looked)
    assert [page["total"] for page in (whole, own, odd)] == [each["total"] for each in looked]
    assert odd["rows"] == [
        {
            "facility": "county-hospital",
            "period": "week",
            "begins": "2025-06-30",
            "procedures": None,
            "without_certificate": 1,
            "unauthorised": 0,
            "late": None,
        }
    ]
    assert [row["period"] for row in own["rows"]] == ["month", "week"]
    assert own["rows"] == [row for row in whole["rows"] if row["facility"] == "county-hospital"]
    paged = served.ask("GET", "/registers/procedures", "auditor", params=span | {"limit": 1, "offset": 1}).json()
    assert (paged["total"], paged["rows"]) == (whole["total"], whole["rows"][1:2])
    table = served.ask("GET", "/registers/procedures", "auditor", params=span | {"format": "csv", "lang": "zh"})
    assert table.text.splitlines()[0].endswith("机构,期间,起始,手术数,无证明,未经许可,迟登")
    for who in (HOSPITAL, ("midwife", "*")):
        assert served.ask("GET", "/registers/procedures", *who, params=span).status_code == 403


@pytest.mark.parametrize("path", ["/registers/integrity", "/registers/procedures", "/coverage"])
def test_the_first_and_last_days_of_the_calendar_can_be_asked_for(served, path):
    for span in ({"until": "0001-01-01"}, {"since": "9999-12-31"}, {"since": "2025-06-30", "until": "2025-06-01"}):
        answer = served.ask("GET", path, "county_health", params=span)
        assert (answer.status_code, answer.json()["rows"]) == (200, []), span


def test_oversight_carries_nothing_that_leads_to_anybody(served):
    pregnancy = registered(served)
    scan(served, counter=9, document=WHO["document"], command_id="scan-form-9")
    perform(served, document=WHO["document"], command_id="procedure-form-3", certificate="certificate-5")
    closed(served)
    journal = served.service.carrying.journal
    until(lambda: journal.head("oversight") >= 3)
    said = b"\n".join(body for _, body in journal.feed("oversight", 0, 1_000))
    her = served.service.sealer.pseudonym("care", WHO["document"])
    entries = [recorded.fact for recorded in served.service.log.case(PROCEDURES)]
    ids = [fact.entry for fact in entries if hasattr(fact, "entry")]
    named = [WHO["document"], her, pregnancy, "scan-form-9", "procedure-form-3", "certificate-5", *ids, *STAFF]
    assert not [word for word in named if word.encode() in said]
    for word in ("T08:00", "correlation", "causation", "traceparent", "policyversion", "recorded"):
        assert word.encode() not in said
    assert b'"procedures":"<10"' in said


# A department's door


OWN_SCAN = SCAN | {
    "facility": "dayingxiang-hospital",
    "device": "dayingxiang-hospital-us-1",
    "operators": ["dayingxiang-hospital-sonographer-1", "dayingxiang-hospital-nurse-1"],
}


def test_a_hospital_tells_its_entries_and_gets_receipts(served):
    pregnancy = registered(served)
    patient = {"document": WHO["document"]}
    receipt = tell(served, "s-1", "evenborn.hospital.scan.v1", OWN_SCAN, patient)
    assert receipt["status"] == "accepted"
    assert "ScanNoted" in served.facts(f"pregnancy:{pregnancy}")
    own = PROCEDURE | {"facility": "dayingxiang-hospital"}
    receipt = tell(served, "p-1", "evenborn.hospital.procedure.v1", own)
    assert receipt["status"] == "accepted"
    assert tell(served, "p-1", "evenborn.hospital.procedure.v1", own) == receipt
