"""The due list, workload, digest and coverage over HTTP: who may see what, as JSON and as files."""

from __future__ import annotations

import csv
import io

import pytest

from tests.pregnancy_tracking.asking import MIDWIFE, WHO, refusal, register, registered, timeline, visit

UNIT = {"unit": "dayingxiang-hospital"}
DOCTOR = ("village_doctor", "dayingxiang-dongying-clinic")
MARCH = {"township": "dayingxiang", "month": "2025-03"}
EXACT, FEW = 1, "<10"
THERE = ("midwife", "qinghezhen-hospital")
ELSEWHERE = {
    "identity": {**WHO, "document": "330102199001015678"},
    "township": "qinghezhen",
    "village": "qinghezhen-dukou",
    "township_post": "qinghezhen-midwife",
    "village_post": "qinghezhen-dukou-doctor",
    "handbook": "h2",
}
"""Another woman, of another township."""


@pytest.fixture
def owed(served):
    """A registered pregnancy to which two duties are owed."""
    pregnancy = registered(served)
    return served, pregnancy


def asked(served, path, who=MIDWIFE, **params):
    return served.ask("GET", path, *who, params=params)


def test_a_unit_sees_what_it_owes_without_a_name(owed):
    served, pregnancy = owed
    answer = asked(served, "/duties", **UNIT, state=["not_yet_open", "due", "overdue", "lapsed"])
    assert answer.status_code == 200
    assert "王秀英" not in answer.text
    assert "infectious" not in answer.text
    reads = served.service.reads_of(served.service.sealer.pseudonym("care", "330102199001011234"), 10)
    assert reads == []
    assert {row["pregnancy"] for row in answer.json()["rows"]} <= {pregnancy}
    assert timeline(served, pregnancy).status_code == 200


def test_only_those_who_owe_it_see_it(owed):
    served, _ = owed
    for who in (DOCTOR, ("hospital", "county-hospital"), ("county_health", "county-health"), ("department", "*")):
        assert asked(served, "/duties", who, **UNIT).status_code == 403
    assert asked(served, "/duties", DOCTOR, unit="dayingxiang-dongying-clinic").status_code == 200
    assert asked(served, "/duties", ("auditor", "*"), **UNIT).status_code == 200
    assert refusal(asked(served, "/duties", ("auditor", "*"), unit="nowhere")) == (409, "UnknownUnit", "/unit")
    assert refusal(asked(served, "/duties", **UNIT, post="nobody"))[:2] == (404, "Unknown")
    assert asked(served, "/duties", **UNIT, post="dayingxiang-midwife").status_code == 200
    assert refusal(asked(served, "/duties"))[:2] == (422, "Malformed")


SUPERIOR = ("county_health", "county-health")


def test_what_is_late_comes_up_to_the_county_superior_and_to_nobody_else(owed):
    served, pregnancy = owed
    rows = asked(served, "/duties/escalated", SUPERIOR).json()["rows"]
    assert {(row["pregnancy"], row["unit"]) for row in rows} == {(pregnancy, "dayingxiang-hospital")}
    assert [row["state"] for row in rows] == ["lapsed", "lapsed", "overdue"]
    assert asked(served, "/duties/escalated", SUPERIOR, **UNIT, state="overdue").json()["rows"] == rows[2:]
    assert asked(served, "/duties/escalated", SUPERIOR, unit="qinghezhen-hospital").json()["rows"] == []
    assert refusal(asked(served, "/duties/escalated", SUPERIOR, state="due"))[:2] == (422, "Malformed")
    assert refusal(asked(served, "/duties/escalated", SUPERIOR, unit="nowhere")) == (409, "UnknownUnit", "/unit")
    for who in (MIDWIFE, DOCTOR, ("county_health", "county-maternity"), ("auditor", "*"), ("statistician", "*")):
        assert asked(served, "/duties/escalated", who).status_code == 403


def waive(served, pregnancy, who=SUPERIOR, **other):
    form = {"contact": "antenatal-5", "ground": "road_closed", "waived_on": "2025-06-30"}
    return served.ask("POST", f"/pregnancies/{pregnancy}/waivers", *who, json=form | other)


def test_the_superior_waives_a_contact_and_it_leaves_the_list(owed):
    served, pregnancy = owed
    states = {"state": ["not_yet_open", "due", "overdue", "lapsed"]}
    before = [row["duty"] for row in asked(served, "/duties", **UNIT, **states).json()["rows"]]
    assert waive(served, pregnancy).json()["results"] == []
    assert served.facts(f"pregnancy:{pregnancy}")[-2:] == ["ContactWaived", "DutyWaived"]
    after = [row["duty"] for row in asked(served, "/duties", **UNIT, **states).json()["rows"]]
    assert [duty.partition("@")[0] for duty in before if duty not in after] == ["antenatal-5"]
    assert waive(served, pregnancy).json()["status"] == "nothing"


def test_nobody_else_waives_and_only_what_can_be(owed):
    served, pregnancy = owed
    for who in (MIDWIFE, DOCTOR, ("hospital", "*"), ("county_health", "county-maternity"), ("auditor", "*")):
        assert waive(served, pregnancy, who).status_code == 403
    assert refusal(waive(served, "nobody"))[:2] == (403, "AccessDenied")
    for other, refused in (
        ({"contact": "outcome_query-1"}, (409, "NotAContact", "/contact")),
        ({"ground": "raining"}, (409, "CodeNotListed", "/ground")),
        ({"waived_on": "2025-07-01"}, (409, "InFuture", "/waived_on")),
        ({"remark": "text"}, (422, "Malformed", "/remark")),
    ):
        assert refusal(waive(served, pregnancy, **other)) == refused


@pytest.mark.parametrize("by", ["kind", "outcome", "parity", "colour", "person", "village"])
def test_nobody_can_be_looked_for(served, by):
    assert refusal(asked(served, "/duties", **UNIT, **{by: "x"})) == (422, "Malformed", f"/query/{by}")


def test_the_due_list_is_a_file_in_both_languages(owed):
    served, _ = owed
    for lang, head in (("zh", "风险"), ("en", "risk"), ("code", "colour")):
        text = asked(served, "/duties", **UNIT, format="csv", lang=lang).content.decode("utf-8-sig")
        assert next(csv.reader(io.StringIO(text)))[0] == head
    assert asked(served, "/duties", **UNIT, format="xlsx").content[:2] == b"PK"


def test_small_numbers_leave_a_unit_as_few(owed):
    served, pregnancy = owed
    visit(served, pregnancy, visited_on="2025-06-20")
    june = MARCH | {"month": "2025-06"}
    [own] = asked(served, "/digest", **june).json()["rows"]
    assert own["antenatal_visits"] == EXACT
    [above] = asked(served, "/digest", ("county_health", "county-health"), **june).json()["rows"]
    assert above["antenatal_visits"] == FEW
    for row in asked(served, "/duties/workload", ("county_health", "county-health")).json()["rows"]:
        assert set(row.values()) - {row["holder"]} <= {FEW} | set(range(10, 1_000))


def test_a_digest_says_when_it_was_frozen(owed):
    served, _ = owed
    page = asked(served, "/digest", **MARCH, by_village=True).json()
    assert [(row["place"], row["registered"], row["came_late"]) for row in page["rows"]] == [
        ("dayingxiang-dongying", 0, 1)
    ]
    assert (page["month"], page["frozen_on"], page["frozen"]) == ("2025-03", "2025-04-07", True)
    assert asked(served, "/digest", **MARCH | {"month": "2025-06"}).json()["frozen"] is False
    assert refusal(asked(served, "/digest", **MARCH | {"month": "0000-01"}))[:2] == (422, "Malformed")
    assert asked(served, "/digest", ("midwife", "qinghezhen-hospital"), **MARCH).status_code == 403
    assert refusal(asked(served, "/digest", **MARCH | {"township": "nowhere"})) == (409, "UnknownUnit", "/township")


def test_the_county_sees_the_digest_of_all_townships_in_pages(owed):
    served, pregnancy = owed
    other = register(served, THERE, **ELSEWHERE).json()["pregnancy"]
    for who, whose in ((MIDWIFE, pregnancy), (THERE, other)):
        assert visit(served, whose, who, unit=who[1], visited_on="2025-06-20").status_code == 201
    health, june = ("county_health", "county-health"), {"month": "2025-06"}
    page = asked(served, "/digest", health, **june).json()
    assert [row["place"] for row in page["rows"]] == ["dayingxiang", "qinghezhen"]
    second = asked(served, "/digest", health, **june, limit=1, offset=1).json()
    assert (second["total"], second["rows"]) == (2, page["rows"][1:])
    table = asked(served, "/digest", health, **june, format="csv").text.splitlines()
    assert [line.partition(",")[0] for line in table[1:]] == ["dayingxiang", "qinghezhen"]
    for who in (MIDWIFE, THERE, DOCTOR):
        assert asked(served, "/digest", who, **june).status_code == 403


def test_coverage_tells_no_share_of_few(owed):
    served, pregnancy = owed
    ended = {"outcome": "birth", "ended_on": "2025-06-28"}
    served.ask("POST", f"/pregnancies/{pregnancy}/end", *MIDWIFE, json=ended)
    page = asked(served, "/coverage", ("county_health", "county-health")).json()
    assert (page["since"], page["until"], page["rows"]) == ("2024-06-30", "2025-06-30", [])
    assert asked(served, "/coverage", township="dayingxiang").status_code == 200
    assert asked(served, "/coverage").status_code == 403
    assert asked(served, "/coverage", DOCTOR, township="dayingxiang").status_code == 403
