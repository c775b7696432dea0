"""Certificates by HTTP: numbers, issue, void, reissue, the record, the document, and what a code confirms."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from services.births.main import DEFINITION
from shared.service import application
from tests.births.api.doors import CLERK, COUNTS, ERASES, FORM, READS, as_, post, problem, results, until

COUNTY = as_("county_health")
HOLDER = {"child": "王小明", "father": {"name": "李建国", "document": "110101198801011238"}}
UNIT = "dayingxiang-hospital"


def open_series(client, headers=COUNTY, **other):
    numbers = {"unit": UNIT, "prefix": "P", "first": 1, "last": 2} | other
    return client.post("/certificates/series", json=numbers, headers=headers)


def issue(client, birth, headers=CLERK, **other):
    return client.post(f"/births/{birth}/certificate", json=HOLDER | other, headers=headers)


def void(client, birth, certificate, headers=CLERK, reason="lost"):
    form = {"certificate": certificate, "reason": reason}
    return client.post(f"/births/{birth}/certificate/void", json=form, headers=headers)


def valid(client, code, number=None):
    return client.get(f"/certificates/verify/{code}", params={"number": number} if number else {}).json()["valid"]


def shown(client, number, headers=READS):
    return client.get(f"/certificates/{number}", headers=headers)


@pytest.fixture
def birth(client):
    open_series(client)
    return post(client).json()["birth"]


@pytest.fixture
def certificate(client, birth):
    return issue(client, birth).json()["certificate"]


def test_a_certificate_is_issued_with_the_next_number_of_its_unit(client, birth):
    answer = issue(client, birth)
    assert (answer.status_code, answer.json()["certificate"]) == (201, "P000000001")
    assert results(answer) == ["births.CertificateIssued", "births.NumberTaken"]
    assert "王小明" not in answer.text


def test_its_record_shows_what_it_prints(client, birth, certificate):
    record = shown(client, certificate).json()
    assert record["holder"] == HOLDER
    assert record["mother"] == FORM["mother"]
    assert (record["told"]["sex"], record["told"]["born_at"]) == ("girl", FORM["born_at"])
    assert (record["birth"], record["unit"], record["state"], record["replaces"]) == (birth, UNIT, "valid", None)
    assert len(record["code"].replace("-", "")) == 16


def test_a_repeated_request_gets_the_first_number_again(client, birth):
    first, again = issue(client, birth, command_id="c-1"), issue(client, birth, command_id="c-1")
    assert first.json() == again.json()
    assert problem(issue(client, birth)) == (409, "CertificateAlreadyIssued", "/birth")


def test_a_code_is_confirmed_and_nothing_else_told(client, birth, certificate):
    code = shown(client, certificate).json()["code"]
    answer = client.get(f"/certificates/verify/{code.lower()}")
    assert (answer.status_code, answer.json()) == (200, {"valid": True})
    assert valid(client, code, certificate)
    assert not valid(client, code, "P000000002")
    void(client, birth, certificate)
    assert until(lambda: valid(client, code), lambda found: not found) is False
    nobodys = client.get("/certificates/verify/AAAA-AAAA-AAAA-AAAA")
    assert (nobodys.status_code, nobodys.json()) == (200, {"valid": False})


def test_the_document_is_a_pdf_with_its_font(client, certificate):
    answer = client.get(f"/certificates/{certificate}/document", headers=READS)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert b"NotoSansSC" in answer.content


def test_a_void_certificate_is_replaced_by_the_next(client, birth, certificate):
    assert results(void(client, birth, certificate)) == ["births.CertificateVoided"]
    assert void(client, birth, certificate).json()["status"] == "nothing"
    assert issue(client, birth).json()["certificate"] == "P000000002"


def test_a_certificate_is_reissued(client, birth, certificate):
    form = HOLDER | {"child": "王晓明", "reason": "misprinted"}
    answer = client.post(f"/births/{birth}/certificate/reissue", json=form, headers=CLERK)
    assert answer.json()["certificate"] == "P000000002"
    record = shown(client, "P000000002").json()
    assert (record["replaces"], record["holder"]["child"]) == (certificate, "王晓明")
    old = shown(client, certificate).json()
    assert (old["state"], old["reason"], old["holder"]["child"]) == ("void", "misprinted", "王小明")


def test_the_refusals_are_named(client, birth):
    still = post(client, vital="still", number=2, plurality=2).json()["birth"]
    assert problem(issue(client, still)) == (409, "NotALiveBirth", "/birth")
    assert problem(issue(client, "a" * 32)) == (409, "UnknownBirth", "/birth")
    assert problem(void(client, birth, "P000000009")) == (409, "UnknownCertificate", "/certificate")
    reissued = client.post(f"/births/{birth}/certificate/reissue", json=HOLDER | {"reason": "lost"}, headers=CLERK)
    assert problem(reissued) == (409, "NoCertificate", "/birth")
    assert problem(open_series(client, first=2, last=5)) == (409, "NumbersTaken", "/first")
    assert problem(open_series(client, first=5, last=4)) == (409, "NumbersImpossible", "/first")
    assert problem(open_series(client, unit="nowhere")) == (409, "UnknownUnit", "/unit")
    assert problem(shown(client, "P000000009")) == (404, "Unknown", "")
    assert shown(client, "P000000009").json()["detail"] == "there is no such certificate"


@pytest.mark.parametrize(
    ("form", "pointer"), [({"child": ""}, "/child"), ({"child": "a\nb"}, "/child"), ({"sex": "girl"}, "/sex")]
)
def test_a_malformed_form_names_the_place(client, birth, form, pointer):
    assert problem(issue(client, birth, **form)) == (422, "Malformed", pointer)


@pytest.fixture(params=["sqlite", "postgresql"])
def on_each_store(request, settings):
    """A service on each kind of store."""
    store = settings.store if request.param == "sqlite" else request.getfixturevalue("new_database")()
    with TestClient(application(DEFINITION, settings.model_copy(update={"store": store}))) as client:
        yield client


def test_a_series_ends_under_concurrency_without_a_collision(on_each_store):
    client = on_each_store
    open_series(client, last=5)
    births = [post(client, number=number, plurality=8).json()["birth"] for number in range(1, 9)]
    with ThreadPoolExecutor(8) as pool:
        answers = [answer.json() for answer in pool.map(lambda birth: issue(client, birth), births)]
    numbers = sorted(each["certificate"] for each in answers if "certificate" in each)
    assert numbers == [f"P{number:09}" for number in range(1, 6)]
    assert [each["refusal"] for each in answers if "refusal" in each] == ["SeriesExhausted"] * 3


def test_an_erased_mothers_certificate_names_nobody(client, certificate):
    client.post("/persons/erase", json={"document": FORM["mother"]["document"]}, headers=ERASES)
    record = shown(client, certificate)
    assert (record.json()["holder"], record.json()["mother"]) == ({"erased": True}, {"erased": True})
    assert "王小明" not in record.text
    assert client.get(f"/certificates/{certificate}/document", headers=READS).content.startswith(b"%PDF-")


def test_certificates_are_listed_filtered_and_exported_without_names_and_codes(client, birth, certificate):
    path = f"/certificates?unit={UNIT}&state=valid&from=2024-11-20&to=2024-11-20"
    listed = until(lambda: client.get(path, headers=CLERK).json(), lambda found: found["total"])
    [row] = listed["rows"]
    assert (row["certificate"], row["birth"], row["issued_on"]) == (certificate, birth, "2024-11-20")
    assert "code" not in row
    assert "王小明" not in json.dumps(listed, ensure_ascii=False)
    assert client.get("/certificates?from=2024-11-21", headers=CLERK).json()["total"] == 0
    exported = client.get("/certificates?format=csv&lang=zh", headers=CLERK).text.splitlines()
    assert exported[0].startswith("\ufeff证明编号,出生记录,签发单位")
    assert exported[1] == f"{certificate},{birth},大营乡卫生院,大营乡,大营乡卫生院,2024-11-20,,有效,"
    void(client, birth, certificate)
    asked = "/certificates?state=void&format=csv&lang="
    until(lambda: client.get(f"{asked}zh", headers=CLERK).text, lambda text: "遗失" in text)
    assert client.get(f"{asked}code", headers=CLERK).text.splitlines()[1].endswith(f"{UNIT},2024-11-20,,void,lost")
    backwards = client.get("/certificates?from=2024-11-21&to=2024-11-20", headers=CLERK)
    assert problem(backwards) == (409, "EndsBeforeItBegins", "/to")


def test_the_rate_of_issuance_is_by_month_of_birth(client, certificate):
    post(client, number=2, plurality=2)
    path = "/issuance?from=2024-11&to=2024-11&township=dayingxiang"
    found = until(lambda: client.get(path, headers=COUNTS).json(), lambda found: found["live_births"] == 2)
    month = {"month": "2024-11", "live_births": 2, "certificates": 1}
    page = {"total": 1, "limit": 100, "offset": 0, "rows": [month]}
    assert found == page | {"live_births": 2, "certificates": 1, "rate": 50.0}
    assert client.get("/issuance?facility=home", headers=COUNTS).json()["rate"] is None
    exported = client.get(f"{path}&format=csv", headers=COUNTS).text.splitlines()
    assert exported == ["\ufeffmonth,live_births,certificates", "2024-11,2,1"]


# Who may


def test_numbers_are_given_by_the_county(client):
    assert problem(open_series(client, CLERK))[:2] == (403, "AccessDenied")


@pytest.mark.parametrize(
    "headers", [as_("hospital", units="county-hospital"), as_("midwife"), as_("statistician"), COUNTY]
)
def test_certificates_are_issued_by_those_who_answer_for_the_record(client, birth, headers):
    assert problem(issue(client, birth, headers))[:2] == (403, "AccessDenied")


@pytest.mark.parametrize("headers", [CLERK, as_("hospital", "care", units="county-hospital"), as_("department")])
@pytest.mark.parametrize("path", ["", "/document"])
def test_a_certificate_is_not_read_without_role_purpose_and_scope(client, certificate, headers, path):
    answer = client.get(f"/certificates/{certificate}{path}", headers=headers)
    assert problem(answer)[:2] == (403, "AccessDenied")


def test_every_read_of_a_certificate_is_on_record(client, birth, certificate):
    shown(client, certificate)
    asked = client.post("/access-log", json={"document": FORM["mother"]["document"]}, headers=as_("auditor", "audit"))
    assert f"birth:{birth}" in {each["record"] for each in asked.json()["entries"]}
