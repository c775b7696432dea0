"""The watch by HTTP: what is watched, what the check of the data finds, and what is decided of a signal."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from shared.clock import ScenarioClock
from tests.births.api.doors import CLERK, FORM, as_, problem
from tests.births.scene import NOW

COUNTS, DECIDES = as_("auditor"), as_("statistician")
HOSPITAL = "/watch/facility/dayingxiang-hospital"
BOYS = 120
"""Enough in a week, with no girl, to reach the threshold."""


@pytest.fixture
def signalling(client, settings):
    """A township hospital in which for a week only boys were born: 30 days later the watch has seen it."""
    for number in range(BOYS):
        told = {"sex": "boy", "mother": FORM["mother"] | {"document": f"1101011990010{number:05}"}}
        assert client.post("/births", json=FORM | told, headers=CLERK).status_code == 201
    ScenarioClock(settings.scenario_clock).move(NOW + timedelta(days=30))
    board(client, state="raised")
    return client


def board(client, **asked):
    """The facilities under watch, as soon as there are some."""
    deadline = time.monotonic() + 60
    while not (rows := client.get("/watch", params={"kind": "facility", **asked}, headers=COUNTS).json()["rows"]):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return rows


def decide(client, what, headers=DECIDES, **body):
    return client.post(f"{HOSPITAL}/{what}", json=body, headers=headers)


def test_a_signal_is_raised_checked_and_cleared(signalling):
    client = signalling
    [row] = board(client, state="raised")
    assert (row["code"], row["births"], row["signal_week"]) == ("dayingxiang-hospital", BOYS, "2024-10-28")
    found = client.get(f"{HOSPITAL}/faults", headers=COUNTS).json()
    assert (found["first"], found["last"]) == ("2024-10-01", "2024-11-30")
    assert [fault["fault"] for fault in found["faults"]] == ["book_missing"]
    assert client.get(f"{HOSPITAL}/faults?book={BOYS}", headers=COUNTS).json()["faults"] == []
    assert problem(decide(client, "clear")) == (409, "FaultNotExplained", "/cleared")
    wrong = {"fault": "late_by_sex", "place": "facility:dayingxiang-hospital", "reason": "source_confirmed"}
    assert problem(decide(client, "clear", book=BOYS, cleared=[wrong])) == (409, "NoSuchFault", "/cleared/0")
    assert decide(client, "clear", book=BOYS).json()["status"] == "done"
    [row] = board(client, state="cleared")
    assert row["decided_on"] == "2024-12-20"
    table = client.get("/watch?format=csv&lang=zh", headers=COUNTS).content.decode("utf-8-sig")
    assert "机构,大营乡卫生院," in table
    assert "已核实" in table
    assert problem(decide(client, "clear")) == (409, "NoSignal", "/area")


def test_a_signal_is_dismissed_and_the_watch_reset(signalling):
    client = signalling
    assert decide(client, "dismiss", reason="late_notices").json()["status"] == "done"
    assert problem(decide(client, "dismiss", reason="late_notices")) == (409, "NoSignal", "/area")
    assert board(client, state="dismissed")
    assert problem(decide(client, "reset", first="2024-10-15", reason="inspected")) == (409, "NotAMonday", "/first")
    assert decide(client, "reset", first="2024-10-14", reason="inspected").json()["status"] == "done"
    assert board(client, state="reset")


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("dismiss", {"reason": "because"}),
        ("dismiss", {"reason": "restated"}),
        ("dismiss", {"reason": "late_notices", "note": "she"}),
        ("reset", {"first": "soon", "reason": "inspected"}),
        ("clear", {"book": -1}),
    ],
)
def test_what_is_malformed_is_refused(client, what, body):
    assert problem(decide(client, what, **body))[:2] == (422, "Malformed")


def test_a_reason_is_named_in_words_and_a_state_there_is_not_is_refused(client):
    accepted = "Input should be 'late_notices', 'records_incomplete' or 'duplicates'"
    assert decide(client, "dismiss", reason="restated").json()["detail"] == accepted
    assert problem(client.get("/watch?state=open", headers=COUNTS)) == (422, "Malformed", "/query/state")


def test_only_places_of_the_county_are_watched(client):
    assert problem(client.get("/watch/facility/nowhere/faults", headers=COUNTS))[:2] == (409, "UnknownFacility")
    assert problem(client.get("/watch/township/nowhere/faults", headers=COUNTS))[:2] == (409, "UnknownTownship")
    assert client.get("/watch/woman/m1/faults", headers=COUNTS).status_code == 422


@pytest.mark.parametrize("role", ["auditor", "registrar", "hospital", "department"])
def test_only_statisticians_decide(client, role):
    answer = decide(client, "dismiss", headers=as_(role), reason="late_notices")
    assert problem(answer)[:2] == (403, "AccessDenied")


def test_the_board_is_a_table(client):
    table = client.get("/watch?format=csv&lang=zh", headers=COUNTS)
    assert table.content.decode("utf-8-sig").startswith("类别,机构或乡镇,监测至")
