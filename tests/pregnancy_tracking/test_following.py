"""HTTP and messages of following her: each refusal names its rule and its place, and nothing is written."""

from __future__ import annotations

from tests.pregnancy_tracking.asking import MIDWIFE, WHO, refusal, registered

SEES = {"unit": "dayingxiang-hospital"}
WRONG = [
    ("dating", {"basis": "scan", "established_on": "2025-07-01", "gestation_days": 90}, "InFuture", "established_on"),
    ("dating", {"basis": "scan", "established_on": "2025-04-01", "gestation_days": 5}, "DatingImplausible", ""),
    ("risk", {"colour": "red", "graded_on": "2025-04-01", "unit": "nowhere"}, "UnknownUnit", "unit"),
    ("attempts", {"kind": "home", "attempted_on": "2025-07-01", **SEES}, "InFuture", "attempted_on"),
    ("declines", {"contact": "discharge_notice-1", "declined_on": "2025-04-01"}, "NotAContact", "contact"),
    ("companion", {"companion": "stranger", "arranged_on": "2025-04-01", **SEES}, "CodeNotListed", "companion"),
    (
        "posts",
        {"township_post": "nobody", "village_post": "nobody", "assigned_on": "2025-04-01"},
        "UnknownPost",
        "township_post",
    ),
    (
        "discharge",
        {"facility": "nowhere", "discharged_at": "2025-04-01T10:00:00+08:00"},
        "UnknownFacility",
        "facility",
    ),
    ("death", {"died_on": "2025-07-01"}, "InFuture", "died_on"),
]


def test_what_breaks_a_rule_is_refused_with_its_place_and_what_is_right_is_done(served):
    pregnancy = registered(served)
    before = served.facts(f"pregnancy:{pregnancy}")
    for path, body, rule, pointer in WRONG:
        answer = served.ask("POST", f"/pregnancies/{pregnancy}/{path}", *MIDWIFE, json=body)
        status, name, place = refusal(answer)
        assert (status, name) == (409, rule), (path, answer.text)
        assert place == (f"/{pointer}" if pointer else "/gestation_days"), path
    assert served.facts(f"pregnancy:{pregnancy}") == before
    right = {"colour": "red", "graded_on": "2025-06-29", "infectious": True, **SEES}
    done = served.ask("POST", f"/pregnancies/{pregnancy}/risk", *MIDWIFE, json=right)
    assert (done.status_code, done.json()["results"]) == (201, [])
    assert served.facts(f"pregnancy:{pregnancy}")[len(before) :] == ["RiskGraded", "DutyOpened"]


def test_nobody_from_elsewhere_follows_her(served):
    pregnancy = registered(served)
    body = {"died_on": "2025-06-01"}
    answer = served.ask("POST", f"/pregnancies/{pregnancy}/death", "midwife", "qinghezhen-hospital", json=body)
    assert answer.status_code == 403


def test_she_declines_herself_and_nobody_elses(served):
    pregnancy = registered(served)
    hers, path = served.service.sealer.pseudonym("care", WHO["document"]), f"/pregnancies/{pregnancy}/declines"
    form = {"declined_on": "2025-06-30"}
    for subject, purpose in (("somebody", "own"), (hers, "care")):
        assert served.ask("POST", path, "person", "", purpose, subject, json=form).status_code == 403
    assert served.ask("POST", "/pregnancies/nobody/declines", "person", "", "own", hers, json=form).status_code == 403
    declined = served.ask("POST", path, "person", "", "own", hers, json=form)
    assert (declined.status_code, declined.json()["results"]) == (201, [])
    owed = served.ask("GET", "/duties", *MIDWIFE, params={"unit": "dayingxiang-hospital", "state": ["due", "overdue"]})
    assert owed.json()["rows"] == []
    visit = {"kind": "antenatal", "visited_on": "2025-06-30", **SEES}
    assert (
        served.ask("POST", f"/pregnancies/{pregnancy}/visits", "person", "", "own", hers, json=visit).status_code == 403
    )
