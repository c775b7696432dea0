"""What is true of each month in each township: how often who was seen, tried, found in danger or referred."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from services.console.county_year.course import Course
from services.console.county_year.twice import Again

MEASURES = (
    *("registered", "antenatal_visits", "home_visits", "postnatal_visits", "referral_results"),
    *("attempts", "danger_signs", "referrals"),
)
LESS = "taken_back"
Happened = tuple[str, date]


def truth_of_months(
    courses: Iterable[Course], moved: Mapping[str, tuple[date, str]], again: Iterable[Again]
) -> list[dict[str, Any]]:
    """A row per township and month in which anything happened, by the day it happened.

    A course in `moved` (by key) is another township's from the day after the one it names on. A registration that is
    found to be of a pregnancy already counted is one less: beside the digest (`taken_back`) where that was frozen.
    """
    counted: Counter[tuple[str, str, str]] = Counter()
    for course in courses:
        since, to = moved.get(course.key, (date.max, ""))
        for measure, day in _happened(course):
            known_on = max(day, course.written_on)
            counted[to if known_on > since else course.township, f"{day:%Y-%m}", measure] += 1
    for each in again:
        if each.apart:
            place = each.places.township, f"{each.on:%Y-%m}"
            frozen = each.seen_to_on > frozen_on(each.on)
            counted[*place, "antenatal_visits"] += 1
            counted[*place, "registered"] += frozen
            counted[*place, LESS] += frozen
    months = sorted({(township, month) for township, month, _ in counted})
    return [
        {"township": township, "month": month, **{name: counted[township, month, name] for name in (*MEASURES, LESS)}}
        for township, month in months
    ]


def frozen_on(day: date) -> date:
    """The last day on which something changes the digest of its month (policy of pregnancy tracking)."""
    return (day.replace(day=1) + timedelta(32)).replace(day=7)


def _happened(course: Course) -> Iterator[Happened]:
    told, danger = course.details, course.details.danger
    yield "registered", course.registered_on
    yield from (("antenatal_visits", day) for day in course.antenatal_visits)
    yield from (("home_visits", day) for day in course.home_visits)
    yield from (("attempts", day) for day in told.attempts)
    yield from (("postnatal_visits", day) for day in (told.checked_on, told.supported_on) if day)
    if danger:
        yield "danger_signs", danger.found_on
        if danger.referred_to:
            yield "referrals", danger.found_on
        if danger.answered_on:
            yield "referral_results", danger.answered_on
