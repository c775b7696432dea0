"""What every chart is drawn with: colours, a scale, words, a legend, and the picture around it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import log
from typing import NamedTuple

from services.births.projections.report.markup import Markup, element

CONFIDENCE = 0.95
INK, SOFT, FAINT, BAND, PAPER = "#1d2733", "#5d6b7a", "#d8dee6", "#e4f0ed", "#ffffff"
MARK, OTHER, ALARM = "#0f6b5c", "#c27c1a", "#a8322a"
FONT = "Noto Sans SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
WIDE = 680
RATIOS = (25, 50, 75, 100, 125, 150, 200, 300, 400)
"""Boys per 100 girls at which an axis is marked."""
LEAST, MOST = 40.0, 320.0
"""What an axis of ratios shows at most; an interval that goes on is drawn to the end."""


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


def picture(drawn: Iterable[str], height: float, about: str) -> Markup:
    """`about` is what the picture says to who cannot see it."""
    names = {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {WIDE} {height:.0f}", "role": "img"}
    return element("svg", element("title", about), *drawn, **names, font_family=FONT, font_size=12, font_weight=400)


def word(  # noqa: PLR0913 - what a word in a picture has
    text: object, x: float, y: float, *, anchor: str = "start", fill: str = SOFT, weight: str | None = None
) -> Markup:
    return element("text", str(text), x=float(x), y=float(y), text_anchor=anchor, fill=fill, font_weight=weight)


def legend(entries: Sequence[tuple[str, str]], y: float) -> Iterable[Markup]:
    slot = (WIDE - 80) / len(entries)
    for number, (colour, words) in enumerate(entries):
        x = 60 + slot * number
        yield element("rect", x=x, y=y - 9, width=10, height=10, fill=colour)
        yield word(words, x + 16, y, fill=INK)
