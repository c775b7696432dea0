"""Runs the workloads that are asked for, and tells."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter

from rich.console import Console

from tests.bench.environment import environment
from tests.bench.places import QUICK_SEGMENTS, SEGMENTS, STORES, Task, clear, directory, postgres
from tests.bench.results import Result, keep, show
from tests.bench.running import WORKLOADS, apart, run

SEED = 2025


def main(arguments: Sequence[str]) -> None:
    """Run what was asked for; everything unless named."""
    asked = _parser().parse_args(arguments)
    console, results = Console(stderr=True), list[Result]()
    with postgres(QUICK_SEGMENTS if asked.quick else SEGMENTS) as url, directory() as home:
        about = environment(url, asked.seed, quick=asked.quick)
        for number, (workload, store) in enumerate((w, s) for w in asked.only for s in asked.store):
            at = url if store == "postgresql" else str(home / str(number))
            began = perf_counter()
            task = Task(workload, store, at, f"bench{number}", asked.quick, asked.seed)
            with console.status(f"{workload} on {store} …"), _cleared(task, url):
                results.append(apart(run, task))
            took = perf_counter() - began
            console.print(f"{workload} on {store}: {results[-1].rate:,.0f} {results[-1].unit} (all of it {took:.0f} s)")
    show(results, about, Console(width=170))
    keep(results, about)


@contextmanager
def _cleared(task: Task, url: str) -> Iterator[None]:
    clear(url, task.county)
    try:
        yield
    finally:
        clear(url, task.county)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small version")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--only", nargs="+", choices=WORKLOADS, default=list(WORKLOADS), metavar="WORKLOAD")
    parser.add_argument("--store", nargs="+", choices=STORES, default=list(STORES), metavar="STORE")
    return parser


if __name__ == "__main__":
    main(sys.argv[1:])
