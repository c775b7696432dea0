"""The county year put together: everything that is written and done in it, and its truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from string import ascii_uppercase

from services.console.acts import Act
from services.console.county_year.births import Confinement, confinements
from services.console.county_year.care import letters_of, scan
from services.console.county_year.courses import courses
from services.console.county_year.details import with_details
from services.console.county_year.examinations import entered, examinations
from services.console.county_year.ground import Ground
from services.console.county_year.losses import losses
from services.console.county_year.moves import moves
from services.console.county_year.occasions import with_occasions
from services.console.county_year.plants import plants
from services.console.county_year.records import BIRTHS as SERVICE
from services.console.county_year.records import record
from services.console.county_year.terminations import terminations
from services.console.county_year.truth import truth_of_births
from services.console.county_year.truth_of_care import Care, truth_of_care
from services.console.county_year.twice import act_of, registered_twice
from services.console.county_year.twice import letters_of as letters_again
from services.console.delivery import Delivery
from services.console.script import Script
from shared.access import Role

TOWNSHIP, QUARTER = "chengguanzhen", "2025Q2"
"""What its report is about: the county's seat in the quarter of the Spring Festival."""
BEGINS, ENDS = date(2024, 1, 2), date(2025, 12, 31)
BIRTHS, POSSIBLE = 5_000, range(20, 20_001)
"""Live births in the year, unless others are asked for."""
DELIVERY = Delivery(again=0.02, within_days=True)
"""Departments send some messages again days later, and the messages of a day in any order."""
NUMBERS = 999_999
"""Certificate numbers each unit is given."""
FIGURES = ("report year --year 2025", "report year --year 2025 --format html --out year.html")
CARE = (
    "digest --township chengguanzhen --month 2025-03",
    "coverage",
    "due --unit chengguanzhen-hospital",
    "late",
    "transfers",
    "integrity --since 2024-10-01 --anomalies",
)
"""Commands that show what is in it."""


def script(seed: int, births: int, ground: Ground) -> Script:
    """The year with so many live births; the same for the same seed, number and county."""
    born = confinements(seed, births, ground)
    return _together(seed, _births(seed, born, ground), _care(seed, births, born, ground))


def script_of_births(seed: int, births: int, ground: Ground) -> Script:
    """The births of the same year, and nothing of the care before and after them."""
    return _together(seed, _births(seed, confinements(seed, births, ground), ground), Script(()))


def _together(seed: int, births: Script, care: Script) -> Script:
    letters, acts = [*births.letters, *care.letters], [*births.acts, *care.acts]
    told = {"care": care.truth} if care.truth else {}
    return Script(
        letters=sorted(letters, key=lambda letter: (letter.written_at, letter.id)),
        acts=sorted(acts, key=lambda act: (act.day, act.id)),
        truth={"scenario": "county-year", "seed": seed, **(births.truth or {}), **told},
    )


def _births(seed: int, born: list[Confinement], ground: Ground) -> Script:
    planted = plants(seed, born)
    records = [record(seed, each, place, planted, ground) for each in born for place in range(len(each.children))]
    return Script(
        letters=[letter for each in records for letter in each.letters],
        acts=[*_series(ground), *(act for each in records for act in each.acts)],
        truth=truth_of_births(records),
    )


def _care(seed: int, births: int, born: list[Confinement], ground: Ground) -> Script:
    """The care before and after the births, and the pregnancies that ended otherwise."""
    care = _cared_for(seed, births, born, ground)
    return Script(
        letters=[
            *(letter for course in care.courses for letter in letters_of(seed, course, ground)),
            *(letter for again in care.again for letter in letters_again(seed, again)),
            *(letter for each in care.terminations for letter in each.letters),
            *(scan(entry, ground) for entry in care.entries),
        ],
        acts=[
            *(act for each in care.terminations for act in each.acts),
            *(act for each in care.moving for act in each.acts),
            *(act_of(each, ground) for each in care.again),
        ],
        truth=truth_of_care(care),
    )


def _cared_for(seed: int, births: int, born: list[Confinement], ground: Ground) -> Care:
    """Every pregnancy as it goes, one thing after the other: who moves is not registered twice as well."""
    usual = [with_details(seed, each, ground) for each in courses(seed, born, ground)]
    delivered = with_occasions(seed, usual, ground)
    alive = [each for each in delivered if not each.details.died_on]
    ended, moving = terminations(seed, births, alive, ground), moves(seed, alive, ground)
    others = {*(each.course.key for each in ended), *(each.course.key for each in moving)}
    again = registered_twice(seed, alive, others, ground)
    now = {each.course.key: each.course for each in again}
    delivered = [now.get(each.key, each) for each in delivered]
    care = Care(delivered, losses(seed, births, ground), ended, moving, again, ())
    return replace(care, entries=entered(examinations(seed, care.courses, ground), ground))


def _series(ground: Ground) -> Iterator[Act]:
    """Each unit that answers for births gets certificate numbers."""
    units = sorted({facility.unit for facility in ground.facilities.values()})
    for unit, prefix in zip(units, ascii_uppercase, strict=False):
        form = {"unit": unit, "prefix": prefix, "first": 1, "last": NUMBERS}
        who, path = "county-clerk", "/certificates/series"
        yield Act(f"series-{unit}", BEGINS, SERVICE, Role.COUNTY_HEALTH, who, ("*",), path, form)
