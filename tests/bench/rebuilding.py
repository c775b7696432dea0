"""Workloads `rebuild-timeline` and `rebuild-sex-ratio`: a view built again from a long log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from time import perf_counter, process_time

from sqlalchemy import select

from services.births.domain.events import FACTS as BIRTH_FACTS
from services.births.projections.sex_ratio import SexRatio
from services.pregnancy_tracking.domain.events import FACTS as PREGNANCY_FACTS
from services.pregnancy_tracking.projections.timeline import Timeline
from shared.eventstore import FactNames, Ledger, Log, Recording, envelope
from shared.kernel import Fact
from shared.projecting import Progress, Projector, View
from shared.projecting.view import stored_names
from shared.stores import Stores
from tests.bench import births, pregnancies
from tests.bench.places import Task, clean_up
from tests.bench.raw import Copying
from tests.bench.results import Result, peak_mb, percentile
from tests.bench.running import apart

BATCH = 5_000
"""Facts per transaction, when the log is written and when it is read."""
BEGAN = datetime(2015, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Kind:
    """A view, the facts in its service's log, and what one story leaves there."""

    service: str
    view: View
    facts: Sequence[type[Fact]]
    history: Callable[[Random], list[tuple[str, Sequence[Fact]]]]


KINDS = {
    "rebuild-timeline": Kind("pregnancy_tracking", Timeline(), PREGNANCY_FACTS, pregnancies.history),
    "rebuild-sex-ratio": Kind("births", SexRatio(), BIRTH_FACTS, births.history),
}


def run(task: Task) -> Result:
    """Fill a log while the view follows it, rebuild the view, then do the plain work.

    A fact counts if the view looks at it. The rebuild is all an operator waits for: with the comparison of old and
    new rows.
    """
    kind = KINDS[task.workload]
    stores = Stores.open(task.at, kind.service, task.county)
    log = Log(stores, FactNames(kind.facts))
    projector = Projector(stores, log, [kind.view])
    projector.start()
    apart(fill, task)
    head = log.head()
    if not projector.wait_for(head, 600):
        raise TimeoutError(projector.check())
    clean_up(stores)
    ticks, cpu = [perf_counter()], process_time()
    rebuilt = projector.rebuild(kind.view.name, lambda progress: _tick(ticks, progress))
    seconds, cpu, peak = perf_counter() - ticks[0], process_time() - cpu, peak_mb()
    if not rebuilt.same:
        raise AssertionError(rebuilt)
    projector.stop()
    plain = apart(plain_rate, task)
    log.close()
    stores.close()
    batches = [later - earlier for earlier, later in pairwise(ticks)]
    notes = {
        "log_facts": head,
        "log_facts_per_second": head / seconds,
        "built_per_second": rebuilt.facts / (ticks[-1] - ticks[0]),
        "cpu_ms_each": 1000 * cpu / rebuilt.facts,
    }
    return Result(
        task.workload, task.store, rebuilt.facts / seconds, "facts/s", percentile(batches, 0.5),
        percentile(batches, 0.99), plain, rebuilt.facts, {kind.service: peak}, notes,
    )  # fmt: skip


def _tick(ticks: list[float], _progress: Progress) -> None:
    ticks.append(perf_counter())


def fill(task: Task) -> int:
    """Write the stories of a decade straight into the log; gives how many facts."""
    kind, random = KINDS[task.workload], Random(task.seed)
    stores = Stores.open(task.at, kind.service, task.county)
    log = Log(stores, FactNames(kind.facts))
    wanted, batch = task.size(1_000_000, 10_000), list[Recording]()
    for story in range(wanted):
        batch += _recordings(kind.history(random), story)
        if len(batch) >= BATCH:
            log.append(batch, Ledger())
            wanted -= len(batch)
            batch.clear()
            if wanted <= 0:
                break
    head = log.head()
    log.close()
    stores.close()
    return head


def _recordings(history: Sequence[tuple[str, Sequence[Fact]]], story: int) -> Iterator[Recording]:
    about = envelope(
        at=BEGAN + timedelta(minutes=story),
        by="department:county-hospital",
        command=f"message:{story:040x}",
        correlation=f"{story:032x}",
        causation=f"{story:032x}",
        policy="2024-10",
    )
    return (Recording(case, version, fact, about) for case, facts in history for version, fact in enumerate(facts, 1))


def plain_rate(task: Task) -> float:
    """Facts read a second when the same rows are only read from the log, and the view's only loaded into tables."""
    kind = KINDS[task.workload]
    stores = Stores.open(task.at, kind.service, task.county)
    area = max(area for area in stores.areas() if area.startswith(f"view_{kind.view.name}_"))
    kind.view.tables.create_all(stores.engine("plain"))
    copying = Copying(stores, list(stored_names([kind.view])))
    began, facts = perf_counter(), 0
    while read := copying.read(BATCH):
        facts += read
    seconds = perf_counter() - began
    for table in kind.view.tables.sorted_tables:
        with stores.engine(area).connect().execution_options(yield_per=BATCH) as db:
            for rows in db.execute(select(table)).partitions():
                began = perf_counter()
                copying.load(table.name, [tuple(row) for row in rows])
                seconds += perf_counter() - began
    copying.close()
    stores.close()
    return facts / seconds
