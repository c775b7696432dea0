"""How a store finds the rows of a query."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, event, text


def scanned(db: Connection, ask: Callable[[Connection], Any]) -> set[str]:
    """The tables that a question looks through from end to end because no index helps."""
    plans: list[tuple[str, Any]] = []

    def note(_db: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        plans.append((statement, parameters))

    event.listen(db, "before_cursor_execute", note)
    ask(db)
    event.remove(db, "before_cursor_execute", note)
    steps = [step for each in plans for step in _plan(db, *each)]
    return {words[words.index("on") + 1] if "on" in words else words[1] for words in steps}


def _plan(db: Connection, statement: str, parameters: Any) -> list[list[str]]:
    """The words of each step that is a scan. PostgreSQL would rather look through a small table: not here."""
    if db.dialect.name == "postgresql":
        db.execute(text("SET LOCAL enable_seqscan = off"))
        rows = [row[0].split() for row in db.exec_driver_sql(f"EXPLAIN {statement}", parameters)]
        return [words for words in rows if "Seq" in words]
    rows = [row[3].split() for row in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    return [words for words in rows if words[0] == "SCAN" and "INDEX" not in words]
