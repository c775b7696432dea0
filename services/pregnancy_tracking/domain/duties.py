"""Duties kept in step with what is owed: what was opened is compared with the plan, and the difference is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from services.pregnancy_tracking.domain.duty_events import (
    Answerable,
    DutyAttempted,
    DutyCancelled,
    DutyDeclined,
    DutyKind,
    DutyLapsed,
    DutyMet,
    DutyMoved,
    DutyOpened,
    DutyOverdue,
    DutyReassigned,
    DutySuperseded,
    DutyWaived,
    Hop,
)
from services.pregnancy_tracking.domain.duty_plan import Standing, begins, plan
from services.pregnancy_tracking.domain.duty_state import UNDER_WAY, Kept, Status
from services.pregnancy_tracking.domain.owed import Closing, Owed
from services.pregnancy_tracking.domain.pregnancy import Pregnancy
from shared.kernel import Fact

OF_THE_VILLAGE = {DutyKind.HOME_VISIT, DutyKind.RISK_FOLLOW_UP}
"""What the village post answers for; the township post for the rest."""
DAY = timedelta(days=1)


def settle(pregnancy: Pregnancy, standing: Standing, today: date) -> list[Fact]:
    """What has changed about the duties of a pregnancy, by what was told and by the day it is."""
    if not standing.policy.care.apply or not pregnancy.person:
        return []
    if pregnancy.linked.other and not pregnancy.linked.kept:
        owing = (name for name, each in pregnancy.duties.items() if _open(each) or each.status is Status.LAPSED)
        return [DutySuperseded(duty=name, superseded_on=today) for name in owing]
    if pregnancy.closed:
        return [DutyCancelled(duty=name, cancelled_on=today) for name, kept in pregnancy.duties.items() if _open(kept)]
    owed = plan(pregnancy, standing, today)
    names = {each.name for each in owed}
    gone = [
        name for name, kept in pregnancy.duties.items() if name not in names and kept.status is not Status.SUPERSEDED
    ]
    return [
        *(DutySuperseded(duty=name, superseded_on=today) for name in gone),
        *(fact for each in owed for fact in _changes(each, pregnancy, standing, today)),
    ]


def next_look(pregnancy: Pregnancy, standing: Standing) -> date | None:
    """The next day on which time changes something, None if it does no more."""
    rules = standing.policy.care
    if not rules.apply or not pregnancy.person or pregnancy.closed:
        return None
    days = [_turns(kept) for kept in pregnancy.duties.values() if _open(kept)]
    if pregnancy.outcome is None and pregnancy.died_on is None and pregnancy.transfers.moved_on is None:
        days.append(begins(pregnancy) + standing.policy.longest + DAY)
        undated = (each for each in pregnancy.duties.values() if each.kind is DutyKind.UNDATED)
        days += [each.opens_on for each in undated if _open(each)][-1:]
    return min(days, default=None)


def _turns(kept: Kept) -> date:
    return kept.due_until if kept.status is Status.OPEN else kept.lapses_on


def _open(kept: Kept) -> bool:
    return kept.status in UNDER_WAY


def _changes(owed: Owed, pregnancy: Pregnancy, standing: Standing, today: date) -> Iterator[Fact]:
    """From what was kept of a duty to what it is."""
    kept, status = pregnancy.duties.get(owed.name), _status(owed, today)
    if kept and kept.status is status and not _open(kept):
        return
    answerable = _answerable(owed, pregnancy, standing)
    days = (owed.contact.due_until, owed.lapses_on)
    known_on = kept.known_on if kept else today
    if kept is None or _anew(kept, status, days):
        yield _opened(owed, known_on, answerable)
    elif _open(kept) and kept.answerable != answerable:
        yield DutyReassigned(duty=owed.name, answerable=answerable)
    before = Status.OPEN if kept is None or _anew(kept, status, days) else kept.status
    if status not in {before, Status.OPEN}:
        township = standing.county.unit_of(pregnancy.township_post) or "none"
        yield (
            _closed(owed.name, owed.closing)
            if owed.closing
            else _late(owed, status, _charged(owed, status, known_on, (township, answerable.unit)))
        )


def _anew(kept: Kept, status: Status, days: tuple[date, date]) -> bool:
    """Whether it has to be opened once more: other days, or open although it was closed."""
    other_days = _open(kept) and (kept.due_until, kept.lapses_on) != days
    return other_days or (status in UNDER_WAY and not _open(kept))


def _status(owed: Owed, today: date) -> Status:
    if owed.closing:
        return owed.closing.status
    if today >= owed.lapses_on:
        return Status.LAPSED
    return Status.OVERDUE if today >= owed.contact.due_until else Status.OPEN


def _opened(owed: Owed, known_on: date, answerable: Answerable) -> DutyOpened:
    return DutyOpened(
        duty=owed.name,
        kind=owed.contact.kind,
        contact=owed.contact.name,
        opens_on=owed.contact.opens_on,
        due_until=owed.contact.due_until,
        lapses_on=owed.lapses_on,
        known_on=known_on,
        answerable=answerable,
    )


def _answerable(owed: Owed, pregnancy: Pregnancy, standing: Standing) -> Answerable:
    """The post by its kind, or the hospital; where a post is of that hospital, the post."""
    county = standing.county
    posts = {county.unit_of(post): post for post in (pregnancy.village_post, pregnancy.township_post)}
    usual = pregnancy.village_post if owed.contact.kind in OF_THE_VILLAGE else pregnancy.township_post
    unit = owed.by or county.unit_of(usual) or "none"
    return Answerable(
        unit=unit,
        post=posts.get(unit) if owed.by else usual,
        township_post=pregnancy.township_post,
        village_post=pregnancy.village_post,
        superior=county.superior,
    )


def _late(owed: Owed, status: Status, charged: tuple[Hop, str]) -> Fact:
    hop, unit = charged
    if status is Status.OVERDUE:
        return DutyOverdue(duty=owed.name, overdue_on=owed.contact.due_until, hop=hop, unit=unit)
    return DutyLapsed(duty=owed.name, lapsed_on=owed.lapses_on, hop=hop, unit=unit)


def _charged(owed: Owed, status: Status, known_on: date, units: tuple[str, str]) -> tuple[Hop, str]:
    """Hop by hop: who was late in telling; else who told of it when it was over; else who did not act."""
    charged = owed.late if status is Status.OVERDUE else owed.lapse
    if charged:
        return charged
    township, unit = units
    return (Hop.NOTICE, township) if known_on >= owed.contact.due_until else (Hop.ACTION, unit)


def _closed(duty: str, closing: Closing) -> Fact:
    day = closing.day
    facts: Mapping[Status, Fact] = {
        Status.ATTEMPTED: DutyAttempted(duty=duty, attempts=closing.attempts, attempted_on=day),
        Status.DECLINED: DutyDeclined(duty=duty, declined_on=day),
        Status.MOVED: DutyMoved(duty=duty, moved_on=day),
        Status.ENDED: DutyCancelled(duty=duty, cancelled_on=day),
    }
    if closing.status is Status.DONE:
        return DutyMet(duty=duty, met_on=day, unit=closing.unit)
    if closing.status is Status.WAIVED:
        return DutyWaived(duty=duty, ground=closing.ground, waived_on=day)
    return facts[closing.status]
