"""What is true of every duty of a pregnancy, reckoned from what happened and the days of the rules alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from services.console.county_year.course import WINDOWS, Course, Fate
from services.console.county_year.ground import HOME
from shared.contracts.departments import RiskColour, Vital

MET, LAPSED, CANCELLED, DECLINED, ATTEMPTED = "met", "lapsed", "cancelled", "declined", "attempted"
GRACE, SHORT_GRACE = timedelta(14), timedelta(7)
"""A contact that did not take place lapses so long after its window; what follows an occasion sooner.

These and the days below are the policy of pregnancy tracking, here once more: a truth that asked the service for its
rules would agree with it about anything.
"""
DAY = timedelta(days=1)
HIGH_RISK = {RiskColour.ORANGE, RiskColour.RED}
RISK_DAYS, DANGER_DAYS, RESULT_DAYS = timedelta(7), timedelta(3), timedelta(14)
NOTICE, HOME_VISIT, SUPPORT = timedelta(1), timedelta(8), timedelta(8)
SECOND_VISIT, CHECK = (timedelta(28), timedelta(35)), (timedelta(42), timedelta(56))
ATTEMPTS = 3
OTHER_FATES = {Fate.SEEN: MET, Fate.ELSEWHERE: MET, Fate.DECLINED: DECLINED}
Named = tuple[str, str]


def duties_of(course: Course) -> dict[str, str]:
    """What each duty came to in the end, by its name without the day it opens."""
    return dict([*_antenatal(course), *_occasions(course), *_after(course)])


def fate_of(course: Course, number: int, fate: Fate) -> str:
    """What a contact's duty comes to: met, declined or lapsed, or cancelled by an end that comes first."""
    if fate in OTHER_FATES:
        return OTHER_FATES[fate]
    return LAPSED if course.day_of(WINDOWS[number - 1][1]) + GRACE <= course.ended_on else CANCELLED


def _antenatal(course: Course) -> Iterator[Named]:
    for each in course.contacts:
        yield f"antenatal-{each.number}", fate_of(course, each.number, each.fate)
    yield "post_term-1", MET if course.details.post_term_on else CANCELLED
    yield "outcome_query-1", CANCELLED


def _occasions(course: Course) -> Iterator[Named]:
    """What follows high risk and a danger sign. All of it ends with the pregnancy if it began before that."""
    graded, danger = course.details.graded, course.details.danger
    if graded and graded[1] in HIGH_RISK:
        yield _follow_up(course, "risk_follow_up", graded[0], RISK_DAYS)
    if danger is None:
        return
    day, to = danger.found_on, danger.referred_to
    referred = [day] if to else []
    yield f"referral-{day}", _came_to((day, day + DAY + SHORT_GRACE), referred, over=_over(course, day))
    yield _follow_up(course, "danger_follow_up", day, DANGER_DAYS)
    if to:
        answered = [danger.answered_on] if danger.answered_on else []
        days = day, day + RESULT_DAYS + DAY + SHORT_GRACE
        yield f"referral_result-{day}-{to}", _came_to(days, answered, over=_over(course, day))


def _follow_up(course: Course, kind: str, day: date, within: timedelta) -> Named:
    """Met by whoever sees her from the next day on."""
    days = day + DAY, day + DAY + within + SHORT_GRACE
    return f"{kind}-{day}", _came_to(days, _seen(course), over=_over(course, day))


def _over(course: Course, day: date) -> date | None:
    """The day from which nothing of an occasion is owed any more."""
    return course.ended_on if day <= course.ended_on else course.details.died_on


def _after(course: Course) -> Iterator[Named]:
    """What the hospital and the village owe after a birth, and whoever treated her after a loss or a stillbirth."""
    confinement, told, ended_on = course.confinement, course.details, course.ended_on
    if confinement:
        at_home = [*course.home_visits, *([told.checked_on] if told.checked_on else [])]
        left = course.discharged_on or ended_on
        if confinement.facility != HOME:
            yield "discharge_notice-1", MET if told.noticed_on and told.noticed_on <= left + NOTICE else LAPSED
        lapses = max(left + HOME_VISIT + SHORT_GRACE, (told.noticed_on or left) + HOME_VISIT)
        yield "home_visit-1", _came_to((left, lapses), at_home, told.attempts, told.died_on)
        second = ended_on + SECOND_VISIT[0], ended_on + SECOND_VISIT[1] + SHORT_GRACE
        yield "home_visit-2", _came_to(second, at_home, told.attempts, told.died_on)
        check = ended_on + CHECK[0], ended_on + CHECK[1] + SHORT_GRACE
        yield "postnatal_check-1", _came_to(check, _checks(course), (), told.died_on)
    if owes_support(course):
        days = ended_on, ended_on + SUPPORT + SHORT_GRACE
        yield "loss_support-1", _came_to(days, _seen(course), told.attempts, told.died_on)


def owes_support(course: Course) -> bool:
    """Whether she lost a child: before it could live, or dead born."""
    if course.confinement:
        return all(child.vital is Vital.STILL for child in course.confinement.children)
    return course.ending is not None and course.ending.outcome == "loss"


def _checks(course: Course) -> list[date]:
    return [course.details.checked_on] if course.details.checked_on else []


def _seen(course: Course) -> list[date]:
    """Every day on which anybody saw her."""
    danger, told = course.details.danger, course.details
    more = (told.checked_on, told.supported_on, danger.answered_on if danger else None)
    return [*course.antenatal_visits, *course.home_visits, *(day for day in more if day)]


def _came_to(
    days: tuple[date, date], done: Collection[date], attempts: Collection[date] = (), over: date | None = None
) -> str:
    """From the first of `days` it can be done, on the other it lapses; what came first, but done in time is done."""
    first, lapses = days
    if any(first <= day < lapses for day in done):
        return MET
    tried = sorted(day for day in attempts if first <= day < lapses)[ATTEMPTS - 1 :][:1]
    closed = [(day, ATTEMPTED) for day in tried] + ([(over, CANCELLED)] if over else [])
    day, what = min(closed, default=(lapses, LAPSED))
    return what if day < lapses else LAPSED
