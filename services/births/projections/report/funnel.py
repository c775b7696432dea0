"""A funnel as SVG: townships or facilities by their births and ratios, within the limits that chance alone keeps."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from services.births.domain.policy import Policy
from services.births.projections.areas import Standing, limits, standing
from services.births.projections.intervals import ratio
from services.births.projections.report.drawing import (
    ALARM,
    BAND,
    FAINT,
    INK,
    LEAST,
    MARK,
    MOST,
    OTHER,
    PAPER,
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

COLOURS = {Standing.WITHIN: MARK, Standing.BETWEEN: OTHER, Standing.OUTSIDE: ALARM}
FEWEST, CURVE = 5, 60
"""The fewest births a funnel begins at, and the points of its curves."""
ABOVE, BELOW, TALL, GAP = 11, 20, 14, 6
"""How far from its dot a name is written, how tall it is, and how far from the next."""
NARROW, BROAD, CJK = 6.4, 12.2, "\u2e80"
"""How wide letters are, Chinese ones (from `CJK` on) and others."""


class Point(NamedTuple):
    """An area in a funnel; the report is about the `strong` one."""

    label: str
    live: Live
    strong: bool = False


class Dot(NamedTuple):
    """Where an area lies in the picture."""

    point: Point
    x: float
    y: float


class Name(NamedTuple):
    """Where a name would be written: its middle, its base line, and half its width."""

    x: float
    y: float
    half: float

    def has_room(self, names: Collection[Name], dots: Collection[Dot]) -> bool:
        """Whether it hides no other name and no dot."""
        beside = all(abs(self.y - y) > TALL or abs(self.x - x) > self.half + half + GAP for x, y, half in names)
        return beside and not any(abs(self.x - x) < self.half and self.y - TALL < y < self.y + 4 for _, x, y in dots)


def funnel(points: Sequence[Point], policy: Policy, lang: Lang) -> Markup:
    """Areas by their births and ratios, within the limits that chance alone keeps."""
    births = [point.live.births for point in points if point.live.births]
    fewest = max(FEWEST, min(births) * 0.6)
    across = Scale(fewest, max(fewest * 4, max(births) * 1.7), 70, WIDE - 30, by_ratio=True)
    down = _height(points, policy, across.least)
    drawn = list(_funnel_limits(policy, across, down))
    drawn += _ratio_lines(down, across)
    drawn += [word(f"{n:,}", across.at(n), 278, anchor="middle") for n in _counts(across)]
    drawn += _areas(points, policy, across, down)
    drawn.append(word(said(lang, "axis_births"), (across.start + across.end) / 2, 300, anchor="middle"))
    drawn += legend([(COLOURS[each], said(lang, f"standing_{each}")) for each in Standing], 322)
    return picture(drawn, 336, said(lang, "chart_funnel"))


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
            yield word(mark, across.start - 8, y + 4, anchor="end")


def _counts(across: Scale) -> Iterable[int]:
    """Round numbers of births for an axis."""
    return (
        n for power in range(7) for n in (10**power, 2 * 10**power, 5 * 10**power) if across.least <= n <= across.most
    )


def _areas(points: Sequence[Point], policy: Policy, across: Scale, down: Scale) -> Iterator[Markup]:
    """A dot for each area, the ones one looks for first in front, and the names there is room for."""
    dots = list[Dot]()
    for point in sorted(points, key=lambda point: (_urgency(point, policy), -point.live.births, point.label)):
        if point.live.births:
            found = ratio(*point.live)
            dots.append(Dot(point, across.at(point.live.births), down.at(down.most if found is None else found)))
    for dot in reversed(dots):
        colour, strong = COLOURS[standing(dot.point.live, policy)], dot.point.strong
        look = {"fill": colour, "stroke": INK if strong else PAPER, "stroke_width": 1.5}
        yield element("circle", cx=dot.x, cy=dot.y, r=6.0 if strong else 4.5, **look)
    yield from _names(dots, across)


def _names(dots: Sequence[Dot], across: Scale) -> Iterator[Markup]:
    """Names above their dots, else below; none that would hide another name or dot, but always the report's own."""
    names = list[Name]()
    for dot in dots:
        half = sum(BROAD if letter >= CJK else NARROW for letter in dot.point.label) / 2
        middle = max(min(dot.x, across.end - half), across.start + half)
        for y in (dot.y - ABOVE, dot.y + BELOW):
            name = Name(middle, y, half)
            if dot.point.strong or name.has_room(names, dots):
                names.append(name)
                weight = "bold" if dot.point.strong else None
                yield word(dot.point.label, middle, y, anchor="middle", fill=INK, weight=weight)
                break


def _urgency(point: Point, policy: Policy) -> int:
    """The report's own area first, then those far out."""
    return -1 if point.strong else list(Standing)[::-1].index(standing(point.live, policy))
