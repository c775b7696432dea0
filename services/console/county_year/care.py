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
    Attempt,
    ContactPreference,
    Dating,
    DatingBasis,
    Decline,
    Discharge,
    Graded,
    HomeVisit,
    Patient,
    Registration,
    Risk,
    Scan,
    Visited,
    VisitKind,
)

CARE = "pregnancy_tracking"
INFECTIOUS = 0.1
"""Share of those graded that have an infection; it is told sealed, and beside the colour."""


def letters_of(seed: int, course: Course, ground: Ground) -> Iterator[Letter]:
    """Everything written about one pregnancy but its end."""
    random = Random(f"{seed}:{course.key}:letters")  # noqa: S311 - a scenario is meant to be repeatable
    yield _registration(random, course, ground)
    for contact in course.contacts:
        if contact.fate is Fate.SEEN and contact.day:
            yield _visit(random, course, contact.day, ground)
        if contact.declined_on:
            yield _decline(random, course, contact.number, contact.declined_on)
    for number, day in enumerate(course.home_visits, 1):
        yield _home_visit(random, course, number, day)
    yield from _details(random, course, ground)


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
        "last_menstrual_period": course.details.told_period or course.last_period,
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


def _details(random: Random, course: Course, ground: Ground) -> Iterator[Letter]:
    """A scan that dates her, her risk; of the clinic, attempts; of the hospital where she gave birth, the notice."""
    told, hospital, clinic = course.details, ground.townships[course.township].township_hospital, course.village.clinic
    whose = Patient(document=course.woman.document)
    if told.dated_on:
        days = (told.dated_on - course.last_period).days
        dated = {"basis": DatingBasis.SCAN, "established_on": told.dated_on, "gestation_days": days}
        yield Letter(f"dating-{course.key}", _at(random, told.dated_on, 12), hospital, CARE, Dating, dated, whose)
    if told.graded:
        day, colour = told.graded
        graded = Graded(document=course.woman.document, infectious=random.random() < INFECTIOUS)
        about = {"colour": colour, "graded_on": day, "unit": hospital}
        yield Letter(f"risk-{course.key}", _at(random, day, 12), hospital, CARE, Risk, about, graded)
    for number, day in enumerate(told.attempts, 1):
        tried = {"kind": VisitKind.HOME, "attempted_on": day, "unit": clinic}
        yield Letter(f"attempt-{course.key}-{number}", _at(random, day, 16), clinic, CARE, Attempt, tried, whose)
    if told.noticed_on and course.discharged_on and course.confinement:
        facility = ground.facilities[course.confinement.facility]
        left = {"facility": facility.code, "discharged_at": _at(random, course.discharged_on, 10)}
        at, name = _at(random, told.noticed_on, 17), f"discharge-{course.key}"
        yield Letter(name, at, facility.unit, CARE, Discharge, left, whose)


def _decline(random: Random, course: Course, number: int, day: date) -> Letter:
    """Told to the village doctor; nobody asks why."""
    about, whose = {"contact": f"antenatal-{number}", "declined_on": day}, Patient(document=course.woman.document)
    return Letter(f"decline-{course.key}", _at(random, day, 16), course.village.clinic, CARE, Decline, about, whose)


def _at(random: Random, day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, random.randrange(60)), COUNTY_TIME)
