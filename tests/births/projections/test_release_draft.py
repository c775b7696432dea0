"""What a release prints: the quarter of the documents, small areas, and what earlier releases no longer allow."""

from __future__ import annotations

from itertools import pairwise

import pytest

from services.births.domain.release import DifferencingRevealsCell, SuppressionWouldFail
from services.births.domain.release_figures import NONE, Axis, Detail, together
from services.births.projections.periods import quarter, statistical_year
from services.births.projections.release_check import revealed
from services.births.projections.release_draft import Known, draft
from services.births.projections.release_text import words
from tests.births.scene import RULES

DAYINGXIANG = (20, 15, 7, 4, 0, 0)
LARGE, LARGER = (180, 170, 100, 95, 25, 22), (240, 230, 120, 118, 31, 30)
RULE = RULES.of_releases


def known(editions=(), **births):
    """Births by period; each period has townships, and one facility each."""
    made = {
        period: {Axis.TOWNSHIP: areas, Axis.FACILITY: {f"of-{code}": counts for code, counts in areas.items()}}
        for period, areas in births.items()
    }
    return Known(7, RULES, made, list(editions))


def figures(name, what):
    return draft((quarter if "Q" in name else statistical_year)(name, 10), what)


def printed(made):
    """The detail of each township, by code, and of the county."""
    return {"+".join(row.areas): row.detail for row in made.rows if row.axis is not Axis.FACILITY}


COUNTY = {"dayingxiang": DAYINGXIANG, "hekou": LARGE, "qinghe": LARGER}


def test_the_quarter_of_the_documents_prints_its_total_only():
    made = figures("2025Q1", known(**{"2025Q1": COUNTY}))
    assert printed(made) == {
        "": Detail.ORDERS,
        "dayingxiang": Detail.TOTAL,
        "hekou": Detail.TOTAL,
        "qinghe": Detail.ORDERS,
        "dayingxiang+hekou": Detail.ORDERS,
    }
    [mine] = [row for row in made.rows if row.areas == ("dayingxiang",)]
    assert (mine.births, mine.sexes, mine.by_order) == (46, None, None)


def test_a_ratio_is_printed_with_its_counts_and_its_interval_only():
    made = figures("2025Q1", known(**{"2025Q1": COUNTY}))
    told = [each for row in made.rows for each in (row.sexes, *(row.by_order or ())) if each]
    assert all(None not in {each.boys, each.girls, each.ratio, each.low, each.high} for each in told)
    assert min(min(each.boys, each.girls) for each in told) >= RULE.least_cell
    [county] = [row for row in made.rows if row.axis is Axis.COUNTY]
    assert county.births == sum(sum(counts) for counts in COUNTY.values()) == 1507 - 100
    assert (county.sexes.boys, county.sexes.ratio) == (723, 105.7)


def test_the_whole_county_is_printed_from_what_is_printed():
    made = figures("2025Q1", known(**{"2025Q1": COUNTY}))
    assert together(COUNTY.values()) == (440, 415, 227, 217, 56, 52)
    [county] = [row for row in made.rows if row.axis is Axis.COUNTY]
    assert [(each.boys, each.girls) for each in county.by_order] == [(440, 415), (227, 217), (56, 52)]


def test_a_period_too_small_for_a_total_cannot_be_released():
    with pytest.raises(SuppressionWouldFail, match="fewer than 10"):
        figures("2025Q1", known(**{"2025Q1": {"dayingxiang": (3, 2, 1, 1, 0, 0)}}))


QUARTERS = {f"2025Q{number}": {"dayingxiang": DAYINGXIANG, "hekou": LARGE, "qinghe": LARGER} for number in range(1, 5)}
YEAR = {code: together([counts] * 4) for code, counts in COUNTY.items()}


def test_what_no_plan_can_hide_is_refused():
    """Ten townships have births, and the county has ten: each has one, however little is printed of it."""
    lonely = {f"township-{number}": (1, 0, 0, 0, 0, 0) for number in range(RULE.least_cell)}
    with pytest.raises(SuppressionWouldFail, match="births in township-0, 2025Q1"):
        figures("2025Q1", known(**{"2025Q1": lonely}))


def test_a_year_that_is_little_more_than_the_quarters_told_is_refused():
    """No quarter of three births is printed, but a year less three quarters would be one."""
    births = QUARTERS | {"2025Q4": {"qinghe": (2, 1, 0, 0, 0, 0)}}
    year = {code: together(births[name].get(code, NONE) for name in QUARTERS) for code in COUNTY}
    before = [figures(name, known(**{name: births[name]})) for name in list(QUARTERS)[:3]]
    with pytest.raises(DifferencingRevealsCell, match="births in qinghe, 2025Q4"):
        figures("2025", known(before, **births, **{"2025": year}))


def released(births):
    """Editions of the four quarters, each made with those before."""
    editions = []
    for name in QUARTERS:
        editions.append(figures(name, known(editions, **births)))
    return editions


def test_a_year_gives_away_no_quarter():
    last = {**QUARTERS["2025Q4"], "hekou": LARGER}
    births = {**QUARTERS, "2025Q4": last}
    year = {code: together(births[name][code] for name in QUARTERS) for code in COUNTY}
    editions = released(births)
    made = figures("2025", known(editions, **births, **{"2025": year}))
    truth = known(**births, **{"2025": year}).births
    assert revealed([*editions, made], truth, RULE) == ()


def test_a_year_whose_quarters_printed_all_but_one_hides_that_one():
    """A township is large in three quarters and small in the fourth: its year less three quarters is that quarter."""
    births = {**QUARTERS, "2025Q4": {"dayingxiang": LARGE, "hekou": DAYINGXIANG, "qinghe": LARGER}}
    births |= {name: {"dayingxiang": LARGE, "hekou": LARGER, "qinghe": LARGER} for name in list(QUARTERS)[:3]}
    year = {code: together(births[name][code] for name in QUARTERS) for code in COUNTY}
    everything = known(released(births), **births, **{"2025": year})
    assert printed(everything.editions[-1])["hekou"] is Detail.TOTAL
    made = figures("2025", everything)
    assert printed(made)["hekou"].rank < RULE.detail_of(year["hekou"]).rank


def test_a_quarter_that_was_never_released_is_not_what_the_year_leaves_of_the_others():
    births = {**QUARTERS, "2025Q4": {"dayingxiang": (2, 1, 0, 0, 0, 0), "hekou": LARGE, "qinghe": LARGER}}
    year = {code: together(births[name][code] for name in QUARTERS) for code in COUNTY}
    editions = released(births)[:3]
    made = figures("2025", known(editions, **births, **{"2025": year}))
    naive = made.model_copy(update={"rows": tuple(row for row in made.rows)})
    assert revealed([*editions, naive], known(**births, **{"2025": year}).births, RULE) == ()


def test_what_is_printed_is_a_pure_function_of_what_was_known():
    everything = known(released(QUARTERS)[:2], **QUARTERS)
    first, *others = (figures("2025Q3", everything).model_dump_json() for _ in range(3))
    assert others == [first, first]


def test_earlier_releases_are_never_printed_in_more_detail_by_their_differences():
    editions = released(QUARTERS)
    assert all(printed(one) == printed(other) for one, other in pairwise(editions))


# In words


def test_a_release_is_told_in_both_languages():
    made = figures("2025Q1", known(**{"2025Q1": COUNTY}))
    told = words(made, RULES)
    assert told.en.startswith("Live births 2025Q1 (2024-10-01 to 2024-12-31): 1407 in the county, 723 boys and 684")
    assert "can neither show nor exclude a normal ratio of 105" in told.en
    assert "Of the townships with births, 1 print a ratio, 2 their total only, 0 nothing." in told.en
    assert told.zh.startswith("2025年第一季度（2024-10-01至2024-12-31）全县活产1407例，其中男婴723例、女婴684例。")
    assert "性别比正常（105）" in told.zh


@pytest.mark.parametrize(
    ("counts", "en", "zh"),
    [
        ((5122, 4878, 0, 0, 0, 0), "neither show nor exclude", "既不能说明"),
        ((51220, 48780, 0, 0, 0, 0), "within the normal 103–107", "正常范围103～107"),
        ((6000, 4000, 0, 0, 0, 0), "above the normal 105", "高于正常值105"),
        ((4000, 6000, 0, 0, 0, 0), "below the normal 105", "低于正常值105"),
    ],
)
def test_a_ratio_is_read_with_its_interval(counts, en, zh):
    told = words(figures("2025", known(**{"2025": {"hekou": counts}})), RULES)
    assert en in told.en
    assert zh in told.zh
    assert told.zh.startswith("2025统计年度")


def test_where_no_ratio_is_printed_none_is_told():
    told = words(figures("2025Q1", known(**{"2025Q1": {"dayingxiang": DAYINGXIANG}})), RULES)
    assert "boys" not in told.en
    assert "男婴" not in told.zh
