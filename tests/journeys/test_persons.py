"""A person is erased for good: everywhere, also in copies made before, while replay and figures stay as they were."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.console.layout import SERVICES
from services.console.people import Woman
from shared.access import Purpose, Role
from shared.clock import COUNTY_TIME
from shared.stores import Stores
from tests.conftest import databases
from tests.journeys.backups import (
    Make,
    copy_of_log,
    digests,
    facts_in,
    keys_of,
    opened,
    outcomes_of,
    sealed_in,
    sealer_of,
)
from tests.journeys.canaries import Search
from tests.journeys.conftest import Life, deployed
from tests.journeys.office import clock_of
from tests.journeys.women import BORN_ON, CARE, HER, HOSPITAL, OTHER, REGISTERED_ON, WEIGHT, Telling, identity

CANARIES = (HER.document, HER.name, HER.phone, HER.address, f"{WEIGHT}")
IDENTITY = CANARIES[:4]
ERASED = {"erased": True}
LATER = date(2025, 3, 3)


@dataclass
class Story:
    """What was told, copied and seen."""

    life: Life
    telling: Telling
    search: Search = field(default_factory=lambda: Search(CANARIES))
    copies: dict[str, Stores] = field(default_factory=dict)
    opened: dict[str, str] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def story(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, ports: int) -> Iterator[Story]:
    """Two women are cared for and give birth; one is erased."""
    home, making = tmp_path_factory.mktemp("persons"), nullcontext(None)
    if request.param == "postgresql":
        making = databases(request.getfixturevalue("postgres_server"))
    with making as make, deployed(home / "data", ports, make() if make else "") as life:
        yield told(life, home / "copies", make)


def told(life: Life, copies: Path, make: Make | None) -> Story:
    story = Story(life, Telling(life))
    cared_for(story)
    misfortunes(story)
    story.before = seen(story)
    story.search.everywhere(life)
    story.copies = {service: copy_of_log(life, service, copies, make) for service in SERVICES}
    story.opened = {service: opened(life, story.copies[service]) for service in SERVICES}
    story.answer = erase(life, HER)
    story.after = seen(story)
    story.search.everywhere(life)
    return story


def cared_for(story: Story) -> None:
    women = {"her": HER, "other": OTHER}
    at(story.life, REGISTERED_ON)
    for name, woman in women.items():
        story.telling.registration(woman, name)
        story.telling.visit(woman, name)
    at(story.life, BORN_ON)
    for name, woman in women.items():
        story.telling.birth(woman, name)


def at(life: Life, day: date) -> None:
    clock_of(life).move(datetime(day.year, day.month, day.day, 20, tzinfo=COUNTY_TIME))


def misfortunes(story: Story) -> None:
    """Her data where it does not belong: a message that is rejected, one that is held, requests that are wrong."""
    story.telling.birth(HER, "nowhere", facility="nowhere")
    story.telling.home_visit(HER, "early", date(2023, 1, 1))
    ask = story.life.request
    form = {"mother": identity(HER)}
    for more in ({}, {HER.name: HER.phone}, {"facility": HER.address}, {"born_at": HER.document}):
        ask("births", "/births", Role.REGISTRAR, method="POST", json=form | more)
    by_key = {"method": "POST", "json": {"person": "nobody"}, "headers": {"Idempotency-Key": HER.document}}
    assert ask(CARE, "/persons/erase", Role.COUNTY_HEALTH, Purpose.ERASURE, **by_key).status_code == 201
    ask("births", f"/births/{story.telling.case('birth-her')}", Role.AUDITOR, Purpose.AUDIT, claims=HER.phone)
    ask("births", f"/births/{HER.document}", Role.AUDITOR, Purpose.AUDIT)
    ask("births", f"/reports/quarter?township={HER.name}&quarter={HER.phone}", Role.AUDITOR)
    ask(CARE, f"/pregnancies/{HER.phone}/timeline", Role.AUDITOR, Purpose.AUDIT)
    ask(CARE, f"/feed/{HER.name}", Role.DEPARTMENT, method=HER.document)


def seen(story: Story) -> dict[str, Any]:
    """Everything that can be read of both women, and all figures."""
    life, case = story.life, story.telling.case
    life.settle()
    return {
        "timeline": timeline(life, case("registration-her")),
        "birth": birth(life, case("birth-her")),
        "other timeline": timeline(life, case("registration-other")),
        "other birth": birth(life, case("birth-other")),
        "report": life.request("births", "/reports/quarter?township=dayingxiang&quarter=2025Q1", Role.AUDITOR).json(),
        "ratio": life.request("births", "/sex-ratio", Role.AUDITOR).json(),
        "counts": life.request(CARE, "/pregnancies", Role.AUDITOR).json(),
    }


def timeline(life: Life, pregnancy: str) -> list[dict[str, Any]]:
    answer = life.request(CARE, f"/pregnancies/{pregnancy}/timeline", Role.AUDITOR, Purpose.AUDIT)
    return list(answer.json()["entries"])


def birth(life: Life, key: str) -> dict[str, Any]:
    return dict(life.request("births", f"/births/{key}", Role.AUDITOR, Purpose.AUDIT).json())


def erase(life: Life, woman: Woman) -> dict[str, Any]:
    named = {"method": "POST", "json": {"document": woman.document}}
    return dict(life.request(CARE, "/persons/erase", Role.COUNTY_HEALTH, Purpose.ERASURE, **named).json())


def holds(text: str, canaries: tuple[str, ...] = IDENTITY) -> list[str]:
    return [canary for canary in canaries if canary in text]


# The tests run in this order; the last ones go on with the story.


def course(entries: list[dict[str, Any]]) -> list[str]:
    """What happened to her, without what was owed her: that ends when her record is closed."""
    return [each["kind"] for each in entries if not each["kind"].startswith(("Duty", "RecordClosed"))]


def observed(entries: list[dict[str, Any]]) -> dict[str, Any]:
    return next(each["body"]["observations"] for each in entries if each["kind"] == "VisitLogged")


def test_before_she_is_erased_those_who_may_read_her_record_can(story):
    entries = story.before["timeline"]
    assert entries[0]["body"]["identity"] == story.before["birth"]["mother"] == identity(HER)
    assert observed(entries) == {"weight_kg": WEIGHT}
    for service in SERVICES:
        assert holds(story.opened[service]) == [*IDENTITY]


def test_erasing_is_answered_without_a_trace_of_what_was_known(story):
    assert (story.answer["status"], story.answer["results"]) == ("done", [])


def test_timeline_and_birth_show_that_she_is_erased_and_what_happened_stays(story):
    entries = story.after["timeline"]
    assert course(entries) == course(story.before["timeline"])
    assert entries[0]["body"]["identity"] == observed(entries) == ERASED
    assert story.after["birth"] == story.before["birth"] | {"mother": ERASED}
    assert not holds(json.dumps(story.after, ensure_ascii=False))


def test_nobody_else_is_touched(story):
    for about in ("other timeline", "other birth"):
        assert story.after[about] == story.before[about]
    assert story.after["other birth"]["mother"] == identity(OTHER)


def test_figures_stay_as_they_were(story):
    for about in ("report", "ratio", "counts"):
        assert story.after[about] == story.before[about]
    assert story.after["report"]["births"] == 2


def test_both_services_destroyed_their_own_key(story):
    for service in SERVICES:
        sealer, keys = sealer_of(story.life, service), keys_of(story.life, service)
        used = {box.key for _, box in sealed_in(facts_in(story.copies[service]))}
        whose = {sealer.pseudonym("care", woman.document): woman for woman in (HER, OTHER)}
        assert {(whose[person], gone) for person, gone in map(keys.get, used)} == {(HER, True), (OTHER, False)}
        assert {whose[person] for person, gone in keys.values() if gone} == {HER}


def test_a_copy_of_the_log_made_before_opens_no_more(story):
    for service in SERVICES:
        found = opened(story.life, story.copies[service])
        assert not holds(found)
        assert "Erased()" in found
        assert OTHER.name in found


def test_every_view_built_again_from_the_first_fact_is_the_same(story):
    for _ in range(5):
        story.life.settle()
        positions, before = positions_of(story.life), digests_of(story.life)
        for service in SERVICES:
            for view in before[service]:
                story.life.rebuild(service, view)
        after = digests_of(story.life)
        if positions_of(story.life) == positions:  # else the clock asked for something meanwhile
            break
    assert after == before
    assert seen(story) == story.after


def positions_of(life: Life) -> dict[str, int]:
    return {service: status["position"] for service, status in life.status().items()}


def digests_of(life: Life) -> dict[str, dict[str, str]]:
    return {service: digests(life, service) for service in SERVICES}


def test_an_old_message_sent_again_gets_its_old_receipt_and_does_not_bring_her_back(story):
    before = positions_of(story.life)
    again = story.telling.again("registration-her", HOSPITAL, CARE)
    assert again == story.telling.first("registration-her")
    assert positions_of(story.life) == before


def test_no_file_and_no_table_ever_held_anything_of_her(story):
    story.search.everywhere(story.life)
    assert story.search.found == set()
    control = Search(["book-her", "registration-her"])
    control.everywhere(story.life)
    assert {canary for _, canary in control.found} == {"book-her", "registration-her"}


def test_no_metric_status_parked_message_or_receipt_has_anything_of_her(story):
    life, search = story.life, Search([*CANARIES, sealer_of(story.life, CARE).pseudonym("care", HER.document)])
    for service in SERVICES:
        search.look("metrics", life.request(service, "/metrics").content)
        search.look("readiness", life.request(service, "/health/ready").content)
        for path in ("/status", "/parked"):
            search.look(path, life.request(service, path, Role.OPERATOR).content)
    search.look("receipts", json.dumps(story.telling.receipts, ensure_ascii=False))
    for stream in life.redis().scan_iter("*:receipts.*"):
        search.look(
            stream.decode(), b"".join(body for _, fields in life.redis().xrange(stream) for body in fields.values())
        )
    assert search.found == set()
    assert {receipt["status"] for receipt in story.telling.receipts} == {"accepted", "rejected", "held"}


def test_outcomes_and_receipts_name_no_case_of_a_person(story):
    texts = [
        json.dumps(story.telling.receipts),
        *(text for service in SERVICES for text in outcomes_of(story.life, service)),
    ]
    assert len(texts) > 10
    assert not [text for text in texts if holds(text, ("woman:", "mother:", "access:"))]


def test_she_registers_again_and_her_new_record_can_be_read(story):
    at(story.life, LATER)
    anew(story, HER, "again")
    story.telling.birth(HER, "again", born_at=datetime(2025, 3, 3, 5, tzinfo=COUNTY_TIME))
    story.life.settle()
    assert timeline(story.life, story.telling.case("registration-again"))[0]["body"]["identity"] == identity(HER)
    assert birth(story.life, story.telling.case("birth-again"))["mother"] == identity(HER)
    assert timeline(story.life, story.telling.case("registration-her"))[0]["body"]["identity"] == ERASED
    assert birth(story.life, story.telling.case("birth-her"))["mother"] == ERASED
    story.search.everywhere(story.life)
    assert story.search.found == set()


def anew(story: Story, woman: Woman, name: str) -> None:
    story.telling.registration(woman, name, registered_on=LATER, last_menstrual_period=LATER - timedelta(weeks=8))


def test_an_erasure_heard_late_does_not_take_what_she_told_since(story):
    """births sleeps while she is erased and registers again; what it says when it wakes is about the old record."""
    sleeps(story.life, "births", lambda: (erase(story.life, OTHER), anew(story, OTHER, "anew")))
    story.life.settle()
    assert birth(story.life, story.telling.case("birth-other"))["mother"] == ERASED
    assert timeline(story.life, story.telling.case("registration-other"))[0]["body"]["identity"] == ERASED
    assert timeline(story.life, story.telling.case("registration-anew"))[0]["body"]["identity"] == identity(OTHER)


def sleeps(life: Life, service: str, meanwhile: Callable[[], Any]) -> None:
    os.kill(life.supervisor.pid(service), signal.SIGSTOP)
    try:
        meanwhile()
    finally:
        os.kill(life.supervisor.pid(service), signal.SIGCONT)
