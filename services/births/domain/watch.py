"""The watch over facilities and townships: weeks observed, signals raised, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import reduce
from typing import Any, NamedTuple

from pydantic import Field

from services.births.domain import cusum
from services.births.domain.cusum import Week
from services.births.domain.data_faults import check_cleared
from services.births.domain.policy import Policy
from services.births.domain.watch_commands import Area, ClearSignal, DismissSignal, ObserveWeeks, ResetWatch
from services.births.domain.watch_events import (
    DismissReason,
    SignalCleared,
    SignalDismissed,
    SignalRaised,
    SignalWithdrawn,
    WatchReset,
    WeekObserved,
)
from shared.kernel import NOTHING, Case, Decision, Fact, Refusal, Value

WEEK = timedelta(weeks=1)


class NoSignal(Refusal):
    """There is no open signal here to decide about."""


class NotAMonday(Refusal):
    """A week is named by its Monday."""


class Counted(NamedTuple):
    """Live births of a week by sex."""

    boys: int
    girls: int


class Watch(Value):
    """What decisions need: weeks as last observed, from which on they count, and the week of an open signal.

    `said` are the weeks of signals that were cleared, each with the week from which on its path had counted.
    """

    weeks: dict[date, Counted] = Field(default_factory=dict)
    first: date = date.min
    signal: date | None = None
    said: dict[date, date] = Field(default_factory=dict)

    def path(self, policy: Policy, first: date | None = None, last: date = date.max) -> dict[date, float]:
        """The level at the end of each batch of the weeks that count, or of others, in order of time."""
        counted = [monday for monday in sorted(self.weeks) if (first or self.first) <= monday <= last]
        weeks = [Week(monday, *self.weeks[monday]) for monday in counted]
        return cusum.path(weeks, policy.baseline, policy.of_watch)

    def raised(self) -> date:
        """The week of the open signal. Raises NoSignal."""
        if self.signal is None:
            raise NoSignal("no signal is open", pointer="/area")
        return self.signal


def evolve(watch: Watch, fact: Fact) -> Watch:
    changes: dict[str, Any] = {}
    match fact:
        case WeekObserved(week=week, boys=boys, girls=girls):
            changes = {"weeks": watch.weeks | {week: Counted(boys, girls)}}
        case SignalRaised(week=week):
            changes = {"signal": week}
        case SignalDismissed(reason=DismissReason.RESTATED):
            changes = {"signal": None}
        case SignalCleared(week=week):
            changes = {"signal": None, "first": week + WEEK, "said": watch.said | {week: watch.first}}
        case SignalWithdrawn(week=gone):
            changes = {"said": {week: first for week, first in watch.said.items() if week != gone}}
        case SignalDismissed(week=week):
            changes = {"signal": None, "first": week + WEEK}
        case WatchReset(first=first):
            changes = {"signal": None, "first": first}
    return watch.model_copy(update=changes)


WATCH = Case("watch", Watch(), evolve)


def observe_weeks(command: ObserveWeeks, watches: Mapping[Area, Watch], policy: Policy) -> Decision:
    """Take in the weeks that changed, and judge all areas together from the first of them on."""
    news = [told for told in command.weeks if watches[told.area].weeks.get(told.week) != (told.boys, told.girls)]
    if not news:
        return NOTHING
    facts: dict[Area, list[Fact]] = {area: [] for area in watches}
    for told in news:
        facts[told.area].append(WeekObserved(**dict(told.area), week=told.week, boys=told.boys, girls=told.girls))
    now = {area: reduce(evolve, facts[area], watch) for area, watch in watches.items()}
    began = min(told.week for told in news)
    for area, fact in (*_withdrawn(now, began, policy), *_judged(now, began, policy)):
        facts[area].append(fact)
    return {WATCH.id(area.key): found for area, found in facts.items() if found}


def clear_signal(command: ClearSignal, watch: Watch, policy: Policy) -> Decision:
    """Its data were checked: it may be said. The watch begins anew. Raises FaultNotExplained, NoSuchFault."""
    rules, week = policy.of_watch, watch.raised()
    check_cleared(command.found, command.cleared)
    cleared = SignalCleared(
        **dict(command.area),
        week=week,
        found=command.found,
        cleared=command.cleared,
        false_alarm_births=rules.false_alarm_births,
        false_discovery_rate=rules.false_discovery_rate,
    )
    return {WATCH.id(command.area.key): [cleared]}


def dismiss_signal(command: DismissSignal, watch: Watch) -> Decision:
    """The data explain it: it is never said. The watch begins anew."""
    dismissed = SignalDismissed(**dict(command.area), week=watch.raised(), reason=command.reason)
    return {WATCH.id(command.area.key): [dismissed]}


def reset_watch(command: ResetWatch, watch: Watch) -> Decision:
    """Weeks before `first` count no more; nothing if so already."""
    if command.first.weekday():
        monday = command.first - timedelta(command.first.weekday())
        raise NotAMonday("a week is named by its Monday", pointer="/first", accepted=str(monday))
    if command.first == watch.first and watch.signal is None:
        return NOTHING
    return {WATCH.id(command.area.key): [WatchReset(**dict(command.area), first=command.first, reason=command.reason)]}


def _withdrawn(watches: Mapping[Area, Watch], began: date, policy: Policy) -> Iterator[tuple[Area, Fact]]:
    """Signals that were said, and that the figures do not bear any more."""
    for area, watch in watches.items():
        for week, first in watch.said.items():
            if week >= began and _level(watch.path(policy, first, week), week) < policy.of_watch.threshold:
                yield area, SignalWithdrawn(**dict(area), week=week)


def _judged(watches: Mapping[Area, Watch], began: date, policy: Policy) -> Iterator[tuple[Area, Fact]]:
    """Signals that the figures do not bear any more, and those they do.

    A signal is raised where the level has reached the threshold and stands out among all areas watched that week.
    """
    paths, threshold = {area: watch.path(policy) for area, watch in watches.items()}, policy.of_watch.threshold
    signalling = {area: watch.signal for area, watch in watches.items() if watch.signal}
    for area, week in list(signalling.items()):
        if week >= began and _level(paths[area], week) < threshold:
            del signalling[area]
            yield area, SignalDismissed(**dict(area), week=week, reason=DismissReason.RESTATED)
    for week in sorted({monday for path in paths.values() for monday in path if monday >= began}):
        for area in _standing_out({area: _level(path, week) for area, path in paths.items()}, policy):
            if area not in signalling:
                signalling[area] = week
                yield area, SignalRaised(**dict(area), week=week)


def _standing_out(levels: Mapping[Area, float], policy: Policy) -> Sequence[Area]:
    """The areas at or above the threshold that stand out among all."""
    rules = policy.of_watch
    chances = {area.key: cusum.chance(level) for area, level in levels.items()}
    found = cusum.discoveries(chances, rules.false_discovery_rate)
    return [area for area, level in levels.items() if level >= rules.threshold and area.key in found]


def _level(path: dict[date, float], week: date) -> float:
    """The level by the end of a week: that of the last batch until then."""
    return next((path[monday] for monday in reversed(path) if monday <= week), 0.0)
