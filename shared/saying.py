"""Says what the log holds: facts into the journal, in order and each once, whatever stops in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Event as Flag
from threading import Thread

import structlog

from shared.contracts.cloudevents import Event
from shared.eventstore import Log, Recorded
from shared.journal import Journal, StalePosition
from shared.messaging.pacing import Pace

logger = structlog.get_logger(__name__)

BATCH = 500
"""Facts turned into sayings in one transaction of the journal."""

Say = Callable[[Recorded], Sequence[tuple[str, Event]]]
"""What a fact says, as (channel, event without sequence)."""


class Publishing:
    """Follows the log by position. A fact that cannot be said stops it, visibly: nothing may be left unsaid.

    `position` is the last log position said, `trouble` why it does not move (empty when it does).
    """

    def __init__(self, log: Log, journal: Journal, say: Say, *, poll: float = 0.5) -> None:
        self._log, self._journal, self._say, self._poll = log, journal, say, poll
        self._hint, self._stopping = Flag(), Flag()
        self._thread = Thread(target=self._run, name="publishing", daemon=True)
        self.position = journal.position
        self.trouble = ""

    def start(self) -> None:
        """Begin to follow the log."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch under way and end."""
        self._stopping.set()
        self._hint.set()
        if self._thread.is_alive():
            self._thread.join()

    def hint(self) -> None:
        """The log may have grown; without it, that is noticed at the next poll."""
        self._hint.set()

    def behind(self) -> int:
        """Log positions not yet said."""
        return max(0, self._log.head() - self.position)

    def publish(self) -> int:
        """Say the next batch; gives how many facts it held. Raises what `say` and the stores raise."""
        facts = self._log.newest(self.position)[:BATCH] or self._log.read(self.position, BATCH)
        if not facts:
            return 0
        sayings = [saying for recorded in facts for saying in self._say(recorded)]
        try:
            self._journal.append(sayings, after=self.position, upto=facts[-1].position)
        except StalePosition:
            self.position = self._journal.position
            raise
        self.position = facts[-1].position
        return len(facts)

    def _run(self) -> None:
        pace = Pace()
        while not self._stopping.is_set():
            self._hint.clear()
            try:
                said = self.publish()
            except Exception as error:  # noqa: BLE001 - whatever it is, it is shown and tried again
                self.trouble = type(error).__name__
                logger.warning("publishing halted", error=self.trouble, position=self.position)
                self._stopping.wait(pace.next())
                continue
            self.trouble = ""
            pace.reset()
            if said < BATCH:
                self._hint.wait(self._poll)
