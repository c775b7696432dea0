"""Pregnancies that end without a birth: lost, with or without support after it, or with the mother's death."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import cycle
from random import Random

from services.console.county_year.births import FIRST, LAST, quota
from services.console.county_year.county import SHARES
from services.console.county_year.course import NONE, WEEK, Course, Ending
from services.console.county_year.courses import contacts, registered_early
from services.console.county_year.ground import Ground
from services.console.places import COUNTY_HOSPITAL
from shared.contracts.departments import EndOutcome

LOST, WEEKS = 0.012, (9, 24)
"""Pregnancies lost after they were registered, per live birth, and completed weeks. Invented; at least two."""
SUPPORTED, SUPPORT = (True, True, False), (1, 7)
"""Two of three are supported, so many days after."""
DIES, DIES_IN_WEEK = 0.00004, (26, 34)
"""Deaths in pregnancy per live birth (`occasions` says of how many in all), and completed weeks; at least one."""
FIRST_NUMBER = 41_000
"""Of these women."""


def losses(seed: int, births: int, ground: Ground) -> list[Course]:
    """All of them; the same for the same seed."""
    random = Random(f"{seed}:losses")  # noqa: S311 - a scenario is meant to be repeatable
    lost, died = max(2, round(births * LOST)), max(1, round(births * DIES))
    ends = [EndOutcome.LOSS] * lost + [EndOutcome.MATERNAL_DEATH] * died
    townships = quota(len(ends), SHARES)
    random.shuffle(townships)
    drawn = enumerate(zip(ends, townships, strict=True))
    ended = [_course(random, seed, number, (outcome, township), ground) for number, (outcome, township) in drawn]
    return list(_supported(random, ended))


def _course(random: Random, seed: int, number: int, what: tuple[EndOutcome, str], ground: Ground) -> Course:
    """Early registered, and seen as long as she is pregnant; it ends within the year of the births."""
    outcome, township = what
    places = ground.townships[township]
    week = random.randint(*(DIES_IN_WEEK if outcome is EndOutcome.MATERNAL_DEATH else WEEKS))
    ended_on = FIRST + timedelta(random.randrange((LAST - FIRST).days))
    last_period = ended_on - week * WEEK - timedelta(random.randrange(7))
    course = registered_early(random, f"{seed}-l{number:04}", FIRST_NUMBER + number, last_period, places)
    return replace(
        course,
        contacts=tuple(contacts(random, places, last_period, course.registered_on, (ended_on, None))),
        ending=Ending(outcome, ended_on, COUNTY_HOSPITAL),
    )


def _supported(random: Random, ended: list[Course]) -> Iterator[Course]:
    supported = cycle(SUPPORTED)
    for each in ended:
        lost = each.ending and each.ending.outcome is EndOutcome.LOSS
        on: date | None = each.ended_on + timedelta(random.randint(*SUPPORT)) if lost and next(supported) else None
        yield replace(each, details=replace(NONE, supported_on=on))
