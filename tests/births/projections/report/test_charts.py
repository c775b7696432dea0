"""Charts: well-formed pictures that say their numbers, whatever the numbers are."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.births.projections.report import charts, drawing
from services.births.projections.report.funnel import Point, funnel
from services.births.projections.sex_ratio import Live
from tests.births.scene import RULES

SVG = "{http://www.w3.org/2000/svg}"
LIVE = st.builds(Live, st.integers(0, 3_000), st.integers(0, 3_000))
LABELS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12)


def words(picture):
    """Every word of a picture that is one."""
    root = ET.fromstring(picture)
    assert root.tag == f"{SVG}svg"
    assert root.find(f"{SVG}title").text
    return [each.text for each in root.iter(f"{SVG}text")]


def shapes(picture, kind):
    return list(ET.fromstring(picture).iter(f"{SVG}{kind}"))


def box(text):
    """Left, right, top and bottom of a word, its letters a bit narrower than any font has them."""
    x, y, half = float(text.get("x")), float(text.get("y")), 2.8 * len(text.text)
    return x - half, x + half, y - 9, y


@pytest.mark.parametrize(
    ("lang", "axis"), [("en", "boys per 100 girls (logarithmic)"), ("zh", "每100名女婴对应的男婴数（对数坐标）")]
)
def test_a_ratio_is_drawn_with_wilsons_interval(lang, axis):
    told = words(charts.ratios([charts.Row("大营乡", Live(27, 19), strong=True)], RULES, lang))
    assert {"大营乡", "n = 46", "142.1 (79.7–253.5)", "105", axis} <= set(told)


def test_a_ratio_lies_where_its_axis_says():
    [dot] = shapes(charts.ratios([charts.Row("all", Live(100, 100))], RULES, "en"), "circle")
    axis = drawing.Scale(drawing.LEAST, drawing.MOST, 190, drawing.WIDE - 150, by_ratio=True)
    assert float(dot.get("cx")) == pytest.approx(axis.at(100), abs=0.1)


def test_births_without_girls_have_an_interval_and_no_dot():
    picture = charts.ratios([charts.Row("boys only", Live(3, 0))], RULES, "en")
    assert "no ratio (78.1–∞)" in words(picture)
    assert not shapes(picture, "circle")


def test_no_births_have_neither():
    picture = charts.ratios([charts.Row("none", Live(0, 0))], RULES, "en")
    assert "no births" in words(picture)
    assert not shapes(picture, "circle")


def test_a_funnel_shows_each_area_by_where_it_stands():
    points = [Point("Hekou", Live(1130, 870)), Point("Dayingxiang", Live(27, 19), strong=True)]
    picture = funnel([*points, Point("Nowhere", Live(0, 0))], RULES, "en")
    dots = shapes(picture, "circle")
    assert [dot.get("fill") for dot in dots] == [drawing.ALARM, drawing.MARK]
    assert {"Hekou", "Dayingxiang"} <= set(words(picture))
    assert "Nowhere" not in words(picture)


def test_names_in_a_funnel_hide_neither_one_another_nor_a_dot():
    places = ["County Maternal and Child Health Hospital", "县妇幼保健院", "Hekou", "大营乡", "Xinzhen"]
    near = [Point(name, Live(520 + 3 * number, 500)) for number, name in enumerate(places)]
    picture = funnel([*near, Point("Far", Live(40, 40))], RULES, "en")
    named = {each.text: each for each in shapes(picture, "text") if each.text in {*places, "Far"}}
    assert "Far" in named
    assert 1 < len(named) < len(places) + 1
    dots = [(float(dot.get("cx")), float(dot.get("cy"))) for dot in shapes(picture, "circle")]
    boxes = [box(each) for each in named.values()]
    for number, (left, right, top, bottom) in enumerate(boxes):
        assert not [x for x, y in dots if left < x < right and top < y < bottom]
        assert all(right < a or b < left or bottom < c or d < top for a, b, c, d in boxes[number + 1 :])


def test_months_say_their_counts():
    told = words(charts.months({"2024-10": Live(9, 6), "2024-11": Live(0, 0)}, "zh"))
    assert {"2024-10", "2024-11", "9", "6", "0", "男婴", "女婴"} <= set(told)


def test_a_lag_ends_where_everybody_is_registered():
    boys, girls = shapes(charts.lags({0: Live(1, 0), 40: Live(1, 2)}, "en"), "polyline")
    assert boys.get("points").split()[-1] == girls.get("points").split()[-1] == "650.0,20.0"
    assert {"boys (n = 2)", "girls (n = 2)"} <= set(words(charts.lags({0: Live(1, 0), 40: Live(1, 2)}, "en")))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(LABELS, LIVE), min_size=1, max_size=8), st.sampled_from(["en", "zh"]))
def test_whatever_is_drawn_is_well_formed_and_within_the_picture(rows, lang):
    births = any(live.births for _, live in rows)
    pictures = [charts.ratios([charts.Row(*row) for row in rows], RULES, lang), charts.months(dict(rows), lang)]
    pictures += [funnel([Point(*row) for row in rows], RULES, lang)] if births else []
    pictures.append(charts.lags({day: live for day, (_, live) in enumerate(rows)}, lang))
    for picture in pictures:
        assert words(picture)
        assert "nan" not in picture
        for dot in shapes(picture, "circle"):
            assert 0 <= float(dot.get("cx")) <= drawing.WIDE
