"""Bad requests: each is refused with its reason and place, nothing is written, and the service goes on."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from select import select
from typing import Any

import httpx
import pytest

from services.console.layout import SERVICES
from shared.access import Purpose, Role
from shared.clock import COUNTY_TIME
from tests.journeys.conftest import Life, deployed
from tests.journeys.forms import birth_form, broken, registration_form
from tests.journeys.office import clock_of
from tests.journeys.women import BIRTHS, CARE

MIB = 1024 * 1024
NOW = datetime(2024, 11, 20, 20, tzinfo=COUNTY_TIME)
PATHS = {BIRTHS: "/births", CARE: "/pregnancies"}
TELLERS = {BIRTHS: Role.REGISTRAR, CARE: Role.MIDWIFE}
FORMS = {BIRTHS: birth_form, CARE: registration_form}


@pytest.fixture(scope="module")
def life(tmp_path_factory, ports):
    with deployed(tmp_path_factory.mktemp("bad") / "data", ports) as life:
        life.swept(lambda: clock_of(life).move(NOW))
        yield life


def tell(life: Life, service: str, **options: Any) -> httpx.Response:
    return life.request(service, PATHS[service], TELLERS[service], method="POST", **options)


def standing(life: Life) -> dict[str, Any]:
    """What must not move: positions of log and channels, messages set aside."""
    told = ("position", "parked", "held")
    return {
        service: [status[name] for name in told] + [status["publishes"].get("care", {}).get("sequence", 0)]
        for service, status in life.status().items()
    }


@contextmanager
def unharmed(life: Life, service: str) -> Iterator[None]:
    """Nothing is written meanwhile; afterwards the service is ready, and a good request succeeds at once."""
    life.settle()
    before, process = standing(life), life.supervisor.pid(service)
    yield
    assert standing(life) == before
    assert life.request(service, "/health/ready").status_code == 200
    assert tell(life, service, json=FORMS[service]()).status_code == 201
    assert life.supervisor.pid(service) == process


def problem(answer: httpx.Response) -> tuple[int, str, str]:
    """Status, refusal and pointer of a problem document, which has everything RFC 9457 asks for."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    shown = answer.json()
    assert {"type", "title", "status", "detail", "refusal"} <= set(shown), shown
    assert shown["status"] == answer.status_code
    assert shown["title"] == shown["refusal"]
    return answer.status_code, shown["refusal"], shown.get("pointer", "")


@pytest.mark.parametrize(("service", "number"), [(BIRTHS, "birth_order"), (CARE, "consents_to_care")])
def test_bytes_that_are_no_form_are_malformed(life, service, number):
    with unharmed(life, service):
        for name, content in broken(FORMS[service](), number):
            answer = tell(life, service, content=content)
            assert problem(answer)[:2] == (422, "Malformed"), name
            assert "某人" not in answer.text


NUL, WHO = "\0", {"document": "990101199001010000", "name": "某人"}
BIRTHS_REFUSED = [
    ({"born_at": "2024-11-21T20:00:00+08:00"}, 409, "InFuture", "/born_at"),
    ({"born_at": "2024-11-20T20:00:01+08:00"}, 409, "InFuture", "/born_at"),
    ({"born_at": "2005-11-20T20:00:00+08:00"}, 409, "BornTooLongAgo", "/born_at"),
    ({"born_at": "0001-01-01T00:00:00+14:00"}, 409, "OutsideCalendar", "/born_at"),
    ({"born_at": "9999-12-31T23:59:59-14:00"}, 409, "OutsideCalendar", "/born_at"),
    ({"born_at": "2024-11-19T20:00:00"}, 422, "Malformed", "/born_at"),
    ({"born_at": "2024-02-30T20:00:00+08:00"}, 422, "Malformed", "/born_at"),
    ({"born_at": 1732000000}, 422, "Malformed", "/born_at"),
    ({"facility": "nowhere"}, 409, "UnknownFacility", "/facility"),
    ({"facility": f"county{NUL}hospital"}, 422, "Malformed", "/facility"),
    ({"facility": "x" * 129}, 422, "Malformed", "/facility"),
    ({"facility": None}, 422, "Malformed", "/facility"),
    ({"township": "nowhere"}, 409, "UnknownTownship", "/township"),
    ({"weight_grams": 10**40}, 409, "Implausible", "/weight_grams"),
    ({"weight_grams": -1}, 409, "Implausible", "/weight_grams"),
    ({"weight_grams": 3000.5}, 422, "Malformed", "/weight_grams"),
    ({"plurality": 2, "number": 3}, 409, "PluralityImpossible", "/number"),
    ({"birth_order": True}, 422, "Malformed", "/birth_order"),
    ({"birth_order": "1"}, 422, "Malformed", "/birth_order"),
    ({"sex": "unknown"}, 422, "Malformed", "/sex"),
    ({"fetal_sex": "girl"}, 422, "Malformed", "/fetal_sex"),
    ({"a/b~c": 1}, 422, "Malformed", "/a~1b~0c"),
    ({"mother": None}, 422, "Malformed", "/mother"),
    ({"mother": [WHO]}, 422, "Malformed", "/mother"),
    ({"mother": WHO | {"name": f"某{NUL}人"}}, 422, "Malformed", "/mother/name"),
    ({"mother": WHO | {"name": "某" * 201}}, 422, "Malformed", "/mother/name"),
    ({"mother": WHO | {"document": "- - - - -"}}, 422, "Malformed", "/mother/document"),
    ({"mother": WHO | {"born": "1990"}}, 422, "Malformed", "/mother/born"),
    ({"command_id": "two words"}, 422, "Malformed", "/command_id"),
    ({"command_id": "x" * 129}, 422, "Malformed", "/command_id"),
    ({"expected_version": 10**40}, 409, "CaseChangedSince", "/expected_version"),
]
REGISTRATIONS_REFUSED = [
    ({"registered_on": "2024-11-21"}, 409, "InFuture", "/registered_on"),
    ({"registered_on": "9999-12-31"}, 409, "InFuture", "/registered_on"),
    ({"registered_on": "2024-02-30"}, 422, "Malformed", "/registered_on"),
    ({"registered_on": NOW.isoformat()}, 422, "Malformed", "/registered_on"),
    ({"last_menstrual_period": "2022-11-20"}, 409, "DatingImplausible", "/last_menstrual_period"),
    ({"last_menstrual_period": "2024-11-21"}, 409, "DatingImplausible", "/last_menstrual_period"),
    ({"township": "nowhere"}, 409, "UnknownUnit", "/township"),
    ({"village": "qinghezhen-dukou"}, 409, "UnknownUnit", "/village"),
    ({"township_post": "qinghezhen-midwife"}, 409, "UnknownUnit", "/township_post"),
    ({"village_post": "dayingxiang-midwife"}, 409, "UnknownUnit", "/village_post"),
    ({"consents_to_care": False}, 409, "ConsentMissing", "/consents_to_care"),
    ({"consents_to_care": 1}, 422, "Malformed", "/consents_to_care"),
    ({"contact_preference": "never"}, 422, "Malformed", "/contact_preference"),
    ({"handbook": f"book{NUL}"}, 422, "Malformed", "/handbook"),
    ({"remark": "text"}, 422, "Malformed", "/remark"),
    ({"identity": WHO | {"sex_of_child": "girl"}}, 422, "Malformed", "/identity/sex_of_child"),
    ({"identity": {"name": "某人"}}, 422, "Malformed", "/identity/document"),
]


@pytest.mark.parametrize(
    ("service", "refused"), [(BIRTHS, BIRTHS_REFUSED), (CARE, REGISTRATIONS_REFUSED)], ids=[BIRTHS, CARE]
)
def test_a_form_that_cannot_be_is_refused_at_its_place(life, service, refused):
    with unharmed(life, service):
        for other, *expected in refused:
            assert [*problem(tell(life, service, json=FORMS[service](**other)))] == expected, other


def test_what_follows_a_registration_is_refused_at_its_place(life):
    pregnancy = tell(life, CARE, json=registration_form(registered_on="2024-11-01", last_menstrual_period="2024-09-01"))
    path = f"/pregnancies/{pregnancy.json()['pregnancy']}"
    visit = {"kind": "antenatal", "visited_on": "2024-11-19", "unit": "dayingxiang-hospital", "observations": {}}
    end = {"outcome": "loss", "ended_on": "2024-11-19"}
    with unharmed(life, CARE):
        for form, ending, other, *expected in (
            (visit, "visits", {"visited_on": "2024-11-21"}, 409, "InFuture", "/visited_on"),
            (visit, "visits", {"visited_on": "2022-11-19"}, 409, "VisitBeforeRegistration", "/visited_on"),
            (visit, "visits", {"visited_on": "0001-01-01"}, 409, "VisitBeforeRegistration", "/visited_on"),
            (visit, "visits", {"unit": "nowhere"}, 409, "UnknownUnit", "/unit"),
            (
                visit,
                "visits",
                {"observations": {"weight_kg": 1e300}},
                409,
                "ObservationUnknown",
                "/observations/weight_kg",
            ),
            (visit, "visits", {"observations": {"fetal_sex": 1}}, 409, "ObservationUnknown", "/observations"),
            (visit, "visits", {"observations": {"weight_kg": "60"}}, 422, "Malformed", "/observations/weight_kg"),
            (visit, "visits", {"observations": {f"x{n}": 1 for n in range(41)}}, 422, "Malformed", "/observations"),
            (end, "end", {"ended_on": "2024-11-21"}, 409, "InFuture", "/ended_on"),
            (end, "end", {"ended_on": "0001-01-01"}, 409, "EndImplausible", "/ended_on"),
            (end, "end", {"outcome": "girl"}, 422, "Malformed", "/outcome"),
        ):
            answer = life.request(CARE, f"{path}/{ending}", Role.MIDWIFE, method="POST", json=form | other)
            assert [*problem(answer)] == expected, other


ERASURE, AUDIT = (Role.COUNTY_HEALTH, Purpose.ERASURE), (Role.AUDITOR, Purpose.AUDIT)
OPERATES = (Role.OPERATOR, None)
QUARTER = "/reports/quarter?township=dayingxiang&quarter="


def test_questions_that_mean_nothing_are_refused_at_their_place(life):
    asked = [
        *[(each, "POST", "/persons/erase", ERASURE, body, 422, place) for each in SERVICES for body, place in PERSONS],
        *[(each, "POST", "/access-log", AUDIT, body, 422, place) for each in SERVICES for body, place in PERSONS],
        (BIRTHS, "GET", QUARTER + "2025Q5", AUDIT, None, 409, "/quarter"),
        (BIRTHS, "GET", QUARTER + "9999Q4", AUDIT, None, 409, "/quarter"),
        (BIRTHS, "GET", QUARTER + "0000Q1", AUDIT, None, 409, "/quarter"),
        (BIRTHS, "GET", QUARTER + "%00", AUDIT, None, 409, "/quarter"),
        (BIRTHS, "GET", "/reports/quarter", AUDIT, None, 422, "/query/quarter"),
        (BIRTHS, "GET", "/sex-ratio?from=2024-13", AUDIT, None, 422, "/query/from"),
        (BIRTHS, "GET", "/sex-ratio?township=%00", AUDIT, None, 409, "/township"),
        (BIRTHS, "GET", "/births/%00", AUDIT, None, 404, ""),
        (BIRTHS, "GET", "/births/a%0Ab", AUDIT, None, 404, ""),
        (BIRTHS, "DELETE", "/parked/%00", OPERATES, None, 404, ""),
        (BIRTHS, "POST", "/parked/x/retry", OPERATES, None, 404, ""),
        (BIRTHS, "GET", "/views/x", OPERATES, None, 404, ""),
        (BIRTHS, "POST", "/views/%2e%2e/rebuild", OPERATES, None, 404, ""),
        (BIRTHS, "GET", "/births/%ff%fe", AUDIT, None, 404, ""),
        (CARE, "GET", "/pregnancies/%00/timeline", AUDIT, None, 404, ""),
        (CARE, "GET", "/pregnancies/x/timeline?as_of=then", AUDIT, None, 422, None),
        (CARE, "GET", "/pregnancies?township=%00", AUDIT, None, 409, "/township"),
        (CARE, "POST", "/access-log?limit=0", AUDIT, {"person": "p"}, 422, "/query/limit"),
        (CARE, "GET", "/nowhere", AUDIT, None, 404, ""),
        (CARE, "PUT", "/pregnancies", AUDIT, None, 405, ""),
    ]  # fmt: skip
    for service in SERVICES:
        with unharmed(life, service):
            for _, method, path, (role, purpose), body, *expected in (each for each in asked if each[0] == service):
                found = problem(life.request(service, path, role, purpose, method=method, json=body))
                assert found[0] == expected[0], path
                assert expected[1] in {None, found[2]}, path


PERSONS: list[tuple[Any, str]] = [
    ({}, "/person"),
    ({"person": "p", "document": "990101199001010000"}, "/person"),
    ({"person": "a b"}, "/person"),
    ({"person": NUL}, "/person"),
    ({"document": "- - - - -"}, "/document"),
    ({"document": "9" * 400}, "/document"),
    ({"document": 990101199001010000}, "/document"),
    ({"who": "she"}, "/who"),
]


@pytest.mark.parametrize("size", [MIB + 1, 4 * MIB])
@pytest.mark.parametrize("service", SERVICES)
def test_a_body_of_more_than_one_mebibyte_is_refused_announced_or_not(life, service, size):
    content = json.dumps(FORMS[service]()).encode().ljust(size)
    with unharmed(life, service):
        for path in (PATHS[service], "/events"):
            for sent in (content, _chunks(content)):
                answer = life.request(service, path, TELLERS[service], method="POST", content=sent)
                assert problem(answer)[:2] == (413, "Oversize")
    within = json.dumps(FORMS[service]()).encode().ljust(MIB)
    assert tell(life, service, content=within).status_code == 201


def _chunks(content: bytes) -> Iterator[bytes]:
    """Without a length."""
    for start in range(0, len(content), 65_536):
        yield content[start : start + 65_536]


def test_a_body_without_end_is_refused_and_one_that_breaks_off_is_nothing(life):
    address = ("127.0.0.1", life.deployment.port(BIRTHS))
    head = b"POST /births HTTP/1.1\r\nHost: births\r\nAuthorization: Bearer " + _token(life).encode() + b"\r\n"
    with unharmed(life, BIRTHS):
        with socket.create_connection(address, timeout=20) as endless:
            endless.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n")
            assert b" 413 " in _until_answered(endless, b"10000\r\n" + b" " * 65_536 + b"\r\n")
        with socket.create_connection(address, timeout=20) as short:
            short.sendall(head + b"Content-Length: 900\r\n\r\n{")


def _token(life: Life) -> str:
    return life.services.token(Role.REGISTRAR, ("*",), (), timedelta(minutes=5))


def _until_answered(connection: socket.socket, chunk: bytes) -> bytes:
    """Send on and on until something comes back."""
    for _ in range(400):
        with suppress(OSError):  # it has heard enough
            connection.sendall(chunk)
        if select([connection], [], [], 0.01)[0]:
            return connection.recv(4096)
    return b""


# The same request again


@pytest.mark.parametrize("service", SERVICES)
def test_a_repeated_command_is_answered_with_the_same_bytes(life, service):
    """Done, already so, and refused; by command_id, and by Idempotency-Key."""
    good = FORMS[service]()
    for number, form in enumerate((good, good, good | {"township": "nowhere"})):
        named = form | {"command_id": f"again-{number}"}
        keyed: dict[str, Any] = {"headers": {"Idempotency-Key": f"key-{number}"}, "json": form}
        for options in ({"json": named}, keyed):
            first = tell(life, service, **options)
            life.settle()
            after = standing(life)
            again = tell(life, service, **options)
            assert (again.status_code, again.content) == (first.status_code, first.content)
            assert standing(life) == after


@pytest.mark.parametrize("service", SERVICES)
def test_an_id_used_for_something_else_is_refused(life, service):
    good = FORMS[service](command_id=f"mine-{service}")
    assert tell(life, service, json=good).status_code == 201
    with unharmed(life, service):
        other = FORMS[service](command_id=f"mine-{service}")
        assert problem(tell(life, service, json=other)) == (409, "CommandIdReused", "/command_id")
        spaced = json.dumps(good, indent=1).encode()
        assert problem(tell(life, service, content=spaced)) == (409, "CommandIdReused", "/command_id")


@pytest.mark.parametrize("service", SERVICES)
def test_an_answer_is_the_same_after_the_service_was_killed(life, service):
    form = FORMS[service](command_id=f"killed-{service}")
    first = tell(life, service, json=form)
    life.kill(service)
    life.settle()
    again = tell(life, service, json=form)
    assert (again.status_code, again.content) == (first.status_code, first.content)


@pytest.mark.parametrize("service", SERVICES)
def test_the_same_command_many_times_at_once_is_done_once(life, service):
    form = FORMS[service](command_id=f"crowd-{service}")
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(lambda _: tell(life, service, json=form).content, range(16)))
    assert len(set(answers)) == 1
    assert json.loads(answers[0])["status"] == "done"


def test_nothing_of_this_was_a_failure_of_the_services(life):
    """Every refusal above was decided; none was an error that somebody caught."""
    for service in SERVICES:
        log = (life.deployment.logs / f"{service}.log").read_text()
        assert "Exception in ASGI application" not in log
        assert '"level": "critical"' not in log
