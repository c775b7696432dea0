"""Workload `release-check`: a county-year's tables against 40 earlier releases of that year, restated too.

The hardest case: every edition is of one statistical year, so that all of them are in one system of equations.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from itertools import pairwise
from random import Random
from time import perf_counter, process_time

from services.births.domain.policy import Policy
from services.births.domain.release import DifferencingRevealsCell
from services.births.domain.release_figures import NONE, Axis, Figures
from services.births.domain.suppression import Areas
from services.births.projections.periods import quarter, statistical_year
from services.births.projections.release_check import revealed
from services.births.projections.release_draft import Known, draft
from services.births.projections.release_system import System
from tests.bench.places import Task
from tests.bench.results import Result, peak_mb, percentile
from tests.births.scene import RULES

QUARTERS = tuple(f"2025Q{number}" for number in range(1, 5))
EARLIER, CHECKS = 40, 5
CHANGED = 5
"""Births that differ between two editions of a period."""
Births = Counter[tuple[str, str, int]]


def run(task: Task) -> Result:
    """Make 40 editions of a year and its quarters, then check one more against them."""
    random, policy = Random(task.seed), RULES
    county = {name: Counter(_births(random, 1_250)) for name in QUARTERS}
    editions: list[Figures] = []
    periods = QUARTERS if task.quick else (*QUARTERS, "2025")
    while len(editions) < task.size(EARLIER, 4):
        for name in periods:
            with suppress(DifferencingRevealsCell):
                editions.append(_edition(name, county, editions, policy))
            county[random.choice(QUARTERS)].update(_births(random, CHANGED))
    newest, truth = _edition(periods[-1], county, editions, policy), _truth(county)
    cpu, times = process_time(), []
    for _ in range(task.size(CHECKS, 1)):
        began = perf_counter()
        if revealed([*editions, newest], truth, policy.of_releases):
            raise AssertionError(newest)
        times.append(perf_counter() - began)
    cpu = (process_time() - cpu) / len(times)
    notes = {"earlier": len(editions), "cpu_seconds_each": cpu}
    rate, plain = len(times) / sum(times), _plain(task.size(2_000, 500))
    return Result(
        task.workload, task.store, rate, "checks/s", percentile(times, 0.5), percentile(times, 0.99), plain, len(times),
        {"births": peak_mb()}, notes,
    )  # fmt: skip


def _plain(unknowns: int) -> float:
    """Programmes of a chain of equations, about as large, that the solver alone solves in a second."""
    system = System()
    chain = [system.unknown() for _ in range(unknowns)]
    for left, right in pairwise(chain):
        system.equal(left.minus(right.times(-1)), 10)
    system.least(chain[0])
    began = perf_counter()
    for each in chain[:10]:
        system.least(each)
    return 10 / (perf_counter() - began)


def _births(random: Random, count: int) -> list[tuple[str, str, int]]:
    towns = [(f"t{n:02}", 1 / (n + 1)) for n in range(20)]
    facilities = [(f"f{n:02}", 1 / (n + 1)) for n in range(12)]
    where = [random.choices(*zip(*each, strict=True), k=count) for each in (towns, facilities)]  # type: ignore[misc]
    cells = random.choices(range(6), (29, 27, 17, 17, 5, 5), k=count)
    return list(zip(*where, cells, strict=True))


def _edition(name: str, county: dict[str, Births], editions: list[Figures], policy: Policy) -> Figures:
    period = (quarter if "Q" in name else statistical_year)(name, policy.statistical_year_starts_in)
    return draft(period, Known(1, policy, _truth(county), list(editions)))


def _truth(county: dict[str, Births]) -> dict[str, dict[Axis, Areas]]:
    year = sum(county.values(), Counter[tuple[str, str, int]]())
    return {name: _areas(births) for name, births in {**county, "2025": year}.items()}


def _areas(births: Births) -> dict[Axis, Areas]:
    made: dict[Axis, dict[str, list[int]]] = {Axis.TOWNSHIP: {}, Axis.FACILITY: {}}
    for (township, facility, cell), count in births.items():
        for axis, code in ((Axis.TOWNSHIP, township), (Axis.FACILITY, facility)):
            made[axis].setdefault(code, list(NONE))[cell] += count
    return {axis: {code: tuple(counts) for code, counts in sorted(each.items())} for axis, each in made.items()}
