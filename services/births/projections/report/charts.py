"""Charts as SVG, with words in one language: ratios with intervals, births by month, the lag by sex."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from services.births.domain.policy import Policy
from services.births.projections.intervals import ratio, wilson
from services.births.projections.report.drawing import (
    BAND,
    CONFIDENCE,
    FAINT,
    INK,
    LEAST,
    MARK,
    MOST,
    OTHER,
    RATIOS,
    SOFT,
    WIDE,
    Scale,
    legend,
    picture,
    word,
)
from services.births.projections.report.markup import Markup, element
from services.births.projections.report.words import Lang, said
from services.births.projections.sex_ratio import Live

SHORTEST, LONGEST, MARKS = 30, 90, 6
"""Days an axis of days shows, and how many of them it marks."""


class Row(NamedTuple):
    """A line of a chart of ratios; `strong` ones stand out."""

    label: str
    live: Live
    strong: bool = False


def ratios(rows: Sequence[Row], policy: Policy, lang: Lang) -> Markup:
    """The ratio of each row with its Wilson interval, beside the baseline and its band."""
    top, height = 34, 30
    bottom = top + height * len(rows)
    across = Scale(LEAST, MOST, 190, WIDE - 150, by_ratio=True)
    drawn = [_band(policy, across, top - 8, bottom), *_axis(across, top - 8, bottom)]
    drawn += [word(policy.baseline, across.at(policy.baseline), top - 16, anchor="middle", fill=MARK, weight="bold")]
    for number, row in enumerate(rows):
        drawn += _ratio(row, across, top + height * (number + 0.5), lang)
    drawn.append(word(said(lang, "axis_ratio"), (across.start + across.end) / 2, bottom + 34, anchor="middle"))
    return picture(drawn, bottom + 44, said(lang, "chart_ratios"))


def months(births: Mapping[str, Live], lang: Lang) -> Markup:
    """Boys and girls born in each month, side by side."""
    top, bottom = 28, 200
    most = max((max(live) for live in births.values()), default=0) or 1
    down, slot = Scale(0, most, bottom, top), (WIDE - 60) / len(births)
    drawn = [element("line", x1=40, y1=bottom, x2=WIDE - 20, y2=bottom, stroke=SOFT)]
    wide = min(34.0, slot / 2 - 4)
    for number, (month, live) in enumerate(births.items()):
        middle = 40 + slot * (number + 0.5)
        for count, left, colour in ((live.boys, middle - wide - 1, MARK), (live.girls, middle + 1, OTHER)):
            y = down.at(count)
            drawn.append(element("rect", x=left, y=y, width=wide, height=bottom - y, fill=colour))
            drawn.append(word(count, left + wide / 2, y - 5, anchor="middle"))
        drawn.append(word(month, middle, bottom + 18, anchor="middle"))
    drawn += legend([(MARK, said(lang, "boys")), (OTHER, said(lang, "girls"))], bottom + 42)
    return picture(drawn, bottom + 54, said(lang, "chart_months"))


def lags(delays: Mapping[int, Live], lang: Lang) -> Markup:
    """Which share of the boys and of the girls was recorded within so many days of birth."""
    top, bottom = 20, 220
    longest = max(SHORTEST, min(LONGEST, max(delays, default=0)))
    across, down = Scale(0, longest, 60, WIDE - 30), Scale(0, 100, bottom, top)
    drawn = list[Markup]()
    for share in (0, 25, 50, 75, 100):
        y = down.at(share)
        drawn.append(element("line", x1=across.start, y1=y, x2=across.end, y2=y, stroke=FAINT))
        drawn.append(word(f"{share} %", across.start - 8, y + 4, anchor="end"))
    step = next(step for step in (5, 10, 15) if longest <= MARKS * step)
    drawn += [word(day, across.at(day), bottom + 18, anchor="middle") for day in range(0, longest + 1, step)]
    together = Live(sum(live.boys for live in delays.values()), sum(live.girls for live in delays.values()))
    for sex, colour, dash in (("boys", MARK, None), ("girls", OTHER, "6 3")):
        line = _shares({day: getattr(live, sex) for day, live in delays.items()}, across, down)
        drawn.append(
            element("polyline", points=line, fill="none", stroke=colour, stroke_width=2, stroke_dasharray=dash)
        )
    drawn.append(word(said(lang, "axis_days"), (across.start + across.end) / 2, bottom + 38, anchor="middle"))
    named = ((MARK, "boys", together.boys), (OTHER, "girls", together.girls))
    drawn += legend([(colour, f"{said(lang, sex)} (n = {count})") for colour, sex, count in named], bottom + 62)
    return picture(drawn, bottom + 74, said(lang, "chart_lag"))


def _band(policy: Policy, across: Scale, top: float, bottom: float) -> Markup:
    left, right = across.at(policy.band.least), across.at(policy.band.most)
    band = element("rect", x=left, y=float(top), width=right - left, height=bottom - top, fill=BAND)
    x = across.at(policy.baseline)
    return Markup(band + element("line", x1=x, y1=top, x2=x, y2=bottom, stroke=MARK, stroke_dasharray="4 3"))


def _axis(across: Scale, top: float, bottom: float) -> Iterable[Markup]:
    yield element("line", x1=across.start, y1=bottom, x2=across.end, y2=bottom, stroke=SOFT)
    for mark in RATIOS:
        if across.least <= mark <= across.most:
            x = across.at(mark)
            yield element("line", x1=x, y1=top, x2=x, y2=bottom, stroke=FAINT)
            yield word(mark, x, bottom + 16, anchor="middle")


def _ratio(row: Row, across: Scale, y: float, lang: Lang) -> Iterable[Markup]:
    """One row: label and births on the left, the interval, its numbers on the right."""
    weight, size = ("bold", 5.0) if row.strong else (None, 4.0)
    yield word(row.label, 8, y + 4, fill=INK, weight=weight)
    yield word(f"n = {row.live.births}", across.start - 12, y + 4, anchor="end")
    found, (low, high) = ratio(*row.live), wilson(*row.live, CONFIDENCE)
    if low is None:
        yield word(said(lang, "no_births"), WIDE - 138, y + 4)
        return
    left, right = across.at(low), across.at(across.most if high is None else high)
    yield element("line", x1=left, y1=y, x2=right, y2=y, stroke=INK, stroke_width=size / 2.5)
    for end, inside in ((left, low >= across.least), (right, high is not None and high <= across.most)):
        if inside:
            yield element("line", x1=end, y1=y - 5, x2=end, y2=y + 5, stroke=INK, stroke_width=size / 2.5)
    if found is not None:
        yield element("circle", cx=across.at(found), cy=y, r=size, fill=MARK if row.strong else INK)
    numbers = said(lang, "no_ratio") if found is None else f"{found:.1f}"
    shown = f"{numbers} ({low:.1f}–{'∞' if high is None else f'{high:.1f}'})"
    yield word(shown, WIDE - 138, y + 4, fill=INK, weight=weight)


def _shares(by_day: Mapping[int, int], across: Scale, down: Scale) -> str:
    """The points of a line with a step for each day on which somebody was registered."""
    whole, known = sum(by_day.values()) or 1, 0
    points = [(across.at(0), down.at(0))]
    for day, births in by_day.items():
        points.append((across.at(day), points[-1][1]))
        known += births
        points.append((across.at(day), down.at(100 * known / whole)))
    points.append((across.end, points[-1][1]))
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
