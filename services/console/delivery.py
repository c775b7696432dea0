"""How messages travel: in order and once, or as they do on bad days."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from services.console.letters import Ready

OVERTAKEN = 3
"""Days after which no message is overtaken any more, however few are sent."""
LATE_SHARE = 1 / 3
"""Of the messages, when some are late."""
AGAIN_DAYS = (1, 6)
"""After which a message is sent once more."""


@dataclass(frozen=True)
class Delivery:
    """A way of travelling.

    Each message is sent `copies` times, up to `window` places after its turn (but not behind one written more than
    OVERTAKEN days later), some up to `late_days` late; the share `again` is sent once more some days later; with
    `within_days`, what is sent on one day goes in any order. Services hold a message for what it needs 7 days unless
    set otherwise and then reject it, so all together should stay below.
    """

    copies: int = 1
    window: int = 0
    late_days: int = 0
    again: float = 0.0
    within_days: bool = False
    seed: int = 0

    def schedule(self, letters: Sequence[Ready]) -> list[tuple[date, list[Ready]]]:
        """What is sent on which day, never before it was written; the same for the same seed; `letters` in order."""
        random = Random(self.seed)  # noqa: S311 - a test is meant to be repeatable
        written = [letter.day for letter in letters]
        placed = [
            (min(place + random.uniform(0, self.window), last), letter)
            for place, letter in enumerate(letters)
            for last in [bisect_right(written, letter.day + timedelta(days=OVERTAKEN)) - 1]
            for _ in range(self.copies)
        ]
        today, days = date.min, dict[date, list[Ready]]()
        for _, letter in sorted(placed, key=lambda each: each[0]):
            today = max(today, letter.day)
            late = random.randint(0, self.late_days) if random.random() < LATE_SHARE else 0
            days.setdefault(today + timedelta(days=late), []).append(letter)
            if random.random() < self.again:
                days.setdefault(today + timedelta(days=random.randint(*AGAIN_DAYS)), []).append(letter)
        for todays in days.values() if self.within_days else ():
            random.shuffle(todays)
        return sorted(days.items())


AS_WRITTEN = Delivery()
