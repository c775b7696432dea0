"""Charts as SVG, with words in one language: ratios with intervals, a funnel, births by month, the lag by sex."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import log
from typing import NamedTuple

from services.births.domain.policy import Policy
from services.births.projections.areas import Standing, limits, standing
from services.births.projections.intervals import ratio, wilson
from services.births.projections.report.markup import Markup, element
from services.births.projections.report.words import Lang, said
from services.births.projections.sex_ratio import Live

CONFIDENCE = 0.95
INK, SOFT, FAINT, BAND, PAPER = "#1d2733", "#5d6b7a", "#d8dee6", "#e4f0ed", "#ffffff"
MARK, OTHER, ALARM = "#0f6b5c", "#c27c1a", "#a8322a"
COLOURS = {Standing.WITHIN: MARK, Standing.BETWEEN: OTHER, Standing.OUTSIDE: ALARM}
FONT = "Noto Sans SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
WIDE = 680
RATIOS = (25, 50, 75, 100, 125, 150, 200, 300, 400)
"""Boys per 100 girls at which an axis is marked."""
LEAST, MOST = 40.0, 320.0
"""What an axis of ratios shows at most; an interval that goes on is drawn to the end."""
TALL, LONG = 16, 84
"""Room for a name in a picture."""
SHORTEST, LONGEST, MARKS = 30, 90, 6
"""Days an axis of days shows, and how many of them it marks."""
FEWEST, CURVE = 5, 60
"""The fewest births a funnel begins at, and the points of its curves."""


class Row(NamedTuple):
    """A line of a chart of ratios; `strong` ones stand out."""

    label: str
    live: Live
    strong: bool = False


class Point(NamedTuple):
    """An area in a funnel; the report is about the `strong` one."""

    label: str
    live: Live
    strong: bool = False


class Scale(NamedTuple):
    """Values on a line of the picture, in proportion or (`by_ratio`) by their ratios."""

    least: float
    most: float
    start: float
    end: float
    by_ratio: bool = False

    def at(self, value: float) -> float:
        """The place of a value; those beyond are at the ends."""
        kept = min(max(value, self.least), self.most)
        spread: Callable[[float], float] = log if self.by_ratio else float
        share = (spread(kept) - spread(self.least)) / (spread(self.most) - spread(self.least))
        return self.start + share * (self.end - self.start)


def ratios(rows: Sequence[Row], policy: Policy, lang: Lang) -> Markup:
    """The ratio of each row with its Wilson interval, beside the baseline and its band."""
    top, height = 34, 30
    bottom = top + height * len(rows)
    across = Scale(LEAST, MOST, 190, WIDE - 150, by_ratio=True)
    drawn = [_band(policy, across, top - 8, bottom), *_axis(across, top - 8, bottom)]
    drawn += [_word(policy.baseline, across.at(policy.baseline), top - 16, anchor="middle", fill=MARK, weight="bold")]
    for number, row in enumerate(rows):
        drawn += _ratio(row, across, top + height * (number + 0.5), lang)
    drawn.append(_word(said(lang, "axis_ratio"), (across.start + across.end) / 2, bottom + 34, anchor="middle"))
    return _picture(drawn, bottom + 44, said(lang, "chart_ratios"))


def funnel(points: Sequence[Point], policy: Policy, lang: Lang) -> Markup:
    """Areas by their births and ratios, within the limits that chance alone keeps."""
    births = [point.live.births for point in points if point.live.births]
    fewest = max(FEWEST, min(births) * 0.6)
    across = Scale(fewest, max(fewest * 4, max(births) * 1.7), 70, WIDE - 30, by_ratio=True)
    down = _height(points, policy, across.least)
    drawn = list(_funnel_limits(policy, across, down))
    drawn += _ratio_lines(down, across)
    drawn += [_word(f"{n:,}", across.at(n), 278, anchor="middle") for n in _counts(across)]
    drawn += _areas(points, policy, across, down)
    drawn.append(_word(said(lang, "axis_births"), (across.start + across.end) / 2, 300, anchor="middle"))
    drawn += _legend([(COLOURS[each], said(lang, f"standing_{each}")) for each in Standing], 322)
    return _picture(drawn, 336, said(lang, "chart_funnel"))


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
            drawn.append(_word(count, left + wide / 2, y - 5, anchor="middle"))
        drawn.append(_word(month, middle, bottom + 18, anchor="middle"))
    drawn += _legend([(MARK, said(lang, "boys")), (OTHER, said(lang, "girls"))], bottom + 42)
    return _picture(drawn, bottom + 54, said(lang, "chart_months"))


def lags(delays: Mapping[int, Live], lang: Lang) -> Markup:
    """Which share of the boys and of the girls was recorded within so many days of birth."""
    top, bottom = 20, 220
    longest = max(SHORTEST, min(LONGEST, max(delays, default=0)))
    across, down = Scale(0, longest, 60, WIDE - 30), Scale(0, 100, bottom, top)
    drawn = list[Markup]()
    for share in (0, 25, 50, 75, 100):
        y = down.at(share)
        drawn.append(element("line", x1=across.start, y1=y, x2=across.end, y2=y, stroke=FAINT))
        drawn.append(_word(f"{share} %", across.start - 8, y + 4, anchor="end"))
    step = next(step for step in (5, 10, 15) if longest <= MARKS * step)
    drawn += [_word(day, across.at(day), bottom + 18, anchor="middle") for day in range(0, longest + 1, step)]
    together = Live(sum(live.boys for live in delays.values()), sum(live.girls for live in delays.values()))
    for sex, colour, dash in (("boys", MARK, None), ("girls", OTHER, "6 3")):
        line = _shares({day: getattr(live, sex) for day, live in delays.items()}, across, down)
        drawn.append(
            element("polyline", points=line, fill="none", stroke=colour, stroke_width=2, stroke_dasharray=dash)
        )
    drawn.append(_word(said(lang, "axis_days"), (across.start + across.end) / 2, bottom + 38, anchor="middle"))
    named = ((MARK, "boys", together.boys), (OTHER, "girls", together.girls))
    drawn += _legend([(colour, f"{said(lang, sex)} (n = {count})") for colour, sex, count in named], bottom + 62)
    return _picture(drawn, bottom + 74, said(lang, "chart_lag"))


def _picture(drawn: Iterable[str], height: float, about: str) -> Markup:
    """`about` is what the picture says to who cannot see it."""
    names = {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {WIDE} {height:.0f}", "role": "img"}
    return element("svg", element("title", about), *drawn, **names, font_family=FONT, font_size=12, font_weight=400)


def _word(  # noqa: PLR0913 - what a word in a picture has
    text: object, x: float, y: float, *, anchor: str = "start", fill: str = SOFT, weight: str | None = None
) -> Markup:
    return element("text", str(text), x=float(x), y=float(y), text_anchor=anchor, fill=fill, font_weight=weight)


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
            yield _word(mark, x, bottom + 16, anchor="middle")


def _ratio(row: Row, across: Scale, y: float, lang: Lang) -> Iterable[Markup]:
    """One row: label and births on the left, the interval, its numbers on the right."""
    weight, size = ("bold", 5.0) if row.strong else (None, 4.0)
    yield _word(row.label, 8, y + 4, fill=INK, weight=weight)
    yield _word(f"n = {row.live.births}", across.start - 12, y + 4, anchor="end")
    found, (low, high) = ratio(*row.live), wilson(*row.live, CONFIDENCE)
    if low is None:
        yield _word(said(lang, "no_births"), WIDE - 138, y + 4)
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
    yield _word(shown, WIDE - 138, y + 4, fill=INK, weight=weight)


def _height(points: Sequence[Point], policy: Policy, fewest: float) -> Scale:
    """Every point, and the outer limits where they are widest, as far as an axis of ratios goes."""
    low, high = limits(fewest, policy).outer
    found = [each for point in points if (each := ratio(*point.live)) is not None]
    least, most = min([low or LEAST, *found]) * 0.9, max([high or MOST, *found]) * 1.1
    return Scale(max(LEAST, least), min(MOST, most), 260, 20, by_ratio=True)


def _funnel_limits(policy: Policy, across: Scale, down: Scale) -> Iterable[Markup]:
    """Both limits as areas, the outer one below, and the baseline."""
    steps = [across.least * (across.most / across.least) ** (step / CURVE) for step in range(CURVE + 1)]
    found = [(across.at(births), limits(births, policy)) for births in steps]
    for which, colour in ((1, "#f2f4f6"), (0, BAND)):
        upper = [(x, down.at(each[which].high or down.most)) for x, each in found]
        lower = [(x, down.at(each[which].low or down.least)) for x, each in reversed(found)]
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (*upper, *lower))
        yield element("polygon", points=points, fill=colour, stroke=FAINT)
    y = down.at(policy.baseline)
    yield element("line", x1=across.start, y1=y, x2=across.end, y2=y, stroke=MARK, stroke_dasharray="4 3")


def _ratio_lines(down: Scale, across: Scale) -> Iterable[Markup]:
    for mark in RATIOS:
        if down.least <= mark <= down.most:
            y = down.at(mark)
            yield element("line", x1=across.start - 4, y1=y, x2=across.start, y2=y, stroke=SOFT)
            yield _word(mark, across.start - 8, y + 4, anchor="end")


def _counts(across: Scale) -> Iterable[int]:
    """Round numbers of births for an axis."""
    return (
        n for power in range(7) for n in (10**power, 2 * 10**power, 5 * 10**power) if across.least <= n <= across.most
    )


def _areas(points: Sequence[Point], policy: Policy, across: Scale, down: Scale) -> Iterable[Markup]:
    """A dot for each area, named above where the names do not meet: the ones one looks for first."""
    named: list[tuple[float, float]] = []
    for point in sorted(points, key=lambda point: (_urgency(point, policy), -point.live.births, point.label)):
        if not point.live.births:
            continue
        found, strong = ratio(*point.live), point.strong
        x, y = across.at(point.live.births), down.at(down.most if found is None else found)
        dot = {"fill": COLOURS[standing(point.live, policy)], "stroke": INK if strong else PAPER, "stroke_width": 1.5}
        yield element("circle", cx=x, cy=y, r=6.0 if strong else 4.5, **dot)
        if all(abs(y - other) > TALL or abs(x - beside) > LONG for beside, other in named):
            named.append((x, y))
            middle = min(max(x, across.start + LONG / 2), across.end - LONG / 2)
            yield _word(point.label, middle, y - 11, anchor="middle", fill=INK, weight="bold" if strong else None)


def _urgency(point: Point, policy: Policy) -> int:
    """The report's own area first, then those far out."""
    return -1 if point.strong else list(Standing)[::-1].index(standing(point.live, policy))


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


def _legend(entries: Sequence[tuple[str, str]], y: float) -> Iterable[Markup]:
    slot = (WIDE - 80) / len(entries)
    for number, (colour, words) in enumerate(entries):
        x = 60 + slot * number
        yield element("rect", x=x, y=y - 9, width=10, height=10, fill=colour)
        yield _word(words, x + 16, y, fill=INK)
