"""The one writer of a service: commands decided in order, committed in groups."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from eventsourcing.persistence import DataError, PersistenceError

from shared.deciding import Answer, Asked, Decider, Group
from shared.eventstore import Ledger, Log, Parked, Recording, VersionConflict
from shared.kernel import Cases, Clock, Command, Handler, NotYet
from shared.observability import Metrics
from shared.outcomes import CommandIdReused, Outcome
from shared.states import States

__all__ = ["Answer", "CommandIdReused", "Outcome", "Work", "Writer"]

GROUP = 256
"""Commands in one commit at most: beyond it PostgreSQL gains little and the first of the group waits."""
PATIENCE = 10
"""Times a work is decided anew after a conflict: only a writer that lost its lease meets more than one."""


@dataclass(frozen=True)
class Work:
    """The effect of messages: their commands, the reader's position after them, what is parked instead; atomic.

    What is set `aside` may depend on how the commands are answered.
    """

    commands: tuple[Command, ...] = ()
    digests: tuple[str, ...] = ()
    position: tuple[str, int] | None = None
    park: Parked | None = None
    unpark: str = ""
    aside: Callable[[Sequence[Answer]], Sequence[Parked]] = lambda _answers: ()

    def asked(self) -> list[Asked]:
        """Each command with the digest of what it asks for."""
        return list(zip(self.commands, self.digests or ("",) * len(self.commands), strict=True))

    def parked(self, answers: Sequence[Answer]) -> list[Parked]:
        """What is parked, now that the commands are answered."""
        return [*([self.park] if self.park else []), *self.aside(answers)]


class Writer:
    """Decides and commits for one service. All calls come from one event loop; commits run in one thread.

    `policy` names the policy version in force, for the envelope. `before_commit` sees the facts of a group and
    does what they rely on (new data keys written, erased ones destroyed): when it fails nothing is written.
    `after_commit` hears of every commit that answers commands, and of the position of its last fact (0 for none).
    """

    def __init__(  # noqa: PLR0913 - a composition root hands over each part by name
        self,
        log: Log,
        handlers: Mapping[type[Command], Handler],
        clock: Clock,
        *,
        policy: Callable[[Cases], str] = lambda _cases: "",
        before_commit: Callable[[Sequence[Recording]], None] = lambda _recordings: None,
        after_commit: Callable[[int, Sequence[Recording]], None] = lambda _position, _recordings: None,
        metrics: Metrics | None = None,
    ) -> None:
        self._log, self._clock, self._decider = log, clock, Decider(handlers, policy)
        self._before_commit, self._after_commit = before_commit, after_commit
        self._states, self._metrics = States(), metrics
        self._last = _newest(log)
        self._waiting: list[tuple[Work, asyncio.Future[list[Answer]]]] = []
        self._running: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")

    async def write(self, command: Command, digest: str = "") -> Outcome:
        """Decide one command and answer when its facts are on disk.

        `digest` identifies the content asked for. Raises NotYet (nothing is stored), and whatever the store
        raises when it cannot commit: the command is then undecided and may be repeated.
        """
        [answer] = await self._submit(Work((command,), (digest,)))
        if isinstance(answer, NotYet):
            raise answer
        return answer

    async def apply(self, works: Sequence[Work]) -> list[list[Answer]]:
        """The answers of each work's commands; each work is committed with its position or not at all."""
        return list(await asyncio.gather(*[self._submit(work) for work in works]))

    def close(self) -> None:
        """Finish the commit that is under way."""
        self._thread.shutdown(wait=True)

    def _submit(self, work: Work) -> asyncio.Future[list[Answer]]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[Answer]] = loop.create_future()
        self._waiting.append((work, answer))
        if self._running is None:
            self._running = loop.create_task(self._drain())
        return answer

    async def _drain(self) -> None:
        """Commit group after group until nobody waits: what arrives during a commit is the next group."""
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                taken, self._waiting = _take(self._waiting)
                works = [work for work, _ in taken]
                answers = await loop.run_in_executor(self._thread, self._commit, works)
                _settle(taken, answers)
                self._hold_back(works, answers)
        finally:
            self._running = None

    def _hold_back(self, works: Sequence[Work], answers: Sequence[list[Answer] | Exception]) -> None:
        """Later works of a reader whose work failed fail as well: a position must not pass what has no effect."""
        failed = {
            w.position[0]: a for w, a in zip(works, answers, strict=True) if w.position and isinstance(a, Exception)
        }
        late = [each for each in self._waiting if each[0].position and each[0].position[0] in failed]
        self._waiting = [each for each in self._waiting if each not in late]
        _settle(late, [failed[work.position[0]] for work, _ in late if work.position])

    def _commit(self, works: Sequence[Work]) -> list[list[Answer] | Exception]:
        """One transaction for all works; if one spoils it, each on its own."""
        try:
            return list(self._attempt(works))
        except DataError:
            return self._one_by_one(works)
        except PersistenceError as error:
            return [error] * len(works)
        except Exception:  # noqa: BLE001 - found out one by one, and answered to those it belongs to
            return self._one_by_one(works)

    def _one_by_one(self, works: Sequence[Work]) -> list[list[Answer] | Exception]:
        """Each work in its own transaction. After a failed work, its reader's later ones wait for it."""
        answers: list[list[Answer] | Exception] = []
        stopped: dict[str, Exception] = {}
        for work in works:
            reader = work.position[0] if work.position else ""
            answer = stopped.get(reader) or self._alone(work)
            if reader and isinstance(answer, Exception):
                stopped[reader] = answer
            answers.append(answer)
        return answers

    def _alone(self, work: Work) -> list[Answer] | Exception:
        """A work by itself; after a conflict it is answered from its outcome if it did commit, else decided anew."""
        conflict: Exception | None = None
        for _ in range(PATIENCE):
            try:
                return self._attempt([work])[0]
            except VersionConflict as error:
                conflict = error
            except Exception as error:  # noqa: BLE001 - belongs to the one who asked
                return error
        return conflict or VersionConflict()

    def _attempt(self, works: Sequence[Work]) -> list[list[Answer]]:
        group = Group(max(self._clock.now(), self._last), self._log, self._states, self._decider)
        try:
            given = iter(group.decide([asked for work in works for asked in work.asked()]))
            answers = [[next(given) for _ in work.commands] for work in works]
            self._store(group, works, answers)
        except BaseException:
            self._states.forget()
            raise
        return answers

    def _store(self, group: Group, works: Sequence[Work], answers: Sequence[list[Answer]]) -> None:
        ledger = Ledger(
            group.outcomes,
            _furthest(works),
            [parked for work, given in zip(works, answers, strict=True) for parked in work.parked(given)],
            [work.unpark for work in works if work.unpark],
        )
        if not (group.recordings or any(ledger)):
            return
        positions = self._log.append(group.recordings, ledger, lambda: self._before_commit(group.recordings))
        self._last = group.at
        self._states.trim()
        self._measure(group, works)
        if group.outcomes:
            self._after_commit(positions[-1] if positions else 0, group.recordings)

    def _measure(self, group: Group, works: Sequence[Work]) -> None:
        if self._metrics is None:
            return
        self._metrics.commit_commands.observe(sum(len(work.commands) for work in works))
        for status in group.statuses:
            self._metrics.commands.labels(status).inc()


def _newest(log: Log) -> datetime:
    """When the newest fact was recorded: time in the log never goes back, whatever the clock does."""
    newest = log.read(log.head() - 1, 1)
    return newest[0].recorded_at if newest else datetime.min.replace(tzinfo=UTC)


def _furthest(works: Sequence[Work]) -> dict[str, int]:
    """The last position per reader: one row moves however many messages a group holds."""
    positions: dict[str, int] = {}
    for work in works:
        if work.position:
            reader, position = work.position
            positions[reader] = max(position, positions.get(reader, 0))
    return positions


def _take(waiting: list[Any]) -> tuple[list[Any], list[Any]]:
    return waiting[:GROUP], waiting[GROUP:]


def _settle(
    taken: Sequence[tuple[Work, asyncio.Future[list[Answer]]]], answers: Sequence[list[Answer] | Exception]
) -> None:
    for (_, waiter), answer in zip(taken, answers, strict=True):
        if waiter.cancelled():
            continue
        if isinstance(answer, Exception):
            waiter.set_exception(answer)
        else:
            waiter.set_result(answer)
