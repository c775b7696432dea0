"""What else is written about her: counselling, dating, risk, companions, declining, attempts, discharge, her end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from random import Random
from typing import Any

from services.console.county_year.course import Course
from services.console.county_year.ground import Ground
from services.console.letters import Letter
from shared.clock import COUNTY_TIME
from shared.contracts.departments import (
    Attempt,
    Companion,
    Counselling,
    Dating,
    DatingBasis,
    Decline,
    DepartmentMessage,
    Discharge,
    End,
    EndOutcome,
    Graded,
    MaternalDeath,
    Patient,
    Risk,
    VisitKind,
)

CARE = "pregnancy_tracking"
INFECTIOUS = 0.1
"""Share of those graded that have an infection; it is told sealed, and beside the colour. Invented."""
TOPICS = ("folic_acid", "chronic_conditions", "vaccination", "nutrition", "infection_screening")


def following(random: Random, course: Course, ground: Ground) -> Iterator[Letter]:
    """Everything of it, each by whom it is of."""
    yield from _before(random, course, ground)
    yield from _meanwhile(random, course, ground)
    yield from _after(random, course, ground)


def _before(random: Random, course: Course, ground: Ground) -> Iterator[Letter]:
    """She asked for counselling before she was pregnant."""
    hospital, day = ground.townships[course.township].township_hospital, course.details.counselled_on
    if day:
        told = {"unit": hospital, "given_on": day, "topics": tuple(random.sample(TOPICS, 2))}
        yield _letter(random, course, "counselling", (hospital, day, 10), Counselling, told)


def _meanwhile(random: Random, course: Course, ground: Ground) -> Iterator[Letter]:
    """A scan that dates her, her risk, who will be with her, what she declines; nobody asks why."""
    told, hospital = course.details, ground.townships[course.township].township_hospital
    if told.dated_on:
        days = (told.dated_on - course.last_period).days
        dated = {"basis": DatingBasis.SCAN, "established_on": told.dated_on, "gestation_days": days}
        yield _letter(random, course, "dating", (hospital, told.dated_on, 12), Dating, dated)
    if told.graded:
        day, colour = told.graded
        graded = Graded(document=course.woman.document, infectious=random.random() < INFECTIOUS)
        about = {"colour": colour, "graded_on": day, "unit": hospital}
        yield Letter(f"risk-{course.key}", _at(random, day, 12), hospital, CARE, Risk, about, graded)
    if told.companion:
        day, companion = told.companion
        arranged = {"companion": companion, "arranged_on": day, "unit": hospital}
        yield _letter(random, course, "companion", (hospital, day, 14), Companion, arranged)
    for contact in course.contacts:
        if contact.declined_on:
            about = {"contact": f"antenatal-{contact.number}", "declined_on": contact.declined_on}
            yield _letter(random, course, "decline", (course.village.clinic, contact.declined_on, 16), Decline, about)


def _after(random: Random, course: Course, ground: Ground) -> Iterator[Letter]:
    """An end no birth tells; the hospital's notice of discharge; the clinic's attempts; her death."""
    told, clinic, ending = course.details, course.village.clinic, course.ending
    if ending and ending.outcome is EndOutcome.MATERNAL_DEATH:
        about = {"died_on": ending.on}
        yield _letter(random, course, "death", (ending.unit, ending.on, 19), MaternalDeath, about)
    elif ending and not ending.procedure:
        ended = {"outcome": ending.outcome, "ended_on": ending.on, "unit": ending.unit}
        yield _letter(random, course, "end", (ending.unit, ending.on, 19), End, ended)
    for number, day in enumerate(told.attempts, 1):
        tried = {"kind": VisitKind.HOME, "attempted_on": day, "unit": clinic}
        yield _letter(random, course, f"attempt-{number}", (clinic, day, 16), Attempt, tried)
    if told.noticed_on and course.discharged_on and course.confinement:
        facility = ground.facilities[course.confinement.facility]
        left = {"facility": facility.code, "discharged_at": _at(random, course.discharged_on, 10)}
        yield _letter(random, course, "discharge", (facility.unit, told.noticed_on, 17), Discharge, left)
    if told.died_on:
        hospital = ground.townships[course.township].township_hospital
        yield _letter(random, course, "death", (hospital, told.died_on, 19), MaternalDeath, {"died_on": told.died_on})


def _letter(  # noqa: PLR0917 - what is told of whom, by whom and when
    random: Random,
    course: Course,
    what: str,
    by: tuple[str, date, int],
    contract: type[DepartmentMessage],
    about: Mapping[str, Any],
) -> Letter:
    """By a unit on a day, in that hour."""
    unit, day, hour = by
    whose = Patient(document=course.woman.document)
    return Letter(f"{what}-{course.key}", _at(random, day, hour), unit, CARE, contract, about, whose)


def _at(random: Random, day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, random.randrange(60)), COUNTY_TIME)
