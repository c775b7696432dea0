"""The duties of a pregnancy as they were opened and closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from services.pregnancy_tracking.domain import duty_events as duties
from services.pregnancy_tracking.domain.duty_events import Answerable, DutyKind, DutyLapsed, DutyOpened, DutyReassigned
from shared.kernel import Fact


class Status(StrEnum):
    """What a duty is: open (by its days not yet open, or due), overdue, or closed in one of the other ways."""

    OPEN = "open"
    OVERDUE = "overdue"
    LAPSED = "lapsed"
    DONE = "done"
    ATTEMPTED = "attempted"
    DECLINED = "declined"
    MOVED = "moved"
    ENDED = "ended"
    SUPERSEDED = "superseded"
    WAIVED = "waived"


class Kept(NamedTuple):
    """A duty that was opened; `charged` is the unit that let it lapse."""

    kind: DutyKind
    contact: str
    opens_on: date
    due_until: date
    lapses_on: date
    known_on: date
    answerable: Answerable
    status: Status = Status.OPEN
    charged: str = ""


Duties = dict[str, Kept]
"""By name."""
STATUS: Mapping[type[Fact], Status] = {
    duties.DutyMet: Status.DONE,
    duties.DutyAttempted: Status.ATTEMPTED,
    duties.DutyDeclined: Status.DECLINED,
    duties.DutyMoved: Status.MOVED,
    duties.DutyCancelled: Status.ENDED,
    duties.DutySuperseded: Status.SUPERSEDED,
    duties.DutyWaived: Status.WAIVED,
    duties.DutyOverdue: Status.OVERDUE,
    duties.DutyLapsed: Status.LAPSED,
}
"""What a duty is after each fact."""
UNDER_WAY = (Status.OPEN, Status.OVERDUE)


def evolve_duties(kept: Duties, fact: Fact) -> Duties:
    match fact:
        case DutyOpened():
            days = (fact.opens_on, fact.due_until, fact.lapses_on, fact.known_on)
            return kept | {fact.duty: Kept(fact.kind, fact.contact, *days, _shared(kept, fact.answerable))}
        case DutyReassigned(duty=duty, answerable=answerable):
            return kept | {duty: kept[duty]._replace(answerable=answerable)}
        case DutyLapsed(duty=duty, unit=unit):
            return kept | {duty: kept[duty]._replace(status=Status.LAPSED, charged=unit)}
        case _:
            duty = getattr(fact, "duty")  # noqa: B009 - every fact of duties names one
            return kept | {duty: kept[duty]._replace(status=STATUS[type(fact)])}


def _shared(kept: Duties, answerable: Answerable) -> Answerable:
    """The one of the duty opened before, if it is equal, as it is as a rule: a sweep holds many duties in memory."""
    before = next(reversed(kept.values()), None)
    return before.answerable if before and before.answerable == answerable else answerable
