"""What a document is made of, whatever it is set as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.births.projections.report.markup import Markup
from services.births.projections.report.words import Lang


@dataclass(frozen=True)
class Paragraph:
    """Text; `small` beside what is told."""

    text: str
    small: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of words and numbers under a heading; the first column is words, the last `strong` rows stand out."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    strong: int = 0


@dataclass(frozen=True)
class Chart:
    """A picture and what it shows."""

    svg: Markup
    caption: str = ""


Block = Paragraph | Table | Chart


@dataclass(frozen=True)
class Chapter:
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Figure:
    """A number to be seen first: what it is, and its interval or nothing."""

    value: str
    name: str
    note: str = ""


@dataclass(frozen=True)
class Document:
    """A report in one language. `mark` says who may see it."""

    lang: Lang
    title: str
    about: str
    mark: str
    figures: Sequence[Figure]
    chapters: Sequence[Chapter]
    foot: str
