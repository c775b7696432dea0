"""Women who are registered twice: where they stay for a while, with the same document or another one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import cycle
from random import Random

from services.console.acts import Act
from services.console.county_year.care import antenatal_visit, registered
from services.console.county_year.course import Contact, Course, Fate
from services.console.county_year.courses import a_day
from services.console.county_year.ground import Ground
from services.console.letters import Letter
from services.console.people import document_number
from services.console.places import Places, Village
from shared.access import Purpose, Role

CARE = "pregnancy_tracking"
SHARE = 0.004
"""Of the pregnancies; at least one of each. Invented."""
WEEKS = (22, 24)
"""Completed weeks in which they are registered again: in the window of one contact."""
CONTACT = 3
SEEN_TO_AFTER = (4, 15)
"""Days until somebody notices and sees to it."""
FIRST_DOCUMENT = 90_001
"""Number of the other documents: odd ones are nobody's."""


class SeenTo(StrEnum):
    """What becomes of the second registration."""

    LINKED = "linked"
    """Set aside, and linked with her record."""
    DISMISSED = "dismissed"
    """Set aside, and found to need nothing."""
    APART = "apart"
    """Under another document, as a record of its own; linked with the first once the county finds out."""


@dataclass(frozen=True)
class Again:
    """A second registration of the woman of a course, on a day and seen to on another; `course` is how hers goes on."""

    course: Course
    places: Places
    village: Village
    on: date
    seen_to: SeenTo
    seen_to_on: date
    document: str

    @property
    def key(self) -> str:
        return f"{self.course.key}-again"

    @property
    def apart(self) -> bool:
        return self.seen_to is SeenTo.APART


def registered_twice(seed: int, courses: Sequence[Course], others: Collection[str], ground: Ground) -> list[Again]:
    """All of them, of women who are none of the `others` (by key) and of whom nothing else is unusual."""
    random = Random(f"{seed}:twice")  # noqa: S311 - a scenario is meant to be repeatable
    fit = [each for each in courses if each.key not in others and _usual(each)]
    random.shuffle(fit)
    wanted, ways = max(len(SeenTo), round(len(courses) * SHARE)), cycle(SeenTo)
    numbered = enumerate(fit[:wanted])
    return [_again(random, number, course, next(ways), ground) for number, course in numbered]


def _usual(course: Course) -> bool:
    """Registered early, dated once, here all the time, in no danger, and pregnant for long after."""
    told = course.details
    unusual = course.away or told.told_period or told.danger or told.died_on
    declined = any(each.fate is Fate.DECLINED for each in course.contacts)
    early = course.written_on < course.day_of(WEEKS[0] - 2)
    return early and not (unusual or declined) and course.ended_on > course.day_of(WEEKS[1] + 8)


def _again(random: Random, number: int, course: Course, seen_to: SeenTo, ground: Ground) -> Again:
    places = random.choice([each for code, each in ground.townships.items() if code != course.township])
    window = course.day_of(WEEKS[0]), course.day_of(WEEKS[1])
    on = a_day(random, places, window, None) or window[0]
    if seen_to is SeenTo.APART:
        course = replace(course, contacts=tuple(_contacts(course)))
    born_on = course.woman.document[6:14]
    other = document_number(date.fromisoformat(born_on), FIRST_DOCUMENT + 2 * number)
    return Again(
        course=course,
        places=places,
        village=random.choice(places.villages),
        on=on,
        seen_to=seen_to,
        seen_to_on=on + timedelta(random.randint(*SEEN_TO_AFTER)),
        document=other if seen_to is SeenTo.APART else course.woman.document,
    )


def _contacts(course: Course) -> Iterator[Contact]:
    """She is seen where she stays, not here."""
    for each in course.contacts:
        yield Contact(CONTACT, Fate.ELSEWHERE) if each.number == CONTACT else each


def letters_of(seed: int, again: Again) -> Iterator[Letter]:
    """The other township's hospital registers her; under another document it also sees her."""
    random = Random(f"{seed}:{again.key}:letters")  # noqa: S311 - a scenario is meant to be repeatable
    woman = replace(again.course.woman, document=again.document)
    days = (again.on, again.on)
    yield registered(random, (again.key, woman, again.course.last_period), days, (again.places, again.village))
    if again.apart:
        seen = again.on, again.course.weeks_on(again.on)
        yield antenatal_visit(random, again.key, woman, seen, again.places.township_hospital)


def act_of(again: Again, ground: Ground) -> Act:
    """Her own midwife sees to what was set aside; two records of two units are linked by the county."""
    hers, other = f"/pregnancies/{{registration-{again.course.key}}}", f"{{registration-{again.key}}}"
    ours = ground.townships[again.course.township].township_hospital
    who = (Role.COUNTY_HEALTH, "county-health", ("*",)) if again.apart else (Role.MIDWIFE, f"{ours}-midwife", (ours,))
    dismissed = again.seen_to is SeenTo.DISMISSED
    path = f"{hers}/set-aside/dismissal" if dismissed else f"{hers}/links"
    form = {"proposed" if dismissed else "other": other}
    name = f"seen-to-{again.key}"
    return Act(name, again.seen_to_on, CARE, *who, path, form, purpose=Purpose.CARE)
