"""The same journey without our code: plain XADD, XREAD and XDEL, plain inserts of the same bytes in groups."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from time import perf_counter
from typing import Any

import redis
from sqlalchemy import text

from services.console.deployment import Deployment
from shared.messaging.transport import BODY
from shared.stores import Stores
from tests.bench.deployed import stores_of
from tests.bench.places import Task
from tests.bench.raw import Written, plain, written
from tests.conftest import Broker, broker_binaries

GROUP = 128
"""Messages in one commit, as an inbox takes them."""
JOURNAL = "SELECT channel, sequence, channel, body FROM journal WHERE channel {} ORDER BY sequence"
ENTRIES = "SELECT pregnancy, position, kind, body FROM entries ORDER BY position"
BORN = "BirthNoted"
"""The kind of entry, and the last part of the fact's name, that every message leaves once: the first of its own."""


def plain_rate(task: Task, deployment: Deployment, count: int) -> float:
    """Messages a second, one group after the other, in one process."""
    births, care = stores_of(deployment, "births"), stores_of(deployment, "pregnancy_tracking")
    broker = Broker(broker_binaries()[0])
    broker.start()
    try:
        return _rate(_Journey(births, care, redis.Redis.from_url(broker.url), count))
    finally:
        broker.remove()
        births.close()
        care.close()


class _Journey:
    """What the run left in the stores, per message: rows to insert and bodies to carry."""

    def __init__(self, births: Stores, care: Stores, client: redis.Redis, count: int) -> None:
        self.client, self.count = client, count
        self.births, self.care = written(births), written(care)
        self.receipts = _rows(births, "journal", JOURNAL.format("LIKE 'receipts.%'"))
        self.said = _rows(births, "journal", JOURNAL.format("= 'care'"))
        self.entries = _rows(care, "view_timeline_1", ENTRIES)
        self.tables = [plain(births, name) for name in ("plain", "plain_journal")]
        self.tables += [plain(care, name) for name in ("plain", "plain_view")]


def _rate(journey: _Journey) -> float:
    births, journal, care, view = journey.tables
    facts, shown = _each(journey.care.facts), _each(journey.entries)
    births_rows, care_rows = _last(journey.births, journey.count, 2), _last(journey.care, journey.count, facts)
    receipts, said = iter(journey.receipts), iter(journey.said)
    entries = iter(journey.entries[-shown * journey.count :])
    began = perf_counter()
    for start in range(0, journey.count, GROUP):
        size = min(GROUP, journey.count - start)
        to_say, to_receipt = list(islice(said, size)), list(islice(receipts, size))
        _carry(journey.client, "inbox", [row[3] for row in to_receipt], delete=True)
        births.insert(*_take(births_rows, size, 2))
        journal.insert([*to_receipt, *to_say], [])
        _carry(journey.client, "receipts", [row[3] for row in to_receipt])
        _carry(journey.client, "care", [row[3] for row in to_say])
        care.insert(*_take(care_rows, size, facts))
        view.insert(list(islice(entries, shown * size)), [])
    seconds = perf_counter() - began
    for table in journey.tables:
        table.close()
    return journey.count / seconds


def _each(rows: Sequence[tuple[Any, ...]]) -> int:
    """How many rows a message leaves: those from the first birth on, among as many births."""
    born = [number for number, row in enumerate(rows) if str(row[2]).endswith(BORN)]
    return (len(rows) - born[0]) // len(born)


def _carry(client: redis.Redis, stream: str, bodies: Sequence[bytes], *, delete: bool = False) -> None:
    """Add entries, read them, delete them where an inbox would."""
    with client.pipeline(transaction=False) as pipe:
        for body in bodies:
            pipe.xadd(stream, {BODY: body})
        ids = pipe.execute()
    client.xread({stream: _before(ids[0])}, count=len(bodies))
    if delete:
        client.xdel(stream, *ids)


def _before(entry_id: bytes) -> str:
    moment, _, number = entry_id.decode().partition("-")
    return f"{moment}-{int(number) - 1}" if int(number) else f"{int(moment) - 1}-{2**64 - 1}"


def _last(rows: Written, count: int, facts: int) -> tuple[Any, Any]:
    """The rows of the last messages."""
    return iter(rows.facts[-facts * count :]), iter(rows.outcomes[-count:])


def _take(rows: tuple[Any, Any], size: int, facts: int) -> tuple[list[Any], list[Any]]:
    return list(islice(rows[0], facts * size)), list(islice(rows[1], size))


def _rows(stores: Stores, area: str, query: str) -> list[tuple[Any, ...]]:
    with stores.engine(area).connect() as db:
        rows = [tuple(row) for row in db.execute(text(query))]
    return [(*row[:3], bytes(row[3], "utf-8") if isinstance(row[3], str) else bytes(row[3])) for row in rows]
