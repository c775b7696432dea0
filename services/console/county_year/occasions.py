"""What befalls some women beside their contacts: danger signs, counselling, companions, checks, deaths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import cycle
from random import Random

from services.console.county_year.course import WEEK, Course, Danger
from services.console.county_year.courses import a_day
from services.console.county_year.ground import Ground
from services.console.places import COUNTY_HOSPITAL

COUNSELLED, BEFORE = 0.12, (20, 90)
"""Share of women who asked for counselling, and how many days before the pregnancy. Invented."""
COMPANIONS = {"partner": 50, "family": 30, "midwife": 12, "doula": 5, "friend": 3}
ACCOMPANIED, ARRANGED_FROM = 0.6, 28
"""Share of women who have somebody with them at the delivery, and the week from which that is arranged. Invented."""
DANGERS = 0.04
"""Share of pregnancies in which a visit finds a danger sign. Invented; at least one of each course it can take."""
SIGNS = (
    *("vaginal_bleeding", "severe_headache_or_blurred_vision", "reduced_movements", "severe_swelling"),
    *("leaking_fluid", "very_high_blood_pressure"),
)
AFTER_BIRTH = "wound_or_breast_infection"
BEFORE_END = 24
"""Days before the end at least: everything that follows, or lapses, does so while she is pregnant."""
FOLLOWED, ANSWERED, TOO_LATE = (1, 3), (2, 12), (13, 20)
"""Days after a danger sign of the home visit; of the referral's result; of one that comes when nobody followed up."""
LAPSES = 10
"""Days after a danger sign in which any visit is a follow-up (policy of pregnancy tracking)."""
PAST_TERM = 0.7
"""Share of those who are past 41 weeks and are seen. Invented."""
CHECKED, CHECK = 0.86, (42, 56)
"""Share of women who come to the check after a birth, and its days. Invented."""
DIES, DAYS_AFTER = 0.0001, (22, 38)
"""Deaths after a birth per live birth, and days after it, when every hospital has told of it; at least one.

With those in pregnancy (`losses`) they come to the 14.3 maternal deaths per 100,000 live births of the whole country in
2024 (National Health Commission); how many of them come after the birth is invented.
"""
DIES_IN = "chengguanzhen"
"""Where births are told soon."""
BEGINS = date(2024, 1, 2)
"""Nothing is written before."""


class Aftermath(StrEnum):
    """What follows a danger sign."""

    ALL = "all"
    NOT_REFERRED = "not_referred"
    NO_RESULT = "no_result"
    NOT_FOLLOWED = "not_followed"
    AT_HOME = "at_home"
    """Found at a visit at home after the birth; everything follows."""


AFTERMATHS = (*Aftermath, Aftermath.ALL, Aftermath.ALL)


def with_occasions(seed: int, courses: Sequence[Course], ground: Ground) -> list[Course]:
    """The courses, some with more in them; the same for the same seed."""
    random = Random(f"{seed}:occasions")  # noqa: S311 - a scenario is meant to be repeatable
    found = {each.key: _usual(random, each, ground) for each in courses}
    for course in _dying(random, list(found.values())):
        found[course.key] = course
    for course in _in_danger(random, list(found.values()), ground):
        found[course.key] = course
    return list(found.values())


def _usual(random: Random, course: Course, ground: Ground) -> Course:
    """What is told of many: counselling, a companion, a contact past term, the check after the birth."""
    places, ended_on = ground.townships[course.township], course.ended_on
    counselled_on = course.last_period - timedelta(random.randint(*BEFORE))
    past_term = a_day(random, places, (course.day_of(41), min(course.day_of(42), ended_on)), None)
    check = a_day(random, places, (ended_on + timedelta(CHECK[0]), ended_on + timedelta(CHECK[1])), None)
    details = replace(
        course.details,
        counselled_on=counselled_on if random.random() < COUNSELLED and counselled_on >= BEGINS else None,
        companion=_companion(random, course),
        post_term_on=past_term if random.random() < PAST_TERM else None,
        checked_on=check if random.random() < CHECKED else None,
    )
    return replace(course, details=details)


def _companion(random: Random, course: Course) -> tuple[date, str] | None:
    """Arranged at a visit."""
    days = [each.day for each in course.contacts if each.day and course.weeks_on(each.day) >= ARRANGED_FROM]
    with_her = random.choices([*COMPANIONS], [*COMPANIONS.values()])[0]
    return (days[0], with_her) if days and random.random() < ACCOMPANIED else None


def _dying(random: Random, courses: Sequence[Course]) -> Iterator[Course]:
    """Some weeks after the birth; nobody comes to see her after."""
    fit = [each for each in courses if each.township == DIES_IN and not each.away]
    for course in random.sample(fit, max(1, round(len(courses) * DIES))):
        died_on = course.ended_on + timedelta(random.randint(*DAYS_AFTER))
        details = replace(course.details, died_on=died_on, checked_on=None, attempts=())
        yield replace(course, details=details, home_visits=tuple(day for day in course.home_visits if day < died_on))


def _in_danger(random: Random, courses: Sequence[Course], ground: Ground) -> Iterator[Course]:
    fit = [each for each in courses if not (each.away or each.details.died_on)]
    random.shuffle(fit)
    aftermaths, wanted = cycle(AFTERMATHS), max(len(AFTERMATHS), round(len(courses) * DANGERS))
    aftermath, found = next(aftermaths), 0
    for course in fit:
        danger = _danger(random, course, aftermath, ground)
        if danger and found < wanted:
            aftermath, found = next(aftermaths), found + 1
            yield _with_danger(course, danger)


def _with_danger(course: Course, danger: Danger) -> Course:
    homes = {*course.home_visits, *([danger.followed_on] if danger.followed_on else [])}
    return replace(course, details=replace(course.details, danger=danger), home_visits=tuple(sorted(homes)))


def _seen_soon(course: Course, day: date) -> bool:
    """Whether anybody sees her before a follow-up of that day would lapse."""
    days = (*course.antenatal_visits, *course.home_visits)
    return any(day < each <= day + timedelta(LAPSES) for each in days)


def _danger(random: Random, course: Course, aftermath: Aftermath, ground: Ground) -> Danger | None:
    """At a visit long enough before the end, or at the first one at home after it; None if there is no such visit."""
    home = aftermath is Aftermath.AT_HOME
    last = course.ended_on - timedelta(BEFORE_END)
    soon = (day for day in course.home_visits if course.ended_on < day < course.ended_on + 2 * WEEK)
    before = (each.day for each in course.contacts if each.day and course.written_on <= each.day <= last)
    day = next(soon if home else before, None)
    if day is None or (aftermath is Aftermath.NOT_FOLLOWED and _seen_soon(course, day)):
        return None
    referred_to = "" if aftermath is Aftermath.NOT_REFERRED else COUNTY_HOSPITAL
    answered = day + timedelta(random.randint(*(TOO_LATE if aftermath is Aftermath.NOT_FOLLOWED else ANSWERED)))
    followed = day + timedelta(random.randint(*FOLLOWED))
    return Danger(
        found_on=day,
        sign=AFTER_BIRTH if home else random.choice(SIGNS),
        unit=course.village.clinic if home else ground.townships[course.township].township_hospital,
        referred_to=referred_to,
        answered_on=answered if referred_to and aftermath is not Aftermath.NO_RESULT else None,
        followed_on=None if aftermath is Aftermath.NOT_FOLLOWED else followed,
    )
