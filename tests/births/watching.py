"""The watch as its tests need it: rules, areas, weeks and commands."""

from __future__ import annotations

from datetime import date, timedelta

from services.births.domain.watch_commands import Area, ClearSignal, DismissSignal, Observed, ObserveWeeks, ResetWatch
from services.births.domain.watch_events import (
    AreaKind,
    DismissReason,
    ResetReason,
    SignalCleared,
    SignalDismissed,
    SignalRaised,
    SignalWithdrawn,
    WatchReset,
    WeekObserved,
)
from tests.births.scene import ASKED

FIRST = date(2024, 1, 1)
HOSPITAL = Area(kind=AreaKind.FACILITY, code="county-hospital")
TOWNSHIP = Area(kind=AreaKind.TOWNSHIP, code="dayingxiang")


def week(number):
    """The Monday of the week with this number, 0 being the first."""
    return FIRST + timedelta(weeks=number)


def observe(*told, **other):
    """Weeks told as (area, number, boys, girls)."""
    weeks = tuple(Observed(area=area, week=week(number), boys=boys, girls=girls) for area, number, boys, girls in told)
    return ObserveWeeks(**(ASKED | other), weeks=weeks)


def observed(area, number, boys, girls):
    return WeekObserved(**dict(area), week=week(number), boys=boys, girls=girls)


def raised(area, number):
    return SignalRaised(**dict(area), week=week(number))


def clear(area=HOSPITAL, found=(), cleared=()):
    return ClearSignal(**ASKED, area=area, found=found, cleared=cleared)


def cleared(area, number, found=(), cleared=()):
    return SignalCleared(
        **dict(area),
        week=week(number),
        found=found,
        cleared=cleared,
        false_alarm_births=50_000,
        false_discovery_rate=0.1,
    )


def dismiss(area=HOSPITAL, reason=DismissReason.LATE_NOTICES):
    return DismissSignal(**ASKED, area=area, reason=reason)


def dismissed(area, number, reason=DismissReason.LATE_NOTICES):
    return SignalDismissed(**dict(area), week=week(number), reason=reason)


def taken_back(area, number):
    return SignalWithdrawn(**dict(area), week=week(number))


def reset(area=HOSPITAL, first=FIRST, reason=ResetReason.INSPECTED):
    return ResetWatch(**ASKED, area=area, first=first, reason=reason)


def was_reset(area, first=FIRST, reason=ResetReason.INSPECTED):
    return WatchReset(**dict(area), first=first, reason=reason)
