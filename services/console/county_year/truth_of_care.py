"""What is true of the care of the county year: who was seen when, how registers were kept, what became of reviews."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from services.console.county_year.county import NEIGHBOUR_UNIT
from services.console.county_year.course import WINDOWS, Course, Fate
from services.console.county_year.examinations import Entry, truth_of_registers
from services.console.county_year.ground import HOME
from services.console.county_year.moves import ANSWERED_AFTER, Answer, Move
from services.console.county_year.terminations import Path, Termination
from services.console.county_year.truth_of_digest import truth_of_months
from services.console.county_year.truth_of_duties import LAPSED, duties_of, fate_of
from services.console.county_year.twice import Again
from shared.contracts.departments import EndOutcome

EARLY = 13
"""Completed weeks before which a registration is early."""
SOON = timedelta(7)
"""After a birth, a visit is soon within this time."""
SHARES = ("early", "national", "postnatal", "hospital")
UNCERTIFIED = Path.WITHOUT_CERTIFICATE


@dataclass(frozen=True)
class Care:
    """Everything that happened in the care of a year."""

    delivered: Sequence[Course]
    lost: Sequence[Course]
    terminations: Sequence[Termination]
    moving: Sequence[Move]
    again: Sequence[Again]
    entries: Sequence[Entry]

    @property
    def courses(self) -> list[Course]:
        """Every pregnancy under care, however it ended."""
        return [*self.delivered, *self.lost, *(each.course for each in self.terminations if each.performed_at)]


def truth_of_care(care: Care) -> dict[str, Any]:
    """Everything that is known without asking a service; pregnancies go by their registration's message."""
    delivered, courses = care.delivered, care.courses
    accepted = [each for each in care.moving if each.to and each.answer is Answer.ACCEPTED]
    answered = timedelta(ANSWERED_AFTER)
    moved = {each.course.key: (each.asked_on + answered, each.to.township) for each in accepted if each.to}
    return {
        "registered": len(courses),
        "registered_early": sum(each.weeks_on(each.registered_on) < EARLY for each in delivered),
        "pregnancies": [_pregnancy(each) for each in delivered],
        "ended_otherwise": [_otherwise(each) for each in courses if each.ending],
        "contacts": dict(sorted(Counter(_fates(delivered)).items())),
        "duties": _duties(courses),
        "months": truth_of_months(courses, moved, care.again),
        "coverage": _coverage(delivered, {key: township for key, (_, township) in moved.items()}),
        "away": sum(bool(each.away) for each in delivered),
        "maternal_deaths": sum(bool(each.details.died_on) for each in delivered) + sum(map(_died, courses)),
        "counselled": sum(bool(each.details.counselled_on) for each in delivered),
        "registered_twice": [_again(each) for each in care.again],
        "transfers": [_transfer(each) for each in care.moving],
        "terminations": [_termination(each) for each in care.terminations],
        "without_certificate": _weeks(care.terminations),
        "device_days": truth_of_registers(care.entries),
    }


def _died(course: Course) -> bool:
    return course.ending is not None and course.ending.outcome is EndOutcome.MATERNAL_DEATH


def _duties(courses: Iterable[Course]) -> dict[str, dict[str, int]]:
    """How many duties of each kind came to what."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for course in courses:
        for name, what in duties_of(course).items():
            found[name.partition("-")[0]][what] += 1
    return {kind: dict(sorted(counted.items())) for kind, counted in sorted(found.items())}


def _again(again: Again) -> dict[str, str]:
    return {
        "registration": f"registration-{again.course.key}",
        "again": f"registration-{again.key}",
        "in": again.places.township_hospital,
        "seen_to": again.seen_to.value,
    }


def _transfer(move: Move) -> dict[str, str]:
    return {
        "registration": f"registration-{move.course.key}",
        "to": move.to.township_hospital if move.to else NEIGHBOUR_UNIT,
        "asked_on": move.asked_on.isoformat(),
        "status": move.answer.value,
    }


def _coverage(courses: Iterable[Course], moved: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """By the township each woman lived in at the end: of how many, and how many of them had which care."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for each in courses:
        found[moved.get(each.key, each.township)].update(["n", *_had(each)])
    return {township: {share: had[share] for share in ("n", *SHARES)} for township, had in sorted(found.items())}


def _had(course: Course) -> list[str]:
    assert course.confinement
    ended_on = course.ended_on
    elsewhere = sum(each.fate is Fate.ELSEWHERE for each in course.contacts)
    had = {
        "early": course.weeks_on(course.registered_on) < EARLY,
        "national": len(course.antenatal_visits) + elsewhere >= len(WINDOWS),
        "postnatal": any(ended_on <= day <= ended_on + SOON for day in course.home_visits),
        "hospital": course.confinement.facility != HOME,
    }
    return [share for share, so in had.items() if so]


def _pregnancy(course: Course) -> dict[str, Any]:
    told, danger = course.details, course.details.danger
    return {
        "registration": f"registration-{course.key}",
        "township": course.township,
        "facility": course.confinement.facility if course.confinement else None,
        "registered_on": course.registered_on.isoformat(),
        "visits": _days(*course.antenatal_visits),
        "missed": [each.number for each in course.contacts if each.fate in {Fate.MISSED, Fate.AWAY}],
        "ended_on": course.ended_on.isoformat(),
        "lapsed": [each.number for each in course.contacts if fate_of(course, each.number, each.fate) == LAPSED],
        "declined": [each.number for each in course.contacts if each.fate is Fate.DECLINED],
        "duties": duties_of(course),
        "redated": bool(told.dated_on),
        "risk": told.graded[1].value if told.graded else None,
        "counselled": _days(told.counselled_on),
        "companion": told.companion[1] if told.companion else None,
        "danger_signs": _days(danger.found_on if danger else None),
        "referral_results": _days(danger.answered_on if danger else None),
        "noticed_on": told.noticed_on.isoformat() if told.noticed_on else None,
        "home_visits": _days(*course.home_visits),
        "checked": _days(told.checked_on),
        "died_on": told.died_on.isoformat() if told.died_on else None,
        "away": _days(*course.away or ()),
    }


def _otherwise(course: Course) -> dict[str, Any]:
    assert course.ending
    return {
        "registration": f"registration-{course.key}",
        "township": course.township,
        "outcome": course.ending.outcome.value,
        "ended_on": course.ended_on.isoformat(),
        "treated_by": course.ending.unit,
        "visits": _days(*course.antenatal_visits),
        "supported": _days(course.details.supported_on),
        "duties": duties_of(course),
    }


def _days(*days: date | None) -> list[str]:
    return [day.isoformat() for day in days if day]


def _fates(courses: Iterable[Course]) -> Iterable[str]:
    return (fate_of(course, each.number, each.fate) for course in courses for each in course.contacts)


def _termination(of: Termination) -> dict[str, Any]:
    performed = of.performed_at.date().isoformat() if of.performed_at else None
    status = {Path.DECLINED: "declined", Path.WITHDRAWN: "withdrawn"}.get(of.path, "approved")
    reviewed = any(act.id.startswith("review-") for act in of.acts)
    return {
        "path": of.path.value,
        "facility": of.facility,
        "review": f"review-{of.key}" if reviewed else None,
        "status": status if reviewed else None,
        "by_time_limit": of.path is Path.SILENCE,
        "performed_on": performed,
    }


def _weeks(terminations: Iterable[Termination]) -> list[dict[str, Any]]:
    """Procedures without the certificate they needed, by facility and week (its Monday)."""
    counted = Counter(
        (each.facility, each.performed_at.date() - timedelta(each.performed_at.weekday()))
        for each in terminations
        if each.path is UNCERTIFIED and each.performed_at
    )
    return [
        {"facility": facility, "week": week.isoformat(), "procedures": count}
        for (facility, week), count in sorted(counted.items())
    ]
