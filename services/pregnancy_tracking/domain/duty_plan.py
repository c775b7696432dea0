"""Everything owed to a pregnancy, as it follows from what was told: the same for the same record, in any order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from services.pregnancy_tracking.domain.care_events import (
    DangerSignRaised,
    DatingRevised,
    ReferralMade,
    RiskGraded,
)
from services.pregnancy_tracking.domain.care_rules import CareRules
from services.pregnancy_tracking.domain.duty_events import DutyKind
from services.pregnancy_tracking.domain.duty_state import Status
from services.pregnancy_tracking.domain.outcome import last_born
from services.pregnancy_tracking.domain.owed import Closing, Owed, closed, met, within
from services.pregnancy_tracking.domain.policy import Policy
from services.pregnancy_tracking.domain.postnatal import after_the_end
from services.pregnancy_tracking.domain.pregnancy import ELSEWHERE, Pregnancy, Visit
from services.pregnancy_tracking.domain.reference import County
from services.pregnancy_tracking.domain.registry import Registry
from services.pregnancy_tracking.domain.schedule import Contact, Dating, Epoch, contacts, dated, epochs
from services.pregnancy_tracking.domain.words import DatingBasis, VisitKind

DAY = timedelta(days=1)


class Standing(NamedTuple):
    """What holds for every pregnancy of the county."""

    county: County
    registry: Registry
    policy: Policy


def datings(pregnancy: Pregnancy) -> list[Dating]:
    """Everything that was said of how far she is, what she said at registration first."""
    said = pregnancy.last_menstrual_period
    first = [Dating(DatingBasis.LAST_MENSTRUAL_PERIOD, pregnancy.registered_on, said)] if said else []
    revised = pregnancy.told_of(DatingRevised)
    return [*first, *(Dating(each.basis, each.established_on, each.last_menstrual_period) for each in revised)]


def begins(pregnancy: Pregnancy) -> date:
    """The day the pregnancy counts from; undated, its registration."""
    return dated(datings(pregnancy)) or pregnancy.registered_on


def plan(pregnancy: Pregnancy, standing: Standing, today: date) -> list[Owed]:
    """Every duty that is not superseded, with how it closed; without it, its days say what it is today."""
    rules = standing.policy.care
    over = _over(pregnancy)
    return [
        *_antenatal(pregnancy, standing, today, over),
        *_occasions(pregnancy, rules, over),
        *after_the_end(pregnancy, standing.registry, standing.county, rules),
    ]


def _over(pregnancy: Pregnancy) -> date | None:
    """The day the pregnancy ended, or she died; None: neither."""
    days = [pregnancy.ended_on, pregnancy.died_on, last_born(pregnancy.births)]
    return min((day for day in days if day), default=None)


def _antenatal(pregnancy: Pregnancy, standing: Standing, today: date, over: date | None) -> Iterator[Owed]:
    """The contacts of each dating while it counted; what was done before another one stays done.

    A visit that met nothing so far meets what another dating finds owed on its day: she was seen. What was done where
    she was cared for before is not owed here: nothing is opened for it.
    """
    rules, seen = standing.policy.care, _seen_before(pregnancy, over)
    until = min(today + timedelta(rules.undated_every_days), over or date.max)
    spans = [*epochs(pregnancy.registered_on, datings(pregnancy)), Epoch(date.max, None)]
    had, used = set[str](), set[tuple[date, str]]()
    for epoch, (end, _) in pairwise(spans):
        owed = [
            Owed(each, each.due_until + timedelta(rules.grace_days), _asked(each, pregnancy, standing))
            for each in contacts(epoch, pregnancy.entered_on, rules, until)
            if each.name not in had
        ]
        visits = [each for each in seen if each.visited_on < end and (each.visited_on, each.unit) not in used]
        for each in met(owed, visits):
            kept = closed(each, pregnancy, rules.attempts, over)
            done = kept.closing if kept.closing and kept.closing.status is Status.DONE else None
            if _stays(kept, end):
                if done:
                    had.add(kept.contact.name)
                    used.add((done.day, done.unit))
                if done is None or done.unit != ELSEWHERE:
                    yield kept


def _stays(owed: Owed, end: date) -> bool:
    """Whether it closed, or lapsed, before another dating put others in its place."""
    return min(owed.closing.day if owed.closing else date.max, owed.lapses_on - DAY) < end


def _seen_before(pregnancy: Pregnancy, over: date | None) -> list[Visit]:
    return [each for each in pregnancy.visits | pregnancy.seen_elsewhere if each.visited_on <= (over or date.max)]


def _asked(contact: Contact, pregnancy: Pregnancy, standing: Standing) -> str:
    """Of the outcome query, the hospital that saw her last, else that of her township."""
    if contact.kind is not DutyKind.OUTCOME_QUERY:
        return ""
    seen = [each for each in pregnancy.visits if each.kind is VisitKind.ANTENATAL]
    last = max(seen, key=lambda each: (each.visited_on, each.unit), default=None)
    return last.unit if last else standing.county.unit_of(pregnancy.township_post)


def _occasions(pregnancy: Pregnancy, rules: CareRules, over: date | None) -> Iterator[Owed]:
    """What follows from danger signs, high risk and referrals; what is from before the end, until the end."""
    grace = timedelta(rules.follow_up_grace_days)
    by_kind: dict[DutyKind, list[Owed]] = {}
    until: dict[str, date | None] = {}
    for day, contact, by in sorted(_follow_ups(pregnancy, rules)):
        owed = Owed(contact, contact.due_until + grace, by)
        until[owed.name] = over if over and day <= over else pregnancy.died_on
        by_kind.setdefault(contact.kind, []).append(
            _referred(owed, pregnancy) if contact.kind is DutyKind.REFERRAL else owed
        )
    for several in by_kind.values():
        for each in met(several, pregnancy.visits):
            yield closed(each, pregnancy, rules.attempts, until[each.name])


def _follow_ups(pregnancy: Pregnancy, rules: CareRules) -> Iterator[tuple[date, Contact, str]]:
    """The day something happened, what is owed for it, and by which unit if it is a unit's."""
    raised: dict[date, str] = {}
    for sign in pregnancy.told_of(DangerSignRaised):
        raised[sign.raised_on] = min(sign.unit, raised.get(sign.raised_on, sign.unit))
    for day, unit in raised.items():
        yield day, within(DutyKind.REFERRAL, day, 1), unit
        yield day, within(DutyKind.DANGER_FOLLOW_UP, day + DAY, rules.danger_follow_up_days, of=day), ""
    for day in {each.graded_on for each in pregnancy.told_of(RiskGraded) if each.colour in rules.high_risk}:
        yield day, within(DutyKind.RISK_FOLLOW_UP, day + DAY, rules.risk_follow_up_days, of=day), ""
    for sent in pregnancy.told_of(ReferralMade):
        day, kind = sent.referred_on, DutyKind.REFERRAL_RESULT
        yield day, within(kind, day, rules.referral_result_days + 1, of=f"{day}-{sent.to}"), sent.to


def _referred(owed: Owed, pregnancy: Pregnancy) -> Owed:
    """Done by the first referral from that day on."""
    sent = [
        (each.referred_on, each.unit)
        for each in pregnancy.told_of(ReferralMade)
        if owed.contact.opens_on <= each.referred_on < owed.lapses_on
    ]
    return owed._replace(closing=Closing(Status.DONE, *min(sent))) if sent else owed
