"""Rebuilds of views that are asked for over HTTP."""

from __future__ import annotations

import threading
from typing import Any

import structlog

from shared import web
from shared.projecting import Progress, Projector, RebuildRunning

logger = structlog.get_logger(__name__)


class Rebuilds:
    """Rebuilds of views asked for over HTTP: one thread each, progress to look at."""

    def __init__(self, projector: Projector) -> None:
        self._projector = projector
        self._running: dict[str, Progress] = {}
        self._failed: dict[str, str] = {}

    def start(self, name: str) -> None:
        """Begin a rebuild. Raises Unknown, and RebuildRunning if one is under way."""
        if name not in self._projector.positions():
            raise web.Unknown("there is no such view", accepted=", ".join(self._projector.positions()))
        if name in self._running:
            raise RebuildRunning(name)
        self._running[name] = Progress(0, 0, 0.0, 0.0)
        threading.Thread(target=self._run, args=[name], name=f"rebuild-{name}", daemon=True).start()

    def status(self, name: str, head: int) -> dict[str, Any]:
        """A view's position and how far its rebuild is. Raises Unknown."""
        positions = self._projector.positions()
        if name not in positions:
            raise web.Unknown("there is no such view", accepted=", ".join(positions))
        running = self._running.get(name)
        return {
            "name": name,
            "position": positions[name],
            "lag": max(0, head - positions[name]),
            "rebuilding": running._asdict() if running else None,
            "failed": self._failed.get(name),
        }

    def _run(self, name: str) -> None:
        try:
            self._failed.pop(name, None)
            self._projector.rebuild(name, lambda progress: self._running.update({name: progress}))
        except Exception as error:
            self._failed[name] = type(error).__name__
            logger.exception("rebuild failed", view=name)
        finally:
            self._running.pop(name, None)
