"""Whole county years, compared with their truth: 2,000 births with all the care around them, and 5,000 without it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.console.scenarios import scenario_named
from tests.journeys.conftest import Life, deployed, live_through
from tests.journeys.county_births import beyond_limits, clear_signal, data_faults, watched
from tests.journeys.county_comparisons import BirthsOfTheYear, CountyYear
from tests.journeys.county_year import counts, said, true_totals

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("county years")]


class TestTwoThousandBirths(CountyYear):
    @pytest.fixture(scope="class")
    @classmethod
    def life(cls, tmp_path_factory: pytest.TempPathFactory, ports: int) -> Iterator[Life]:
        home, scenario = tmp_path_factory.mktemp("2000") / "data", scenario_named("county-year")
        with deployed(home, ports, scenario=scenario, births=2_000) as life:
            live_through(life)
            yield life

    def test_the_truth_is_of_so_many(self, truth):
        assert truth["births"] == 2_000


class TestFiveThousandBirths(BirthsOfTheYear):
    @pytest.fixture(scope="class")
    @classmethod
    def life(cls, tmp_path_factory: pytest.TempPathFactory, ports: int) -> Iterator[Life]:
        home, scenario = tmp_path_factory.mktemp("5000") / "data", scenario_named("county-births")
        with deployed(home, ports + 20, scenario=scenario, births=5_000) as life:
            live_through(life)
            yield life

    @pytest.fixture(scope="class")
    @classmethod
    def place(cls, truth):
        return truth["facility_at_130"]["facility"]

    def test_every_township_and_facility_has_its_boys_and_girls(self, life, truth):
        assert truth["births"] == 5_000
        for by in ("township", "facility"):
            for code, true in true_totals(truth, by).items():
                found = counts(life, **{by: code})
                assert {"boys": found["boys"], "girls": found["girls"]} == true, code

    def test_the_facility_of_130_is_found(self, life, place):
        found = counts(life, facility=place)
        assert found["births"] == 2_000
        assert found["ratio"] == 129.9
        assert found["interval95"][0] > 107

    def test_the_report_finds_that_facility_and_no_other_place(self, life):
        assert beyond_limits(life, "2025") == ["County Second Hospital"]

    def test_small_townships_look_extreme_and_can_show_nothing(self, life, truth):
        small = truth["small_but_extreme"]
        assert small
        for township in small:
            found = counts(life, township=township)
            low, high = found["interval95"]
            assert not 77 < found["ratio"] < 130, township
            assert low < 105 < high, township

    def test_girls_of_one_township_are_told_late_and_the_check_before_a_release_finds_it(self, life, truth):
        """That lag shows the same numbers is compared above. Its hospital has few but its own births."""
        township = truth["late_notices_in"]
        assert set(truth["late"]) == {township}
        assert truth["late"][township]["girl"] > 3 * truth["late"][township]["boy"]
        faults = data_faults(life, truth, "2025")
        assert ("late_by_sex", f"township:{township}") in faults
        assert faults <= {("late_by_sex", f"township:{township}"), ("late_by_sex", f"facility:{township}-hospital")}

    def test_the_watch_signals_that_facility_and_its_signal_is_said_once_its_data_are_checked(self, life, truth, place):
        area = ("facility", place)
        assert watched(life)[area]["state"] == "raised"
        assert said(life, "births", "statistics") == []
        faults = clear_signal(life, truth, place)
        assert not {"book_differs", "book_missing"} & {each["fault"] for each in faults}
        life.settle()
        assert watched(life)[area]["state"] == "cleared"
        [signal] = said(life, "births", "statistics")
        assert (signal["area"], signal["code"]) == area
        assert not {"week", "path", "level", "births", "boys", "girls"} & set(signal)
