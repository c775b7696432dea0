"""What can be asked of the watch."""

from __future__ import annotations

from datetime import date

from services.births.domain.data_faults import DataFault, FaultCleared
from services.births.domain.watch_events import AreaKind, DismissReason, ResetReason
from shared.kernel import Command, Id, Value


class Area(Value):
    """A facility or a township that is watched."""

    kind: AreaKind
    code: Id

    @property
    def key(self) -> str:
        """The key of its watch."""
        return f"{self.kind.value}:{self.code}"


class Observed(Value):
    """Live births of an area in the week that began on `week`, a Monday, by sex."""

    area: Area
    week: date
    boys: int
    girls: int


class ObserveWeeks(Command):
    """Take in the weeks that are over, of every area with births, as they are known now."""

    weeks: tuple[Observed, ...]


class ClearSignal(Command):
    """Say of a signal that its data were checked: of each fault that was `found`, what became of it."""

    area: Area
    found: tuple[DataFault, ...]
    cleared: tuple[FaultCleared, ...]


class DismissSignal(Command):
    """Say of a signal that the data explain it."""

    area: Area
    reason: DismissReason


class ResetWatch(Command):
    """Let weeks before `first`, a Monday, count no more."""

    area: Area
    first: date
    reason: ResetReason
