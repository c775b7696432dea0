"""The source's quarter: the 46 births of Dayingxiang from October to December 2024, and the pregnancies before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from services.console.letters import Letter, written_after
from services.console.people import Woman, make_woman, person_of
from services.console.places import Places, Village
from shared.clock import COUNTY_TIME
from shared.contracts.departments import (
    AntenatalVisit,
    Birth,
    ContactPreference,
    HomeVisit,
    Registration,
    Sex,
    Visited,
    Vital,
)

BIRTHS = {(Sex.BOY, 1): 20, (Sex.BOY, 2): 7, (Sex.GIRL, 1): 15, (Sex.GIRL, 2): 4}
"""Live births by sex and birth order, as the source document counts them (domain.md)."""
CARE = "pregnancy_tracking"
TOWNSHIP, QUARTER = "dayingxiang", "2025Q1"
FIRST_BIRTH, LAST_BIRTH = date(2024, 10, 1), date(2024, 12, 31)
BEGINS, ENDS = date(2024, 1, 2), date(2025, 1, 31)
REGISTERED_FROM, REGISTERED_UNTIL = 8 * 7, 12 * 7 + 6
"""Days of gestation between which these women register: completed weeks 8 to 12."""
CONTACTS = ((16, 20), (21, 24), (28, 36), (37, 40))
"""Completed weeks of the antenatal contacts after the one at registration (domain.md, national schedule)."""
MISSED = 0.06
"""Share of contacts that do not take place."""
REPORTED_LATE = 0.2
"""Share of births reported a day later than they could be."""
TOWNSHIP_HOSPITAL_SHARE = 0.4
"""Of births; the others are in the county hospital."""


@dataclass(frozen=True)
class Course:
    """One pregnancy from registration to the second home visit."""

    woman: Woman
    village: Village
    last_menstrual_period: date
    registered_on: date
    visits: tuple[date, ...]
    born_at: datetime
    home_visits: tuple[date, ...]
    sex: Sex
    birth_order: int
    weight_grams: int
    facility: str

    @property
    def gestation_days(self) -> int:
        return (self.born_at.date() - self.last_menstrual_period).days


def courses(seed: int, places: Places) -> list[Course]:
    """The 46 pregnancies in the order of their births; the same for the same seed."""
    random = Random(seed)  # noqa: S311 - a scenario is meant to be repeatable
    children = [kind for kind, count in BIRTHS.items() for _ in range(count)]
    random.shuffle(children)
    made = [_course(random, number, *child, places) for number, child in enumerate(children)]
    return sorted(made, key=lambda course: course.born_at)


def _course(random: Random, number: int, sex: Sex, birth_order: int, places: Places) -> Course:
    days = random.randrange((LAST_BIRTH - FIRST_BIRTH).days + 1)
    born_on = FIRST_BIRTH + timedelta(days=days)
    gestation = min(max(round(random.gauss(277, 9)), 252), 293)
    last_period = born_on - timedelta(days=gestation)
    village = random.choice(places.villages)
    registered_on = _workday(random, places, last_period, REGISTERED_FROM, REGISTERED_UNTIL)
    return Course(
        woman=make_woman(random, number, village.code, village.name, last_period),
        village=village,
        last_menstrual_period=last_period,
        registered_on=registered_on,
        visits=(registered_on, *_visits(random, places, last_period, born_on)),
        born_at=datetime.combine(born_on, time(random.randrange(24), random.randrange(60)), COUNTY_TIME),
        home_visits=tuple(_home_visits(random, born_on)),
        sex=sex,
        birth_order=birth_order,
        weight_grams=round(min(max(random.gauss(3250 + (gestation - 277) * 15, 380), 1900), 4600)),
        facility=places.township_hospital if random.random() < TOWNSHIP_HOSPITAL_SHARE else places.county_hospital,
    )


def _visits(random: Random, places: Places, last_period: date, born_on: date) -> Iterator[date]:
    for first, last in CONTACTS:
        seen_on = _workday(random, places, last_period, first * 7, last * 7 + 6)
        if seen_on < born_on and random.random() >= MISSED:
            yield seen_on


def _home_visits(random: Random, born_on: date) -> Iterator[date]:
    """The first within 7 days of discharge, which is 3 days after the birth; the second about day 28."""
    yield born_on + timedelta(days=random.randint(5, 9))
    yield born_on + timedelta(days=random.randint(27, 30))


def _workday(random: Random, places: Places, since: date, first: int, last: int) -> date:
    """A day on which the hospital sees her, between two days after a date, both included."""
    days = (since + timedelta(days=day) for day in range(first, last + 1))
    return random.choice([day for day in days if places.is_working_day(day)])


def letters(seed: int, places: Places) -> list[Letter]:
    """Everything the departments write about these pregnancies, in the order they write it."""
    random = Random(seed + 1)  # noqa: S311 - a scenario is meant to be repeatable
    written: list[Letter] = []
    for number, course in enumerate(courses(seed, places), 1):
        written += _care_letters(random, f"{seed}-{number:03}", course, places)
        written.append(_birth_letter(random, f"{seed}-{number:03}", course, places))
    return sorted(written, key=lambda letter: letter.written_at)


def _care_letters(random: Random, key: str, course: Course, places: Places) -> Iterator[Letter]:
    yield _registration_letter(random, key, course, places)
    for number, day in enumerate(course.visits, 1):
        yield _visit_letter(random, f"{key}-{number}", course, day, places)
    for number, day in enumerate(course.home_visits, 1):
        yield _home_letter(random, f"{key}-{number}", course, day)


def _registration_letter(random: Random, key: str, course: Course, places: Places) -> Letter:
    registration = {
        "registered_on": course.registered_on,
        "last_menstrual_period": course.last_menstrual_period,
        "township": places.township,
        "village": course.village.code,
        "township_post": places.township_post,
        "village_post": course.village.post,
        "handbook": f"handbook-{key}",
        "contact_preference": random.choice([*ContactPreference]),
        "consents_to_care": True,
    }
    at, hospital = _at(random, course.registered_on, 9), places.township_hospital
    return Letter(f"registration-{key}", at, hospital, CARE, Registration, registration, person_of(course.woman))


def _visit_letter(random: Random, key: str, course: Course, day: date, places: Places) -> Letter:
    seen = Visited(
        document=course.woman.document, observations=observed(random, (day - course.last_menstrual_period).days // 7)
    )
    unit = places.township_hospital
    about = {"visited_on": day, "unit": unit}
    return Letter(f"visit-{key}", _at(random, day, 11), unit, CARE, AntenatalVisit, about, seen)


def _home_letter(random: Random, key: str, course: Course, day: date) -> Letter:
    seen = Visited(document=course.woman.document, observations=observed_at_home(random))
    unit = course.village.clinic
    about = {"visited_on": day, "unit": unit}
    return Letter(f"home-{key}", _at(random, day, 16), unit, CARE, HomeVisit, about, seen)


def _at(random: Random, day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, random.randrange(60)), COUNTY_TIME)


def _birth_letter(random: Random, key: str, course: Course, places: Places) -> Letter:
    birth = {
        "facility": course.facility,
        "born_at": course.born_at,
        "vital": Vital.LIVE,
        "sex": course.sex,
        "weight_grams": course.weight_grams,
        "gestation_weeks": course.gestation_days // 7,
        "birth_order": course.birth_order,
        "township": places.township,
    }
    at, person = _reported_at(random, course.born_at), person_of(course.woman)
    return Letter(f"birth-{key}", at, course.facility, "births", Birth, birth, person)


def _reported_at(random: Random, born_at: datetime) -> datetime:
    """The same day before the office closes, else the next morning; some a day later still."""
    return written_after(born_at) + timedelta(days=random.random() < REPORTED_LATE)


def observed(random: Random, weeks: int) -> dict[str, float]:
    """What an antenatal visit finds in so many completed weeks."""
    return {
        "gestation_weeks": weeks,
        "weight_kg": round(random.gauss(55 + weeks * 0.3, 6), 1),
        "systolic_mmhg": random.randint(100, 132),
        "diastolic_mmhg": random.randint(62, 84),
        "haemoglobin_g_l": random.randint(105, 138),
    }


def observed_at_home(random: Random) -> dict[str, float]:
    """What a home visit after a birth finds."""
    return {
        "systolic_mmhg": random.randint(100, 130),
        "diastolic_mmhg": random.randint(60, 84),
        "temperature_c": round(random.uniform(36.2, 37.2), 1),
    }
