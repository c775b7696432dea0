"""A small log of sums, two views of it, and what tests do with them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from threading import Event

from sqlalchemy import Column, Connection, Date, Engine, Index, Integer, MetaData, String, Table, func, select

from shared.eventstore import FactNames, Ledger, Log, Recorded, Recording, envelope
from shared.kernel import Fact
from shared.observability import Metrics
from shared.projecting import Counting, Projector, View, add, load
from shared.stores import Stores

DAY = date(2024, 10, 15)
NOON = datetime(2024, 10, 15, 4, tzinfo=UTC)


class Added(Fact, stored_as="test.Added"):
    amount: int
    on: date = DAY


class Renamed(Fact, stored_as="test.Renamed"):
    to: str


ENTRIES = Table(
    "entries",
    MetaData(),
    Column("sum", String(60), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("amount", Integer, nullable=False),
    Column("on", Date, nullable=False),
)
Index("entries_by_amount", ENTRIES.c.amount)
SUMS = Table("sums", MetaData(), Column("sum", String(60), primary_key=True), Column("amount", Integer))
TOTALS = Table("totals", MetaData(), Column("sum", String(60), primary_key=True), Column("amount", Integer))


class Entries(View):
    """One row per amount added."""

    name, version, tables, facts = "entries", 1, ENTRIES.metadata, (Added,)

    def project(self, batch: Sequence[Recorded], db: Connection) -> None:
        load(db, ENTRIES, [{"sum": r.case, "version": r.version, **dict(r.fact)} for r in batch])


class Sums(Counting):
    """The total per sum, as a view that only counts; notes how often it stored something."""

    name, version, tables, facts = "sums", 1, SUMS.metadata, (Added,)

    def __init__(self) -> None:
        self.stored = 0

    def count(self, batch: Sequence[Recorded]) -> Counter[tuple[str]]:
        counts: Counter[tuple[str]] = Counter()
        for recorded in batch:
            if isinstance(recorded.fact, Added):
                counts[(recorded.case,)] += recorded.fact.amount
        return counts

    def store(self, counts: Counter[tuple[str]], db: Connection) -> None:
        self.stored += 1
        add(db, SUMS, ["sum"], counts)


class Totals(View):
    """The total per sum; stops at a poison amount while there is one, or waits while its gate is shut."""

    name, version, tables, facts = "totals", 1, TOTALS.metadata, (Added,)

    def __init__(self) -> None:
        self.poison: int | None = None
        self.gate, self.reached = Event(), Event()
        self.gate.set()

    def project(self, batch: Sequence[Recorded], db: Connection) -> None:
        self.reached.set()
        self.gate.wait(30)
        counts: Counter[tuple[str]] = Counter()
        for recorded in batch:
            if isinstance(recorded.fact, Added):
                counts[(recorded.case,)] += recorded.fact.amount
        add(db, TOTALS, ["sum"], counts)
        if self.poison in [getattr(recorded.fact, "amount", None) for recorded in batch]:
            raise ValueError("13800138000 is not a total")


def open_log(stores: Stores) -> Log:
    return Log(stores, FactNames([Added, Renamed]))


def append(log: Log, *facts: Fact, case: str = "sum:a") -> int:
    """Append facts to a case in one transaction; gives the head."""
    about = envelope(at=NOON, by="tester", command=f"c{log.head()}")
    version = len(log.case(case))
    log.append([Recording(case, version + n, fact, about) for n, fact in enumerate(facts, 1)], Ledger())
    return log.head()


def many(log: Log, count: int) -> int:
    """Append that many facts over seven cases, one in five of a kind no view looks at; gives the head."""
    for case in range(7):
        facts = [Renamed(to="b") if n % 5 == 0 else Added(amount=n) for n in range(count // 7)]
        append(log, *facts, case=f"sum:{case}")
    return log.head()


@contextmanager
def projecting(stores: Stores, log: Log, *views: View, metrics: Metrics | None = None) -> Iterator[Projector]:
    projector = Projector(stores, log, views, metrics)
    projector.start()
    try:
        yield projector
    finally:
        projector.stop()


def totals(engine: Engine) -> dict[str, int]:
    with engine.connect() as db:
        return {row.sum: row.amount for row in db.execute(select(TOTALS))}


def rows(engine: Engine, table: Table = ENTRIES) -> int:
    with engine.connect() as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def eventually(so: Callable[[], object], seconds: float = 60.0) -> None:
    """Ask until it is so; fails after that many seconds."""
    deadline = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < deadline, "it never came to be so"
        time.sleep(0.01)
