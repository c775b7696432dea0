"""Around every request: what is counted of it, and the headers of every answer."""

from __future__ import annotations

from time import monotonic

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.observability import Metrics

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Methods that show in the metrics by name: anybody may send any word."""
GUARDS = {
    "content-security-policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
"""Headers of every answer: nothing from other origins, kept nowhere, taken for nothing else than it says."""


class _Measured:
    """Counts and times requests by route, never by path: a path may hold an id."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = monotonic(), "500"

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            route = getattr(scope.get("route"), "path", "unknown")
            method = scope["method"] if scope["method"] in METHODS else "other"
            self._metrics.http_requests.labels(route, method, status).inc()
            self._metrics.http_seconds.labels(route).observe(monotonic() - begun)


def measure_requests(app: FastAPI, metrics: Metrics) -> None:
    """Let every request show in the metrics."""
    app.add_middleware(_Measured, metrics=metrics)


class _Guarded:
    """Puts GUARDS on every answer, but for what it has of its own: a page that permits less, or its own style."""

    headers = tuple((name.encode(), value.encode()) for name, value in GUARDS.items())

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarding(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(each for each in self.headers if each[0] not in own)]
            await send(message)

        await self._app(scope, receive, guarding)


def guard_answers(app: FastAPI) -> None:
    """Let no answer be kept, taken for something else, or bring in anything from elsewhere."""
    app.add_middleware(_Guarded)
