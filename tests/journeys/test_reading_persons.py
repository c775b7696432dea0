"""Who may look at a person's record, who may not and why not, and what is on record of each look."""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest

from services.console.keys import issuer_of
from shared.access import Issuer, Purpose, RecordRead, Role
from shared.clock import COUNTY_TIME
from tests.journeys.backups import facts_in, sealer_of
from tests.journeys.canaries import stores_of
from tests.journeys.conftest import Life, deployed
from tests.journeys.office import clock_of
from tests.journeys.women import BIRTHS, BORN_ON, CARE, COUNTY_HOSPITAL, HER, HOSPITAL, OTHER, Telling, identity

SOON = timedelta(minutes=5)
PROBLEM = {"type", "title", "status", "detail", "refusal"}


class Record(NamedTuple):
    """A record of hers: where it is, what the read log calls it, who of its own unit may read it."""

    service: str
    path: str
    name: str
    role: Role
    unit: str


@pytest.fixture(scope="module")
def life(tmp_path_factory, ports):
    with deployed(tmp_path_factory.mktemp("reading") / "data", ports) as life:
        yield life


@pytest.fixture(scope="module")
def records(life):
    """One woman's timeline, and the birth of her child."""
    clock_of(life).move(datetime(BORN_ON.year, BORN_ON.month, BORN_ON.day, 20, tzinfo=COUNTY_TIME))
    telling = Telling(life)
    telling.registration(HER, "her")
    telling.birth(HER, "her")
    life.settle()
    pregnancy, birth = telling.case("registration-her"), telling.case("birth-her")
    return {
        "timeline": Record(
            CARE, f"/pregnancies/{pregnancy}/timeline", f"pregnancy:{pregnancy}", Role.MIDWIFE, HOSPITAL
        ),
        "birth": Record(BIRTHS, f"/births/{birth}", f"birth:{birth}", Role.HOSPITAL, COUNTY_HOSPITAL),
    }


@pytest.fixture(params=["timeline", "birth"])
def record(request, records):
    return records[request.param]


def token(life: Life, role: Role, units: tuple[str, ...], *purposes: Purpose, lasts=SOON, subject="") -> str:
    return life.services.token(role, units, purposes, lasts, subject)


def read(life: Life, record: Record, bearer: str, purpose: str = "") -> Any:
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    return life.request(record.service, record.path, claims=purpose, headers=headers)


def reads(life: Life, service: str) -> list[Any]:
    """The reads on record of her, as the log itself has them at this moment."""
    hers = sealer_of(life, service).pseudonym("care", HER.document)
    return [
        each
        for each in facts_in(stores_of(life, service))
        if isinstance(each.fact, RecordRead) and each.fact.person == hers
    ]


def bearers(life: Life, record: Record) -> dict[str, tuple[str, str, int, str, str]]:
    """Everybody who may not, by what is wrong: token, purpose named, status, refusal, what its detail says."""
    role, own = record.role, (record.unit,)
    fine = (role, own, Purpose.CARE)
    secret = json.loads((life.deployment.secrets / "issuer.json").read_text())
    other_county = Issuer(secret, "elsewhere").issue("someone", role, own, [Purpose.CARE], SOON)
    broken = token(life, *fine)[:-6] + "AAAAAA"
    denied, invalid = (403, "AccessDenied"), (401, "TokenInvalid")
    return {
        "no token": ("", "care", 401, "TokenMissing", "no bearer token"),
        "no token of ours": ("x.y.z", "care", *invalid, "not signed by this county"),
        "broken signature": (broken, "care", *invalid, "not signed by this county"),
        "another county's": (other_county, "care", *invalid, "another county"),
        "expired": (token(life, *fine, lasts=-SOON), "care", 401, "TokenExpired", "expired"),
        "no purpose at all": (token(life, role, own), "", *denied, "purpose:"),
        "none named": (token(life, *fine), "", *denied, "purpose:"),
        "one the token lacks": (token(life, role, own), "care", *denied, "purpose:"),
        "not one of the role's": (token(life, role, own, Purpose.AUDIT), "audit", *denied, "purpose:"),
        "not a purpose": (token(life, *fine), "curiosity", *denied, "purpose:"),
        "another unit": (token(life, role, ("qinghezhen-hospital",), Purpose.CARE), "care", *denied, "scope:"),
        "no unit": (token(life, role, (), Purpose.CARE), "care", *denied, "scope:"),
        "another woman": (token(life, Role.PERSON, (), Purpose.OWN, subject="a" * 26), "own", *denied, "scope:"),
        **{
            f"a {each}": (token(life, each, ("*",), *Purpose), "care", *denied, "role:")
            for each in (Role.DEPARTMENT, Role.OPERATOR, Role.STATISTICIAN, Role.SERVICE, Role.REVIEWER)
        },
    }


def test_who_may_not_is_told_what_is_missing_and_nothing_is_on_record(life, records):
    for record in records.values():
        before = life.status()[record.service]["position"]
        for wrong, (bearer, purpose, *refused) in bearers(life, record).items():
            answer = read(life, record, bearer, purpose)
            problem = answer.json()
            assert answer.headers["content-type"] == "application/problem+json", wrong
            assert set(problem) - {"accepted"} == PROBLEM, wrong
            assert [answer.status_code, problem["refusal"]] == refused[:2], wrong
            assert refused[2] in problem["detail"], wrong
            assert identity(HER)["name"] not in answer.text, wrong
        assert reads(life, record.service) == []
        assert life.status()[record.service]["position"] == before


def test_who_may_reads_it_and_that_is_on_record_when_the_answer_comes(life, record):
    before = len(reads(life, record.service))
    for role, units, purpose in (
        (record.role, (record.unit,), Purpose.CARE),
        (Role.AUDITOR, ("*",), Purpose.AUDIT),
        (Role.COUNTY_HEALTH, ("*",), Purpose.COMPLAINT),
    ):
        answer = read(life, record, token(life, role, units, purpose, subject=f"{role}-1"), purpose)
        assert HER.name in answer.text
        new = reads(life, record.service)[before:]
        before += 1
        [fact] = [each.fact for each in new]
        assert (fact.reader, fact.role, fact.purpose, fact.record) == (f"{role}-1", role, purpose, record.name)
        assert new[0].recorded_at == clock_of(life).now()


def test_a_read_is_on_record_before_it_happens(life, records):
    """The view's rows are out of reach for a moment: the read fails, and is on record."""
    record = records["timeline"]
    before = len(reads(life, record.service))
    with out_of_reach(life):
        answer = read(life, record, token(life, Role.AUDITOR, ("*",), Purpose.AUDIT), "audit")
    assert (answer.status_code, answer.json()["refusal"]) == (503, "StoreAway")
    assert len(reads(life, record.service)) == before + 1


@contextmanager
def out_of_reach(life):
    [file] = (life.deployment.home / "stores" / CARE).glob("view_timeline_*.db")
    with sqlite3.connect(file) as db:
        db.execute("ALTER TABLE entries RENAME TO elsewhere")
    yield
    with sqlite3.connect(file) as db:
        db.execute("ALTER TABLE elsewhere RENAME TO entries")


def test_reading_the_access_log_is_itself_in_it(life, records):
    read(life, records["birth"], token(life, Role.AUDITOR, ("*",), Purpose.AUDIT, subject="auditor-2"), "audit")
    entries = access_log(life, Role.AUDITOR, Purpose.AUDIT, subject="auditor-3")
    assert [(each["reader"], each["record"]) for each in entries[:2]] == [
        ("auditor-3", "access log"),
        ("auditor-2", records["birth"].name),
    ]
    assert {"purpose": "audit", "role": "auditor"}.items() <= entries[1].items()
    assert datetime.fromisoformat(entries[1]["read_at"]) == clock_of(life).now()
    again = access_log(life, Role.COUNTY_HEALTH, Purpose.COMPLAINT, subject="health-1")
    assert [each["reader"] for each in again[:2]] == ["health-1", "auditor-3"]


def access_log(life: Life, role: Role, purpose: Purpose, subject: str) -> list[dict[str, Any]]:
    headers = {"Authorization": f"Bearer {token(life, role, ('*',), purpose, subject=subject)}"}
    options = {"method": "POST", "json": {"document": HER.document}, "headers": headers, "claims": purpose}
    return list(life.request(BIRTHS, "/access-log", **options).json()["entries"])


def test_she_reads_her_own_record_and_who_looked_at_it_and_nobody_elses(life, record):
    hers = sealer_of(life, record.service).pseudonym("care", HER.document)
    assert HER.name in read(life, record, token(life, Role.PERSON, (), Purpose.OWN, subject=hers), "own").text
    entries = access_log(life, Role.PERSON, Purpose.OWN, subject=hers)
    assert [each["reader"] for each in entries[:1]] == [hers]
    another = sealer_of(life, record.service).pseudonym("care", OTHER.document)
    headers = {"Authorization": f"Bearer {token(life, Role.PERSON, (), Purpose.OWN, subject=another)}"}
    options = {"method": "POST", "json": {"document": HER.document}, "headers": headers, "claims": "own"}
    assert life.request(record.service, "/access-log", **options).status_code == 403


ASKED = [
    (CARE, "POST", "/access-log", {"document": HER.document}),
    (CARE, "POST", "/persons/registered", {"document": HER.document}),
    (CARE, "POST", "/persons/erase", {"document": HER.document}),
    (CARE, "GET", "/pregnancies", None),
    (BIRTHS, "POST", "/access-log", {"document": HER.document}),
    (BIRTHS, "POST", "/persons/erase", {"document": HER.document}),
    (BIRTHS, "GET", "/reports/quarter?township=dayingxiang&quarter=2025Q1", None),
    (BIRTHS, "GET", "/sex-ratio", None),
    *[
        (service, method, path, None)
        for service in (CARE, BIRTHS)
        for method, path in (
            ("GET", "/feed/care"), ("GET", f"/feed/receipts.{HOSPITAL}"), ("GET", "/status"), ("GET", "/parked"),
            ("GET", "/views/access_log"), ("POST", "/views/access_log/rebuild"), ("DELETE", "/parked/x"),
        )
    ],
]  # fmt: skip


def test_a_department_reads_nothing_but_its_own_receipts(life, records):
    bearer = token(life, Role.DEPARTMENT, ("*",), *Purpose, subject=f"department:{COUNTY_HOSPITAL}")
    headers = {"Authorization": f"Bearer {bearer}"}
    asked = [*ASKED, *[(record.service, "GET", record.path, None) for record in records.values()]]
    for service, method, path, body in asked:
        for purpose in ("", Purpose.AUDIT, Purpose.ERASURE):
            answer = life.request(service, path, method=method, json=body, headers=headers, claims=purpose)
            assert (answer.status_code, answer.json()["refusal"]) == (403, "AccessDenied"), path
    own = life.request(BIRTHS, f"/feed/receipts.{COUNTY_HOSPITAL}", headers=headers)
    assert [each["data"]["id"] for each in own.json()] == ["birth-her"]


def test_who_may_not_read_a_record_does_not_learn_whether_there_is_one(life, records):
    for record in records.values():
        unknown = record._replace(path=record.path.replace(record.name.partition(":")[2], "0" * 32))
        for wrong, (bearer, purpose, *_) in bearers(life, record).items():
            known, none = (read(life, each, bearer, purpose) for each in (record, unknown))
            assert (known.status_code, known.json()) == (none.status_code, none.json()), wrong
        everywhere = token(life, Role.AUDITOR, ("*",), Purpose.AUDIT)
        assert read(life, unknown, everywhere, "audit").status_code == 404


def test_whether_somebody_is_registered_is_told_to_nobody_and_asking_is_on_record(life):
    midwife = {"Authorization": f"Bearer {token(life, Role.MIDWIFE, (HOSPITAL,), Purpose.CARE, subject='midwife-9')}"}
    ask = {"method": "POST", "headers": midwife, "claims": "care"}
    known, unknown = (
        life.request(CARE, "/persons/registered", json={"document": woman.document}, **ask) for woman in (HER, OTHER)
    )
    assert (known.status_code, known.content) == (200, unknown.content)
    assert reads(life, CARE)[-1].fact.reader == "midwife-9"


def test_the_local_issuers_key_is_not_any_services(life):
    """A service can check tokens and make none."""
    assert issuer_of(life.deployment.secrets, "demo")
    for service in (CARE, BIRTHS):
        assert "d" not in json.loads((life.deployment.secrets / f"{service}.json").read_text())["issuer"]
