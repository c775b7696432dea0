"""Which pregnancies time changes something for, by day: a sweep need not look at the others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from services.pregnancy_tracking.domain.care_events import AgendaCleared, PregnancyScheduled
from shared.kernel import Case, Fact, Value


class Agenda(NamedTuple):
    """The pregnancies of a day, as a chain: a set would be copied whole for each that is added."""

    pregnancy: str = ""
    earlier: Agenda | None = None

    @property
    def pregnancies(self) -> frozenset[str]:
        """All of them."""
        return frozenset(self._chain())

    def _chain(self) -> Iterator[str]:
        link = self
        while link.earlier:
            yield link.pregnancy
            link = link.earlier


class Cleared(Value):
    """Up to which day everything was assessed, None before the first time."""

    through: date | None = None

    def days(self, today: date, at_most: timedelta) -> list[date]:
        """The days to assess now; the first time, as far back as anything can have been scheduled."""
        first = self.through + timedelta(days=1) if self.through else today - at_most
        return [first + timedelta(days=number) for number in range((today - first).days + 1)]


def evolve_agenda(agenda: Agenda, fact: Fact) -> Agenda:
    match fact:
        case PregnancyScheduled(pregnancy=pregnancy):
            return Agenda(pregnancy, agenda)
    return agenda


def evolve_cleared(cleared: Cleared, fact: Fact) -> Cleared:
    match fact:
        case AgendaCleared(through=through):
            return Cleared(through=through)
    return cleared


AGENDA = Case("agenda", Agenda(), evolve_agenda, private=True)
"""One case per day."""
CLEARED = Case("agenda_cleared", Cleared(), evolve_cleared, private=True)
ALL = "county"
"""The one key: a county has one agenda."""
