"""A pregnancy of the county year as it is: her planned contacts, what else befalls her, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.console.county_year.births import Confinement
from services.console.people import Woman
from services.console.places import Village
from shared.contracts.departments import EndOutcome, RiskColour

WEEK = timedelta(weeks=1)
WINDOWS = ((0, 13), (16, 21), (21, 25), (28, 37), (37, 41))
"""Completed weeks of the national schedule's five contacts, half-open (domain.md)."""


class Fate(StrEnum):
    """What becomes of a planned contact."""

    SEEN = "seen"
    MISSED = "missed"
    DECLINED = "declined"
    AWAY = "away"
    ELSEWHERE = "elsewhere"
    """She was seen under another record, which is linked with this one later."""
    OVER = "over"
    """The end came first."""


@dataclass(frozen=True)
class Contact:
    """A planned antenatal contact: `number` from 1 in the schedule; `day` only if it took place."""

    number: int
    fate: Fate
    day: date | None = None
    declined_on: date | None = None


@dataclass(frozen=True)
class Danger:
    """A danger sign that `unit` found at a visit, and what followed: "" or None for what did not."""

    found_on: date
    sign: str
    unit: str
    referred_to: str = ""
    answered_on: date | None = None
    followed_on: date | None = None


@dataclass(frozen=True)
class Details:
    """What else is told of her, None for what is not.

    Another period at first and the scan that dates it; her risk; counselling before, and who will be with her (a
    code); a danger sign; a contact past term; after the end: attempts, the hospital's notice, the check at 42 days, the
    support after a loss, her death.
    """

    told_period: date | None = None
    dated_on: date | None = None
    graded: tuple[date, RiskColour] | None = None
    attempts: tuple[date, ...] = ()
    noticed_on: date | None = None
    counselled_on: date | None = None
    companion: tuple[date, str] | None = None
    danger: Danger | None = None
    post_term_on: date | None = None
    checked_on: date | None = None
    supported_on: date | None = None
    died_on: date | None = None


NONE = Details()


@dataclass(frozen=True)
class Ending:
    """How a pregnancy ends without a birth: on a day, where `unit` treats her; a `procedure` tells of it itself."""

    outcome: EndOutcome
    on: date
    unit: str
    procedure: bool = False


@dataclass(frozen=True)
class Course:
    """A pregnancy under care; it ends with a `confinement`, or has another `ending`."""

    key: str
    woman: Woman
    township: str
    village: Village
    last_period: date
    registered_on: date
    written_on: date
    contacts: tuple[Contact, ...]
    away: tuple[date, date] | None
    confinement: Confinement | None = None
    discharged_on: date | None = None
    home_visits: tuple[date, ...] = ()
    details: Details = NONE
    ending: Ending | None = None

    @property
    def ended_on(self) -> date:
        """The day of the last child, or of the other end."""
        if self.confinement:
            return self.confinement.ended_on
        assert self.ending
        return self.ending.on

    @property
    def antenatal_visits(self) -> tuple[date, ...]:
        """The days on which a hospital saw her before the end, in order."""
        past_term = self.details.post_term_on
        days = (*(each.day for each in self.contacts), past_term)
        return tuple(day for day in days if day)

    def day_of(self, week: int) -> date:
        """The first day of a completed week of gestation."""
        return self.last_period + week * WEEK

    def weeks_on(self, day: date) -> int:
        return (day - self.last_period).days // 7
