"""Tables people read: asked by page, answered as JSON, as CSV or as a workbook (XLSX), in code, English or Chinese."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Annotated, Any, Literal, TypeVar

import xlsxwriter
from fastapi import Depends, Query, Response
from pydantic_core import to_json
from sqlalchemy import Connection, Select, func, select

from shared.clock import COUNTY_TIME

SHOWN, EXPORTED = 100, 100_000
"""Rows of a page, and of a file, where nobody asks for another number."""
FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""What a text begins with that a spreadsheet would take for a formula (OWASP, CSV injection)."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Row = TypeVar("Row")
Format = Literal["json", "csv", "xlsx"]
Lang = Literal["code", "en", "zh"]


@dataclass(frozen=True)
class Column:
    """A column: its name in code, its heading in English and Chinese, and the words for values that are codes."""

    name: str
    en: str
    zh: str
    words: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def heading(self, lang: Lang) -> str:
        return {"code": self.name, "en": self.en, "zh": self.zh}[lang]

    def shown(self, value: Any, lang: Lang) -> Any:
        """A value as a cell holds it: numbers and dates as they are, everything else as text."""
        if isinstance(value, list | tuple | frozenset):
            return ("、" if lang == "zh" else ", ").join(str(self.shown(each, lang)) for each in value)
        if isinstance(value, datetime):
            return value.astimezone(COUNTY_TIME).isoformat(timespec="seconds")
        if value is None or (isinstance(value, int | float | date) and not isinstance(value, bool)):
            return value
        code = str(value).lower() if isinstance(value, bool) else str(value)
        english, chinese = self.words.get(code, (code, code))
        return {"code": code, "en": english, "zh": chinese}[lang]


@dataclass(frozen=True)
class Sheet:
    """A table as people know it: the name its files bear, and its columns in order."""

    name: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Page:
    """Which rows are asked for."""

    limit: int
    offset: int

    def of(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Those that are asked for of all rows in order."""
        return rows[self.offset :][: self.limit]


@dataclass(frozen=True)
class Paging(Page):
    """Which rows are asked for, in what form, and in whose words."""

    format: Format
    lang: Lang


Offset = Annotated[int, Query(ge=0, le=10_000_000, description="Rows left out before.")]


def page(
    limit: Annotated[int, Query(ge=1, le=EXPORTED, description="Rows.")] = SHOWN,
    offset: Offset = 0,
) -> Page:
    """What every route that answers rows in pages, and no table, takes as one parameter: `asked: AskedPage`."""
    return Page(limit, offset)


AskedPage = Annotated[Page, Depends(page)]


@dataclass(frozen=True)
class Older:
    """Which rows are asked for of those that stand newest first, while new ones come: so many before a position."""

    limit: int
    before: int | None


def older(
    limit: Annotated[int, Query(ge=1, le=1_000, description="Entries, newest first.")] = SHOWN,
    before: Annotated[
        int | None, Query(ge=1, le=2**63 - 1, description="Only older ones: `position` of the last entry there was.")
    ] = None,
) -> Older:
    """What every route that answers what grows, newest first, takes as one parameter: `asked: AskedOlder`."""
    return Older(limit, before)


AskedOlder = Annotated[Older, Depends(older)]


def paging(
    limit: Annotated[int | None, Query(ge=1, le=EXPORTED, description="Rows; 100, of a file all.")] = None,
    offset: Offset = 0,
    format: Annotated[Format, Query(description="`csv` or `xlsx` is a file.")] = "json",  # noqa: A002 - its name
    lang: Annotated[Lang, Query(description="Headings and words of a file: `code` for programs.")] = "code",
) -> Paging:
    """What every route that answers a table takes, as one parameter: `asked: Asked`."""
    return Paging(limit or (SHOWN if format == "json" else EXPORTED), offset, format, lang)


Asked = Annotated[Paging, Depends(paging)]


def asked_of(db: Connection, query: Select[Any], asked: Paging) -> tuple[list[dict[str, Any]], int]:
    """The rows of an ordered query that are asked for, and how many it has in all."""
    rows = [dict(row) for row in db.execute(query.limit(asked.limit).offset(asked.offset)).mappings()]
    if len(rows) < asked.limit and (rows or not asked.offset):
        return rows, asked.offset + len(rows)
    return rows, total_of(db, query)


def total_of(db: Connection, query: Select[Any]) -> int:
    """How many rows a query has in all."""
    return db.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0


def answer(sheet: Sheet, rows: Sequence[Mapping[str, Any]], total: int, asked: Paging, **more: Any) -> Response:
    """The rows asked for: JSON with how many there are in all (and `more`), or a file with a heading.

    Columns that a sheet does not name are left out everywhere.
    """
    if asked.format == "json":
        named = [{column.name: row[column.name] for column in sheet.columns} for row in rows]
        page = {"total": total, "limit": asked.limit, "offset": asked.offset, "rows": named}
        return Response(to_json(page | more), media_type="application/json")
    made, kind = (_csv, "text/csv; charset=utf-8") if asked.format == "csv" else (_xlsx, XLSX)
    name = f'attachment; filename="{sheet.name}.{asked.format}"'
    head = {"Content-Disposition": name, "Evenborn-Total": str(total)}
    return Response(made(sheet, rows, asked.lang), media_type=kind, headers=head)


def _cells(sheet: Sheet, row: Mapping[str, Any], lang: Lang) -> list[Any]:
    return [column.shown(row[column.name], lang) for column in sheet.columns]


def _csv(sheet: Sheet, rows: Sequence[Mapping[str, Any]], lang: Lang) -> bytes:
    """RFC 4180 in UTF-8, with the mark that lets spreadsheets read Chinese; no cell is a formula."""
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow([column.heading(lang) for column in sheet.columns])
    for row in rows:
        writer.writerow([_plain(cell) for cell in _cells(sheet, row, lang)])
    return written.getvalue().encode("utf-8-sig")


def _plain(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _xlsx(sheet: Sheet, rows: Sequence[Mapping[str, Any]], lang: Lang) -> bytes:
    """One sheet under a heading that stays; texts are texts, whatever they begin with."""
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        page, days = book.add_worksheet(sheet.name[:31]), book.add_format({"num_format": "yyyy-mm-dd"})
        page.freeze_panes(1, 0)
        for across, column in enumerate(sheet.columns):
            page.write_string(0, across, column.heading(lang), book.add_format({"bold": True}))
            page.set_column(across, across, 16)
        for down, row in enumerate(rows, 1):
            for across, cell in enumerate(_cells(sheet, row, lang)):
                match cell:
                    case str():
                        page.write_string(down, across, cell)
                    case date():
                        page.write_datetime(down, across, cell, days)
                    case int() | float():
                        page.write_number(down, across, cell)
    return made.getvalue()
