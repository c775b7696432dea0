"""Many rows at once: the same rows on both stores, by whatever way they came."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path

import pytest
from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Float, Integer, LargeBinary, MetaData, Table, Text, select
from sqlalchemy import Enum as EnumType

from shared.projecting import add, digest, load, put, tables
from shared.stores import Stores


class Colour(StrEnum):
    GREEN = "green"
    RED = "red"


PLAIN = Table(
    "plain",
    MetaData(),
    Column("Key", Text, primary_key=True),
    Column("number", Integer),
    Column("day", Date),
    Column("so", Boolean),
    Column("raw", LargeBinary),
)
RICH = Table(
    "rich",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("colour", EnumType(Colour)),
    Column("word", Text),
    Column("about", JSON),
    Column("at", DateTime(timezone=True)),
    Column("share", Float),
)
COUNTS = Table(
    "counts",
    MetaData(),
    Column("unit", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("n", Integer, nullable=False),
)
DAY = date(2024, 10, 1)
AWKWARD = ["a\tb", "a\nb", "a\\b", r"\N", "", "出生", "É", "e", "Z", "%s", "it's", "\r\v\f\b", "{}"]


def plain_rows() -> list[dict[str, object]]:
    rows = [
        {"Key": f"{word}{n}", "number": n, "day": DAY, "so": n % 2 == 0, "raw": bytes([n, 0, 92])}
        for n in range(3)
        for word in AWKWARD
    ]
    return [*rows, {"Key": "nothing", "number": None, "day": None, "so": None, "raw": None}]


def rich_rows() -> list[dict[str, object]]:
    at = datetime(2024, 10, 1, 12, 30, 0, 250, tzinfo=UTC)
    same = {"colour": Colour.RED, "word": Colour.GREEN, "about": {"b": [1, None], "a": "\t"}, "at": at}
    return [{"id": n, **same, "share": n / 7} for n in range(50)]


@pytest.fixture
def engine(stores: Stores):
    engine = stores.engine("tables")
    for table in (PLAIN, RICH, COUNTS):
        table.metadata.create_all(engine)
    return engine


def test_rows_come_back_as_they_were_loaded(engine):
    with engine.begin() as db:
        load(db, PLAIN, plain_rows())
        load(db, RICH, rich_rows())
        load(db, RICH, [])
    with engine.connect() as db:
        found = [dict(row._mapping) for row in db.execute(select(PLAIN))]
        assert sorted(found, key=str) == sorted(plain_rows(), key=str)
        rich = db.execute(select(RICH).order_by(RICH.c.id)).all()
    assert [(r.colour, r.word, r.about, r.share) for r in rich] == [
        (row["colour"], row["word"], row["about"], row["share"]) for row in rich_rows()
    ]


def test_copy_and_insert_leave_the_same_rows(engine, monkeypatch):
    digests = set()
    for limit in (1, 10_000):
        monkeypatch.setattr(tables, "COPY_FROM", limit)
        for table, rows in ((PLAIN, plain_rows()), (RICH, rich_rows())):
            with engine.begin() as db:
                db.execute(table.delete())
                load(db, table, rows)
        with engine.connect() as db:
            digests.add((digest(db, PLAIN.metadata), digest(db, RICH.metadata)))
    assert len(digests) == 1


def test_the_same_rows_give_the_same_digest_on_both_stores(new_database, tmp_path: Path):
    digests = set()
    for stores in (Stores("births", directory=tmp_path), Stores("births", url=new_database())):
        PLAIN.metadata.create_all(stores.engine("t"))
        with stores.engine("t").begin() as db:
            load(db, PLAIN, plain_rows())
        with stores.engine("t").connect() as db:
            digests.add(digest(db, PLAIN.metadata))
        stores.close()
    assert len(digests) == 1


def test_any_change_of_a_row_changes_the_digest_and_the_order_of_loading_does_not(engine):
    digests = []
    first, *rest = plain_rows()
    for rows in ([first, *rest], [*rest, first], rest, [{**first, "number": 9}, *rest]):
        with engine.begin() as db:
            db.execute(PLAIN.delete())
            load(db, PLAIN, rows)
            digests.append(digest(db, PLAIN.metadata))
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3


def test_a_put_row_replaces_the_one_with_its_key_and_the_last_of_a_batch_stays(engine):
    with engine.begin() as db:
        put(db, RICH, rich_rows())
        put(db, RICH, [])
        changed = [{**row, "word": word} for row in rich_rows()[:2] for word in ("first", "last")]
        put(db, RICH, changed)
        put(db, RICH, [{"id": 2, "word": "only this"}])
        found = db.execute(select(RICH.c.word, RICH.c.colour, RICH.c.about).order_by(RICH.c.id)).all()
    assert len(found) == 50
    assert [row.word for row in found[:4]] == ["last", "last", "only this", "green"]
    assert found[2].about == {"b": [1, None], "a": "\t"}
    assert found[0].colour is Colour.RED


def test_counts_are_added_to_what_is_there(engine):
    with engine.begin() as db:
        add(db, COUNTS, ("unit", "day"), {("a", DAY): 2, ("b", DAY): 1})
        add(db, COUNTS, ("unit", "day"), {("a", DAY): 3, ("c", DAY): -1})
        add(db, COUNTS, ("unit", "day"), {})
        found = db.execute(select(COUNTS).order_by(COUNTS.c.unit)).all()
    assert found == [("a", DAY, 5), ("b", DAY, 1), ("c", DAY, -1)]


def test_counts_of_many_thousand_keys_go_in_one_statement(engine):
    with engine.begin() as db:
        add(db, COUNTS, ("unit", "day"), {(f"u{n}", DAY): n for n in range(30_000)})
        assert db.scalar(select(COUNTS.c.n).where(COUNTS.c.unit == "u29999")) == 29_999


def test_counting_needs_exactly_one_column_that_is_no_key(engine):
    with engine.begin() as db, pytest.raises(ValueError, match="unpack"):
        add(db, COUNTS, ("unit",), {("a",): 1})
