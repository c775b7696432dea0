"""Areas side by side: which are pooled, and where each lies in the funnel."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.births.projections.areas import Area, Standing, limits, pooled, standing
from services.births.projections.intervals import NO_INTERVAL, funnel, wilson
from services.births.projections.sex_ratio import Live
from tests.births.scene import RULES

AREAS = st.dictionaries(
    st.sampled_from("abcdefgh"), st.builds(Live, st.integers(0, 60), st.integers(0, 60)), max_size=8
)


# Pooling


def test_small_areas_are_looked_at_together():
    areas = {"a": Live(10, 9), "b": Live(200, 190), "c": Live(12, 8)}
    assert pooled(areas, RULES.statistics) == [Area(("b",), Live(200, 190)), Area(("a", "c"), Live(22, 17))]


def test_a_single_small_area_has_none_to_be_looked_at_with():
    areas = {"a": Live(3, 2), "b": Live(200, 190)}
    assert pooled(areas, RULES.statistics) == [Area(("a",), Live(3, 2)), Area(("b",), Live(200, 190))]


def test_areas_that_are_large_enough_stand_alone():
    assert pooled({"a": Live(15, 15)}, RULES.statistics) == [Area(("a",), Live(15, 15))]
    assert pooled({}, RULES.statistics) == []


@given(AREAS)
def test_no_birth_is_lost_or_counted_twice_in_a_pool(areas):
    made = pooled(areas, RULES.statistics)
    assert sorted(code for each in made for code in each.codes) == sorted(areas)
    assert sum(each.live.births for each in made) == sum(each.births for each in areas.values())
    assert sum(each.live.births < 30 for each in made) <= 1


# The funnel


def test_the_limits_narrow_as_births_grow():
    few, many = limits(46, RULES), limits(5_000, RULES)
    assert [round(end, 1) for end in (*few.inner, *few.outer)] == [58.2, 191.2, 39.8, 284.5]
    assert few.inner.low < many.outer.low < many.inner.low < 105 < many.inner.high < many.outer.high < few.inner.high


@pytest.mark.parametrize(
    ("live", "expected"),
    [
        (Live(27, 19), Standing.WITHIN),
        (Live(1025, 976), Standing.WITHIN),
        (Live(1074, 926), Standing.BETWEEN),
        (Live(1130, 870), Standing.OUTSIDE),
        (Live(870, 1130), Standing.OUTSIDE),
        (Live(2, 0), Standing.WITHIN),
        (Live(6, 0), Standing.BETWEEN),
        (Live(40, 0), Standing.OUTSIDE),
        (Live(0, 0), Standing.WITHIN),
    ],
)
def test_an_area_stands_in_the_funnel(live, expected):
    assert standing(live, RULES) is expected


def test_no_births_have_no_limits():
    assert limits(0, RULES) == (NO_INTERVAL, NO_INTERVAL)


@given(boys=st.integers(0, 3_000), girls=st.integers(1, 3_000), confidence=st.sampled_from([0.95, 0.998]))
def test_a_ratio_outside_the_funnel_is_one_whose_wilson_interval_leaves_out_the_baseline(boys, girls, confidence):
    outside = not funnel(boys + girls, 105, confidence).holds(100 * boys / girls)
    assert outside == (not wilson(boys, girls, confidence).holds(105))
