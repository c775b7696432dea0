"""Workload `sweep`: the daily sweep on the hardest day there can be: every one of 100,000 open duties is looked at.

The service has just been started, so that it knows none of them, and on every pregnancy one duty has become overdue.
On an ordinary day a sweep looks at those pregnancies only for which something turns: one in twenty or fewer.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from time import perf_counter, process_time

from services.console.layout import REFERENCE
from services.pregnancy_tracking.domain.commands import AssessDuties
from services.pregnancy_tracking.domain.duty_events import DutyOpened, DutyOverdue
from services.pregnancy_tracking.domain.events import FACTS
from services.pregnancy_tracking.handling import HANDLERS, policy_version
from services.pregnancy_tracking.reactions import adopt
from shared.clock import COUNTY_TIME, SystemClock
from shared.eventstore import FactNames, Ledger, Log, Recording, envelope
from shared.stores import Stores
from shared.writer import Writer
from tests.bench import courses
from tests.bench.births import person
from tests.bench.places import Task
from tests.bench.raw import Written, insert_rate, written
from tests.bench.results import Result, peak_mb
from tests.bench.running import apart

SERVICE = "pregnancy_tracking"
PERIOD = date(2024, 12, 2)
REGISTERED = PERIOD + timedelta(weeks=courses.REGISTERED)
TURNS = PERIOD + timedelta(weeks=13)
"""The day after the first antenatal contact's window: nobody has been seen, so that it is overdue for all."""
WOMEN = 200


def run(task: Task) -> Result:
    """Fill the log, start, sweep once; then read and insert the same rows plainly."""
    duties = apart(fill, task)
    stores = Stores.open(task.at, SERVICE, task.county)
    cpu = process_time()
    seconds, left = asyncio.run(_sweep(stores))
    cpu, peak = process_time() - cpu, peak_mb()
    if not left["overdue"]:
        raise AssertionError(left)
    began = perf_counter()
    rows = written(stores)
    plain = perf_counter() - began
    facts = left["facts"]
    plain += 1 / insert_rate(stores, Written(rows.facts[-facts:], rows.outcomes[-1:]), [(facts, 1)])
    stores.close()
    notes = {"pregnancies": left["overdue"], "facts": facts, "cpu_seconds": cpu, "at_most_seconds": 10}
    return Result(
        task.workload, task.store, duties / seconds, "duties/s", seconds * 1000, seconds * 1000,
        duties / plain, duties, {SERVICE: peak}, notes,
    )  # fmt: skip


def fill(task: Task) -> int:
    """Women registered on one day, straight into the log; gives how many duties are open."""
    stores = Stores.open(task.at, SERVICE, task.county)
    log, random, versions, duties = Log(stores, FactNames(FACTS)), Random(task.seed), Counter[str](), 0
    wanted, left = task.size(100_000, 1_400), courses.registered(PERIOD)
    _append(log, courses.cleared(TURNS), versions)
    while duties < wanted:
        batch = [each for _ in range(WOMEN) for each in left(random, person(random))]
        _append(log, batch, versions)
        duties += sum(isinstance(fact, DutyOpened) for _, facts in batch for fact in facts)
    log.close()
    stores.close()
    return duties


def _append(log: Log, left: courses.Left, versions: Counter[str]) -> None:
    log.append(list(_recordings(left, versions)), Ledger())


def _recordings(left: courses.Left, versions: Counter[str]) -> Iterator[Recording]:
    about = envelope(at=_noon(REGISTERED), by="bench", command="registered")
    for case, facts in left:
        yield from (Recording(case, version, fact, about) for version, fact in enumerate(facts, versions[case] + 1))
        versions[case] += len(facts)


async def _sweep(stores: Stores) -> tuple[float, Counter[str]]:
    """Seconds of the sweep, and what it left."""
    log, left = Log(stores, FactNames(FACTS)), Counter[str]()

    def committed(recordings: list[Recording]) -> None:
        left["facts"] += len(recordings)
        left["overdue"] += sum(isinstance(each.fact, DutyOverdue) for each in recordings)

    writer = Writer(log, HANDLERS, SystemClock(), policy=policy_version, before_commit=committed)
    for command in adopt(REFERENCE, SystemClock()):
        await writer.write(command)
    left.clear()
    began = perf_counter()
    outcome = await writer.write(AssessDuties(command_id="sweep", actor=SERVICE, at=_noon(TURNS)))
    seconds = perf_counter() - began
    writer.close()
    log.close()
    if outcome.status != "done":
        raise AssertionError(outcome)
    return seconds, left


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), COUNTY_TIME)
