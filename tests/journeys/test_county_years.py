"""Whole county years, compared with their truth: 2,000 births with all the care around them, and 5,000 without it."""

from __future__ import annotations

import pytest

from services.console.scenarios import scenario_named
from tests.journeys.conftest import deployed, live_through
from tests.journeys.county_comparisons import CountyYear
from tests.journeys.county_year import (
    beyond_limits,
    counted_cells,
    counts,
    indicators,
    late,
    true_cells,
    true_indicators,
    true_totals,
    truth_of,
)

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("county years")]
COUNTY_YEAR = scenario_named("county-year")


@pytest.fixture(scope="module")
def life(tmp_path_factory, ports):
    with deployed(tmp_path_factory.mktemp("2000") / "data", ports, scenario=COUNTY_YEAR, births=2_000) as life:
        live_through(life)
        yield life


class TestTwoThousandBirths(CountyYear):
    def test_the_truth_is_of_so_many(self, truth):
        assert truth["births"] == 2_000


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
