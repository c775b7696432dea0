"""The chapters of a report, each from what was found, in words of one language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from services.births.projections.areas import Area, Standing, standing
from services.births.projections.indicators import measures
from services.births.projections.intervals import Interval, proportion
from services.births.projections.lag import late, median
from services.births.projections.quarterly_report import CONFIDENCE, figures_of
from services.births.projections.report import charts
from services.births.projections.report.document import Block, Chapter, Chart, Document, Figure, Paragraph, Table
from services.births.projections.report.findings import Findings
from services.births.projections.report.words import Lang, said
from services.births.projections.report_text import Figures, Named, en_day, en_days, text, zh_day, zh_days, zh_period
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
    shown, interval = _ratio(live, lang)
    return [*counts, Figure(shown, said(lang, "ratio"), f"{said(lang, 'exact')} {interval}")]


def _chapters(found: Findings, lang: Lang) -> Iterator[Chapter]:
    told = text(found.where, found.period, figures_of(found.all), _figures(found.births), found.policy)
    for name, blocks in (
        ("reading", [Paragraph(told[lang])]),
        ("order", _by_order(found, lang)),
        ("months", _by_month(found, lang)),
        ("before", _before(found, lang)),
        ("townships", _townships(found, lang)),
        ("facilities", _facilities(found, lang)),
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
        _counted(said(lang, "order"), [*named, (said(lang, "all"), found.all)], lang, strong=1),
        _chart(rows, found, lang),
    ]


def _by_month(found: Findings, lang: Lang) -> Sequence[Block]:
    blocks: list[Block] = [Chart(charts.months(found.months, lang))]
    blocks.append(_counted(said(lang, "month"), list(found.months.items()), lang))
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


def _townships(found: Findings, lang: Lang) -> Sequence[Block]:
    names = {code: _name(each, lang) for code, each in found.county.townships.items()}
    return _side_by_side(found, found.areas(found.townships), names, "township", lang)


def _facilities(found: Findings, lang: Lang) -> Sequence[Block]:
    names = {code: _name(each, lang) for code, each in found.county.facilities.items()}
    return _side_by_side(found, found.areas(found.facilities), names, "facility", lang)


def _side_by_side(
    found: Findings, areas: Sequence[Area], names: Mapping[str, str], kind: str, lang: Lang
) -> Sequence[Block]:
    """A funnel, a table, and which areas lie beyond both limits."""
    if not any(area.live.births for area in areas):
        return []
    named = [(_together(area, names, lang), area) for area in areas]
    points = [charts.Point(_briefly(name, area, lang), area.live, area.codes == (found.where.code,))
              for name, area in named]  # fmt: skip
    rules = found.policy.of_statistics
    inner, outer = (f"{each:g}" for each in rules.funnel)
    caption = said(lang, "caption_funnel", baseline=found.policy.baseline, inner=inner, outer=outer)
    table = _counted(said(lang, kind), [(name, area.live) for name, area in named], lang)
    places = [said(lang, f"standing_{standing(area.live, found.policy)}") for _, area in named]
    rows = [(*row, place) for row, place in zip(table.rows, places, strict=True)]
    outside = [name for name, area in named if standing(area.live, found.policy) is Standing.OUTSIDE]
    told = said(lang, "outside", names=_listed(outside, lang)) if outside else said(lang, "none_outside")
    blocks: list[Block] = [
        Paragraph(told),
        Table((*table.head, said(lang, "standing")), rows),
        Paragraph(said(lang, "pooling", least=rules.pool_below), small=True),
    ]
    return [*blocks, Chart(charts.funnel(points, found.policy, lang), caption)] if len(areas) > 1 else blocks


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
        _counted(said(lang, "residence"), named, lang),
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
        Paragraph(_lag_sentence(found, lang)),
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


def _lag_sentence(found: Findings, lang: Lang) -> str:
    after = found.policy.of_records.late_after_days
    together, behind, half = total(found.delays), late(found.delays, after), median(found.delays)
    told: dict[str, int | str] = {"late": after, **together._asdict()}
    for sex in Live._fields:
        days = half[sex]
        told |= {f"{sex}_median": said(lang, "none") if days is None else days, f"{sex}_late": getattr(behind, sex)}
    return said(lang, "lag_sentence", **told)


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


def _counted(first: str, named: Sequence[tuple[str, Live]], lang: Lang, strong: int = 0) -> Table:
    """Counts, ratio and exact interval of each row."""
    head = [first, *(said(lang, name) for name in ("boys", "girls", "births", "short_ratio", "short_exact"))]
    rows = [(name, str(live.boys), str(live.girls), str(live.births), *_ratio(live, lang)) for name, live in named]
    return Table(head, rows, strong)


def _ratio(live: Live, lang: Lang) -> tuple[str, str]:
    figures = figures_of(live)
    shown = said(lang, "none") if figures.ratio is None else f"{figures.ratio:.1f}"
    return shown, _interval(figures.interval, lang)


def _interval(interval: Interval, lang: Lang) -> str:
    if interval.low is None:
        return said(lang, "none")
    return f"{interval.low:.1f}–{'∞' if interval.high is None else f'{interval.high:.1f}'}"


def _chart(rows: Sequence[charts.Row], found: Findings, lang: Lang) -> Chart:
    caption = said(lang, "caption_ratios", baseline=found.policy.baseline, band=found.policy.band)
    return Chart(charts.ratios(rows, found.policy, lang), caption)


def _together(area: Area, names: Mapping[str, str], lang: Lang) -> str:
    """An area's name, or those of the small ones."""
    each = [names.get(code, code) for code in area.codes]
    return each[0] if len(each) == 1 else said(lang, "together", count=len(each), names=_listed(each, lang))


def _briefly(name: str, area: Area, lang: Lang) -> str:
    """What a picture has room for."""
    return name if len(area.codes) == 1 else said(lang, "together_briefly", count=len(area.codes))


def _listed(names: Sequence[str], lang: Lang) -> str:
    return ("、" if lang == "zh" else ", ").join(names)


def _name(place: Named, lang: Lang) -> str:
    return place.name_zh if lang == "zh" else place.name_en
