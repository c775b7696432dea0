"""The quarterly report: the source's quarter exactly, and what it says of any other."""

from __future__ import annotations

from datetime import date

import pytest

from services.births.projections.intervals import Interval, exact
from services.births.projections.periods import QuarterMalformed, YearMalformed, quarter, statistical_year
from services.births.projections.quarterly_report import COUNTY, report
from services.births.projections.report_text import Reading, reading
from services.births.projections.sex_ratio import Filters, Live
from tests.births.scene import RULES, TOWNSHIPS
from tests.journeys.quarter import QUARTER

DAYINGXIANG = TOWNSHIPS[0]
FIRST = quarter("2025Q1", 10)
SOURCE = {"1": Live(20, 15), "2": Live(7, 4), "3+": Live(0, 0)}
NONE = Live(0, 0)


def of(first=NONE, second=NONE, later=NONE):
    return report(DAYINGXIANG, FIRST, {"1": first, "2": second, "3+": later}, RULES)


def test_the_source_quarter_is_reproduced():
    text = (made := report(DAYINGXIANG, FIRST, SOURCE, RULES)).pop("text")
    assert made == QUARTER
    assert set(text) == {"zh", "en"}


def test_the_source_quarter_reads_honestly_in_english():
    assert of(*SOURCE.values())["text"]["en"] == (
        "Dayingxiang, 2025Q1 (1 October to 31 December 2024): 46 live births, 27 boys and 19 girls. "
        "Published as a bare figure, that is a sex ratio of 142 boys per 100 girls. "
        "Read honestly, it is 142.1 with an exact 95 % interval of 76–270. "
        "So 46 births can neither show nor exclude a normal ratio of 105: "
        "chance alone makes the ratio of so few births swing that widely. "
        "By birth order: first births 133.3 (20 boys and 15 girls; 64.9–279.9); "
        "second births 175.0 (7 boys and 4 girls; 44.5–815.2); third and later births none. "
        "The fewer the births, the less a ratio says."
    )


def test_the_source_quarter_reads_honestly_in_chinese():
    assert of(*SOURCE.values())["text"]["zh"] == (
        "大营乡2025年第一季度（统计年度，2024年10月1日至12月31日）：活产46例，其中男婴27例、女婴19例。"
        "若只公布一个数字，出生人口性别比为142（每100名女婴对应的男婴数）。"
        "如实解读：性别比为142.1，95%精确置信区间为76～270。"
        "仅凭这46例出生，既不能说明性别比正常（105），也不能排除性别比正常："
        "出生数这样少，仅偶然波动就足以使性别比在这样大的范围内变动。"
        "分孩次看：一孩133.3（男婴20例、女婴15例，区间64.9～279.9）；"
        "二孩175.0（男婴7例、女婴4例，区间44.5～815.2）；多孩（三孩及以上）无。"
        "例数越少，性别比越不能说明问题。"
    )


# What cannot be stated is not


def test_a_quarter_without_births_has_no_ratio():
    made = of()
    assert (made["births"], made["ratio"], made["interval95"]) == (0, None, [None, None])
    assert made["text"]["en"].endswith("no live births on record, so there is no sex ratio to state.")
    assert made["text"]["zh"].endswith("无活产记录，不计算出生人口性别比。")


def test_a_quarter_of_boys_only_has_no_ratio_and_no_upper_end():
    made = of(Live(3, 0))
    assert (made["ratio"], made["interval95"]) == (None, [41.3, None])
    assert "3 boys and no girls. Without girls there is no ratio" in made["text"]["en"]
    assert "first births no ratio (3 boys and no girls; from 41.3 upward)" in made["text"]["en"]
    assert "没有女婴出生，无法计算性别比" in made["text"]["zh"]
    assert "一孩无法计算（男婴3例、女婴0例，区间为41.3以上）" in made["text"]["zh"]


def test_a_quarter_of_girls_only_has_ratio_zero():
    made = of(Live(0, 1))
    assert (made["ratio"], made["interval95"][0]) == (0.0, 0.0)
    assert "1 live birth, no boys and 1 girl." in made["text"]["en"]


# The readings


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        (exact(27, 19, 0.95), Reading.UNDECIDED),
        (Interval(103.0, 107.0), Reading.NORMAL),
        (Interval(102.9, 106.0), Reading.UNDECIDED),
        (Interval(104.0, 107.1), Reading.UNDECIDED),
        (Interval(105.0, 130.0), Reading.UNDECIDED),
        (Interval(105.1, 106.0), Reading.ABOVE),
        (Interval(105.1, None), Reading.ABOVE),
        (Interval(0.0, 104.9), Reading.BELOW),
        (Interval(41.3, None), Reading.UNDECIDED),
    ],
)
def test_an_interval_is_read_against_baseline_and_band(interval, expected):
    assert reading(interval, RULES) is expected


@pytest.mark.parametrize(
    ("births", "english", "chinese"),
    [
        (Live(525_000, 500_000), "1025000 births show a normal ratio: the whole interval lies within 103–107", "表明"),
        (Live(600, 400), "above the normal 105 by more than chance readily explains", "高于正常值105"),
        (Live(400, 600), "below the normal 105 by more than chance readily explains", "低于正常值105"),
    ],
)
def test_each_reading_is_said_in_plain_words(births, english, chinese):
    text = of(births)["text"]
    assert english in text["en"]
    assert chinese in text["zh"]


def test_a_high_ratio_asks_for_a_check_of_the_data_and_accuses_no_family():
    text = of(Live(600, 400))["text"]
    assert "check the data" in text["en"]
    assert "nothing about any one family" in text["en"]
    assert "先核查数据" in text["zh"]
    assert "不说明任何一个家庭" in text["zh"]


# The quarter


@pytest.mark.parametrize(
    ("name", "starts_in", "first", "last"),
    [
        ("2025Q1", 10, date(2024, 10, 1), date(2024, 12, 31)),
        ("2025Q2", 10, date(2025, 1, 1), date(2025, 3, 31)),
        ("2025Q4", 10, date(2025, 7, 1), date(2025, 9, 30)),
        ("2025Q1", 1, date(2025, 1, 1), date(2025, 3, 31)),
        ("2025Q4", 1, date(2025, 10, 1), date(2025, 12, 31)),
        ("2024Q1", 12, date(2023, 12, 1), date(2024, 2, 29)),
    ],
)
def test_quarters_follow_the_statistical_year(name, starts_in, first, last):
    asked = quarter(name, starts_in)
    assert (str(asked), asked.first, asked.last) == (name, first, last)


def test_a_quarter_across_new_year_names_both_years():
    asked = quarter("2024Q1", 12)
    text = report(DAYINGXIANG, asked, SOURCE, RULES)["text"]
    assert "1 December 2023 to 29 February 2024" in text["en"]
    assert "2023年12月1日至2024年2月29日" in text["zh"]


def test_a_quarter_counts_its_own_months():
    assert FIRST.births_in("dayingxiang") == Filters("2024-10", "2024-12", "dayingxiang")


@pytest.mark.parametrize(
    "name", ["2025Q5", "2025Q0", "2025q1", "25Q1", "0999Q1", "2025", "Q1", "", "2025Q1 ", "２025Q1"]
)
def test_a_malformed_quarter_is_refused(name):
    with pytest.raises(QuarterMalformed) as refused:
        quarter(name, 10)
    assert refused.value.pointer == "/quarter"
    assert "2025Q1" in refused.value.accepted


# The year, and the county


def test_a_year_is_the_four_quarters_of_its_name():
    year = statistical_year("2025", 10)
    assert (str(year), year.kind, year.first, year.last) == ("2025", "year", date(2024, 10, 1), date(2025, 9, 30))
    assert year.months == [month for number in (1, 2, 3, 4) for month in quarter(f"2025Q{number}", 10).months]


def test_the_report_of_a_year_says_so():
    made = report(COUNTY, statistical_year("2025", 10), SOURCE, RULES)
    assert (made["township"], made["year"], made["births"], "quarter" in made) == (None, "2025", 46, False)
    assert made["text"]["en"].startswith("The whole county, 2025 (1 October 2024 to 30 September 2025): 46 live births")
    assert made["text"]["zh"].startswith("全县2025年度（统计年度，2024年10月1日至2025年9月30日）：活产46例")


@pytest.mark.parametrize("name", ["2025Q1", "25", "0999", "", "２０２５"])
def test_a_malformed_year_is_refused(name):
    with pytest.raises(YearMalformed) as refused:
        statistical_year(name, 10)
    assert refused.value.pointer == "/year"
    assert "2025" in refused.value.accepted


@pytest.mark.parametrize("starts_in", [1, 10, 12])
def test_the_periods_before_a_quarter_and_a_year_are_those_of_their_names(starts_in):
    before = quarter("2025Q2", starts_in).before()
    assert [next(before) for _ in range(5)] == [
        quarter(name, starts_in) for name in ("2025Q1", "2024Q4", "2024Q3", "2024Q2", "2024Q1")
    ]
    assert next(statistical_year("2025", starts_in).before()) == statistical_year("2024", starts_in)
