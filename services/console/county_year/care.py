"""What hospitals and clinics write when they see her: registrations, visits, visits at home, examinations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from services.console.county_year.course import Course
from services.console.county_year.examinations import Entry
from services.console.county_year.following import following
from services.console.county_year.ground import Ground
from services.console.letters import Letter, written_after
from services.console.people import Woman, person_of
from services.console.places import Places, Village
from services.console.scenario_dayingxiang import observed, observed_at_home
from shared.clock import COUNTY_TIME
from shared.contracts.departments import (
    AntenatalVisit,
    ContactPreference,
    HomeVisit,
    Patient,
    PostnatalVisit,
    ReferralResult,
    Registration,
    Scan,
    Visited,
)

CARE = "pregnancy_tracking"


def letters_of(seed: int, course: Course, ground: Ground) -> Iterator[Letter]:
    """Everything written about one pregnancy but its births and its examinations."""
    random = Random(f"{seed}:{course.key}:letters")  # noqa: S311 - a scenario is meant to be repeatable
    yield registration(random, course, ground)
    yield from _visits(random, course, ground)
    yield from following(random, course, ground)


def registration(random: Random, course: Course, ground: Ground) -> Letter:
    """By the hospital of her township."""
    told = course.details.told_period or course.last_period
    where = ground.townships[course.township], course.village
    return registered(random, (course.key, course.woman, told), (course.registered_on, course.written_on), where)


def registered(
    random: Random,
    whose: tuple[str, Woman, date],
    days: tuple[date, date],
    where: tuple[Places, Village],
) -> Letter:
    """Of a woman and the period she tells, on one day and written on another, in a township and village."""
    (key, woman, last_period), (day, written_on), (places, village) = whose, days, where
    told = {
        "registered_on": day,
        "last_menstrual_period": last_period,
        "township": places.township,
        "village": village.code,
        "township_post": places.township_post,
        "village_post": village.post,
        "handbook": f"handbook-{key}",
        "contact_preference": random.choice([*ContactPreference]),
        "consents_to_care": True,
    }
    at, unit = moment(random, written_on, 9), places.township_hospital
    return Letter(f"registration-{key}", at, unit, CARE, Registration, told, person_of(woman))


def antenatal_visit(random: Random, key: str, woman: Woman, seen: tuple[date, int], unit: str, **more: Any) -> Letter:
    """On a day, so many weeks along. `more` is what else is told: danger signs, to whom she was referred."""
    day, weeks = seen
    signs = more.pop("danger_signs", ())
    told = Visited(document=woman.document, observations=observed(random, weeks), danger_signs=signs)
    about = {"visited_on": day, "unit": unit, **more}
    return Letter(f"visit-{key}-{day:%m%d}", moment(random, day, 11), unit, CARE, AntenatalVisit, about, told)


def scan(entry: Entry, ground: Ground) -> Letter:
    """An entry of a device's register, written days later if that was planted."""
    one = entry.examination
    told = {
        "facility": one.facility,
        "device": entry.device,
        "counter": entry.counter,
        "scanned_at": one.at,
        "operators": entry.operators,
        "purpose": one.purpose,
    }
    at, unit = written_after(one.at) + timedelta(one.late), ground.facilities[one.facility].unit
    whose = Patient(document=one.woman.document) if one.woman else None
    return Letter(f"scan-{entry.device}-{entry.counter}", at, unit, CARE, Scan, told, whose)


def moment(random: Random, day: date, hour: int) -> datetime:
    """In that hour of that day."""
    return datetime.combine(day, time(hour, random.randrange(60)), COUNTY_TIME)


def _visits(random: Random, course: Course, ground: Ground) -> Iterator[Letter]:
    hospital, details = ground.townships[course.township].township_hospital, course.details
    for day in course.antenatal_visits:
        seen = day, course.weeks_on(day)
        yield antenatal_visit(random, course.key, course.woman, seen, hospital, **_found(course, day, hospital))
    for number, day in enumerate(course.home_visits, 1):
        yield _home_visit(random, course, number, day)
    if details.checked_on:
        yield _seen_after(random, course, "check", details.checked_on, hospital)
    if details.supported_on and course.ending:
        yield _seen_after(random, course, "support", details.supported_on, course.ending.unit)
    if details.danger and details.danger.answered_on:
        yield _result(random, course, details.danger.answered_on, details.danger.referred_to)


def _found(course: Course, day: date, unit: str) -> dict[str, Any]:
    """The danger sign of a visit, and the referral for it."""
    danger = course.details.danger
    if danger is None or (danger.found_on, danger.unit) != (day, unit):
        return {}
    return {"danger_signs": (danger.sign,), **({"referred_to": danger.referred_to} if danger.referred_to else {})}


def _home_visit(random: Random, course: Course, number: int, day: date) -> Letter:
    unit = course.village.clinic
    found = _found(course, day, unit)
    signs = found.pop("danger_signs", ())
    seen = Visited(document=course.woman.document, observations=observed_at_home(random), danger_signs=signs)
    about = {"visited_on": day, "unit": unit, **found}
    return Letter(f"home-{course.key}-{number}", moment(random, day, 16), unit, CARE, HomeVisit, about, seen)


def _seen_after(random: Random, course: Course, what: str, day: date, unit: str) -> Letter:
    """A hospital sees her after the end."""
    seen = Visited(document=course.woman.document, observations=observed_at_home(random))
    about = {"visited_on": day, "unit": unit}
    return Letter(f"{what}-{course.key}", moment(random, day, 10), unit, CARE, PostnatalVisit, about, seen)


def _result(random: Random, course: Course, day: date, unit: str) -> Letter:
    seen = Visited(document=course.woman.document, observations=observed_at_home(random))
    about = {"visited_on": day, "unit": unit}
    return Letter(f"result-{course.key}", moment(random, day, 15), unit, CARE, ReferralResult, about, seen)
