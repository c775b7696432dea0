"""What time does: commands a service asks of itself as its clock goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import structlog

from shared.kernel import Clock, Command, NotYet

logger = structlog.get_logger(__name__)

EVERY = 1.0
"""Seconds between two looks at the clock."""
EVERY_OF_SCENARIO = 0.02
"""The same of a scenario's clock: it jumps, and its runner waits until what time asks is done."""


class Sweep(NamedTuple):
    """A name, and the command for a moment: its id names the hour or day it is for, so that it is asked once."""

    name: str
    command: Callable[[datetime], Command]


class Sweeping:
    """Asks every sweep again whenever its command's id has changed; `trouble` says why one does not pass.

    `swept` is the moment of the last look after which everything had been asked that was due then.
    """

    def __init__(
        self, sweeps: Sequence[Sweep], clock: Clock, ask: Callable[[Command], Awaitable[Any]], *, every: float = EVERY
    ) -> None:
        self._sweeps, self._clock, self._ask, self._every = sweeps, clock, ask, every
        self._asked: dict[str, str] = {}
        self.swept: datetime | None = None
        self._task: asyncio.Task[None] | None = None
        self.trouble: dict[str, str] = {}

    async def start(self) -> None:
        """See what is due now, then go on, on the running event loop."""
        await self.sweep()
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End, between two sweeps."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def check(self) -> str | None:
        """Why a sweep does not pass, None if all do."""
        return "; ".join(f"{name}: {why}" for name, why in self.trouble.items()) or None

    async def sweep(self) -> None:
        """Ask what is due now. A sweep that fails is tried again at the next look."""
        now, missed = self._clock.now(), False
        for each in self._sweeps:
            try:
                command = await asyncio.to_thread(each.command, now)
                if self._asked.get(each.name) == command.command_id:
                    continue
                await self._ask(command)
            except NotYet as missing:
                missed = True
                logger.info("a sweep waits", sweep=each.name, reason=missing.name)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is shown and tried again
                missed = True
                self.trouble[each.name] = type(error).__name__
                logger.warning("a sweep failed", sweep=each.name, error=type(error).__name__)
            else:
                self._asked[each.name] = command.command_id
                self.trouble.pop(each.name, None)
        self.swept = self.swept if missed else now

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            await self.sweep()
