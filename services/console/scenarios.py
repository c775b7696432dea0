"""The scenarios there are: what happens, from when until when, and the quarter the report is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from services.console import scenario_dayingxiang as dayingxiang
from services.console.county_year import county, year
from services.console.county_year.ground import Ground
from services.console.delivery import AS_WRITTEN, Delivery
from services.console.layout import REFERENCE
from services.console.places import Places
from services.console.script import Script
from services.console.words import Trouble


class ScenarioUnknown(Trouble):
    """No scenario of that name is built."""


class BirthsFixed(Trouble):
    """The scenario's births are what they were."""


class BirthsImpossible(Trouble):
    """The scenario has too few people, or too many, for that."""


@dataclass(frozen=True)
class Scenario:
    """What happens, from when until when, and the quarter its report is about.

    `births` is how many there are unless one asks for others within `possible`. A scenario of a county of its own
    writes its reference data into the folder `makes` is given. `tries` are commands that show what is in it.
    """

    name: str
    township: str
    quarter: str
    births: int
    begins: date
    ends: date
    script: Callable[[Path, int, int], Script]
    departments: Callable[[Path], tuple[str, ...]]
    on_broker: Callable[[Path], tuple[str, ...]]
    delivery: Delivery = AS_WRITTEN
    possible: range | None = None
    makes: Callable[[Path], None] | None = None
    tries: tuple[str, ...] = ()

    def judge(self, births: int | None) -> None:
        """Whether it can have so many births. Raises BirthsFixed, BirthsImpossible."""
        if births is None or births == self.births:
            return
        if self.possible is None:
            raise BirthsFixed(scenario=self.name, births=self.births)
        if births not in self.possible:
            raise BirthsImpossible(scenario=self.name, least=self.possible[0], most=self.possible[-1])


def _dayingxiang(reference: Path) -> Places:
    return Places.load(reference, dayingxiang.TOWNSHIP)


def _county(name: str, script: Callable[[int, int, Ground], Script], tries: tuple[str, ...]) -> Scenario:
    """A scenario of the county that makes its own reference data."""
    return Scenario(
        name,
        year.TOWNSHIP,
        year.QUARTER,
        year.BIRTHS,
        year.BEGINS,
        year.ENDS,
        script=lambda reference, seed, births: script(seed, births, Ground.load(reference)),
        departments=lambda reference: Ground.load(reference).departments,
        on_broker=lambda reference: Ground.load(reference).hospitals,
        delivery=year.DELIVERY,
        possible=year.POSSIBLE,
        makes=county.write,
        tries=tries,
    )


SCENARIOS = {
    "dayingxiang": Scenario(
        "dayingxiang",
        dayingxiang.TOWNSHIP,
        dayingxiang.QUARTER,
        sum(dayingxiang.BIRTHS.values()),
        dayingxiang.BEGINS,
        dayingxiang.ENDS,
        script=lambda reference, seed, _: Script(dayingxiang.letters(seed, _dayingxiang(reference))),
        departments=lambda reference: _dayingxiang(reference).departments,
        on_broker=lambda reference: _dayingxiang(reference).on_broker,
    ),
    "county-year": _county("county-year", year.script, (*year.FIGURES, *year.CARE)),
    "county-births": _county("county-births", year.script_of_births, year.FIGURES),
}


def scenario_named(name: str) -> Scenario:
    """Raises ScenarioUnknown."""
    if name not in SCENARIOS:
        raise ScenarioUnknown(asked=name, known=", ".join([*SCENARIOS, "none"]))
    return SCENARIOS[name]


def departments_of(scenario: Scenario, reference: Path = REFERENCE) -> list[str]:
    """The departments that write in it."""
    return list(scenario.departments(reference))
