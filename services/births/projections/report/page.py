"""A report as one HTML file: nothing from elsewhere, no script; its style is known by its digest."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

from services.births.projections.report.document import Block, Chapter, Chart, Document, Figure, Paragraph, Table
from services.births.projections.report.markup import Markup, element, joined

STYLE = Path(__file__).with_name("report.css")
REFUSED = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
LANGUAGES = {"en": "en", "zh": "zh-Hans"}


@cache
def style() -> str:
    """The page's style."""
    return STYLE.read_text(encoding="utf-8")


@cache
def policy() -> str:
    """The Content-Security-Policy of the page: its own style, known by its digest, and nothing else from anywhere."""
    digest = b64encode(sha256(style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; {REFUSED}"


def html(document: Document) -> str:
    """The page."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name_="viewport", content="width=device-width"),
        element("title", f"{document.title} · {document.about}"),
        element("style", Markup(style())),
    )
    sheet = element("div", _top(document), _main(document), element("footer", document.foot), class_="sheet")
    return "<!DOCTYPE html>\n" + element("html", head, element("body", sheet), lang=LANGUAGES[document.lang])


def _top(document: Document) -> Markup:
    return element(
        "header",
        element("h1", document.title),
        element("p", document.about, class_="about"),
        element("p", document.mark, class_="mark"),
        element("div", *map(_figure, document.figures), class_="figures"),
    )


def _figure(figure: Figure) -> Markup:
    note = [element("small", figure.note)] if figure.note else []
    return element("div", element("b", figure.value), element("span", figure.name), *note)


def _main(document: Document) -> Markup:
    return element("main", *map(_chapter, document.chapters))


def _chapter(chapter: Chapter) -> Markup:
    return element("section", element("h2", chapter.title), *map(_block, chapter.blocks))


def _block(block: Block) -> Markup:
    match block:
        case Paragraph(text=text, small=small):
            return element("p", text, class_="small" if small else None)
        case Chart(svg=svg, caption=caption):
            return element("figure", svg, *([element("figcaption", caption)] if caption else []))
        case Table():
            return _table(block)


def _table(table: Table) -> Markup:
    head = element("thead", element("tr", *(element("th", name, scope="col") for name in table.head)))
    plain = len(table.rows) - table.strong
    rows = [_row(row, strong=number >= plain) for number, row in enumerate(table.rows)]
    return element("div", element("table", head, element("tbody", *rows)), class_="scroll")


def _row(row: Sequence[str], *, strong: bool) -> Markup:
    return element("tr", joined(*(element("td", cell) for cell in row)), class_="strong" if strong else None)
