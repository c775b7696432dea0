"""Suppression: what an area prints for its own sake, and what it must not print beside the others."""

from __future__ import annotations

import pytest

from services.births.domain.policy import PolicyMissing
from services.births.domain.release_figures import CELLS, Axis, Detail, Row, Sexes, detail_of, sum_of, together
from services.births.domain.suppression import Disclosure, lower, plan
from tests.births.scene import RULES

RULE = Disclosure(least_cell=10, small_area=200, protection_width=5, least_changes=3)
LARGE, LARGER = (80, 70, 50, 40, 15, 12), (90, 80, 60, 50, 25, 22)
FEW_THIRD = (90, 80, 60, 50, 7, 4)
SMALL, TINY = (20, 15, 7, 4, 0, 0), (3, 2, 1, 1, 0, 0)
NOTHING, TOTAL, SEXES, ORDERS = Detail


@pytest.mark.parametrize(
    ("counts", "detail"),
    [
        (LARGE, ORDERS),
        (FEW_THIRD, SEXES),
        (SMALL, TOTAL),
        (TINY, NOTHING),
        ((300, 3, 2, 1, 0, 0), TOTAL),
        ((3, 300, 2, 1, 0, 0), TOTAL),
        ((10, 0, 0, 0, 0, 0), TOTAL),
    ],
)
def test_an_area_prints_no_cell_that_is_too_small(counts, detail):
    assert RULE.detail_of(counts) is detail


def test_the_quarter_of_the_documents_prints_its_total_only():
    assert RULE.detail_of((20, 15, 7, 4, 0, 0)).cells == ("births",)


def test_small_areas_are_pooled_with_the_next_smallest_until_they_are_not_small():
    made = plan({"a": LARGER, "b": LARGE, "c": SMALL}, RULE)
    assert dict(made.areas) == {"a": ORDERS, "b": TOTAL, "c": TOTAL}
    assert (made.pooled, made.pool) == (("b", "c"), ORDERS)


def test_areas_that_are_large_enough_together_take_no_other_with_them():
    made = plan({"a": LARGER, **{f"s{n}": SMALL for n in range(7)}}, RULE)
    assert (made.areas["a"], made.pool) == (SEXES, SEXES)
    assert made.pooled == tuple(f"s{n}" for n in range(7))


def test_one_suppressed_total_takes_the_next_smallest_with_it():
    made = plan({"a": LARGER, "b": LARGE, "c": SMALL, "d": TINY}, RULE)
    assert (made.areas["c"], made.areas["d"]) == (NOTHING, NOTHING)
    assert made.pooled == ("b", "c", "d")


def test_one_area_without_its_birth_orders_takes_the_next_smallest_with_it():
    made = plan({"a": LARGER, "b": LARGE, "c": FEW_THIRD}, RULE)
    assert dict(made.areas) == {"a": ORDERS, "b": SEXES, "c": SEXES}
    assert made.pool is NOTHING


def test_where_there_is_nothing_there_is_nothing_to_print():
    assert plan({}, RULE).areas == {}
    assert plan({"a": TINY}, RULE).areas == {"a": NOTHING}
    assert plan({"a": SMALL}, RULE).areas == {"a": TOTAL}


def test_a_plan_is_lowered_where_a_cell_was_given_away():
    areas = {"a": LARGER, "b": LARGER, "c": LARGE}
    made = plan(areas, RULE)
    assert lower(made, areas, "boys of order 1", ("b",), RULE).areas == {"a": ORDERS, "b": SEXES, "c": SEXES}
    fewer = lower(made, areas, "boys", (), RULE)
    assert (fewer.areas["c"], fewer.pool) == (TOTAL, ORDERS)


def test_a_plan_that_prints_no_such_cell_lowers_its_pool_and_then_nothing():
    areas = {f"s{n}": SMALL for n in range(10)}
    made = plan(areas, RULE)
    assert (set(made.areas.values()), made.pool) == ({TOTAL}, SEXES)
    without = lower(made, areas, "boys", (), RULE)
    assert without.pool is TOTAL
    assert lower(without, areas, "boys", (), RULE) is None


def test_cells_are_what_they_are_the_sums_of():
    assert [sum_of(SMALL, cell) for cell in CELLS] == [46, 27, 19, 35, 11, 0, 20, 15, 7, 4, 0, 0]
    assert together([SMALL, TINY]) == (23, 17, 8, 5, 0, 0)
    assert [detail_of(cell) for cell in ("births", "girls", "births of order 2")] == [TOTAL, SEXES, ORDERS]


def test_a_row_knows_what_it_prints():
    two = Sexes(boys=20, girls=15, ratio=133.3, low=64.9, high=279.9)
    row = Row(axis=Axis.TOWNSHIP, areas=("a",), births=105, sexes=two, by_order=(two, two, two))
    assert (row.detail, set(row.printed)) == (ORDERS, set(CELLS))
    assert (row.printed["births of order 1"], row.printed["girls of order 3+"]) == (35, 15)
    assert (Row(axis=Axis.COUNTY, areas=()).printed, Row(axis=Axis.COUNTY, areas=()).detail) == ({}, NOTHING)


def test_the_rules_are_the_policys():
    assert RULES.of_releases == RULE
    with pytest.raises(PolicyMissing, match="releases"):
        _ = RULES.model_copy(update={"releases": None}).of_releases
