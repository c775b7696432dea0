"""What is true of the care of the county year: who was seen when, how registers were kept, what became of reviews."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from services.console.county_year.county import NEIGHBOUR_UNIT
from services.console.county_year.courses import GRACE, WINDOWS, Course, Fate
from services.console.county_year.examinations import Entry, truth_of_registers
from services.console.county_year.ground import HOME
from services.console.county_year.moves import Answer, Move
from services.console.county_year.terminations import Path, Termination

EARLY = 13
"""Completed weeks before which a registration is early."""
MET_OR_DECLINED = {Fate.SEEN: "met", Fate.DECLINED: "declined"}
SOON = timedelta(7)
"""After a birth, a visit is soon within this time."""
SHARES = ("early", "national", "postnatal", "hospital")
UNCERTIFIED = Path.WITHOUT_CERTIFICATE


def truth_of_care(
    delivered: Sequence[Course],
    moving: Sequence[Move],
    terminations: Sequence[Termination],
    entries: Iterable[Entry],
) -> dict[str, Any]:
    """Everything that is known without asking a service; pregnancies go by their registration's message."""
    return {
        "registered": len(delivered) + sum(bool(each.performed_at) for each in terminations),
        "registered_early": sum(each.weeks_on(each.registered_on) < EARLY for each in delivered),
        "pregnancies": [_pregnancy(each) for each in delivered],
        "contacts": dict(sorted(Counter(_fate(*each) for each in _contacts(delivered)).items())),
        "coverage": _coverage(delivered, moving),
        "away": sum(bool(each.away) for each in delivered),
        "transfers": [_transfer(each) for each in moving],
        "terminations": [_termination(each) for each in terminations],
        "without_certificate": _weeks(terminations),
        "device_days": truth_of_registers(entries),
    }


def _transfer(move: Move) -> dict[str, str]:
    return {
        "registration": f"registration-{move.course.key}",
        "to": move.to.township_hospital if move.to else NEIGHBOUR_UNIT,
        "asked_on": move.asked_on.isoformat(),
        "status": move.answer.value,
    }


def _coverage(courses: Iterable[Course], moving: Iterable[Move]) -> dict[str, dict[str, int]]:
    """By the township each woman lived in at the end: of how many, and how many of them had which care."""
    moved = {each.course.key: each.to.township for each in moving if each.to and each.answer is Answer.ACCEPTED}
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for each in courses:
        found[moved.get(each.key, each.township)].update(["n", *_had(each)])
    return {township: {share: had[share] for share in ("n", *SHARES)} for township, had in sorted(found.items())}


def _had(course: Course) -> list[str]:
    assert course.confinement
    ended_on, visits = course.confinement.ended_on, sum(bool(each.day) for each in course.contacts)
    had = {
        "early": course.weeks_on(course.registered_on) < EARLY,
        "national": visits >= len(WINDOWS),
        "postnatal": any(ended_on <= day <= ended_on + SOON for day in course.home_visits),
        "hospital": course.confinement.facility != HOME,
    }
    return [share for share, so in had.items() if so]


def _pregnancy(course: Course) -> dict[str, Any]:
    assert course.confinement
    return {
        "registration": f"registration-{course.key}",
        "township": course.township,
        "registered_on": course.registered_on.isoformat(),
        "visits": [each.day.isoformat() for each in course.contacts if each.day],
        "missed": [each.number for each in course.contacts if each.fate in {Fate.MISSED, Fate.AWAY}],
        "ended_on": course.confinement.ended_on.isoformat(),
        "lapsed": [each.number for each in course.contacts if _fate(course, each.number, each.fate) == "lapsed"],
        "declined": [each.number for each in course.contacts if each.fate is Fate.DECLINED],
        "redated": bool(course.details.dated_on),
        "risk": course.details.graded[1].value if course.details.graded else None,
        "noticed_on": course.details.noticed_on.isoformat() if course.details.noticed_on else None,
        "home_visits": [day.isoformat() for day in course.home_visits],
        "away": [day.isoformat() for day in course.away or ()],
    }


def _contacts(courses: Iterable[Course]) -> Iterable[tuple[Course, int, Fate]]:
    return ((course, contact.number, contact.fate) for course in courses for contact in course.contacts)


def _fate(course: Course, number: int, fate: Fate) -> str:
    """What a contact's duty comes to: met, or lapsed, or cancelled by a birth that comes first."""
    if fate in MET_OR_DECLINED:
        return MET_OR_DECLINED[fate]
    lapses = course.day_of(WINDOWS[number - 1][1]) + GRACE
    return "lapsed" if lapses <= _ended_on(course) else "cancelled"


def _ended_on(course: Course) -> date:
    assert course.confinement
    return course.confinement.born_on


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
