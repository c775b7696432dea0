"""Townships and facilities of a report side by side: a table, a funnel, and which lie beyond both of its limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from services.births.projections.areas import Area, Standing, standing
from services.births.projections.report.counting import counted
from services.births.projections.report.document import Block, Chart, Paragraph, Table
from services.births.projections.report.findings import Findings
from services.births.projections.report.funnel import Point, funnel
from services.births.projections.report.words import Lang, said
from services.births.projections.report_text import Named as Place

Kind = Literal["township", "facility"]
Named = Sequence[tuple[str, Area]]
"""Areas, each with what it is called."""


def townships(found: Findings, lang: Lang) -> Sequence[Block]:
    """Every township of the county."""
    names = {code: name_of(each, lang) for code, each in found.county.townships.items()}
    return _side_by_side(found, found.areas(found.townships), names, "township", lang)


def facilities(found: Findings, lang: Lang) -> Sequence[Block]:
    """Every facility where children of the place were born."""
    names = {code: name_of(each, lang) for code, each in found.county.facilities.items()}
    return _side_by_side(found, found.areas(found.facilities), names, "facility", lang)


def name_of(place: Place, lang: Lang) -> str:
    """A place in one language."""
    return place.name_zh if lang == "zh" else place.name_en


def _side_by_side(
    found: Findings, areas: Sequence[Area], names: Mapping[str, str], kind: Kind, lang: Lang
) -> Sequence[Block]:
    """Which lie beyond both limits, all in a table, and where there are several, in a funnel."""
    if not any(area.live.births for area in areas):
        return []
    kinds, least = said(lang, f"kinds_{kind}"), found.policy.of_statistics.pool_below
    named = [(_together([names.get(code, code) for code in area.codes], kinds, lang), area) for area in areas]
    blocks: list[Block] = [
        Paragraph(_beyond(named, found, kinds, lang)),
        _table(named, found, kind, lang),
        Paragraph(said(lang, "pooling", least=least, kinds=kinds), small=True),
    ]
    return [*blocks, _funnel(named, found, kinds, lang)] if len(areas) > 1 else blocks


def _beyond(named: Named, found: Findings, kinds: str, lang: Lang) -> str:
    outside = [name for name, area in named if standing(area.live, found.policy) is Standing.OUTSIDE]
    if not outside:
        return said(lang, "none_outside", kinds=kinds)
    return said(lang, "outside", names=_listed(outside, lang))


def _table(named: Named, found: Findings, kind: Kind, lang: Lang) -> Table:
    table = counted(said(lang, kind), [(name, area.live) for name, area in named], lang)
    places = [said(lang, f"standing_{standing(area.live, found.policy)}") for _, area in named]
    return Table(
        (*table.head, said(lang, "standing")), [(*row, place) for row, place in zip(table.rows, places, strict=True)]
    )


def _funnel(named: Named, found: Findings, kinds: str, lang: Lang) -> Chart:
    points = []
    for name, area in named:
        label = name if len(area.codes) == 1 else said(lang, "together_briefly", count=len(area.codes), kinds=kinds)
        points.append(Point(label, area.live, area.codes == (found.where.code,)))
    inner, outer = (f"{each:g}" for each in found.policy.of_statistics.funnel)
    about = {"baseline": found.policy.baseline, "inner": inner, "outer": outer, "kinds": kinds}
    return Chart(funnel(points, found.policy, lang), said(lang, "caption_funnel", **about))


def _together(names: Sequence[str], kinds: str, lang: Lang) -> str:
    """What an area is called, or the small ones that are one."""
    if len(names) == 1:
        return names[0]
    return said(lang, "together", count=len(names), kinds=kinds, names=_listed(names, lang))


def _listed(names: Sequence[str], lang: Lang) -> str:
    return ("、" if lang == "zh" else ", ").join(names)
