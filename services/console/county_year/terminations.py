"""Terminations of every path: reviewed and approved, approved by silence, declined, withdrawn, urgent, unreviewed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from random import Random
from typing import Any

from services.console.acts import Act
from services.console.county_year.births import quota
from services.console.county_year.county import SECOND_HOSPITAL, SHARES
from services.console.county_year.course import NONE, WINDOWS, Contact, Course, Ending, Fate
from services.console.county_year.courses import a_day, registered_early
from services.console.county_year.ground import Ground
from services.console.letters import Letter, written_after
from shared.access import Role
from shared.clock import COUNTY_TIME
from shared.contracts.departments import EndOutcome, Patient, Procedure

CARE = "pregnancy_tracking"
FACILITIES = ("county-hospital", "county-maternity", SECOND_HOSPITAL)
BODY = "county-maternity"
"""The unit of the reviewing body (policy of pregnancy tracking)."""
GROUNDS = ("maternal_health", "fetal_health", "social")
REVIEWED_WEEKS, EARLY_WEEKS = (15, 21), (8, 12)
LAST_PERIODS = (date(2024, 2, 1), date(2025, 3, 31))
SHARE = 0.0015
"""Of each path, per live birth; at least one. Invented."""
SUPPORTED, SUPPORT = 0.75, (1, 7)
"""Share of those treated whom the facility sees again, and days after. Invented."""


REST = tuple(Contact(number, Fate.OVER) for number in range(2, len(WINDOWS) + 1))
"""The contacts after the first: all of these pregnancies end before they can lapse."""


class Path(StrEnum):
    """How a termination came about, or did not."""

    APPROVED = "approved"
    SILENCE = "silence"
    SECOND_OPINION = "second_opinion"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EMERGENCY = "emergency"
    WITHOUT_CERTIFICATE = "without_certificate"
    EARLY = "early"


GOES_ON = {Path.DECLINED, Path.WITHDRAWN}
"""After these the pregnancy goes on."""
REVIEWED = {Path.APPROVED, Path.SILENCE, Path.SECOND_OPINION, Path.DECLINED, Path.WITHDRAWN}


@dataclass(frozen=True)
class Termination:
    """One request, or one procedure without a request. `performed_at` is None if there was none."""

    key: str
    path: Path
    course: Course
    facility: str
    requested_on: date
    performed_at: datetime | None
    letters: tuple[Letter, ...]
    acts: tuple[Act, ...]


def terminations(seed: int, births: int, courses: Sequence[Course], ground: Ground) -> list[Termination]:
    """All of them; those after which the pregnancy goes on are of women among the courses, the others of their own."""
    random = Random(f"{seed}:terminations")  # noqa: S311 - a scenario is meant to be repeatable
    count = max(1, round(births * SHARE))
    fit = [each for each in courses if not each.away and each.registered_on < each.day_of(REVIEWED_WEEKS[0] - 1)]
    theirs = iter(random.sample(fit, count * len(GOES_ON)))
    ours = iter(_courses(random, seed, count * (len(Path) - len(GOES_ON)), ground))
    return [
        _termination(random, path, next(theirs if path in GOES_ON else ours), ground)
        for path in Path
        for _ in range(count)
    ]


def _courses(random: Random, seed: int, count: int, ground: Ground) -> Iterator[Course]:
    townships = quota(count, SHARES)
    for number, code in enumerate(townships):
        places = ground.townships[code]
        days = (LAST_PERIODS[1] - LAST_PERIODS[0]).days
        last_period = LAST_PERIODS[0] + timedelta(random.randrange(days))
        course = registered_early(random, f"{seed}-t{number:04}", FIRST_NUMBER + number, last_period, places)
        yield replace(course, contacts=(Contact(1, Fate.SEEN, course.registered_on), *REST))


FIRST_NUMBER = 40_000
"""Of the women who are nobody's mother here."""


def _termination(random: Random, path: Path, course: Course, ground: Ground) -> Termination:
    places, facility = ground.townships[course.township], random.choice(FACILITIES)
    first, last = EARLY_WEEKS if path is Path.EARLY else REVIEWED_WEEKS
    window = course.day_of(first), course.day_of(last)
    requested_on = a_day(random, places, window, None) or window[0]
    days = {Path.APPROVED: 4, Path.SILENCE: 8, Path.SECOND_OPINION: 6}.get(path, 0)
    at = datetime.combine(requested_on + timedelta(days), time(10, random.randrange(60)), COUNTY_TIME)
    performed_at = None if path in GOES_ON else at
    ended = course if performed_at is None else _ended(random, course, performed_at.date(), facility)
    found = Termination(course.key, path, ended, facility, requested_on, performed_at, (), ())
    review = tuple(_review(random, found)) if path in REVIEWED else ()
    silence = (_after_silence(found),) if path is Path.SILENCE else ()
    letters = () if performed_at is None or silence else (_procedure(found),)
    return replace(found, letters=letters, acts=(*review, *silence))


def _ended(random: Random, course: Course, on: date, facility: str) -> Course:
    """The procedure ends it, and the facility owes her support."""
    supported_on = on + timedelta(random.randint(*SUPPORT)) if random.random() < SUPPORTED else None
    ending = Ending(EndOutcome.LOSS, on, facility, procedure=True)
    return replace(course, ending=ending, details=replace(NONE, supported_on=supported_on))


def _review(random: Random, of: Termination) -> Iterator[Act]:
    """Requested, certified by two clinicians the day after, and then whatever the path is."""
    hospital, day = (Role.HOSPITAL, of.facility), of.requested_on
    form = {
        "facility": of.facility,
        "document": of.course.woman.document,
        "gestation_weeks": of.course.weeks_on(day),
        "ground": random.choice(GROUNDS),
    }
    yield _act(of, "review", day, hospital, "/reviews", form, "review")
    for number in (1, 2):
        yield _act(of, f"certify-{number}", day + timedelta(1), hospital, "/reviews/{review}/certificates", {})
    if of.path is Path.WITHDRAWN:
        yield _act(of, "withdrawal", day + timedelta(2), hospital, "/reviews/{review}/withdrawal", {})
    yield from _decisions(of)


def _decisions(of: Termination) -> Iterator[Act]:
    decline, approve = {"ground": "certificates_invalid"}, {"certificate": _certificate(of)}
    decided = {
        Path.APPROVED: [approve],
        Path.SECOND_OPINION: [decline, approve],
        Path.DECLINED: [decline, decline],
    }.get(of.path, [])
    for number, form in enumerate(decided, 1):
        day = of.requested_on + timedelta(2 * number)
        yield _act(of, f"decide-{number}", day, (Role.REVIEWER, BODY), "/reviews/{review}/decision", form)


def _act(  # noqa: PLR0917 - what is done, when, by whom, where, with what
    of: Termination, what: str, day: date, by: tuple[Role, str], path: str, form: dict[str, Any], keeps: str = ""
) -> Act:
    """Each act is by somebody else of the unit: clinician or reviewer one, two."""
    role, unit = by
    who = f"{unit}-{role.value}-{what[-1] if what[-1].isdigit() else 1}"
    name = f"review-{of.key}"
    return Act(
        name if what == "review" else f"{what}-{of.key}",
        day,
        CARE,
        role,
        who,
        (unit,),
        path.replace("{review}", f"{{{name}}}"),
        form,
        keeps,
    )


def _certificate(of: Termination) -> str:
    return f"TC-{of.key}"


def _procedure(of: Termination) -> Letter:
    assert of.performed_at
    certified = {"certificate": _certificate(of)} if of.path in {Path.APPROVED, Path.SECOND_OPINION} else {}
    told = {
        "facility": of.facility,
        "performed_at": of.performed_at,
        "emergency": of.path is Path.EMERGENCY,
        "gestation_weeks": of.course.weeks_on(of.performed_at.date()),
        **certified,
    }
    at, whose = written_after(of.performed_at), Patient(document=of.course.woman.document)
    return Letter(f"procedure-{of.key}", at, of.facility, CARE, Procedure, told, whose)


def _after_silence(of: Termination) -> Act:
    """Over HTTP: only then is the number known under which silence has approved."""
    assert of.performed_at
    form = {
        "facility": of.facility,
        "document": of.course.woman.document,
        "performed_at": of.performed_at.isoformat(),
        "emergency": False,
        "certificate": f"time-limit:{{review-{of.key}}}",
        "gestation_weeks": of.course.weeks_on(of.performed_at.date()),
    }
    return _act(of, "procedure", of.performed_at.date(), (Role.HOSPITAL, of.facility), "/registers/procedures", form)
