"""A report as a PDF with its Chinese font: the same bytes whenever the same figures are printed."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from services.births.projections.printing import printed
from services.births.projections.report.document import Block, Chart, Document, Paragraph

TEMPLATE = Path(__file__).with_name("report.typ")
LIGHTER = ('font-weight="400"', 'font-weight="300"')
"""In pictures typst 0.15 takes a variable font's regular weight for its thinnest; the next lighter one looks right."""


def pdf(document: Document) -> bytes:
    """The document on A4 pages."""
    told = {name: getattr(document, name) for name in ("lang", "title", "about", "mark", "foot")} | {
        "figures": [asdict(figure) for figure in document.figures],
        "chapters": [
            {"title": chapter.title, "blocks": [_told(block) for block in chapter.blocks]}
            for chapter in document.chapters
        ],
    }
    return printed(TEMPLATE, told)


def _told(block: Block) -> dict[str, Any]:
    match block:
        case Paragraph():
            return {"kind": "text"} | asdict(block)
        case Chart(svg=svg, caption=caption):
            return {"kind": "chart", "svg": svg.replace(*LIGHTER), "caption": caption}
    return {"kind": "table"} | asdict(block)
