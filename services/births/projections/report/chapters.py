"""The chapters of a report, each from what was found, in words of one language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from services.births.projections.indicators import measures
from services.births.projections.intervals import proportion
from services.births.projections.lag import late, median
from services.births.projections.quarterly_report import CONFIDENCE, figures_of
from services.births.projections.report import charts, side_by_side
from services.births.projections.report.counting import counted, stated
from services.births.projections.report.document import Block, Chapter, Chart, Document, Figure, Paragraph, Table
from services.births.projections.report.findings import Findings
from services.births.projections.report.words import Lang, said
from services.births.projections.report_text import Figures, en_day, en_days, text, zh_day, zh_days, zh_period
from services.births.projections.sex_ratio import Live, total

LATER = 3
"""Months later from which they are told together."""


def document(found: Findings, lang: Lang) -> Document:
    """The whole report."""
    period = found.period
    zh = lang == "zh"
    days = (zh_days if zh else en_days)(period.first, period.last)
    place = found.where.name_zh if zh else found.where.name_en
    known = (zh_day if zh else en_day)(found.known_on)
    return Document(
        lang=lang,
        title=said(lang, f"title_{period.kind}"),
        about=said(lang, "about", place=place, period=zh_period(period) if zh else period, days=days),
        mark=said(lang, "inside"),
        figures=_headline(found.all, lang),
        chapters=list(_chapters(found, lang)),
        foot=said(lang, "known", at=known),
    )


def _headline(live: Live, lang: Lang) -> list[Figure]:
    counts = [Figure(str(getattr(live, name)), said(lang, name)) for name in ("births", "boys", "girls")]
    shown, interval = stated(live, lang)
    return [*counts, Figure(shown, said(lang, "ratio"), f"{said(lang, 'exact')} {interval}")]


def _chapters(found: Findings, lang: Lang) -> Iterator[Chapter]:
    told = text(found.where, found.period, figures_of(found.all), _figures(found.births), found.policy)
    for name, blocks in (
        ("reading", [Paragraph(told[lang])]),
        ("order", _by_order(found, lang)),
        ("months", _by_month(found, lang)),
        ("before", _before(found, lang)),
        ("townships", side_by_side.townships(found, lang)),
        ("facilities", side_by_side.facilities(found, lang)),
        ("residence", _residence(found, lang)),
        ("lag", _lag(found, lang)),
        ("indicators", _indicators(found, lang)),
        ("method", _method(found, lang)),
    ):
        if blocks:
            yield Chapter(said(lang, f"chapter_{name}"), blocks)


def _figures(births: Mapping[str, Live]) -> Mapping[str, Figures]:
    return {order: figures_of(live) for order, live in births.items()}


def _by_order(found: Findings, lang: Lang) -> Sequence[Block]:
    named = [(said(lang, f"order_{order}"), live) for order, live in found.births.items()]
    rows = [charts.Row(name, live) for name, live in named]
    rows.append(charts.Row(said(lang, "all"), found.all, strong=True))
    return [
        counted(said(lang, "order"), [*named, (said(lang, "all"), found.all)], lang, strong=1),
        _chart(rows, found, lang),
    ]


def _by_month(found: Findings, lang: Lang) -> Sequence[Block]:
    blocks: list[Block] = [Chart(charts.months(found.months, lang))]
    blocks.append(counted(said(lang, "month"), list(found.months.items()), lang))
    if found.all.births:
        ordered = sorted(found.months, key=lambda month: found.months[month].births)
        least, most = ordered[0], ordered[-1]
        counts = {"least": found.months[least].births, "most": found.months[most].births}
        blocks.append(Paragraph(said(lang, "season", least_month=least, most_month=most, **counts)))
    return blocks


def _before(found: Findings, lang: Lang) -> Sequence[Block]:
    """Nothing where no earlier period has births."""
    if len(found.before) == 1:
        return []
    rows = [charts.Row(str(period), live, period == found.period) for period, live in found.before]
    return [_chart(rows, found, lang)]


def _residence(found: Findings, lang: Lang) -> Sequence[Block]:
    """How many came home for the birth, of those of whom it is known."""
    known = {name: live for name, live in found.residences.items() if name != "unknown"}
    told = sum(live.births for live in known.values())
    if not told:
        return [Paragraph(said(lang, "residence_untold"))]
    returned = known.get("returned", Live(0, 0)).births
    named = [(said(lang, f"residence_{name}"), live) for name, live in found.residences.items()]
    return [
        Paragraph(said(lang, "returned", told=told, returned=returned, share=100 * returned / told)),
        counted(said(lang, "residence"), named, lang),
        _chart([charts.Row(name, live) for name, live in named], found, lang),
    ]


def _lag(found: Findings, lang: Lang) -> Sequence[Block]:
    """The triangle, both sexes in one cell, and the two curves."""
    if not found.delays:
        return []
    head = [said(lang, "month"), *(said(lang, f"later_{later}") for later in range(LATER + 1))]
    rows = [[month, *_triangle_row(found, month)] for month in found.months]
    return [
        Chart(charts.lags(found.delays, lang), said(lang, "caption_lag")),
        Paragraph(_lag_told(found, lang)),
        Table(head, rows),
        Paragraph(said(lang, "lag_cells"), small=True),
        Paragraph(said(lang, "lag_open"), small=True),
    ]


def _triangle_row(found: Findings, month: str) -> Iterator[str]:
    for later in range(LATER + 1):
        cells = [
            live
            for cell, live in found.triangle.items()
            if cell.month == month and (cell.later == later or later == LATER <= cell.later)
        ]
        yield f"{sum(live.boys for live in cells)} / {sum(live.girls for live in cells)}"


def _lag_told(found: Findings, lang: Lang) -> str:
    """Of each sex that was born, when half were registered and how many late."""
    after = found.policy.of_records.late_after_days
    together, behind, half = total(found.delays), late(found.delays, after), median(found.delays)
    told = [
        said(lang, f"lag_{sex}", within=_within(days, lang), late=getattr(behind, sex), whole=whole, after=after)
        for sex, whole in together._asdict().items()
        if (days := half[sex]) is not None
    ]
    return ("" if lang == "zh" else " ").join(told)


def _within(days: int, lang: Lang) -> str:
    return said(lang, f"within_{days}" if days in {0, 1} else "within", days=days)


def _indicators(found: Findings, lang: Lang) -> Sequence[Block]:
    head = [said(lang, name) for name in ("indicator", "count", "value", "interval")]
    rows = [
        (said(lang, name), said(lang, "of", count=count, whole=whole), *_rate(count, whole, per, lang))
        for name, (count, whole, per) in measures(found.counts, found.certified).items()
    ]
    return [Table(head, rows)]


def _rate(count: int, whole: int, per: int, lang: Lang) -> tuple[str, str]:
    if not whole:
        return said(lang, "none"), said(lang, "none")
    low, high = proportion(count, whole, CONFIDENCE)
    return f"{per * count / whole:.1f}", f"{per * low:.1f}–{per * high:.1f}"


def _method(found: Findings, lang: Lang) -> Sequence[Block]:
    return [
        Paragraph(said(lang, f"method_{name}", baseline=found.policy.baseline), small=True)
        for name in ("exact", "funnel", "nobody")
    ]


def _chart(rows: Sequence[charts.Row], found: Findings, lang: Lang) -> Chart:
    caption = said(lang, "caption_ratios", baseline=found.policy.baseline, band=found.policy.band)
    return Chart(charts.ratios(rows, found.policy, lang), caption)
