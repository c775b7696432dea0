"""How a store finds the rows of a query."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, event, text


def scanned(db: Connection, ask: Callable[[Connection], Any], *, paged: bool = False) -> set[str]:
    """The tables that a question looks through from end to end, also by an index that does not narrow it.

    What is `paged` may go through an index in its order: it stops after a page.
    """
    plans: list[tuple[str, Any]] = []

    def note(_db: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        plans.append((statement, parameters))

    event.listen(db, "before_cursor_execute", note)
    ask(db)
    event.remove(db, "before_cursor_execute", note)
    found = _by_postgres if db.dialect.name == "postgresql" else _by_sqlite
    return {table for each in plans for table, by_index in found(db, *each) if not (paged and by_index)}


def _by_postgres(db: Connection, statement: str, parameters: Any) -> Iterator[tuple[str, bool]]:
    """Each table that is looked through, and whether by an index; a small one as if it were large."""
    db.execute(text("SET LOCAL enable_seqscan = off"))
    [plan] = db.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
    steps = [plan["Plan"]]
    while steps:
        step = steps.pop()
        steps += step.get("Plans", [])
        if step["Node Type"].endswith("Scan") and "Relation Name" in step and "Index Cond" not in step:
            by_index = step["Node Type"].startswith("Index")
            if by_index or step["Node Type"] == "Seq Scan":
                yield step["Relation Name"], by_index


def _by_sqlite(db: Connection, statement: str, parameters: Any) -> Iterator[tuple[str, bool]]:
    tables = {row[0] for row in db.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for row in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters):
        words = row[3].split()
        if words[0] == "SCAN" and words[1] in tables:
            yield words[1], "INDEX" in words
