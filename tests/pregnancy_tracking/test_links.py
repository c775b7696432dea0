"""Linking over HTTP: who may, what a preview shows, what is set aside, and that nothing finds a person."""

from __future__ import annotations

import pytest

from tests.pregnancy_tracking.asking import MIDWIFE, WHO, refusal, register, registered, timeline, visit

OTHER = {"document": "330102199001015678", "name": "王秀英", "phone": "13800000000", "address": "东营村3组12号"}
SECOND = {"handbook": "h2", "registered_on": "2025-05-05"}
HEALTH = ("county_health", "*")
THERE = ("midwife", "qinghezhen-hospital")


def ask(served, pregnancy, what, who=MIDWIFE, **form):
    return served.ask("POST", f"/pregnancies/{pregnancy}/{what}", *who, json=form)


def two(served):
    """The same woman under two documents."""
    return registered(served), registered(served, identity=OTHER, **SECOND)


def aside(served, pregnancy, who=MIDWIFE):
    return served.ask("GET", f"/pregnancies/{pregnancy}/set-aside", *who)


def set_aside(served):
    """A pregnancy under care, and another registration of hers that was set aside."""
    pregnancy = registered(served)
    assert register(served, **SECOND).status_code == 201
    [found] = aside(served, pregnancy).json()["registrations"]
    return pregnancy, found


def kinds(served, pregnancy, who=MIDWIFE, **params):
    return [entry["kind"] for entry in timeline(served, pregnancy, who, **params).json()["entries"]]


def reads(served, who):
    return served.facts(f"access:{served.service.sealer.pseudonym('care', who['document'])}")


def test_two_records_are_shown_as_one_until_they_are_parted(served):
    first, second = two(served)
    visit(served, second, visited_on="2025-06-02")
    assert ask(served, first, "links", other=second).status_code == 201
    assert ask(served, first, "links", other=second).json()["status"] == "nothing"
    for pregnancy, other in ((first, second), (second, first)):
        shown = timeline(served, pregnancy).json()
        assert shown["linked"] == other
        assert {entry.get("pregnancy") for entry in shown["entries"]} == {None, other}
        identities = [each["body"]["identity"] for each in shown["entries"] if each["kind"] == "PregnancyRegistered"]
        assert identities in ([WHO, OTHER], [OTHER, WHO])
        seen = [each["body"]["observations"] for each in shown["entries"] if each["kind"] == "VisitLogged"]
        assert seen == [{"weight_kg": 54.5, "systolic_mmhg": 112}]
    assert ask(served, second, "links/undo").status_code == 201
    assert "linked" not in timeline(served, first).json()
    assert kinds(served, first).count("PregnancyRegistered") == 1


def test_whoever_reads_a_linked_timeline_has_read_both(served):
    first, second = two(served)
    ask(served, first, "links", other=second)
    before = len(reads(served, OTHER))
    timeline(served, first)
    assert len(reads(served, OTHER)) == before + 1


def test_a_preview_shows_what_would_change_changes_nothing_and_is_a_read_of_both(served):
    first, second = two(served)
    ended = {"outcome": "loss", "ended_on": "2025-06-20"}
    assert ask(served, second, "end", **ended).status_code == 201
    before = [len(served.service.log.case(f"pregnancy:{each}")) for each in (first, second)]
    shown = ask(served, first, "links/preview", other=second).json()
    kept, joined = shown["records"]
    assert (shown["changes"], kept["before"]["outcome"], kept["after"]["outcome"]) == (True, None, "loss")
    assert [each["kind"] for each in kept["written"]][:3] == ["PregnanciesLinked", "EndShared", "PregnancyEnded"]
    assert "DutyCancelled" in {each["kind"] for each in kept["written"]}
    assert (joined["before"]["linked"], joined["after"]["linked"]) == ("", first)
    assert joined["entries"] > 4
    assert "person" not in str(shown)
    assert [len(served.service.log.case(f"pregnancy:{each}")) for each in (first, second)] == before
    assert reads(served, WHO) == reads(served, OTHER) == ["RecordRead"]
    ask(served, first, "links", other=second)
    parting = ask(served, first, "links/preview").json()
    assert [each["kind"] for each in parting["records"][0]["written"]][:2] == [
        "PregnanciesUnlinked",
        "PregnancyReopened",
    ]
    ask(served, first, "links/undo")
    assert ask(served, first, "links/preview").json()["changes"] is False


def test_what_was_set_aside_is_seen_by_the_unit_in_charge_and_linked(served):
    pregnancy, found = set_aside(served)
    assert (found["status"], found["handbook"], found["identity"]) == ("open", "h2", WHO)
    preview = ask(served, pregnancy, "links/preview", other=found["proposed"]).json()
    assert preview["records"][0]["after"]["linked"] == found["proposed"]
    assert ask(served, pregnancy, "links", other=found["proposed"]).status_code == 201
    [linked] = aside(served, pregnancy).json()["registrations"]
    assert linked["status"] == "linked"
    assert "PregnanciesLinked" in kinds(served, pregnancy)
    assert refusal(ask(served, pregnancy, "set-aside/dismissal", proposed=found["proposed"]))[:2] == (
        409,
        "AlreadyLinked",
    )
    assert ask(served, pregnancy, "links/undo").status_code == 201
    assert ask(served, pregnancy, "set-aside/dismissal", proposed=found["proposed"]).status_code == 201
    assert aside(served, pregnancy).json()["registrations"][0]["status"] == "dismissed"


def test_nobody_else_sees_or_links_and_an_unknown_record_answers_like_anothers(served):
    pregnancy, found = set_aside(served)
    for who in (THERE, ("village_doctor", "dayingxiang-dongying-clinic"), ("hospital", "county-hospital")):
        assert aside(served, pregnancy, who).status_code == 403
        assert ask(served, pregnancy, "links", who, other=found["proposed"]).status_code == 403
    assert refusal(ask(served, pregnancy, "links", other="nobody"))[:2] == (403, "AccessDenied")
    assert refusal(ask(served, "nobody", "links", other=pregnancy))[:2] == (403, "AccessDenied")


def test_county_health_links_across_units(served):
    first, second = two(served)
    assert ask(served, first, "links", HEALTH, other=second).status_code == 201
    assert refusal(ask(served, first, "links", HEALTH, other="nobody"))[:2] == (404, "Unknown")
    denied = served.ask("POST", f"/pregnancies/{first}/links", *MIDWIFE, "audit", json={"other": second})
    assert (denied.status_code, denied.json()["detail"].startswith("purpose")) == (403, True)


@pytest.mark.parametrize(
    ("what", "form", "expected"),
    [
        ("links", {"other": "itself"}, (409, "SamePregnancy", "/other")),
        ("links", {}, (422, "Malformed", "/other")),
        ("links", {"other": "x", "why": "same face"}, (422, "Malformed", "/why")),
        ("set-aside/dismissal", {"proposed": "nobody"}, (409, "NotSetAside", "/proposed")),
    ],
)
def test_what_cannot_be_is_refused(served, what, form, expected):
    pregnancy = registered(served)
    told = {name: pregnancy if value == "itself" else value for name, value in form.items()}
    assert refusal(ask(served, pregnancy, what, **told)) == expected


def test_records_of_two_times_and_linked_ones_are_refused(served):
    first, second = two(served)
    third = registered(
        served,
        identity=OTHER | {"document": "330102199001019999"},
        handbook="h9",
        registered_on="2023-05-05",
        last_menstrual_period="2023-03-03",
    )
    assert refusal(ask(served, first, "links", other=third)) == (409, "PregnanciesApart", "/other")
    ask(served, first, "links", other=second)
    assert refusal(ask(served, second, "links", other=third)) == (409, "AlreadyLinked", "/other")


def test_erasing_one_erases_both(served):
    first, second = two(served)
    ask(served, first, "links", other=second)
    erase = served.ask("POST", "/persons/erase", "county_health", "", "erasure", json={"document": WHO["document"]})
    assert erase.status_code == 201
    shown = timeline(served, first).json()["entries"]
    identities = [each["body"]["identity"] for each in shown if each["kind"] == "PregnancyRegistered"]
    assert identities == [{"erased": True}, {"erased": True}]
    assert refusal(visit(served, second, visited_on="2025-06-02")) == (409, "RecordErased", "")
