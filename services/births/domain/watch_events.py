"""What happened to the watch over a facility or an area: the storage format. Nothing here is about a person."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from services.births.domain.data_faults import DataFault, FaultCleared
from shared.kernel import Fact, Id


class AreaKind(StrEnum):
    """What is watched: where children are born, or where their mothers live."""

    FACILITY = "facility"
    TOWNSHIP = "township"


class DismissReason(StrEnum):
    """Why a signal is none. `restated`: by the figures as they are known now it would not have been raised."""

    LATE_NOTICES = "late_notices"
    RECORDS_INCOMPLETE = "records_incomplete"
    DUPLICATES = "duplicates"
    RESTATED = "restated"


class ResetReason(StrEnum):
    """Why a watch begins anew."""

    INSPECTED = "inspected"
    RECORDS_MENDED = "records_mended"
    POLICY_CHANGED = "policy_changed"


class OfWatch(Fact):
    """What every fact of a watch says: which facility or township it is about."""

    kind: AreaKind
    code: Id


class WeekObserved(OfWatch, stored_as="births.WeekObserved"):
    """Live births of the week that began on `week`, a Monday, as known now; told again when they changed. Internal."""

    week: date
    boys: int
    girls: int


class SignalRaised(OfWatch, stored_as="births.SignalRaised"):
    """By the end of `week` the watch had reached its threshold. Internal until it is cleared."""

    week: date


class SignalCleared(OfWatch, stored_as="births.SignalCleared"):
    """The figures were checked for faults in the data, and what was found does not explain the signal: it may be said.

    With the rates at which such signals are false: after so many births of one area, and of all areas' signals.
    """

    week: date
    found: tuple[DataFault, ...]
    cleared: tuple[FaultCleared, ...]
    false_alarm_births: int
    false_discovery_rate: float


class SignalWithdrawn(OfWatch, stored_as="births.SignalWithdrawn"):
    """By the figures as they are known now, the signal cleared for `week` would not have been: it is taken back."""

    week: date


class SignalDismissed(OfWatch, stored_as="births.SignalDismissed"):
    """The signal is none."""

    week: date
    reason: DismissReason


class WatchReset(OfWatch, stored_as="births.WatchReset"):
    """Weeks before `first`, a Monday, count no more."""

    first: date
    reason: ResetReason


WATCH_FACTS: tuple[type[Fact], ...] = (
    WeekObserved,
    SignalRaised,
    SignalCleared,
    SignalWithdrawn,
    SignalDismissed,
    WatchReset,
)
