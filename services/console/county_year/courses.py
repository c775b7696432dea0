"""The pregnancies before the births: when each woman registers, is seen, is away, and is visited at home after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from services.console.county_year.births import Confinement
from services.console.county_year.county import SECOND_HOSPITAL
from services.console.county_year.course import WEEK, WINDOWS, Contact, Course, Fate
from services.console.county_year.ground import HOME, Ground
from services.console.people import make_woman
from services.console.places import Places

EARLY, LATE, VERY_LATE = (6, 12), (17, 20), (28, 33)
"""Completed weeks in which women register: most, those who come late, those who come back late."""
LATE_SHARE, VERY_LATE_SHARE = 0.16, 0.04
UNREGISTERED = 0.02
"""Share of births no pregnancy was registered before."""
REGISTRATION_LATE, REGISTRATION_DAYS = 0.03, (1, 5)
"""Registrations written down days later: what is told of her meanwhile waits for them."""
MISSED = 0.06
"""Share of contacts that do not take place, without anybody's saying why."""
AWAY = 0.10
"""Share of women who leave for work after the Spring Festival and come back to give birth."""
FESTIVALS = (date(2024, 2, 10), date(2025, 1, 29))
LEAVES_AFTER, RETURNS_BEFORE = (6, 20), (20, 40)
"""Days after the festival on which migrants leave, days before the birth on which they are back."""
STAY = 3
"""Days in hospital after a birth."""
FIRST_HOME, SECOND_HOME = (1, 6), (28, 34)
"""Days after discharge, and after the birth, of the two home visits."""
HOME_MISSED = 0.08


def away_of(seed: int, confinement: Confinement) -> tuple[date, date] | None:
    """From when until when she worked elsewhere before she came home to give birth; None if she stayed."""
    return absence(_chance(seed, confinement), confinement.last_period, confinement.born_on)


def courses(seed: int, confinements: list[Confinement], ground: Ground) -> list[Course]:
    """The registered pregnancies that end in these confinements."""
    made = (course(_chance(seed, each), each, ground) for each in confinements)
    return [each for each in made if each]


def _chance(seed: int, confinement: Confinement) -> Random:
    return Random(f"{seed}:{confinement.number}:care")  # noqa: S311 - a scenario is meant to be repeatable


def course(random: Random, confinement: Confinement, ground: Ground) -> Course | None:
    """Her pregnancy, None if she did not register."""
    places, last_period, born_on = ground.townships[confinement.township], confinement.last_period, confinement.born_on
    away = absence(random, last_period, born_on)
    registered_on = registration_day(random, places, last_period, born_on, away)
    if registered_on is None or random.random() < UNREGISTERED:
        return None
    late = random.randint(*REGISTRATION_DAYS) if random.random() < REGISTRATION_LATE else 0
    discharged_on = None if confinement.facility == HOME else born_on + timedelta(STAY)
    return Course(
        key=confinement.key,
        woman=confinement.woman,
        township=confinement.township,
        village=confinement.village,
        last_period=last_period,
        registered_on=registered_on,
        written_on=min(registered_on + timedelta(late), born_on - timedelta(1)),
        contacts=tuple(contacts(random, places, last_period, registered_on, (born_on, away))),
        away=away,
        confinement=confinement,
        discharged_on=discharged_on,
        home_visits=tuple(_home_visits(random, born_on, discharged_on or born_on)),
    )


def registered_early(random: Random, key: str, number: int, last_period: date, places: Places) -> Course:
    """A pregnancy of a woman who is nobody's mother here, in a village of that township; its contacts are yet to come.

    `number` makes her own papers, as everybody's.
    """
    village = random.choice(places.villages)
    window = last_period + EARLY[0] * WEEK, last_period + (EARLY[0] + 2) * WEEK
    registered_on = a_day(random, places, window, None) or window[1]
    return Course(
        key=key,
        woman=make_woman(random, number, village.code, village.name, last_period),
        township=places.township,
        village=village,
        last_period=last_period,
        registered_on=registered_on,
        written_on=registered_on,
        contacts=(),
        away=None,
    )


def absence(random: Random, last_period: date, ends_on: date) -> tuple[date, date] | None:
    """From when until when she works elsewhere, both included; None if she stays."""
    if random.random() >= AWAY:
        return None
    leaves = next((f + timedelta(random.randint(*LEAVES_AFTER)) for f in FESTIVALS if f > last_period + 5 * WEEK), None)
    back = ends_on - timedelta(random.randint(*RETURNS_BEFORE))
    return (leaves, back) if leaves and leaves < back - 2 * WEEK else None


def registration_day(
    random: Random, places: Places, last_period: date, ends_on: date, away: tuple[date, date] | None
) -> date | None:
    """A working day on which she is here and still pregnant, None if there is none."""
    drawn = random.random()
    weeks = VERY_LATE if drawn < VERY_LATE_SHARE else LATE if drawn < VERY_LATE_SHARE + LATE_SHARE else EARLY
    for first, last in (weeks, LATE, VERY_LATE):
        if day := a_day(random, places, (last_period + first * WEEK, last_period + (last + 1) * WEEK), away):
            return day if day < ends_on - timedelta(3) else None
    return None


def contacts(
    random: Random,
    places: Places,
    last_period: date,
    registered_on: date,
    limits: tuple[date, tuple[date, date] | None],
) -> Iterator[Contact]:
    """Those whose window was open on the day of registration or later; in the one she registers in, she is seen."""
    ends_on, _ = limits
    for number, (first, before) in enumerate(WINDOWS, 1):
        opens, closes = last_period + first * WEEK, last_period + before * WEEK
        if closes <= registered_on:
            continue
        if opens <= registered_on:
            yield Contact(number, Fate.SEEN, registered_on)
        elif opens >= ends_on:
            yield Contact(number, Fate.OVER)
        else:
            yield _contact(random, places, number, (max(opens, registered_on), closes), limits)


def _contact(
    random: Random,
    places: Places,
    number: int,
    window: tuple[date, date],
    limits: tuple[date, tuple[date, date] | None],
) -> Contact:
    ends_on, away = limits
    day = a_day(random, places, window, away)
    if day is None:
        return Contact(number, Fate.AWAY if away else Fate.MISSED)
    if day >= ends_on:
        return Contact(number, Fate.OVER)
    return Contact(number, Fate.MISSED) if random.random() < MISSED else Contact(number, Fate.SEEN, day)


def a_day(random: Random, places: Places, window: tuple[date, date], away: tuple[date, date] | None) -> date | None:
    """A day of a half-open window on which the hospital works and she is here, None if there is none."""
    first, before = window
    days = (first + timedelta(day) for day in range((before - first).days))
    here = [day for day in days if places.is_working_day(day) and not (away and away[0] <= day <= away[1])]
    return random.choice(here) if here else None


def _home_visits(random: Random, born_on: date, since: date) -> Iterator[date]:
    if random.random() >= HOME_MISSED:
        yield since + timedelta(random.randint(*FIRST_HOME))
    if random.random() >= HOME_MISSED:
        yield born_on + timedelta(random.randint(*SECOND_HOME))


def scan_facility(random: Random, places: Places) -> str:
    """Where she is examined: in town mostly."""
    others = ("county-hospital", "county-maternity", SECOND_HOSPITAL, places.township_hospital)
    return random.choices(others, (3, 2, 3, 2))[0]
