"""Runs a workload in a process of its own, so that neither memory nor caches of one reach the next."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context, parent_process
from typing import Any, TypeVar

from tests.bench.places import Task
from tests.bench.results import Result

Given = TypeVar("Given")

WORKLOADS = {
    "writer-16": "writing",
    "writer-256": "writing",
    "http-64": "asking",
    "end-to-end": "travelling",
    "rebuild-timeline": "rebuilding",
    "rebuild-sex-ratio": "rebuilding",
    "ratio-query": "counting",
    "due-list": "owing",
    "sweep": "sweeping",
    "release-check": "releasing",
}
"""Which module runs each workload."""


def run(task: Task) -> Result:
    """One workload; its module may use further processes."""
    module: Any = import_module(f"tests.bench.{WORKLOADS[task.workload]}")
    result: Result = module.run(task)
    return result


def apart(what: Callable[..., Given], *given: Any) -> Given:
    """What a function of a module gives in a process of its own, which begins with the modules but nothing else.

    What a workload itself does apart begins with a copy of it: another server of processes would cost 1.5 s each time.
    """
    context: Any = get_context("fork" if parent_process() else "forkserver")
    if not parent_process():
        context.set_forkserver_preload([f"tests.bench.{module}" for module in WORKLOADS.values()])
    with ProcessPoolExecutor(1, mp_context=context) as processes:
        return processes.submit(what, *given).result()
