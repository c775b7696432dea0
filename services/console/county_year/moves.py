"""Women whose care is asked over: to another township of the county, or to where they leave for work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import cycle, islice
from random import Random
from typing import Any

from services.console.acts import Act
from services.console.county_year.county import NEIGHBOUR, NEIGHBOUR_UNIT
from services.console.county_year.course import Course
from services.console.county_year.ground import Ground
from services.console.layout import COUNTY
from services.console.places import Places
from shared.access import Role

CARE = "pregnancy_tracking"
SHARE = 0.01
"""Of the pregnancies; at least one of each answer."""
MOVES_IN = (25, 28)
"""Completed weeks, half-open: between two contacts."""
ANSWERED_AFTER = 3
"""Days."""
MIGRANTS = 0.5
"""Share of the women who leave for work that are asked over to the neighbour county, where nobody answers."""
COMES_BACK = 0.25
"""Of those, the share who will not go after all a few days later: it is asked no longer."""


class Answer(StrEnum):
    """What becomes of it."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TIMED_OUT = "timed_out"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Move:
    """A transfer asked of another unit, and what becomes of it; `to` is None for one of the neighbour county."""

    course: Course
    to: Places | None
    asked_on: date
    answer: Answer
    acts: tuple[Act, ...]


def moves(seed: int, courses: Sequence[Course], ground: Ground) -> list[Move]:
    """All of them. Within the county, of women who are at home then: each answer equally often."""
    random = Random(f"{seed}:moves")  # noqa: S311 - a scenario is meant to be repeatable
    return [*_within(random, courses, ground), *_leaving(random, courses, ground)]


def _leaving(random: Random, courses: Sequence[Course], ground: Ground) -> Iterator[Move]:
    """Those who leave, the day before they do; of all who might be at least one."""
    leaving = [each for each in courses if each.away and each.written_on < each.away[0] - timedelta(1)]
    asked = random.sample(leaving, min(len(leaving), max(1, round(len(leaving) * MIGRANTS))))
    for course in asked:
        assert course.away
        asked_on = course.away[0] - timedelta(1)
        answer = Answer.WITHDRAWN if random.random() < COMES_BACK else Answer.TIMED_OUT
        form = {"county": NEIGHBOUR, "unit": NEIGHBOUR_UNIT, "consents_to_transfer": True}
        yield Move(course, None, asked_on, answer, tuple(_asking(course, asked_on, form, answer, ground)))


def _within(random: Random, courses: Sequence[Course], ground: Ground) -> list[Move]:
    fit = [each for each in courses if not each.away and _early(each)]
    count = max(len(Answer), round(len(courses) * SHARE))
    moving = random.sample(fit, min(count, len(fit)))
    return [
        _move(random, each, answer, ground) for each, answer in zip(moving, islice(cycle(Answer), count), strict=False)
    ]


def _early(course: Course) -> bool:
    """Whether she is registered long before she moves, and pregnant for long after."""
    return course.written_on < course.day_of(MOVES_IN[0] - 1) and course.ended_on > course.day_of(MOVES_IN[1] + 5)


def _move(random: Random, course: Course, answer: Answer, ground: Ground) -> Move:
    to = random.choice([each for code, each in ground.townships.items() if code != course.township])
    days = random.randrange(7 * (MOVES_IN[1] - MOVES_IN[0]))
    asked_on = course.day_of(MOVES_IN[0]) + timedelta(days)
    acts = tuple(_acts(random, course, (to, asked_on), answer, ground))
    return Move(course, to, asked_on, answer, acts)


def _acts(random: Random, course: Course, where: tuple[Places, date], answer: Answer, ground: Ground) -> Iterator[Act]:
    to, asked_on = where
    theirs, asked = to.township_hospital, f"{{transfer-{course.key}}}"
    form = {"county": COUNTY, "unit": theirs, "consents_to_transfer": True}
    yield from _asking(course, asked_on, form, answer, ground)
    day, name = asked_on + timedelta(ANSWERED_AFTER), f"transfer-answer-{course.key}"
    match answer:
        case Answer.ACCEPTED:
            village = random.choice(to.villages)
            where_to = {"township": to.township, "village": village.code, "consents_to_care": True}
            posts = {"township_post": to.township_post, "village_post": village.post}
            yield _act(name, day, theirs, f"/transfers/{asked}/acceptance", where_to | posts)
        case Answer.DECLINED:
            yield _act(name, day, theirs, f"/transfers/{asked}/decline", {"ground": "not_arrived"})


def _asking(course: Course, asked_on: date, form: dict[str, Any], answer: Answer, ground: Ground) -> Iterator[Act]:
    """Her own hospital asks, and asks no longer if she stays."""
    ours = ground.townships[course.township].township_hospital
    hers = f"/pregnancies/{{registration-{course.key}}}/transfers"
    yield _act(f"transfer-{course.key}", asked_on, ours, hers, form)
    if answer is Answer.WITHDRAWN:
        day = asked_on + timedelta(ANSWERED_AFTER)
        yield _act(f"transfer-withdrawal-{course.key}", day, ours, f"{hers}/withdrawal", {})


def _act(name: str, day: date, unit: str, path: str, form: dict[str, Any]) -> Act:
    keeps = "transfer" if path.endswith("/transfers") else ""
    return Act(name, day, CARE, Role.MIDWIFE, f"{unit}-midwife", (unit,), path, form, keeps)
