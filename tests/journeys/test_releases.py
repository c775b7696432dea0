"""A quarter's figures through a running service: prepared, cleared, published by another, restated, and so for good."""

from __future__ import annotations

import json
from contextlib import ExitStack
from datetime import datetime
from typing import Any

import pytest

from shared.access import Role
from shared.clock import COUNTY_TIME
from tests.conftest import databases
from tests.journeys.conftest import Life, deployed
from tests.journeys.county_year import said
from tests.journeys.forms import birth_form
from tests.journeys.office import clock_of

QUARTER, HOSPITAL = "2025Q1", "county-hospital"
BOYS, GIRLS, LATE, ELSEWHERE = 27, 19, 4, 12
PREPARES, PUBLISHES = "statistician-1", "county-1"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def life(request, tmp_path_factory, ports):
    """The source quarter is over, and what was born in it is on record, but for what is told late."""
    with ExitStack() as lasting:
        store = ""
        if request.param == "postgresql":
            store = lasting.enter_context(databases(request.getfixturevalue("postgres_server")))()
        home = tmp_path_factory.mktemp("release") / "data"
        life = lasting.enter_context(deployed(home, ports, store))
        clock_of(life).move(datetime(2025, 1, 31, 20, tzinfo=COUNTY_TIME))
        record(life, BOYS, sex="boy")
        record(life, GIRLS, sex="girl")
        record(life, ELSEWHERE, township="qinghezhen", facility="qinghezhen-hospital")
        yield life


@pytest.fixture(scope="module")
def editions(life):
    """Both as they were published. The hospital's book has the late births from the start."""
    first = published(life, "publish", faults=[("book_differs", f"facility:{HOSPITAL}")])
    record(life, LATE, sex="girl", born_at="2024-12-30T04:00:00+08:00")
    return first, published(life, "restate", faults=[], reason="late_registrations")


def record(life: Life, births: int, **told: Any) -> None:
    for _ in range(births):
        form = birth_form(weight_grams=3200, gestation_weeks=39, **told)
        answer = life.request("births", "/births", Role.REGISTRAR, method="POST", json=form)
        assert answer.status_code == 201, answer.text


def act(life: Life, step: str, subject: str = PREPARES, **form: Any) -> str:
    """One step of a release: `done`, or the rule that says no."""
    asked = {"method": "POST", "json": form, "subject": subject}
    answer = life.request("births", f"/releases{step}", Role.STATISTICIAN, **asked).json()
    return str(answer.get("refusal") or answer["status"])


def published(life: Life, make: str, faults: list[tuple[str, str]], **form: Any) -> bytes:
    """An edition made as it should be, and in no other order; what everybody may read of it then."""
    book = {"facility": HOSPITAL, "births": BOYS + GIRLS + LATE}
    assert act(life, "", period=QUARTER, books=[book]) == "done"
    assert act(life, f"/{QUARTER}/{make}", PUBLISHES, **form) == "DataFaultsUncleared"
    draft = life.request("births", f"/releases/{QUARTER}/draft", Role.STATISTICIAN).json()
    assert [(each["fault"], each["place"]) for each in draft["faults"]] == faults
    cleared = [{"fault": fault, "place": place, "reason": "books_compared"} for fault, place in faults]
    assert act(life, f"/{QUARTER}/clear", cleared=cleared) == "done"
    assert act(life, f"/{QUARTER}/{make}", PREPARES, **form) == "PublisherIsPreparer"
    assert act(life, f"/{QUARTER}/{make}", PUBLISHES, **form) == "done"
    return read(life)


def read(life: Life, **edition: int) -> bytes:
    """An edition, else the newest, as anybody reads it: without a token."""
    answer = life.request("births", f"/releases/{QUARTER}", params=edition)
    assert answer.status_code == 200, answer.text
    return answer.content


def assert_as_published(life: Life, editions: tuple[bytes, bytes]) -> None:
    """Both read as they were published, and follow from the log of their time, byte for byte."""
    assert (read(life, edition=1), read(life, edition=2), read(life)) == (*editions, editions[1])
    for edition in (1, 2):
        asked = {"params": {"edition": edition}}
        again = life.request("births", f"/releases/{QUARTER}/replay", Role.AUDITOR, **asked).json()
        assert (again["same"], again["replayed_sha256"]) == (True, again["sha256"])


def test_a_release_prints_totals_where_a_ratio_would_tell_of_families(editions):
    for edition, births in zip(map(json.loads, editions), (BOYS + GIRLS, BOYS + GIRLS + LATE), strict=True):
        rows = {tuple(row["areas"]): row for row in edition["rows"] if row["axis"] != "facility"}
        assert (rows[()]["births"], rows["dayingxiang",]["births"]) == (births + ELSEWHERE, births)
        assert all(row["sexes"] is None for row in rows.values())
        assert edition["text"]["zh"].startswith("2025年第一季度")
    assert [json.loads(each)["reason"] for each in editions] == [None, "late_registrations"]


def test_both_editions_are_said_to_those_who_hear_figures(life, editions):
    assert len(editions) == 2
    life.settle()
    first, second = said(life, "births", "statistics")
    assert (first["edition"], second["edition"], second["reason"]) == (1, 2, "late_registrations")


def test_nothing_more_is_published_for_a_birth_or_two(life, editions):
    record(life, 2)
    assert act(life, "", period=QUARTER) == "ChangesTooFew"
    assert_as_published(life, editions)


def test_what_is_published_outlives_kill_9(life, editions):
    life.kill("births")
    life.settle()
    assert_as_published(life, editions)


def test_what_is_published_outlives_the_views_it_was_counted_with(life, editions):
    for view in ("release_counts", "releases"):
        life.rebuild("births", view)
    assert_as_published(life, editions)
