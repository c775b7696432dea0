"""Whole county years, compared with their truth: 2,000 births with all the care around them, and 5,000 without it."""

from __future__ import annotations

import pytest

from services.console.scenarios import scenario_named
from tests.journeys.conftest import deployed, live_through
from tests.journeys.county_year import (
    beyond_limits,
    counted_cells,
    counts,
    coverage,
    device_days,
    indicators,
    issuance,
    lapsed_contacts,
    late,
    pregnancies,
    registered,
    review_states,
    reviews,
    timeline,
    transfers,
    true_cells,
    true_device_days,
    true_indicators,
    true_lapsed_contacts,
    true_review_states,
    true_totals,
    true_transfers,
    truth_of,
    uncertified,
)

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("county years")]
COUNTY_YEAR = scenario_named("county-year")
TIMELINES = 60
"""Pregnancies whose whole timeline is compared."""


@pytest.fixture(scope="module")
def cared_for(tmp_path_factory, ports):
    with deployed(tmp_path_factory.mktemp("2000") / "data", ports, scenario=COUNTY_YEAR, births=2_000) as life:
        live_through(life)
        yield life


def test_2000_births_and_everything_about_them_are_counted_as_in_truth(cared_for):
    truth = truth_of(cared_for)
    assert counted_cells(cared_for, truth) == true_cells(truth)
    planted = truth["duplicates"]
    expected = {"open": "open", "confirmed": "confirmed", "dismissed": "twin_untold"}
    assert reviews(cared_for) == {state: len(planted[kind]) for state, kind in expected.items()}
    assert issuance(cared_for)["certificates"] == truth["certificates"]["valid"]


def test_every_pregnancy_is_under_care_once_and_nothing_waits(cared_for):
    assert registered(cared_for) == truth_of(cared_for)["care"]["registered"]
    for status in cared_for.status().values():
        assert (status["parked"], status["held"]) == (0, 0)


def test_registers_show_faults_exactly_where_they_were_planted(cared_for):
    truth = truth_of(cared_for)
    found, true = device_days(cared_for), true_device_days(truth)
    assert {day for day, about in found.items() if about["anomalies"]} == {
        day for day, about in true.items() if about["anomalies"]
    }
    assert found == true
    planted = truth["care"]["without_certificate"]
    assert uncertified(cared_for) == {(each["facility"], each["week"]): each["procedures"] for each in planted}


def test_reviews_end_on_every_path_as_planned(cared_for):
    assert review_states(cared_for) == true_review_states(truth_of(cared_for))


def test_care_reaches_as_far_as_in_truth(cared_for):
    truth = truth_of(cared_for)
    assert coverage(cared_for, truth) == truth["care"]["coverage"]


def test_contacts_lapse_where_nobody_saw_her_and_nowhere_else(cared_for):
    truth = truth_of(cared_for)
    assert lapsed_contacts(cared_for, truth) == true_lapsed_contacts(cared_for, truth)


def test_transfers_get_the_answers_planned(cared_for):
    assert transfers(cared_for) == true_transfers(truth_of(cared_for))


def test_timelines_hold_each_visit_and_the_birth_on_its_day(cared_for):
    told = pregnancies(cared_for)
    true = {each["registration"]: each for each in truth_of(cared_for)["care"]["pregnancies"]}
    for name in sorted(true)[:: len(true) // TIMELINES]:
        found = timeline(cared_for, told[name])
        assert found["VisitLogged"] == sorted([*true[name]["visits"], *true[name]["home_visits"]]), name
        assert found["BirthNoted"][-1] == true[name]["ended_on"], name


@pytest.fixture(scope="module")
def counted(tmp_path_factory, ports):
    home = tmp_path_factory.mktemp("5000") / "data"
    with deployed(home, ports + 20, scenario=scenario_named("county-births"), births=5_000) as life:
        live_through(life)
        yield life


def test_5000_births_are_counted_as_the_truth_has_them(counted):
    truth = truth_of(counted)
    assert truth["births"] == 5_000
    assert counted_cells(counted, truth) == true_cells(truth)
    for by in ("township", "facility"):
        for code, true in true_totals(truth, by).items():
            found = counts(counted, **{by: code})
            assert {"boys": found["boys"], "girls": found["girls"]} == true, code


def test_deaths_certificates_and_late_notices_by_sex_are_those_of_the_truth(counted):
    truth = truth_of(counted)
    assert indicators(counted) == true_indicators(truth)
    assert late(counted, truth) == truth["late"]


def test_the_facility_of_130_is_found(counted):
    truth = truth_of(counted)
    found = counts(counted, facility=truth["facility_at_130"]["facility"])
    assert found["births"] == 2_000
    assert found["ratio"] == 129.9
    assert found["interval95"][0] > 107


def test_the_report_finds_that_facility_and_no_small_township_that_merely_looks_extreme(counted):
    beyond = beyond_limits(counted, "2025")
    assert "County Second Hospital" in beyond
    small = truth_of(counted)["small_but_extreme"]
    assert small
    for township in small:
        assert not any(township.capitalize() in name for name in beyond)
        low, high = counts(counted, township=township)["interval95"]
        assert low < 105 < high, township
