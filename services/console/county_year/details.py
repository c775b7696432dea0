"""What else happens in a pregnancy: re-dating, risk and its follow-up, declining, attempts, late hospital notices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from services.console.county_year.course import WEEK, Contact, Course, Details, Fate
from services.console.county_year.courses import a_day
from services.console.county_year.ground import Ground
from shared.contracts.departments import RiskColour

REDATED, ERROR = 0.08, (5, 14)
"""Share of those who register early whose period was told wrongly, and by how many days; an early scan shows it."""
DATED_BEFORE = 13
"""Completed weeks."""
RISKS = {RiskColour.YELLOW: 0.12, RiskColour.ORANGE: 0.05, RiskColour.RED: 0.02}
FOLLOWED_UP, FOLLOWED_UP_AFTER = 0.85, 3
"""Share of the high risks that are visited at home, and days after the grading."""
DECLINES = 0.03
"""Share of women who decline a contact."""
ATTEMPTED, ATTEMPTS = 0.6, (28, 30, 32)
"""Share of the second home visits that did not take place that were tried, and the days after the birth."""
NOTICE_LATE, NOTICE_DAYS = 0.1, (3, 10)
"""Share of the hospital's notices of discharge that come late, and by how many days."""
VISITS = 2


def with_details(seed: int, course: Course, ground: Ground) -> Course:
    """The course with what else is told of her; the same for the same seed."""
    random = Random(f"{seed}:{course.key}:details")  # noqa: S311 - a scenario is meant to be repeatable
    graded = _graded(random, course)
    details = Details(*_redated(random, course, ground), graded, _attempts(random, course), _noticed_on(random, course))
    followed = (*_followed_up(random, course, graded), *course.home_visits)
    return replace(course, details=details, home_visits=followed, contacts=tuple(_contacts(random, course)))


def _redated(random: Random, course: Course, ground: Ground) -> tuple[date | None, date | None]:
    window = course.registered_on + timedelta(1), course.day_of(DATED_BEFORE)
    dated_on = a_day(random, ground.townships[course.township], window, course.away)
    if dated_on is None or random.random() >= REDATED:
        return None, None
    return course.last_period + random.choice((-1, 1)) * timedelta(random.randint(*ERROR)), dated_on


def _graded(random: Random, course: Course) -> tuple[date, RiskColour] | None:
    drawn = random.random()
    for colour, share in RISKS.items():
        if drawn < share:
            return course.registered_on, colour
        drawn -= share
    return None


def _followed_up(random: Random, course: Course, graded: tuple[date, RiskColour] | None) -> Iterator[date]:
    if graded and graded[1] is not RiskColour.YELLOW and random.random() < FOLLOWED_UP:
        day = graded[0] + timedelta(FOLLOWED_UP_AFTER)
        if course.confinement and course.written_on <= day < course.confinement.born_on - WEEK:
            yield day


def _attempts(random: Random, course: Course) -> tuple[date, ...]:
    tried = course.confinement and len(course.home_visits) < VISITS and random.random() < ATTEMPTED
    return (
        tuple(course.confinement.born_on + timedelta(day) for day in ATTEMPTS) if tried and course.confinement else ()
    )


def _noticed_on(random: Random, course: Course) -> date | None:
    if course.discharged_on is None:
        return None
    late = random.randint(*NOTICE_DAYS) if random.random() < NOTICE_LATE else 0
    return course.discharged_on + timedelta(late)


def _contacts(random: Random, course: Course) -> Iterator[Contact]:
    """One that would have taken place later than the registration is declined on that day instead."""
    later = [each for each in course.contacts if each.day and each.day > course.written_on]
    declined = random.choice(later) if later and random.random() < DECLINES else None
    for each in course.contacts:
        yield Contact(each.number, Fate.DECLINED, None, each.day) if each is declined else each
