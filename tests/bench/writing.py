"""Workloads `writer-16` and `writer-256`: so many callers at once, each command two facts, in one process."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator, Sequence
from random import Random
from time import perf_counter, process_time

from services.births.domain.commands import RecordBirth
from services.births.domain.events import FACTS
from services.births.handling import HANDLERS, policy_version
from services.births.reactions import adopt
from services.console.layout import REFERENCE
from shared.clock import SystemClock
from shared.eventstore import FactNames, Log
from shared.observability import Metrics
from shared.stores import Stores
from shared.writer import Writer
from tests.bench.births import commands
from tests.bench.places import Task
from tests.bench.raw import insert_rate, written
from tests.bench.results import Result, peak_mb, percentile

WARM = 500
"""Commands before the measurement begins."""


def run(task: Task) -> Result:
    """Births recorded through the writer of a births service."""
    callers = int(task.workload.rpartition("-")[2])
    stores = Stores.open(task.at, "births", task.county)
    asked = list(commands(Random(task.seed), WARM + task.size(20_000, 1_500)))
    gc.collect()
    gc.freeze()
    groups: list[tuple[int, int]] = []
    cpu = process_time()
    seconds, latencies = asyncio.run(_write(stores, asked, callers, groups))
    cpu, peak = process_time() - cpu, peak_mb()
    rows = written(stores, after=2)
    limit = insert_rate(stores, rows, groups)
    stores.close()
    n = len(latencies)
    return Result(
        task.workload, task.store, n / seconds, "commands/s", percentile(latencies, 0.5), percentile(latencies, 0.99),
        limit, n, {"process": peak}, {"mean_group": n / (len(groups) or 1), "cpu_ms_each": 1000 * cpu / len(asked)},
    )  # fmt: skip


async def _write(
    stores: Stores, asked: Sequence[RecordBirth], callers: int, groups: list[tuple[int, int]]
) -> tuple[float, list[float]]:
    """Seconds, and the latency of each command."""
    log = Log(stores, FactNames(FACTS))
    writer = Writer(
        log,
        HANDLERS,
        SystemClock(),
        policy=policy_version,
        before_commit=lambda recordings: groups.append((len(recordings), len(recordings) // 2)),
        metrics=Metrics(),
    )
    for command in adopt(REFERENCE, SystemClock()):
        await writer.write(command)
    await _call(writer, iter(asked[:WARM]), callers)
    groups.clear()
    began = perf_counter()
    latencies = await _call(writer, iter(asked[WARM:]), callers)
    seconds = perf_counter() - began
    writer.close()
    log.close()
    return seconds, latencies


async def _call(writer: Writer, asked: Iterator[RecordBirth], callers: int) -> list[float]:
    """Callers that each ask again as soon as they are answered."""
    latencies: list[float] = []

    async def caller() -> None:
        for command in asked:
            began = perf_counter()
            outcome = await writer.write(command)
            latencies.append(perf_counter() - began)
            if outcome.status != "done":
                raise AssertionError(outcome)

    await asyncio.gather(*[caller() for _ in range(callers)])
    return latencies
