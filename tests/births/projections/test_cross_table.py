"""The sex ratio cut by several things at once: months joined to periods, small places together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.births.projections.cross_table import Cutting, Line, lines, pooled
from services.births.projections.periods import name_of, quarter, statistical_year
from services.births.projections.sex_ratio import Live
from tests.births.scene import RULES

PLACES = Cutting("quarter", ("facility", "township"))
FOUND = {
    ("2024-09", "hekou", "home"): Live(2, 1),
    ("2024-10", "dayingxiang", "home"): Live(3, 4),
    ("2024-11", "dayingxiang", "home"): Live(1, 0),
    ("2024-12", "hekou", "county-hospital"): Live(40, 39),
    ("2024-12", "hekou", "home"): Live(5, 5),
}


def line(period, township, facility, live):
    return Line(period, township, facility, None, live)


def test_months_are_joined_to_periods():
    assert lines(FOUND, PLACES, 10) == [
        line("2024Q4", ("hekou",), ("home",), Live(2, 1)),
        line("2025Q1", ("dayingxiang",), ("home",), Live(4, 4)),
        line("2025Q1", ("hekou",), ("county-hospital",), Live(40, 39)),
        line("2025Q1", ("hekou",), ("home",), Live(5, 5)),
    ]


def test_what_is_cut_by_nothing_is_one_line():
    assert lines({(): Live(51, 49)}, Cutting(None, ()), 10) == [Line(None, None, None, None, Live(51, 49))]


def test_small_places_of_a_period_are_together():
    assert pooled(lines(FOUND, PLACES, 10), RULES.statistics) == [
        line("2024Q4", ("hekou",), ("home",), Live(2, 1)),
        line("2025Q1", ("hekou",), ("county-hospital",), Live(40, 39)),
        line("2025Q1", ("dayingxiang", "hekou"), ("home",), Live(9, 9)),
    ]


def test_birth_orders_are_not_pooled():
    made = lines({("1",): Live(2, 2), ("2",): Live(1, 0)}, Cutting(None, ("birth_order",)), 10)
    assert pooled(made, RULES.statistics) == made


CELLS = st.dictionaries(
    st.tuples(st.sampled_from(["2024-09", "2024-10"]), st.sampled_from("ab"), st.sampled_from("xyz")),
    st.builds(Live, st.integers(0, 40), st.integers(1, 40)),
)


@given(CELLS)
def test_no_birth_is_lost_in_a_cut_or_a_pool(found):
    for made in (lines(found, PLACES, 10), pooled(lines(found, PLACES, 10), RULES.statistics)):
        assert sum(each.live.births for each in made) == sum(live.births for live in found.values())


@pytest.mark.parametrize("begins", range(1, 13))
@pytest.mark.parametrize("month", [f"2024-{month:02}" for month in range(1, 13)])
def test_a_month_lies_in_the_periods_that_hold_it(month, begins):
    assert month in quarter(name_of(month, "quarter", begins), begins).months
    assert month in statistical_year(name_of(month, "year", begins), begins).months
    assert name_of(month, "month", begins) == month
