"""Antenatal contacts: by which dating, and in which days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from services.pregnancy_tracking.domain.care_rules import CareRules, Schedule, Window
from services.pregnancy_tracking.domain.duty_events import DutyKind
from services.pregnancy_tracking.domain.words import DatingBasis

WEEK = timedelta(weeks=1)


class Dating(NamedTuple):
    """By what, found when, and the day the pregnancy counts from."""

    basis: DatingBasis
    established_on: date
    last_menstrual_period: date


class Epoch(NamedTuple):
    """From this day on, up to the next epoch, the pregnancy counted from the other (None: it was not dated)."""

    since: date
    last_menstrual_period: date | None


class Contact(NamedTuple):
    """What is owed, by its name, in half-open days."""

    name: str
    kind: DutyKind
    opens_on: date
    due_until: date


def dated(datings: Iterable[Dating]) -> date | None:
    """The day a pregnancy counts from: by the first scan, else by what was said last; None without any."""
    scans = [each for each in datings if each.basis is DatingBasis.SCAN]
    said = [each for each in datings if each.basis is not DatingBasis.SCAN]
    best = min(scans, default=None) or max(said, default=None)
    return best.last_menstrual_period if best else None


def epochs(registered_on: date, datings: Sequence[Dating]) -> list[Epoch]:
    """What the pregnancy counted from, by the days on which another dating was found."""
    days = sorted({max(each.established_on, registered_on) for each in datings} | {registered_on})
    found = [Epoch(day, dated([each for each in datings if each.established_on <= day])) for day in days]
    return [found[0], *(later for earlier, later in pairwise(found) if later[1] != earlier[1])]


def contacts(epoch: Epoch, entered_on: date, rules: CareRules, until: date) -> Iterator[Contact]:
    """The contacts of an epoch whose window is open on its first day or later, of who first was under care on a day.

    Of an undated pregnancy those that open by `until`: they go on until it is dated.
    """
    begins = epoch.last_menstrual_period
    found = _undated(epoch.since, rules, until) if begins is None else _dated(begins, entered_on, rules)
    return (each for each in found if each.due_until > epoch.since)


def _undated(since: date, rules: CareRules, until: date) -> Iterator[Contact]:
    every = timedelta(rules.undated_every_days)
    number, opens_on = 1, since
    while opens_on <= until:
        yield Contact(f"{DutyKind.UNDATED}-{number}", DutyKind.UNDATED, opens_on, opens_on + every)
        number, opens_on = number + 1, opens_on + every


def _dated(begins: date, entered_on: date, rules: CareRules) -> Iterator[Contact]:
    for number, (opens_on, due_until) in enumerate(_windows(begins, entered_on, rules.contacts), 1):
        yield Contact(f"{DutyKind.ANTENATAL}-{number}", DutyKind.ANTENATAL, opens_on, due_until)
    for kind, weeks in ((DutyKind.POST_TERM, rules.post_term), (DutyKind.OUTCOME_QUERY, rules.outcome_query)):
        yield Contact(f"{kind}-1", kind, *_days(begins, weeks))


def _windows(begins: date, entered_on: date, schedule: Schedule) -> Iterator[tuple[date, date]]:
    """The schedule's windows; who comes after the first one, where intervals are given, goes on by them."""
    late = schedule.late_entry and entered_on >= _days(begins, schedule.contacts[0])[1]
    if not late:
        yield from (_days(begins, window) for window in schedule.contacts)
        return
    age, last = entered_on - begins, WEEK * schedule.last_week
    while age < last:
        yield begins + age, begins + age + WEEK
        every = next(each.every_weeks for each in reversed(schedule.late_entry) if age >= WEEK * each.from_week)
        age = min(age + WEEK * every, last)
    if age < last + WEEK:
        yield begins + age, begins + last + WEEK


def _days(begins: date, window: Window) -> tuple[date, date]:
    return begins + WEEK * window.from_week, begins + WEEK * window.before_week
