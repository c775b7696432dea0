"""Tables people read: paged, and as files that a spreadsheet opens as they are meant."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Column as Stored
from sqlalchemy import Integer, MetaData, Table, create_engine, select
from sqlalchemy.pool import StaticPool

from shared import tables
from shared.tables import Column, Sheet

SHEET = Sheet(
    "due-list",
    (
        Column("village", "village", "村"),
        Column("state", "state", "状态", {"overdue": ("overdue", "逾期"), "true": ("yes", "是")}),
        Column("due_on", "due on", "到期日"),
        Column("attempts", "attempts", "次数"),
    ),
)
ROW = {"village": "东营村", "state": "overdue", "due_on": date(2025, 6, 30), "attempts": 2, "position": 7}
NUMBERS = Table("numbers", MetaData(), Stored("number", Integer, primary_key=True))


def answered(rows, **params):
    app = FastAPI()

    @app.get("/")
    def route(asked: tables.Asked):
        return tables.answer(SHEET, rows, len(rows), asked, more="told")

    return TestClient(app).get("/", params=params)


def test_a_page_is_json_with_the_total_and_only_named_columns():
    shown = {"village": "东营村", "state": "overdue", "due_on": "2025-06-30", "attempts": 2}
    page = {"total": 1, "limit": 100, "offset": 0, "rows": [shown], "more": "told"}
    assert answered([ROW]).json() == page
    assert answered([], limit=5, offset=3).json() == {"total": 0, "limit": 5, "offset": 3, "rows": [], "more": "told"}


def lines(answer):
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_a_csv_is_marked_as_utf_8_and_headed_in_the_words_asked_for():
    answer = answered([ROW], format="csv", lang="zh")
    assert lines(answer) == [["村", "状态", "到期日", "次数"], ["东营村", "逾期", "2025-06-30", "2"]]
    assert lines(answered([ROW], format="csv", lang="en"))[0] == ["village", "state", "due on", "attempts"]
    assert lines(answered([ROW], format="csv"))[0] == ["village", "state", "due_on", "attempts"]
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="due-list.csv"'
    assert answer.headers["evenborn-total"] == "1"


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_no_text_becomes_a_formula(begins):
    row = ROW | {"village": f"{begins}HYPERLINK(1)", "attempts": -2}
    [_, cells] = lines(answered([row], format="csv"))
    assert (cells[0], cells[3]) == (f"'{begins}HYPERLINK(1)", "-2")
    assert "<f>" not in sheet_of(answered([row], format="xlsx"))


def sheet_of(answer):
    return zipfile.ZipFile(io.BytesIO(answer.content)).read("xl/worksheets/sheet1.xml").decode()


def test_a_workbook_holds_texts_as_texts_and_days_and_numbers_as_such():
    answer = answered([ROW], format="xlsx", lang="zh")
    assert answer.headers["content-disposition"] == 'attachment; filename="due-list.xlsx"'
    words = zipfile.ZipFile(io.BytesIO(answer.content)).read("xl/sharedStrings.xml")
    assert [each.text for each in ET.fromstring(words).iter() if each.tag.endswith("}t")] == [
        *("村", "状态", "到期日", "次数"),
        *("东营村", "逾期"),
    ]
    second = re.findall(r'<c r="[A-D]2"[^>]*?(t="s")?><v>([0-9]+)</v>', sheet_of(answer))
    assert second == [('t="s"', "4"), ('t="s"', "5"), ("", "45838"), ("", "2")]


def test_lists_truths_moments_and_nothing_are_shown_as_people_read_them():
    moment = datetime(2025, 6, 30, 1, tzinfo=UTC)
    row = {"village": ["a", "b"], "state": True, "due_on": moment, "attempts": None}
    assert lines(answered([row], format="csv", lang="zh"))[1] == ["a、b", "是", "2025-06-30T09:00:00+08:00", ""]
    assert lines(answered([row], format="csv", lang="en"))[1][:2] == ["a, b", "yes"]
    assert '<c r="D2"' not in sheet_of(answered([row], format="xlsx"))


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"limit": 100_001}, {"offset": -1}, {"format": "xls"}, {"lang": "fr"}])
def test_what_cannot_be_asked_is_refused(wrong):
    assert answered([], **wrong).status_code == 422


@pytest.mark.parametrize(
    ("limit", "offset", "expected"),
    [(2, 0, [0, 1]), (2, 4, [4]), (5, 0, [0, 1, 2, 3, 4]), (3, 2, [2, 3, 4]), (2, 9, [])],
)
def test_every_page_knows_how_many_there_are_in_all(limit, offset, expected):
    engine = create_engine("sqlite://", poolclass=StaticPool)
    NUMBERS.metadata.create_all(engine)
    with engine.begin() as db:
        db.execute(NUMBERS.insert(), [{"number": number} for number in range(5)])
        rows, total = tables.asked_of(
            db, select(NUMBERS).order_by(NUMBERS.c.number), tables.paging(limit, offset, "json", "code")
        )
    assert ([row["number"] for row in rows], total) == (expected, 5)
