"""Counts of live births as rows of a table, with their ratio and its exact interval."""

from __future__ import annotations

from collections.abc import Sequence

from services.births.projections.intervals import Interval
from services.births.projections.quarterly_report import figures_of
from services.births.projections.report.document import Table
from services.births.projections.report.words import Lang, said
from services.births.projections.sex_ratio import Live


def counted(first: str, named: Sequence[tuple[str, Live]], lang: Lang, strong: int = 0) -> Table:
    """Counts, ratio and exact interval of each row."""
    head = [first, *(said(lang, name) for name in ("boys", "girls", "births", "short_ratio", "short_exact"))]
    rows = [(name, str(live.boys), str(live.girls), str(live.births), *stated(live, lang)) for name, live in named]
    return Table(head, rows, strong)


def stated(live: Live, lang: Lang) -> tuple[str, str]:
    figures = figures_of(live)
    shown = said(lang, "none") if figures.ratio is None else f"{figures.ratio:.1f}"
    return shown, _interval(figures.interval, lang)


def _interval(interval: Interval, lang: Lang) -> str:
    if interval.low is None:
        return said(lang, "none")
    return f"{interval.low:.1f}–{'∞' if interval.high is None else f'{interval.high:.1f}'}"
