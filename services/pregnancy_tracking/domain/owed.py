"""What is owed and how it closed: one duty at a time, from what was told, whatever the order it was told in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from services.pregnancy_tracking.domain.care_events import AttemptLogged, ContactDeclined, ContactWaived
from services.pregnancy_tracking.domain.duty_events import DutyKind, Hop
from services.pregnancy_tracking.domain.duty_state import Status
from services.pregnancy_tracking.domain.pregnancy import Pregnancy, Visit
from services.pregnancy_tracking.domain.schedule import Contact
from services.pregnancy_tracking.domain.words import VisitKind

SEEN = frozenset(VisitKind)
MET_BY: Mapping[DutyKind, frozenset[VisitKind]] = {
    DutyKind.ANTENATAL: frozenset({VisitKind.ANTENATAL}),
    DutyKind.UNDATED: frozenset({VisitKind.ANTENATAL, VisitKind.HOME}),
    DutyKind.POST_TERM: frozenset({VisitKind.ANTENATAL, VisitKind.HOME}),
    DutyKind.DANGER_FOLLOW_UP: SEEN,
    DutyKind.RISK_FOLLOW_UP: SEEN,
    DutyKind.REFERRAL_RESULT: frozenset({VisitKind.REFERRAL_RESULT}),
    DutyKind.FIRST_CONTACT: frozenset({VisitKind.HOME, VisitKind.POSTNATAL}),
    DutyKind.HOME_VISIT: frozenset({VisitKind.HOME, VisitKind.POSTNATAL}),
    DutyKind.POSTNATAL_CHECK: frozenset({VisitKind.POSTNATAL}),
    DutyKind.LOSS_SUPPORT: SEEN,
}
"""Which visits meet what. The other duties are not met by seeing her."""
OF_INSTITUTIONS = frozenset({DutyKind.OUTCOME_QUERY, DutyKind.REFERRAL, DutyKind.REFERRAL_RESULT})
OF_INSTITUTIONS |= {DutyKind.DISCHARGE_NOTICE}
"""What institutions owe one another: nothing of it is hers to decline."""


class Closing(NamedTuple):
    """How a duty closed and when: by which unit it was done, how often it was tried, on what ground it was waived."""

    status: Status
    day: date
    unit: str = ""
    attempts: int = 0
    ground: str = ""


class Owed(NamedTuple):
    """A duty as it follows from what was told. `by` is the unit of a hospital, "" for a post.

    `late` is who is charged when it becomes overdue, `lapse` when it lapses; None: whoever answers for it.
    """

    contact: Contact
    lapses_on: date
    by: str = ""
    late: tuple[Hop, str] | None = None
    lapse: tuple[Hop, str] | None = None
    closing: Closing | None = None

    @property
    def name(self) -> str:
        """Its name within the pregnancy."""
        return f"{self.contact.name}@{self.contact.opens_on}"


def within(kind: DutyKind, first: date, days: int, *, of: object = "") -> Contact:
    """A contact within so many days, from the first one on; named for its occasion, as a rule that day."""
    return Contact(f"{kind}-{of or first}", kind, first, first + timedelta(days))


def met(owed: Sequence[Owed], visits: Iterable[Visit]) -> list[Owed]:
    """With those done that the visits meet, each visit one: whose window it is in, else what is overdue longest.

    Days decide, so the order in which visits became known does not.
    """
    done = list(owed)
    left = set(range(len(owed)))
    for visit in sorted(visits, key=lambda each: (each.visited_on, each.unit, each.kind)):
        day = visit.visited_on
        fitting = [(owed[place].contact.due_until, place) for place in left if _fits(owed[place], visit)]
        _, best = min(fitting, key=lambda each: (each[0] <= day, *each), default=(None, None))
        if best is not None:
            done[best] = owed[best]._replace(closing=Closing(Status.DONE, day, visit.unit))
            left.remove(best)
    return done


def closed(owed: Owed, pregnancy: Pregnancy, attempts_asked: int, until: date | None) -> Owed:
    """With how it closed otherwise, if it did: the first thing that happened to it before it lapsed.

    `until` is the day from which nothing of its kind is owed.
    """
    if owed.closing:
        return owed
    moved_on = pregnancy.transfers.moved_on
    found = [
        *_by_her(owed, pregnancy.told_of(ContactDeclined)),
        *_waived(owed, pregnancy.told_of(ContactWaived)),
        *_attempted(owed, pregnancy.told_of(AttemptLogged), attempts_asked),
        *([Closing(Status.MOVED, moved_on)] if moved_on else []),
        *([Closing(Status.ENDED, until)] if until else []),
    ]
    first = min(found, key=lambda each: each.day, default=None)
    return owed._replace(closing=first) if first and first.day < owed.lapses_on else owed


def _fits(owed: Owed, visit: Visit) -> bool:
    if owed.contact.kind is DutyKind.REFERRAL_RESULT and owed.by != visit.unit:
        return False
    kinds = MET_BY.get(owed.contact.kind, frozenset())
    return visit.kind in kinds and owed.contact.opens_on <= visit.visited_on < owed.lapses_on


def _by_her(owed: Owed, declined: Iterable[ContactDeclined]) -> list[Closing]:
    if owed.contact.kind in OF_INSTITUTIONS:
        return []
    days = [each.declined_on for each in declined if each.contact in {None, owed.contact.name}]
    return [Closing(Status.DECLINED, day) for day in days]


def _waived(owed: Owed, waived: Iterable[ContactWaived]) -> list[Closing]:
    return [
        Closing(Status.WAIVED, each.waived_on, ground=each.ground)
        for each in waived
        if each.contact == owed.contact.name
    ]


def _attempted(owed: Owed, attempts: Iterable[AttemptLogged], asked: int) -> list[Closing]:
    kinds = MET_BY.get(owed.contact.kind, frozenset())
    days = sorted(
        each.attempted_on
        for each in attempts
        if each.kind in kinds and owed.contact.opens_on <= each.attempted_on < owed.lapses_on
    )
    return [Closing(Status.ATTEMPTED, days[asked - 1], attempts=asked)] if len(days) >= asked else []
