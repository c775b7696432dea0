"""Workload `http-64`: births told over 64 connections at once to a real service, each an HTTP request of its own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from random import Random
from time import perf_counter
from typing import Any

import uvloop

from services.console.client import Services
from shared.access import Role
from tests.bench.births import IDENTITY, told
from tests.bench.deployed import cpu_ms, prepared, started, stores_of
from tests.bench.places import Task
from tests.bench.plain_server import serving
from tests.bench.raw import written
from tests.bench.results import Result, percentile

CONNECTIONS = 64
WARM = 100
"""Requests before the measurement begins."""


def run(task: Task) -> Result:
    """POST /births, then the same requests to a server that only inserts the same bytes."""
    with prepared(task) as deployment:
        with started(deployment) as running:
            resting = running.resting()
            with Services(deployment) as services:
                token = services.token(Role.HOSPITAL, ["*"], [], timedelta(hours=1))
            asked = list(_requests(task, token, task.size(10_000, 400)))
            port = deployment.port("births")
            uvloop.run(_load(port, asked[:WARM]))
            before = running.cpu()
            seconds, latencies = uvloop.run(_load(port, asked[WARM:]))
            cpu = cpu_ms(before, running.cpu(), len(latencies))
            peaks = running.peaks()
        stores = stores_of(deployment, "births")
        with serving(stores, written(stores, after=2)) as plain:
            uvloop.run(_load(plain, asked[:WARM]))
            limit, _ = uvloop.run(_load(plain, asked[WARM:]))
        stores.close()
    n = len(latencies)
    return Result(
        task.workload, task.store, n / seconds, "commands/s", percentile(latencies, 0.5), percentile(latencies, 0.99),
        n / limit, n, peaks, {"at_rest_mb": resting, "cpu_ms_each": cpu},
    )  # fmt: skip


def _requests(task: Task, token: str, count: int) -> Iterator[bytes]:
    random = Random(task.seed)
    for number in range(WARM + count):
        body = json.dumps(_form(random, number), ensure_ascii=False).encode()
        yield (
            f"POST /births HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body


def _form(random: Random, number: int) -> dict[str, Any]:
    about = told(random)
    mother = {"document": f"9901011990{number:08}", **IDENTITY}
    return about | {"born_at": about["born_at"].isoformat(), "mother": mother, "command_id": f"bench-{number}"}


async def _load(port: int, asked: Sequence[bytes]) -> tuple[float, list[float]]:
    """Seconds for all requests, and the latency of each."""
    waiting, latencies = iter(asked), list[float]()

    async def caller() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in waiting:
            began = perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            answer = await reader.readexactly(int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]))
            latencies.append(perf_counter() - began)
            if not head.startswith(b"HTTP/1.1 201"):
                raise AssertionError(head + answer)
        writer.close()

    began = perf_counter()
    await asyncio.gather(*[caller() for _ in range(CONNECTIONS)])
    return perf_counter() - began, latencies
