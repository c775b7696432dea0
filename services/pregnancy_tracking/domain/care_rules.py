"""What the policy says of care: schedules, clocks and closed lists; the numbers live in policy/*.yaml."""

from __future__ import annotations

from datetime import timedelta

from services.pregnancy_tracking.domain.words import RiskColour
from shared.kernel import Id, Refusal, Value


class CodeNotListed(Refusal):
    """Only the policy's codes can be told."""


class Window(Value):
    """A contact's weeks, completed ones: from the first, before the other (half-open)."""

    from_week: int
    before_week: int


class Interval(Value):
    """From this week on, the next contact is due so many weeks after the last."""

    from_week: int
    every_weeks: int


class Schedule(Value):
    """Antenatal contacts. `late_entry`: intervals for who registers after the first window, empty where the rest stand.

    `last_week` caps the intervals; `first_contact_days` after the birth, 0 for none.
    """

    name: Id
    contacts: tuple[Window, ...]
    late_entry: tuple[Interval, ...]
    last_week: int
    first_contact_days: int


class Days(Value):
    """Days after something: from the first, before the other (half-open)."""

    from_day: int
    before_day: int


class CareRules(Value):
    """Rules of contacts and duties (policy/*.yaml explains each number)."""

    schedule: Id
    schedules: tuple[Schedule, ...]
    grace_days: int
    follow_up_grace_days: int
    undated_every_days: int
    post_term: Window
    outcome_query: Window
    dating_before_week: int
    attempts: int
    high_risk: tuple[RiskColour, ...]
    risk_follow_up_days: int
    danger_signs: tuple[Id, ...]
    danger_follow_up_days: int
    referral_result_days: int
    home: Id
    stay_days: int
    notice_hours: int
    receipt_hours: int
    home_visit_days: int
    second_home_visit: Days
    postnatal_check: Days
    loss_support_days: int
    maternal_death_days: int
    companions: tuple[Id, ...]
    counselling_topics: tuple[Id, ...]
    waive_grounds: tuple[Id, ...]

    @property
    def apply(self) -> bool:
        """Whether anything is owed: not by a policy from before there were duties."""
        return bool(self.contacts.contacts)

    @property
    def contacts(self) -> Schedule:
        """The schedule in force."""
        return next(each for each in self.schedules if each.name == self.schedule)

    @property
    def notice(self) -> timedelta:
        """How long after a discharge its notice is in time."""
        return timedelta(hours=self.notice_hours)

    @property
    def receipt(self) -> timedelta:
        """How long after it was written a notice is received in time."""
        return timedelta(hours=self.receipt_hours)


def listed(codes: tuple[str, ...], known: tuple[str, ...], pointer: str) -> None:
    """Raises CodeNotListed for a code the policy does not have."""
    if not set(codes) <= set(known):
        raise CodeNotListed("not a code of the policy", pointer=pointer, accepted=", ".join(known))


NO_CARE = CareRules(
    schedule="none",
    schedules=(Schedule(name="none", contacts=(), late_entry=(), last_week=0, first_contact_days=0),),
    grace_days=0,
    follow_up_grace_days=0,
    undated_every_days=0,
    post_term=Window(from_week=0, before_week=0),
    outcome_query=Window(from_week=0, before_week=0),
    dating_before_week=0,
    attempts=1,
    high_risk=(),
    risk_follow_up_days=0,
    danger_signs=(),
    danger_follow_up_days=0,
    referral_result_days=0,
    home="home",
    stay_days=0,
    notice_hours=0,
    receipt_hours=0,
    home_visit_days=0,
    second_home_visit=Days(from_day=0, before_day=0),
    postnatal_check=Days(from_day=0, before_day=0),
    loss_support_days=0,
    maternal_death_days=0,
    companions=(),
    counselling_topics=(),
    waive_grounds=(),
)
"""The rules of a policy from before there were duties: none is owed, nothing is listed."""
