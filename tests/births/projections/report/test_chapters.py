"""What a report tells: every number of the source's quarter, the same in both languages, and nothing of nobody."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from services.births.projections.report.chapters import document
from services.births.projections.report.document import Chart, Paragraph, Table
from services.births.projections.report.words import WORDS
from services.births.projections.sex_ratio import Live
from tests.births.projections.report.scene import NOTHING, QUARTER, SOURCE, WHOLE, found

EN, ZH = document(found(), "en"), document(found(), "zh")


def chapter(made, title):
    [blocks] = [each.blocks for each in made.chapters if each.title == title]
    return blocks


def rows(blocks):
    """The rows of a chapter's table."""
    [table] = [each for each in blocks if isinstance(each, Table)]
    return [tuple(row) for row in table.rows]


def text(blocks):
    return " ".join(each.text for each in blocks if isinstance(each, Paragraph))


def test_a_report_begins_with_its_numbers():
    assert (EN.title, EN.about) == (
        "Quarterly report on births",
        "Dayingxiang · 2025Q1 (1 October to 31 December 2024)",
    )
    assert ZH.about == "大营乡 · 2025年第一季度（统计年度，2024年10月1日至12月31日）"
    assert [figure.value for figure in EN.figures] == ["46", "27", "19", "142.1"]
    assert EN.figures[-1].note == "exact 95 % interval 76.1–270.4"
    assert "inside only" in EN.mark
    assert "不得公开" in ZH.mark
    assert (EN.foot, ZH.foot) == ("As known on 31 January 2025.", "数据截至2025年1月31日。")


def test_the_source_quarter_is_told_by_birth_order():
    assert rows(chapter(EN, "By birth order")) == [
        ("first", "20", "15", "35", "133.3", "64.9–279.9"),
        ("second", "7", "4", "11", "175.0", "44.5–815.2"),
        ("third and later", "0", "0", "0", "–", "–"),
        ("all", "27", "19", "46", "142.1", "76.1–270.4"),
    ]


@pytest.mark.parametrize(
    ("live", "interval"),
    [(Live(51, 49), "68.9–157.3"), (Live(512, 488), "92.5–119.0"), (Live(5122, 4878), "100.9–109.2")],
)
def test_the_check_values_of_the_domain_are_printed(live, interval):
    made = document(found(births=SOURCE["births"] | {"1": live}), "en")
    assert rows(chapter(made, "By birth order"))[0][-1] == interval


def test_the_reading_is_that_of_the_figures():
    assert "can neither show nor exclude a normal ratio of 105" in text(chapter(EN, "What the births show"))
    assert "既不能说明性别比正常" in text(chapter(ZH, "主要结论"))


def test_months_tell_the_season():
    blocks = chapter(EN, "By month")
    assert [row[0] for row in rows(blocks)] == QUARTER.months
    assert text(blocks) == "Most were born in 2024-12 (16), fewest in 2024-10 (15)."


def test_earlier_periods_are_compared_where_there_are_any():
    [chart] = chapter(EN, "Over time")
    assert "2024Q4" in chart.svg
    assert "Over time" not in [each.title for each in document(found(before=SOURCE["before"][-1:]), "en").chapters]


def test_townships_stand_side_by_side():
    blocks = chapter(EN, "Townships side by side")
    assert [(row[0], row[-1]) for row in rows(blocks)] == [("Dayingxiang", "within chance"), ("Hekou", "within chance")]
    assert "None of the townships lies beyond both limits" in text(blocks)


def test_an_area_beyond_both_limits_is_named_and_its_data_questioned():
    blocks = chapter(document(found(**WHOLE), "en"), "Facilities side by side")
    assert rows(blocks)[0][-1] == "beyond both limits"
    assert "Beyond both limits: County Hospital, Home. Check the data before anything is concluded." in text(blocks)


def test_small_areas_are_one_and_the_reports_own_stays_alone():
    small = {"dayingxiang": Live(5, 4), "hekou": Live(4, 4), "xinzhen": Live(3, 3)}
    blocks = chapter(document(found(townships=small), "en"), "Townships side by side")
    assert [row[:4] for row in rows(blocks)] == [
        ("Dayingxiang", "5", "4", "9"),
        ("2 small townships together: Hekou, xinzhen", "7", "7", "14"),
    ]
    assert "2 small townships" in blocks[-1].svg
    assert "xinzhen" not in blocks[-1].svg


def test_mothers_who_came_home_are_told_of_those_of_whom_it_is_known():
    blocks = chapter(EN, "Returning and incoming mothers")
    assert "Of 41 births where it was told, 17 were of mothers who came home for the birth (41.5 %)." in text(blocks)
    assert rows(blocks)[1][:4] == ("came home for the birth", "9", "8", "17")
    untold = document(found(residences={"unknown": Live(27, 19)}), "en")
    assert "For none of these births" in text(chapter(untold, "Returning and incoming mothers"))


def test_the_triangle_has_both_sexes_in_each_cell():
    blocks = chapter(EN, "How long registration took")
    assert rows(blocks) == [
        ("2024-10", "9 / 4", "0 / 2", "0 / 0", "0 / 0"),
        ("2024-11", "8 / 6", "0 / 0", "0 / 0", "0 / 1"),
        ("2024-12", "10 / 6", "0 / 0", "0 / 0", "0 / 0"),
    ]
    assert (
        "Half of the boys were registered within 3 days, and 0 of 27 later than 30 days after birth. "
        "Half of the girls were registered within 3 days, and 3 of 19 later than 30 days after birth."
    ) in text(blocks)


@pytest.mark.parametrize(
    ("days", "english", "chinese"),
    [
        (0, "on the day of birth", "在出生当日"),
        (1, "within a day", "在出生后1天内"),
        (9, "within 9 days", "在出生后9天内"),
    ],
)
def test_how_soon_half_were_registered_is_said_in_words_and_of_nobody_born_nothing(days, english, chinese):
    delays = {days: Live(2, 0)}
    told = {
        lang: text(chapter(document(found(delays=delays), lang), title))
        for lang, title in (("en", "How long registration took"), ("zh", "登记时滞"))
    }
    assert f"Half of the boys were registered {english}, and 0 of 2" in told["en"]
    assert f"半数男婴{chinese}" in told["zh"]
    assert "girls were registered" not in told["en"]


def test_indicators_carry_counts_and_intervals():
    assert rows(chapter(EN, "Certificates and care")) == [
        ("live births with a valid certificate, %", "44 of 46", "95.7", "85.2–99.5"),
        ("live births in a hospital, %", "42 of 46", "91.3", "79.2–97.6"),
        ("stillbirths per 1,000 births", "1 of 47", "21.3", "0.5–112.9"),
        ("neonatal deaths per 1,000 live births", "1 of 46", "21.7", "0.6–115.3"),
    ]
    maternal = rows(chapter(document(found(**WHOLE), "en"), "Certificates and care"))[-1]
    assert maternal == ("maternal deaths per 100,000 live births (whole county)", "1 of 4900", "20.4", "0.5–113.7")


@pytest.mark.parametrize("other", [{}, NOTHING, WHOLE, {"births": NOTHING["births"] | {"1": Live(3, 0)}}])
def test_both_languages_tell_the_same(other):
    english, chinese = (document(found(**other), lang) for lang in ("en", "zh"))
    assert [shape(each) for each in english.chapters] == [shape(each) for each in chinese.chapters]
    assert all(not re.search(r"[一-鿿]", each.title) for each in english.chapters)
    assert all(re.search(r"[一-鿿]", each.title) for each in chinese.chapters)


def shape(made):
    """What a chapter is made of, without its words: the numbers of its tables."""
    tables = [[row[1:] for row in each.rows] for each in made.blocks if isinstance(each, Table)]
    numbers = [[[re.findall(r"[\d.–∞]{2,}", cell) for cell in row] for row in rows] for rows in tables]
    return [type(each) for each in made.blocks], [len(rows) for rows in tables], bool(numbers)


def test_a_period_without_births_says_so_and_draws_no_funnel():
    made = document(found(**NOTHING), "en")
    assert "no live births on record" in text(chapter(made, "What the births show"))
    titles = [each.title for each in made.chapters]
    assert not {"Townships side by side", "How long registration took", "Over time"} & set(titles)
    assert sum(isinstance(block, Chart) for each in made.chapters for block in each.blocks) == 2


@pytest.mark.parametrize("key", WORDS)
def test_both_languages_have_the_same_words_to_fill_in(key):
    english, chinese = ({name for _, name, _, _ in Formatter().parse(words) if name} for words in WORDS[key])
    assert english == chinese
