"""A small county year through real services: everything counts as its truth says."""

from __future__ import annotations

import pytest

from services.console.scenarios import scenario_named
from tests.journeys.conftest import deployed, live_through
from tests.journeys.county_year import (
    counted_cells,
    coverage,
    device_days,
    indicators,
    issuance,
    lapsed_contacts,
    late,
    registered,
    review_states,
    reviews,
    transfers,
    true_cells,
    true_device_days,
    true_indicators,
    true_lapsed_contacts,
    true_review_states,
    true_transfers,
    truth_of,
    uncertified,
)

BIRTHS = 40
pytestmark = pytest.mark.xdist_group("county year")


@pytest.fixture(scope="module")
def life(tmp_path_factory, ports):
    home = tmp_path_factory.mktemp("year") / "data"
    with deployed(home, ports, scenario=scenario_named("county-year"), births=BIRTHS) as life:
        live_through(life)
        yield life


@pytest.fixture(scope="module")
def truth(life):
    return truth_of(life)


def test_births_are_counted_as_the_truth_has_them(life, truth):
    assert truth["births"] == BIRTHS
    assert counted_cells(life, truth) == true_cells(truth)


def test_nothing_is_set_aside_in_the_end(life):
    for status in life.status().values():
        assert (status["parked"], status["held"]) == (0, 0)


def test_what_was_told_twice_is_reviewed_as_planted(life, truth):
    planted = truth["duplicates"]
    expected = {"open": "open", "confirmed": "confirmed", "dismissed": "twin_untold"}
    assert reviews(life) == {state: len(planted[kind]) for state, kind in expected.items()}


def test_certificates_are_those_issued(life, truth):
    counted = issuance(life)
    assert counted["live_births"] == BIRTHS
    assert counted["certificates"] == truth["certificates"]["valid"]


def test_indicators_and_late_notices_are_those_of_the_truth(life, truth):
    assert indicators(life) == true_indicators(truth)
    assert late(life, truth) == truth["late"]


def test_every_pregnancy_is_under_care_once(life, truth):
    assert registered(life) == truth["care"]["registered"]


def test_registers_show_what_was_planted_in_them_and_nothing_else(life, truth):
    assert device_days(life) == true_device_days(truth)


def test_reviews_end_as_planned(life, truth):
    assert review_states(life) == true_review_states(truth)


def test_care_reaches_as_far_as_in_truth(life, truth):
    assert coverage(life, truth) == truth["care"]["coverage"]


def test_contacts_lapse_where_nobody_saw_her_and_nowhere_else(life, truth):
    assert lapsed_contacts(life, truth) == true_lapsed_contacts(life, truth)


def test_transfers_get_the_answers_planned(life, truth):
    assert transfers(life) == true_transfers(truth)


def test_procedures_without_their_certificate_are_counted_per_week(life, truth):
    planted = truth["care"]["without_certificate"]
    assert uncertified(life) == {(each["facility"], each["week"]): each["procedures"] for each in planted}


def test_the_report_is_of_the_shape_every_scenario_prints(life):
    report = life.report()
    assert set(report) >= {"township", "quarter", "births", "boys", "girls", "ratio", "interval95", "by_birth_order"}
    assert report["township"] == "chengguanzhen"
