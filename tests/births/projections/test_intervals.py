"""The intervals of the sex ratio, against the check values of the domain and what must hold of any counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from services.births.projections.intervals import NO_INTERVAL, exact, ratio, wilson

COUNTS = st.integers(0, 20_000)


@pytest.mark.parametrize(
    ("boys", "girls", "low", "high"),
    [
        (51, 49, 68.9, 157.3),
        (512, 488, 92.5, 119.0),
        (5122, 4878, 100.9, 109.2),
        (27, 19, 76.1, 270.4),
        (20, 15, 64.9, 279.9),
        (7, 4, 44.5, 815.2),
    ],
)
def test_the_exact_interval_has_the_check_values(boys, girls, low, high):
    interval = exact(boys, girls, 0.95)
    assert (round(interval.low, 1), round(interval.high, 1)) == (low, high)


@pytest.mark.parametrize(("boys", "girls", "expected"), [(27, 19, 142.1), (20, 15, 133.3), (7, 4, 175.0), (0, 3, 0.0)])
def test_the_ratio_is_boys_per_hundred_girls(boys, girls, expected):
    assert round(ratio(boys, girls), 1) == expected


def test_without_girls_there_is_no_ratio_and_no_upper_end():
    assert ratio(3, 0) is None
    assert exact(3, 0, 0.95).high is None
    assert wilson(3, 0, 0.95).high is None
    assert exact(3, 0, 0.95).low == pytest.approx(100 * 0.025 ** (1 / 3) / (1 - 0.025 ** (1 / 3)))


def test_without_boys_the_lower_end_is_zero():
    assert exact(0, 3, 0.95).low == wilson(0, 3, 0.95).low == 0


@pytest.mark.parametrize("interval", [exact, wilson])
def test_without_births_there_is_no_interval(interval):
    assert interval(0, 0, 0.95) == NO_INTERVAL
    assert NO_INTERVAL.holds(105)


@pytest.mark.parametrize(("boys", "girls"), [(27, 19), (7, 4), (3, 0), (0, 3), (5122, 4878)])
@pytest.mark.parametrize(("ours", "method"), [(exact, "exact"), (wilson, "wilson")])
def test_both_intervals_agree_with_an_independent_implementation(boys, girls, ours, method):
    theirs = binomtest(boys, boys + girls).proportion_ci(0.95, method)
    expected = (100 * share / (1 - share) if share < 1 else None for share in theirs)
    assert tuple(ours(boys, girls, 0.95)) == pytest.approx(tuple(expected))


@given(boys=COUNTS, girls=st.integers(1, 20_000))
def test_an_interval_holds_its_ratio(boys, girls):
    for interval in (exact(boys, girls, 0.95), wilson(boys, girls, 0.95)):
        assert interval.low <= ratio(boys, girls) * (1 + 1e-9)
        assert interval.high >= ratio(boys, girls) * (1 - 1e-9)


@given(boys=st.integers(1, 20_000), girls=st.integers(1, 20_000))
def test_the_exact_interval_exchanged_is_that_of_girls_per_boys(boys, girls):
    there, back = exact(boys, girls, 0.95), exact(girls, boys, 0.95)
    assert there.low * back.high == pytest.approx(100 * 100)


@given(boys=st.integers(1, 2_000), girls=st.integers(1, 2_000))
def test_more_confidence_is_a_wider_interval(boys, girls):
    for interval in (exact, wilson):
        narrow, wide = interval(boys, girls, 0.95), interval(boys, girls, 0.998)
        assert wide.low < narrow.low < narrow.high < wide.high
