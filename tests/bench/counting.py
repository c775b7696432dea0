"""Workload `ratio-query`: the sex ratio over many births by any filter, beside a plain query of the births."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from random import Random
from time import perf_counter
from typing import Any

from sqlalchemy import BigInteger, Column, Engine, MetaData, Table, Text, func, select

from services.births.domain.particulars import Sex, Vital
from services.births.projections.sex_ratio import (
    CELLS,
    KEY,
    ORDERS,
    TABLES,
    TOTALS,
    TOTALS_KEY,
    Filters,
    live_births,
    totals_of,
)
from shared.projecting import add, load
from shared.stores import Stores
from tests.bench.places import Task
from tests.bench.results import Result, peak_mb, percentile

TOWNSHIPS = tuple(f"township-{number:02}" for number in range(30))
FACILITIES = tuple(f"facility-{number:02}" for number in range(40))
MONTHS = tuple(f"{year}-{month:02}" for year, month in product(range(2015, 2025), range(1, 13)))
PERIODS = ((None, None), ("2024-10", "2024-12"), ("2023-10", "2024-09"), ("2015-01", "2024-12"))
BATCH = 5_000
WARM = 20
PLAIN = MetaData()
BIRTHS = Table("births", PLAIN, *(Column(name, Text) for name in KEY), Column("births", BigInteger))
"""One row per birth, as a spreadsheet would have it."""


def run(task: Task) -> Result:
    """Ask with every combination of filters, many times over, then count the births themselves."""
    random = Random(task.seed)
    stores = Stores.open(task.at, "births", task.county)
    view, plain = stores.engine("view_sex_ratio_bench"), stores.engine("plain")
    births = _fill(random, view, plain, task.size(1_000_000, 10_000))
    questions = [_question(random) for _ in range(task.size(5_000, 200))]
    took = _timed(view, questions, live_births)
    limit = _timed(plain, questions[: WARM + task.size(100, 30)], _plainly)
    stores.close()
    peak = {"births": peak_mb()}
    notes = {"births": births, "plain_p99_ms": percentile(limit, 0.99), "worst_ms": max(took) * 1000}
    return Result(
        task.workload, task.store, len(took) / sum(took), "queries/s", percentile(took, 0.5), percentile(took, 0.99),
        len(limit) / sum(limit), len(took), peak, notes,
    )  # fmt: skip


def _fill(random: Random, view: Engine, plain: Engine, wanted: int) -> int:
    """Births of a decade in a large county, straight into the view's tables and into one of births."""
    TABLES.create_all(view)
    PLAIN.create_all(plain)
    for _ in range(wanted // BATCH):
        batch = [_birth(random) for _ in range(BATCH)]
        cells = Counter(batch)
        with view.begin() as db:
            add(db, CELLS, KEY, cells)
            add(db, TOTALS, TOTALS_KEY, totals_of(cells))
        with plain.begin() as db:
            load(db, BIRTHS, [dict(zip(KEY, birth, strict=True)) | {"births": 1} for birth in batch])
    return wanted


def _birth(random: Random) -> tuple[str, ...]:
    """The cell of a birth; a township's are in one facility half of the time, else anywhere."""
    township = random.randrange(len(TOWNSHIPS))
    facility = township if random.random() < 0.5 else random.randrange(len(FACILITIES))
    order = random.choices(ORDERS, (56, 34, 10))[0]
    sex = Sex.BOY if random.random() < 105 / 205 else Sex.GIRL
    vital = Vital.STILL if random.random() < 0.006 else Vital.LIVE
    return random.choice(MONTHS), TOWNSHIPS[township], FACILITIES[facility], order, sex.value, vital.value


def _question(random: Random) -> Filters:
    """Each filter is there or not."""
    return Filters(
        *random.choice(PERIODS),
        random.choice((None, random.choice(TOWNSHIPS))),
        random.choice((None, random.choice(FACILITIES))),
        random.choice((None, *ORDERS)),
    )


def _timed(engine: Engine, questions: Sequence[Filters], ask: Any) -> list[float]:
    """Seconds of each question but the first ones, over one connection."""
    return list(_seconds(engine, questions, ask))[WARM:]


def _seconds(engine: Engine, questions: Sequence[Filters], ask: Any) -> Iterator[float]:
    for question in questions:
        began = perf_counter()
        with engine.connect() as db:
            ask(db, question)
        yield perf_counter() - began


def _plainly(db: Any, wanted: Filters) -> Mapping[Any, Any]:
    """The same counts, from the births."""
    query = select(BIRTHS.c.birth_order, BIRTHS.c.sex, func.sum(BIRTHS.c.births)).where(BIRTHS.c.vital == "live")
    if wanted.first:
        query = query.where(BIRTHS.c.month.between(wanted.first, wanted.last))
    for name in ("township", "facility", "birth_order"):
        if value := getattr(wanted, name):
            query = query.where(BIRTHS.c[name] == value)
    rows = db.execute(query.group_by(BIRTHS.c.birth_order, BIRTHS.c.sex))
    return {(order, sex): births for order, sex, births in rows}
