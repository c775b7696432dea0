"""An HTTP server that does nothing but insert bytes given to it, in groups: the limit of a service that decides."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import uvicorn

from shared.stores import Stores
from tests.bench.raw import Written, plain

ANSWER = b'{"status":"done"}'
HEADERS = [(b"content-type", b"application/json"), (b"content-length", str(len(ANSWER)).encode())]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class PlainApp:
    """Per request two facts and an outcome; what arrives during a commit is the next group."""

    def __init__(self, stores: Stores, rows: Written) -> None:
        self._tables = plain(stores)
        self._facts, self._outcomes = iter(rows.facts), iter(rows.outcomes)
        self._waiting: list[asyncio.Future[None]] = []
        self._running: asyncio.Task[None] | None = None

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        while (await receive()).get("more_body"):
            pass
        done = asyncio.get_running_loop().create_future()
        self._waiting.append(done)
        if self._running is None:
            self._running = asyncio.create_task(self._drain())
        await done
        await send({"type": "http.response.start", "status": 201, "headers": HEADERS})
        await send({"type": "http.response.body", "body": ANSWER})

    async def _drain(self) -> None:
        while self._waiting:
            taken, self._waiting = self._waiting, []
            await asyncio.to_thread(self._insert, len(taken))
            for done in taken:
                done.set_result(None)
        self._running = None

    def _insert(self, count: int) -> None:
        self._tables.insert(list(islice(self._facts, 2 * count)), list(islice(self._outcomes, count)))


@contextmanager
def serving(stores: Stores, rows: Written) -> Iterator[int]:
    """The port of such a server, in a process of its own."""
    context = get_context("spawn")
    mine, its = context.Pipe()
    given = (stores.service, stores.directory, stores.url, rows, its)
    process = context.Process(target=_serve, args=given, daemon=True)
    process.start()
    try:
        yield mine.recv()
    finally:
        process.terminate()
        process.join()


def _serve(service: str, directory: Path | None, url: str, rows: Written, port: Connection) -> None:
    app = PlainApp(Stores(service, directory=directory, url=url), rows)
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False, lifespan="off")
    door = config.bind_socket()
    door.listen()
    port.send(door.getsockname()[1])
    uvicorn.Server(config).run([door])
