"""What is owed after a pregnancy's end: by the clock of her discharge, and by that of the hospital's notice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from services.pregnancy_tracking.domain.care_events import DischargeNoted, LossSupportAssigned
from services.pregnancy_tracking.domain.care_rules import CareRules, Days
from services.pregnancy_tracking.domain.duty_events import DutyKind, Hop
from services.pregnancy_tracking.domain.duty_state import Status
from services.pregnancy_tracking.domain.owed import Closing, Owed, closed, met
from services.pregnancy_tracking.domain.pregnancy import Pregnancy
from services.pregnancy_tracking.domain.reference import County
from services.pregnancy_tracking.domain.registry import Registry
from services.pregnancy_tracking.domain.schedule import Contact
from services.pregnancy_tracking.domain.words import Outcome

DAY = timedelta(days=1)


class Delivery(NamedTuple):
    """The day of the (last) birth, and the hospital's unit, "" for a birth at home or where nobody told."""

    born_on: date
    hospital: str
    discharge: DischargeNoted | None


def after_the_end(pregnancy: Pregnancy, registry: Registry, county: County, rules: CareRules) -> Iterator[Owed]:
    """Postnatal contacts after a birth, support after a loss, both after a stillbirth; nothing once she died."""
    delivery = _delivery(pregnancy, registry, rules)
    loss = pregnancy.outcome in {Outcome.LOSS, Outcome.STILLBIRTH}
    owed = [*_postnatal(delivery, pregnancy, county, rules)] if delivery else []
    support = [_support(pregnancy, county, rules)] if loss else []
    for each in (*met(owed, pregnancy.visits), *met(support, pregnancy.visits)):
        yield closed(each, pregnancy, rules.attempts, pregnancy.died_on)


def _delivery(pregnancy: Pregnancy, registry: Registry, rules: CareRules) -> Delivery | None:
    birth = max(pregnancy.births, key=lambda each: (each.born_on, each.birth), default=None)
    born_on = birth.born_on if birth else pregnancy.ended_on
    if born_on is None or not (birth or pregnancy.outcome in {Outcome.BIRTH, Outcome.STILLBIRTH}):
        return None
    noted = [each for each in pregnancy.told_of(DischargeNoted) if each.discharged_at.date() >= born_on]
    discharge = min(noted, key=lambda each: (each.discharged_at, each.noticed_at, each.unit), default=None)
    facility = birth.facility if birth and birth.facility != rules.home else ""
    known = registry.facilities.get(facility)
    hospital = known.unit if known else facility
    return Delivery(born_on, discharge.unit if discharge else hospital, discharge)


def _postnatal(delivery: Delivery, pregnancy: Pregnancy, county: County, rules: CareRules) -> Iterator[Owed]:
    grace = timedelta(rules.follow_up_grace_days)
    born_on, first = delivery.born_on, rules.contacts.first_contact_days
    if delivery.hospital:
        yield _notice(delivery, rules)
    if first:
        contact = Contact(f"{DutyKind.FIRST_CONTACT}-1", DutyKind.FIRST_CONTACT, born_on, born_on + DAY * (first + 1))
        yield Owed(contact, contact.due_until + grace, delivery.hospital)
    yield _home_visit(delivery, county.unit_of(pregnancy.township_post), rules)
    for name, kind, days in (
        (f"{DutyKind.HOME_VISIT}-2", DutyKind.HOME_VISIT, rules.second_home_visit),
        (f"{DutyKind.POSTNATAL_CHECK}-1", DutyKind.POSTNATAL_CHECK, rules.postnatal_check),
    ):
        contact = Contact(name, kind, *_after(born_on, days))
        yield Owed(contact, contact.due_until + grace)


def _notice(delivery: Delivery, rules: CareRules) -> Owed:
    """The hospital's own duty: without grace, and a late notice does not make it done."""
    name, kind, told = f"{DutyKind.DISCHARGE_NOTICE}-1", DutyKind.DISCHARGE_NOTICE, delivery.discharge
    charged = (Hop.NOTICE, delivery.hospital)
    if told is None:
        first = delivery.born_on + timedelta(rules.stay_days)
        until = first + rules.notice + DAY
        return Owed(Contact(name, kind, first, until), until, delivery.hospital, charged, charged)
    limit = told.discharged_at + rules.notice
    in_time = told.noticed_at <= limit
    until = limit.date() + DAY * in_time
    done = Closing(Status.DONE, told.noticed_at.date(), told.unit) if in_time else None
    return Owed(Contact(name, kind, told.discharged_at.date(), until), until, told.unit, charged, charged, done)


def _home_visit(delivery: Delivery, township: str, rules: CareRules) -> Owed:
    """Two clocks: what she is owed runs from the discharge, what the post can do from when it was told.

    Past the first, whoever was late in telling is charged; past both, the post.
    """
    told, days = delivery.discharge, timedelta(rules.home_visit_days) + DAY
    stay = timedelta(rules.stay_days) if delivery.hospital else timedelta(0)
    first = told.discharged_at.date() if told else delivery.born_on + stay
    contact = Contact(f"{DutyKind.HOME_VISIT}-1", DutyKind.HOME_VISIT, first, first + days)
    lapses_on = contact.due_until + timedelta(rules.follow_up_grace_days)
    if told is None:
        charged = (Hop.NOTICE, delivery.hospital) if delivery.hospital else None
        return Owed(contact, lapses_on, late=charged, lapse=charged)
    late = None
    if told.noticed_at - told.discharged_at > rules.notice:
        late = (Hop.NOTICE, told.unit)
    elif told.received_at - told.noticed_at > rules.receipt:
        late = (Hop.RECEIPT, township)
    return Owed(contact, max(lapses_on, told.received_at.date() + days), late=late)


def _support(pregnancy: Pregnancy, county: County, rules: CareRules) -> Owed:
    """By whoever treated her; else by her township's post, never the village's."""
    village = county.unit_of(pregnancy.village_post)
    treated = {each.unit for each in pregnancy.told_of(LossSupportAssigned)} - {village}
    unit = min(treated, default="")
    first = pregnancy.ended_on or date.min
    contact = Contact(
        f"{DutyKind.LOSS_SUPPORT}-1", DutyKind.LOSS_SUPPORT, first, first + timedelta(rules.loss_support_days) + DAY
    )
    return Owed(contact, contact.due_until + timedelta(rules.follow_up_grace_days), unit)


def _after(day: date, days: Days) -> tuple[date, date]:
    return day + timedelta(days.from_day), day + timedelta(days.before_day)
