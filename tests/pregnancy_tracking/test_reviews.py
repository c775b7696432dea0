"""HTTP of termination reviews: who may ask, certify, look and decide, and that nobody else learns of one."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from services.pregnancy_tracking.domain.review_events import TerminationRequested
from services.pregnancy_tracking.reactions.registers import opened
from shared.clock import ScenarioClock
from shared.sealed import Erased
from tests.pregnancy_tracking.asking import WHO, refusal, registered, timeline
from tests.pregnancy_tracking.conftest import until
from tests.pregnancy_tracking.scene import NOW

FORM = {"facility": "county-hospital", "document": WHO["document"], "gestation_weeks": 16, "ground": "social"}
HOSPITAL = ("hospital", "county-hospital")
REVIEWER = ("reviewer", "county-maternity", "review")
SUPERIOR = ("reviewer", "county-health", "review")


def request(served, who=HOSPITAL, **other):
    return served.ask("POST", "/reviews", *who, json=FORM | other)


def certify(served, review, subject, who=HOSPITAL):
    return served.ask("POST", f"/reviews/{review}/certificates", *who, "care", subject, json={})


def decide(served, review, who=REVIEWER, subject="reviewer-1", **decision):
    return served.ask("POST", f"/reviews/{review}/decision", *who, subject, json=decision)


def look(served, review, who=REVIEWER):
    return served.ask("GET", f"/reviews/{review}", *who)


def withdraw(served, review, *who):
    return served.ask("POST", f"/reviews/{review}/withdrawal", *who, json={})


@pytest.fixture
def requested(served):
    answer = request(served)
    assert answer.status_code == 201, answer.text
    return answer.json()["review"]


@pytest.fixture
def certified(served, requested):
    for clinician in ("dr-li", "dr-chen"):
        assert certify(served, requested, clinician).status_code == 201
    return requested


def test_a_review_goes_its_way_to_an_approval(served, certified):
    shown = look(served, certified).json()
    assert shown == {
        "review": certified,
        "facility": "county-hospital",
        "status": "certified",
        "escalated": False,
        "decide_by": "2025-07-03T09:00:00+08:00",
        "approved_at_limit": "2025-07-05T09:00:00+08:00",
        "detail": None,
        "request": {"ground": "social", "gestation_weeks": 16},
    }
    assert decide(served, certified, certificate="c-77").status_code == 201
    assert decide(served, certified, certificate="c-77").json()["status"] == "nothing"
    assert look(served, certified).json()["status"] == "approved"
    facts = ["TerminationRequested", "TerminationCertified", "TerminationCertified", "TerminationApproved"]
    assert served.facts(f"review:{certified}") == facts


def test_a_decline_opens_a_second_opinion_by_another_reviewer(served, certified):
    assert decide(served, certified, ground="certificates_invalid").status_code == 201
    assert look(served, certified).json()["status"] == "second_opinion"
    assert refusal(decide(served, certified, certificate="c-1")) == (409, "ReviewerNotDistinct", "")
    assert decide(served, certified, subject="reviewer-2", certificate="c-1").status_code == 201


WRONG_REQUESTS = [
    ({"gestation_weeks": 13}, (409, "ReviewNotRequired", "/gestation_weeks")),
    ({"ground": "sex"}, (409, "GroundNotLawful", "/ground")),
    ({"facility": "nowhere"}, (409, "UnknownFacility", "/facility")),
    ({"pregnancy": "nobodys"}, (425, "PregnancyUnknown", "/pregnancy")),
    ({"document": " - - - "}, (409, "DocumentUnreadable", "/document")),
    ({"remark": "text"}, (422, "Malformed", "/remark")),
    ({"sex": "girl"}, (422, "Malformed", "/sex")),
    ({"gestation_weeks": 47}, (422, "Malformed", "/gestation_weeks")),
]


def test_what_is_wrong_with_a_request_is_named_and_nothing_is_written(served):
    before = served.service.log.head()
    for other, refused in WRONG_REQUESTS:
        assert refusal(request(served, **other)) == refused
    assert served.service.log.head() == before


def test_what_is_wrong_with_a_certificate_or_a_decision_is_named(served, requested):
    assert refusal(decide(served, requested, certificate="c-1")) == (409, "CertificatesMissing", "")
    assert certify(served, requested, "dr-li").status_code == 201
    assert refusal(certify(served, requested, "dr-li")) == (409, "CertifierNotDistinct", "/certifier")
    assert certify(served, requested, "dr-chen").status_code == 201
    assert refusal(decide(served, requested, ground="social")) == (409, "GroundNotLawful", "/ground")
    for neither_or_both in ({}, {"ground": "certificates_invalid", "certificate": "c-1"}):
        assert refusal(decide(served, requested, **neither_or_both)) == (422, "Malformed", "")
    assert decide(served, requested, certificate="c-1").status_code == 201
    assert refusal(decide(served, requested, ground="certificates_invalid")) == (409, "AlreadyDecided", "")
    assert refusal(certify(served, requested, "dr-wu")) == (409, "AlreadyDecided", "")
    other = request(served).json()["review"]
    for clinician in ("dr-li", "dr-chen"):
        certify(served, other, clinician)
    assert refusal(decide(served, other, certificate="c-1")) == (409, "CertificateNumberUsed", "/certificate")


STRANGERS = [
    ("midwife", "dayingxiang-hospital", "care"),
    ("village_doctor", "*", "care"),
    ("hospital", "county-hospital", "care"),
    ("county_health", "*", "complaint"),
    ("auditor", "*", "audit"),
    ("operator", "*", "review"),
    ("department", "*", "review"),
    ("statistician", "*", "review"),
    ("person", "", "own"),
    ("reviewer", "dayingxiang-hospital", "review"),
    ("reviewer", "county-health", "review"),
]


@pytest.mark.parametrize("who", STRANGERS, ids=lambda who: "-".join(who[:2]))
def test_to_everybody_else_there_is_no_review(served, certified, who):
    here, nowhere = look(served, certified, who), look(served, "nobodys", who)
    assert (here.status_code, here.json()) == (404, nowhere.json())
    assert decide(served, certified, who, certificate="c-1").json() == here.json()
    if who != SUPERIOR:
        assert served.ask("GET", "/reviews", *who).json() == here.json()
    elsewhere = (who[0], "qinghezhen-hospital")
    assert certify(served, certified, "dr-wu", elsewhere).json() == here.json()
    assert withdraw(served, certified, who[0] if who[0] != "person" else "midwife", "nowhere").json() == here.json()


def test_a_reviewer_names_the_purpose(served, certified):
    assert refusal(look(served, certified, ("reviewer", "county-maternity", "care")))[:2] == (403, "AccessDenied")


def test_only_a_facilitys_own_hospital_asks(served):
    assert request(served, ("hospital", "dayingxiang-hospital")).status_code == 403
    assert request(served, ("midwife", "county-hospital")).status_code == 403


def register(served, who=REVIEWER, **params):
    return served.ask("GET", "/reviews", *who, params=params)


def test_the_register_shows_numbers_and_clocks_and_nobodys_name(served, certified):
    second = request(served, ground="maternal_health").json()["review"]
    first = register(served, limit=1).json()
    assert ([each["review"] for each in first["rows"]], first["total"]) == ([certified], 2)
    assert [each["review"] for each in register(served, offset=1).json()["rows"]] == [second]
    asked = register(served, status="certified")
    assert [each["review"] for each in asked.json()["rows"]] == [certified]
    her = served.service.sealer.pseudonym("care", WHO["document"])
    assert her not in asked.text
    assert "social" not in asked.text
    assert register(served, SUPERIOR).json()["rows"] == []


def test_the_register_is_a_file_in_both_languages(served, certified):
    for lang, head, state in (("zh", "审核编号", "待审核"), ("en", "review", "to be decided")):
        rows = list(csv.reader(io.StringIO(register(served, format="csv", lang=lang).content.decode("utf-8-sig"))))
        assert (rows[0][0], rows[1][0], rows[1][2]) == (head, certified, state)
    assert register(served, ("midwife", "*", "care"), format="csv").status_code == 404


def test_a_look_is_recorded_under_the_reviews_name_and_not_under_hers(served, certified):
    her = served.service.sealer.pseudonym("care", WHO["document"])
    look(served, certified)
    assert served.facts(f"access:review:{certified}") == ["RecordRead"]
    assert served.facts(f"access:{her}") == []


def test_she_alone_is_told_who_looked_at_her_request(served, certified):
    her = served.service.sealer.pseudonym("care", WHO["document"])
    look(served, certified)

    def reads(*who, **params):
        return served.ask("GET", f"/reviews/{certified}/reads", *who, params=params)

    entries = reads("person", "", "own", her).json()["entries"]
    assert [(each["reader"], each["role"], each["purpose"]) for each in entries][1:] == [
        ("reviewer-1", "reviewer", "review")
    ]
    assert entries[0]["reader"] == her
    older = reads("person", "", "own", her, before=entries[0]["position"], limit=1).json()["entries"]
    assert older == entries[1:]
    for who in (("person", "", "own", "another"), ("auditor", "", "audit"), REVIEWER, HOSPITAL):
        assert reads(*who).status_code == 404
    assert withdraw(served, certified, "person", "", "own", her).status_code == 201
    assert reads("person", "", "own", her).status_code == 404


def test_time_escalates_a_review_to_the_superior_and_then_approves_it(served, certified):
    clock = ScenarioClock(served.secrets.parent / "now")
    clock.move(NOW + timedelta(hours=73))
    until(lambda: served.facts(f"review:{certified}")[-1] == "TerminationReviewEscalated")
    assert look(served, certified, SUPERIOR).json()["escalated"]
    [row] = register(served, SUPERIOR).json()["rows"]
    assert (row["review"], row["escalated"]) == (certified, True)
    clock.move(NOW + timedelta(hours=121))
    assert refusal(decide(served, certified, ground="certificates_invalid")) == (409, "AlreadyDecided", "")
    until(lambda: served.facts(f"review:{certified}")[-1] == "TerminationApproved")
    assert look(served, certified).json()["detail"] == f"time-limit:{certified}"


# Withdrawing


def request_of(served, review):
    [first, *_] = served.service.log.case(f"review:{review}")
    assert isinstance(first.fact, TerminationRequested)
    return first.fact.request


def test_a_withdrawn_request_is_unreadable_for_ever_while_replay_works(served, certified):
    her = served.service.sealer.pseudonym("care", WHO["document"])
    sealer = served.service.sealer
    assert opened(certified, request_of(served, certified), sealer).person == her
    assert withdraw(served, certified, "person", "", "own", her).status_code == 201
    assert opened(certified, request_of(served, certified), sealer) == Erased()
    assert served.facts(f"review:{certified}")[-1] == "TerminationWithdrawn"
    assert look(served, certified).status_code == 404
    assert register(served).json()["rows"] == []
    assert refusal(decide(served, certified, certificate="c-1")) == (409, "ReviewUnknown", "")
    assert withdraw(served, certified, "person", "", "own", her).status_code == 404
    assert withdraw(served, certified, *HOSPITAL).json()["status"] == "nothing"


def test_nobody_else_withdraws_hers(served, requested):
    assert withdraw(served, requested, "person", "", "own", "somebody-else").status_code == 404
    assert withdraw(served, requested, "hospital", "qinghezhen-hospital").status_code == 404
    assert withdraw(served, requested, *REVIEWER).status_code == 201


def test_erasing_her_makes_her_requests_unreadable_as_well(served, certified):
    erase = {"document": WHO["document"]}
    assert served.ask("POST", "/persons/erase", "county_health", "", "erasure", json=erase).status_code == 201
    assert look(served, certified).json()["request"] == {"erased": True}


def test_nothing_of_a_review_lies_unsealed_in_the_log_or_on_her_records(served, certified):
    pregnancy = registered(served)
    her = served.service.sealer.pseudonym("care", WHO["document"])
    kept = [recorded for recorded in served.service.log.read(0, 1_000) if certified in recorded.case]
    stored = " ".join(recorded.fact.model_dump_json() for recorded in kept)
    assert not [word for word in (her, WHO["document"], pregnancy, "social", "gestation") if word in stored]
    assert served.facts(f"woman:{her}") == ["CourseOpened"]
    assert "Termination" not in timeline(served, pregnancy).text
