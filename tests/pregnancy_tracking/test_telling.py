"""HTTP of pregnancy_tracking: what each role may tell, and what it is answered."""

from __future__ import annotations

from tests.pregnancy_tracking.asking import FORM, MIDWIFE, WHO, course, refusal, register, registered, timeline, visit

# Registering


def test_a_midwife_takes_a_pregnancy_under_care(served):
    answer = register(served)
    assert answer.status_code == 201
    assert set(answer.json()) == {"status", "results", "recorded_at", "pregnancy"}
    assert answer.json()["results"] == []
    facts = served.facts(f"pregnancy:{answer.json()['pregnancy']}")
    assert facts[:3] == ["PregnancyRegistered", "CareAssigned", "HandbookIssued"]
    assert set(facts[3:]) <= {"DutyOpened", "DutyOverdue", "DutyLapsed"}


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
    assert "VisitLogged" in served.facts(f"pregnancy:{pregnancy}")
    assert (visit(served, pregnancy, observations={})).json()["status"] == "nothing"


def test_a_visit_that_cannot_be_is_refused(served):
    pregnancy = registered(served)
    for other, refused in (
        ({"visited_on": "2025-07-01"}, (409, "InFuture", "/visited_on")),
        ({"visited_on": "2025-03-02"}, (409, "VisitBeforeRegistration", "/visited_on")),
        ({"observations": {"sex": 1}}, (409, "ObservationUnknown", "/observations")),
        ({"observations": {"weight_kg": 1}}, (409, "ObservationUnknown", "/observations/weight_kg")),
        ({"danger_signs": ["a_girl"]}, (409, "CodeNotListed", "/danger_signs")),
        ({"referred_to": "nowhere"}, (409, "UnknownUnit", "/referred_to")),
        ({"observations": {"weight_kg": "54"}}, (422, "Malformed", "/observations/weight_kg")),
        ({"kind": "scan"}, (422, "Malformed", "/kind")),
    ):
        assert refusal(visit(served, pregnancy, **other)) == refused


def test_danger_signs_and_a_referral_come_with_the_visit_that_found_them(served):
    pregnancy = registered(served)
    county, doctor = ("hospital", "county-hospital"), ("village_doctor", "dayingxiang-dongying-clinic")
    assert refusal(timeline(served, pregnancy, county))[:2] == (403, "AccessDenied")
    found = {"visited_on": "2025-06-29", "danger_signs": ["convulsions"], "referred_to": "county-hospital"}
    assert visit(served, pregnancy, **found).status_code == 201
    facts = served.facts(f"pregnancy:{pregnancy}")
    assert [name for name in facts if not name.startswith("Duty")][3:] == [
        "VisitLogged",
        "DangerSignRaised",
        "ReferralMade",
    ]
    signs = [each["body"]["signs"] for each in course(timeline(served, pregnancy, doctor)) if "signs" in each["body"]]
    assert signs == [["convulsions"]]
    assert timeline(served, pregnancy, county).status_code == 200
    assert visit(served, pregnancy, **found).json()["status"] == "nothing"


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


def test_who_treated_her_is_told_with_the_end_and_owes_her_support(served):
    pregnancy, county = registered(served), ("hospital", "county-hospital")
    path, lost = f"/pregnancies/{pregnancy}/end", {"outcome": "loss", "ended_on": "2025-06-29"}
    assert refusal(served.ask("POST", path, *MIDWIFE, json=lost | {"unit": "nowhere"})) == (409, "UnknownUnit", "/unit")
    assert served.ask("POST", path, *MIDWIFE, json=lost | {"unit": "county-hospital"}).status_code == 201
    owed = served.ask("GET", "/duties", *county, params={"unit": "county-hospital"}).json()["rows"]
    assert [(row["kind"], row["holder"], row["pregnancy"]) for row in owed] == [
        ("loss_support", "county-hospital", pregnancy)
    ]
    assert timeline(served, pregnancy, county).status_code == 200


def test_nothing_is_told_of_a_pregnancy_nobody_knows(served):
    assert refusal(visit(served, "nobody"))[:2] == (403, "AccessDenied")
    end = {"outcome": "loss", "ended_on": "2025-04-20"}
    assert refusal(served.ask("POST", "/pregnancies/nobody/end", *MIDWIFE, json=end))[:2] == (403, "AccessDenied")
