"""Corrections, neonatal deaths and duplicates by HTTP."""

from __future__ import annotations

import pytest

from tests.births.api.doors import CLERK, DOCUMENT, FORM, READS, as_, figures, post, problem, read, results, until
from tests.births.scene import NOW

DECIDES = as_("registrar", subject="somebody-else")
OTHER = "a" * 32
TOLD = {name: told for name, told in FORM.items() if name != "mother"} | {
    "plurality": 1,
    "number": 1,
    "residence": "unknown",
}
"""The form as it is shown again, by every name."""


@pytest.fixture
def birth(client):
    return post(client).json()["birth"]


def ask(client, birth, headers=CLERK, **form):
    asked = {"reason": "facility_book"} | form
    return client.post(f"/births/{birth}/corrections", json=asked, headers=headers)


def decide(client, birth, correction, decision="approve", headers=DECIDES, **form):
    return client.post(f"/births/{birth}/corrections/{correction}/{decision}", json=form, headers=headers)


def suspect(client, birth):
    """Tell the same child as a boy; the id of the suspected duplicate."""
    assert results(post(client, sex="boy")) == ["births.DuplicateSuspected"]
    shown = until(lambda: client.get("/duplicates", headers=CLERK).json(), lambda found: found["total"])
    [row] = shown["rows"]
    assert (row["of"], row["review"], row["facility"]) == (birth, "open", "dayingxiang-hospital")
    return row["birth"]


# Corrections


def test_a_correction_is_asked_for_by_one_and_made_by_another(client, birth):
    asked = ask(client, birth, sex="boy", weight_grams=None)
    assert (asked.status_code, results(asked)) == (201, ["births.CorrectionRequested"])
    correction = asked.json()["correction"]
    [waiting] = client.get(f"/births/{birth}/corrections", headers=READS).json()
    assert (waiting["correction"], waiting["requested_by"], waiting["mother"]) == (correction, "someone", None)
    assert (waiting["state"], waiting["reason"], waiting["requested_at"]) == (
        "waiting",
        "facility_book",
        NOW.isoformat(),
    )
    assert waiting["before"] == TOLD
    assert waiting["after"] == TOLD | {"sex": "boy", "weight_grams": None}
    assert figures(client, 1)["girls"] == 1
    assert problem(decide(client, birth, correction, headers=CLERK)) == (409, "ApproverIsRequester", "")
    assert decide(client, birth, correction).status_code == 201
    assert until(lambda: figures(client, 1), lambda found: found["boys"])["girls"] == 0
    shown = read(client, birth).json()
    assert (shown["sex"], shown["weight_grams"], bool(shown["corrected_at"])) == ("boy", None, True)
    assert client.get(f"/births/{birth}/corrections", headers=READS).json() == []
    [approved] = client.get(f"/births/{birth}/corrections?state=approved", headers=READS).json()
    assert approved == waiting | {"state": "approved", "decided_by": "somebody-else", "decided_at": NOW.isoformat()}


def test_corrections_are_listed_for_who_decides_them_without_what_they_would_change(client, birth):
    correction = ask(client, birth, sex="boy").json()["correction"]
    health = as_("county_health")
    listed = until(
        lambda: client.get("/corrections?state=waiting", headers=health).json(), lambda found: found["total"]
    )
    [row] = listed["rows"]
    assert (row["correction"], row["birth"], row["facility"]) == (correction, birth, FORM["facility"])
    assert not {"before", "after", "sex", "mother"} & set(row)
    decide(client, birth, correction, "reject", reason="record_right")
    table = "/corrections?state=rejected&facility=dayingxiang-hospital&format=csv&lang=zh"
    shown = until(lambda: client.get(table, headers=DECIDES).text, lambda text: "原登记无误" in text)
    assert f"{correction},{birth},大营乡卫生院,大营乡,机构分娩登记,someone," in shown
    assert client.get("/corrections?state=waiting", headers=health).json()["total"] == 0
    [rejected] = client.get(f"/births/{birth}/corrections?state=rejected", headers=READS).json()
    assert (rejected["decided_by"], rejected["rejected_because"]) == ("somebody-else", "record_right")


@pytest.mark.parametrize(
    ("query", "status", "refusal"),
    [
        ("state=open", 422, "Malformed"),
        ("facility=nowhere", 409, "UnknownFacility"),
        ("township=nowhere", 409, "UnknownTownship"),
    ],
)
def test_a_list_of_corrections_that_means_nothing_is_refused(client, query, status, refusal):
    assert problem(client.get(f"/corrections?{query}", headers=CLERK))[:2] == (status, refusal)


def test_a_list_of_corrections_is_for_who_decides_in_these_units(client):
    local = as_("registrar", units="dayingxiang-hospital")
    assert client.get("/corrections?facility=dayingxiang-hospital", headers=local).status_code == 200
    for query, headers in (("", local), ("?facility=home", local), ("", as_("hospital")), ("", as_("department"))):
        assert problem(client.get(f"/corrections{query}", headers=headers))[:2] == (403, "AccessDenied")


def test_the_mothers_identity_is_corrected_but_not_exchanged(client, birth):
    mother = FORM["mother"] | {"name": "王秀瑛"}
    correction = ask(client, birth, mother=mother).json()["correction"]
    [waiting] = client.get(f"/births/{birth}/corrections", headers=READS).json()
    assert waiting["mother"]["name"] == "王秀瑛"
    decide(client, birth, correction)
    assert read(client, birth).json()["mother"] == mother
    other = mother | {"document": "110101199001011235"}
    assert problem(ask(client, birth, mother=other)) == (409, "AnotherMother", "/mother/document")


def test_a_rejected_correction_changes_nothing(client, birth):
    correction = ask(client, birth, sex="boy").json()["correction"]
    assert results(decide(client, birth, correction, "reject", reason="record_right")) == ["births.CorrectionRejected"]
    assert problem(decide(client, birth, correction)) == (409, "CorrectionDecided", "/correction")
    assert figures(client, 1)["girls"] == 1


def test_asking_for_what_is_on_record_changes_nothing(client, birth):
    again = ask(client, birth, sex="girl")
    assert (again.status_code, again.json()["status"]) == (200, "nothing")
    assert "correction" not in again.json()


@pytest.mark.parametrize(
    ("form", "refusal", "pointer"),
    [
        ({"born_at": "2024-11-21T09:00:00+08:00"}, "InFuture", "/born_at"),
        ({"born_at": "9999-12-31T23:59:00-08:00"}, "OutsideCalendar", "/born_at"),
        ({"facility": "nowhere"}, "UnknownFacility", "/facility"),
        ({"weight_grams": 32000}, "Implausible", "/weight_grams"),
    ],
)
def test_what_could_not_be_recorded_is_no_correction(client, birth, form, refusal, pointer):
    assert problem(ask(client, birth, **form)) == (409, refusal, pointer)


@pytest.mark.parametrize(
    ("form", "pointer"),
    [
        ({"reason": "because"}, "/reason"),
        ({"fetal_sex": "girl"}, "/fetal_sex"),
        ({"born_at": "2024-11-03"}, "/born_at"),
        ({"sex": None, "weight_grams": None}, "/sex"),
        ({"mother": None}, "/mother"),
    ],
)
def test_a_malformed_correction_names_the_place(client, birth, form, pointer):
    assert problem(ask(client, birth, **form)) == (422, "Malformed", pointer)


def test_an_unknown_correction_and_an_unknown_birth_are_refused(client, birth):
    assert problem(decide(client, birth, OTHER)) == (409, "UnknownCorrection", "/correction")
    assert problem(ask(client, OTHER, sex="boy")) == (409, "UnknownBirth", "/birth")
    assert problem(client.get(f"/births/{OTHER}/corrections", headers=READS)) == (404, "Unknown", "")


@pytest.mark.parametrize("headers", [as_("registrar", units="county-hospital"), as_("midwife"), as_("department")])
def test_corrections_are_for_those_who_answer_for_the_record(client, birth, headers):
    assert problem(ask(client, birth, headers, sex="boy"))[:2] == (403, "AccessDenied")
    assert problem(decide(client, birth, OTHER, headers=headers))[:2] == (403, "AccessDenied")


def test_a_hospital_asks_and_does_not_decide(client, birth):
    hospital = as_("hospital", units="dayingxiang-hospital", subject="nurse")
    correction = ask(client, birth, hospital, sex="boy").json()["correction"]
    assert problem(decide(client, birth, correction, headers=hospital))[:2] == (403, "AccessDenied")


# Neonatal deaths


def test_a_neonatal_death_is_recorded_and_taken_back(client, birth):
    path = f"/births/{birth}/neonatal-death"
    assert client.post(path, json={"died_on": "2024-11-05"}, headers=CLERK).status_code == 201
    assert read(client, birth).json()["died_on"] == "2024-11-05"
    too_late = client.post(path, json={"died_on": "2024-11-21"}, headers=CLERK)
    assert problem(too_late) == (409, "DeathAlreadyRecorded", "/died_on")
    assert results(client.post(f"{path}/withdraw", json={}, headers=CLERK)) == ["births.NeonatalDeathWithdrawn"]
    assert read(client, birth).json()["died_on"] is None


def test_a_stillborn_child_does_not_die_again(client):
    still = post(client, vital="still").json()["birth"]
    answer = client.post(f"/births/{still}/neonatal-death", json={"died_on": "2024-11-05"}, headers=CLERK)
    assert problem(answer) == (409, "NotALiveBirth", "/birth")


# Duplicates


def test_two_records_are_shown_side_by_side(client, birth):
    other = suspect(client, birth)
    shown = client.get(f"/births/{birth}/duplicates/{other}", headers=READS).json()
    assert (shown["review"], shown["differ"]) == ("open", ["sex"])
    assert (shown["of"]["sex"], shown["birth"]["sex"]) == ("girl", "boy")
    assert shown["of"]["mother"] == shown["birth"]["mother"] == FORM["mother"]
    asked = client.post("/access-log", json={"document": DOCUMENT}, headers=as_("auditor", "audit"))
    assert f"birth:{birth}" in {each["record"] for each in asked.json()["entries"]}


def test_what_only_one_of_two_records_knows_is_a_difference(client):
    of = post(client, residence="returned").json()["birth"]
    assert results(post(client)) == ["births.DuplicateSuspected"]
    [row] = until(lambda: client.get("/duplicates", headers=CLERK).json(), lambda found: found["total"])["rows"]
    compared = client.get(f"/births/{of}/duplicates/{row['birth']}", headers=READS).json()
    assert compared["differ"] == ["residence"]
    assert (compared["of"]["residence"], compared["birth"]["residence"]) == ("returned", "unknown")


def test_a_review_moves_the_figures_there_and_back(client, birth):
    path = f"/births/{birth}/duplicates/{suspect(client, birth)}"
    for decision, boys in (("confirm", 0), ("dismiss", 1), ("confirm", 0), ("dismiss", 1)):
        assert client.post(f"{path}/{decision}", json={}, headers=CLERK).status_code == 201
        shown = figures(client, 1 + boys)
        assert (shown["boys"], shown["girls"]) == (boys, 1)
        assert client.post(f"{path}/{decision}", json={}, headers=CLERK).json()["status"] == "nothing"
    rows = client.get("/duplicates?review=dismissed", headers=CLERK).json()["rows"]
    assert [row["of"] for row in rows] == [birth]


def test_a_birth_recorded_for_the_wrong_woman_is_a_duplicate_of_hers(client, birth):
    wrong = post(client, mother=FORM["mother"] | {"document": "110101199001011235"}).json()["birth"]
    answer = client.post(f"/births/{birth}/duplicates/{wrong}/confirm", json={}, headers=CLERK)
    assert results(answer) == ["births.DuplicateConfirmed", "births.BirthVoided"]
    assert figures(client, 1)["girls"] == 1
    assert read(client, wrong).json()["duplicate_of"] == birth


def test_the_list_is_filtered_paged_and_exported(client, birth):
    other = suspect(client, birth)
    for filters, total in (("facility=dayingxiang-hospital", 1), ("facility=home", 0), ("review=confirmed", 0)):
        assert client.get(f"/duplicates?{filters}", headers=CLERK).json()["total"] == total
    assert client.get("/duplicates?offset=1", headers=CLERK).json() == {
        "total": 1,
        "limit": 100,
        "offset": 1,
        "rows": [],
    }
    exported = client.get("/duplicates?format=csv", headers=CLERK)
    assert exported.headers["content-type"] == "text/csv; charset=utf-8"
    head, row = exported.text.lstrip("\ufeff").splitlines()
    assert head == "of,birth,review,facility,township,born_on,changed_at"
    assert row.startswith(f"{birth},{other},open,dayingxiang-hospital,dayingxiang,2024-11-03,")


@pytest.mark.parametrize(
    ("query", "status", "refusal"),
    [("facility=nowhere", 409, "UnknownFacility"), ("limit=0", 422, "Malformed"), ("review=maybe", 422, "Malformed")],
)
def test_filters_that_mean_nothing_are_refused(client, query, status, refusal):
    assert problem(client.get(f"/duplicates?{query}", headers=CLERK))[:2] == (status, refusal)


def test_what_is_no_pair_is_unknown(client, birth):
    assert problem(client.get(f"/births/{birth}/duplicates/{OTHER}", headers=READS)) == (404, "Unknown", "")
    confirmed = client.post(f"/births/{birth}/duplicates/{OTHER}/confirm", json={}, headers=CLERK)
    assert problem(confirmed) == (409, "UnknownDuplicate", "/birth")
    itself = client.post(f"/births/{birth}/duplicates/{birth}/confirm", json={}, headers=CLERK)
    assert problem(itself) == (409, "DuplicateOfItself", "/birth")


def test_a_review_is_for_those_who_answer_for_both_records(client, birth):
    elsewhere = {"mother": FORM["mother"] | {"document": "110101199001011235"}, "facility": "county-hospital"}
    other = post(client, **elsewhere).json()["birth"]
    local = as_("registrar", units="dayingxiang-hospital")
    path = f"/births/{birth}/duplicates/{other}/confirm"
    assert problem(client.post(path, json={}, headers=local))[:2] == (403, "AccessDenied")
    assert problem(client.get("/duplicates", headers=local))[:2] == (403, "AccessDenied")
    assert client.get("/duplicates?facility=dayingxiang-hospital", headers=local).status_code == 200
