"""How long to wait before trying again what failed, and when to stop."""

from __future__ import annotations

import asyncio
from random import uniform

import structlog

logger = structlog.get_logger(__name__)


class Pace:
    """Waits that double from `first` to `longest` seconds, each cut by up to a fifth: many do not march in step."""

    def __init__(self, first: float = 0.05, longest: float = 2.0) -> None:
        self._first, self._longest = first, longest
        self._wait = first

    def next(self) -> float:
        """Seconds to wait now."""
        wait, self._wait = self._wait, min(self._wait * 2, self._longest)
        return wait * uniform(0.8, 1)  # noqa: S311 - spreads load, guards nothing

    def reset(self) -> None:
        """It worked: the next failure waits shortly again."""
        self._wait = self._first


class Halts:
    """What does not move, and why: said in the log when it begins, when the reason changes, and when it is over.

    What is tried again every second while a store or the broker is away would else be said every second.
    """

    def __init__(self, halted: str, over: str) -> None:
        """The two events, as the log names them."""
        self._halted, self._over = halted, over
        self._why: dict[tuple[tuple[str, str], ...], str] = {}

    @property
    def trouble(self) -> str:
        """Why something does not move; empty when all does."""
        return next(iter(self._why.values()), "")

    def begin(self, why: str, *, trace: bool = False, **what: str) -> None:
        """`what` does not move. With a `trace`, for what nobody expects, it says where that arose."""
        key = tuple(what.items())
        if self._why.get(key) != why:
            self._why[key] = why
            logger.warning(self._halted, **what, error=why, exc_info=trace)

    def end(self, **what: str) -> None:
        """`what` moves."""
        if self._why.pop(tuple(what.items()), None):
            logger.warning(self._over, **what)


def end_if_asked() -> None:
    """Raises CancelledError if the running task was cancelled; every round of an endless loop must ask.

    Up to Python 3.11 `asyncio.wait_for`, which redis-py sends with, swallows a cancellation that meets the end
    of what it waits for: the loop would go on for ever, and who cancelled it would wait as long.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
