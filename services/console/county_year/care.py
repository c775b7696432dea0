"""What hospitals and clinics write about a pregnancy's care: registration, visits, home visits, examinations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from services.console.county_year.courses import Course, Fate
from services.console.county_year.examinations import Entry
from services.console.county_year.ground import Ground
from services.console.letters import Letter, written_after
from services.console.people import person_of
from services.console.scenario_dayingxiang import observed, observed_at_home
from shared.clock import COUNTY_TIME
from shared.contracts.departments import (
    AntenatalVisit,
    ContactPreference,
    HomeVisit,
    Patient,
    Registration,
    Scan,
    Visited,
)

CARE = "pregnancy_tracking"


def letters_of(seed: int, course: Course, ground: Ground) -> Iterator[Letter]:
    """Everything written about one pregnancy but its end."""
    random = Random(f"{seed}:{course.key}:letters")  # noqa: S311 - a scenario is meant to be repeatable
    yield _registration(random, course, ground)
    for contact in course.contacts:
        if contact.fate is Fate.SEEN and contact.day:
            yield _visit(random, course, contact.day, ground)
    for number, day in enumerate(course.home_visits, 1):
        yield _home_visit(random, course, number, day)


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


def _registration(random: Random, course: Course, ground: Ground) -> Letter:
    places = ground.townships[course.township]
    told = {
        "registered_on": course.registered_on,
        "last_menstrual_period": course.last_period,
        "township": course.township,
        "village": course.village.code,
        "township_post": places.township_post,
        "village_post": course.village.post,
        "handbook": f"handbook-{course.key}",
        "contact_preference": random.choice([*ContactPreference]),
        "consents_to_care": True,
    }
    at, unit = _at(random, course.written_on, 9), places.township_hospital
    return Letter(f"registration-{course.key}", at, unit, CARE, Registration, told, person_of(course.woman))


def _visit(random: Random, course: Course, day: date, ground: Ground) -> Letter:
    seen = Visited(document=course.woman.document, observations=observed(random, course.weeks_on(day)))
    unit = ground.townships[course.township].township_hospital
    about, name = {"visited_on": day, "unit": unit}, f"visit-{course.key}-{day:%m%d}"
    return Letter(name, _at(random, day, 11), unit, CARE, AntenatalVisit, about, seen)


def _home_visit(random: Random, course: Course, number: int, day: date) -> Letter:
    seen = Visited(document=course.woman.document, observations=observed_at_home(random))
    unit = course.village.clinic
    about = {"visited_on": day, "unit": unit}
    return Letter(f"home-{course.key}-{number}", _at(random, day, 16), unit, CARE, HomeVisit, about, seen)


def _at(random: Random, day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, random.randrange(60)), COUNTY_TIME)
