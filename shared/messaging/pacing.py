"""How long to wait before trying again what failed, and when to stop."""

from __future__ import annotations

import asyncio
from random import uniform


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


def end_if_asked() -> None:
    """Raises CancelledError if the running task was cancelled; every round of an endless loop must ask.

    Up to Python 3.11 `asyncio.wait_for`, which redis-py sends with, swallows a cancellation that meets the end
    of what it waits for: the loop would go on for ever, and who cancelled it would wait as long.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
