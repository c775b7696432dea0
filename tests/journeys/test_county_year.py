"""A small county year through real services: everything counts as its truth says."""

from __future__ import annotations

import pytest

from services.console.scenarios import scenario_named
from tests.journeys.conftest import deployed, live_through
from tests.journeys.county_comparisons import CountyYear

BIRTHS = 40


@pytest.fixture(scope="module")
def life(tmp_path_factory, ports):
    home = tmp_path_factory.mktemp("year") / "data"
    with deployed(home, ports, scenario=scenario_named("county-year"), births=BIRTHS) as life:
        live_through(life)
        yield life


class TestFortyBirths(CountyYear):
    def test_the_truth_is_of_so_many(self, truth):
        assert truth["births"] == BIRTHS

    def test_the_report_is_of_the_shape_every_scenario_prints(self, life):
        report = life.report()
        shape = {"township", "quarter", "births", "boys", "girls", "ratio", "interval95", "by_birth_order"}
        assert set(report) >= shape
        assert report["township"] == "chengguanzhen"
