"""One pregnancy under care, and what is logged on it."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from services.pregnancy_tracking.domain.birth_events import BirthRevised, BirthWithdrawn, PregnancyReopened
from services.pregnancy_tracking.domain.commands import LogVisit
from services.pregnancy_tracking.domain.events import (
    BirthNoted,
    CareAssigned,
    PregnancyEnded,
    PregnancyEndRevised,
    PregnancyRegistered,
    VisitLogged,
)
from services.pregnancy_tracking.domain.policy import Policy, VisitsCountFrom
from services.pregnancy_tracking.domain.reference import County
from services.pregnancy_tracking.domain.register_events import ScanNoted, TerminationPerformed
from services.pregnancy_tracking.domain.transfer_events import ResidenceChanged
from services.pregnancy_tracking.domain.transfers import TransferFact, Transfers, evolve_transfers
from services.pregnancy_tracking.domain.woman import Course
from services.pregnancy_tracking.domain.words import Birth, Outcome, VisitKind
from shared.kernel import NOTHING, Case, Command, Decision, Fact, Refusal, Value


class InFuture(Refusal):
    """What has not happened yet is not recorded."""


class VisitBeforeRegistration(Refusal):
    """Visits before the registration belong to no pregnancy (national rule)."""


class Visit(NamedTuple):
    """What makes a visit the same visit when it is told again."""

    kind: VisitKind
    visited_on: date
    unit: str


class Pregnancy(Value):
    """What decisions need: whose it is, where her care lies, what was logged, how it ended (None: it has not).

    `supposed` is the end that was told while no birth told any.
    `transfers` says whether another county cares for her, or is asked to.
    """

    person: str = ""
    township: str = ""
    village: str = ""
    township_post: str = ""
    village_post: str = ""
    visits: frozenset[Visit] = frozenset()
    births: tuple[Birth, ...] = ()
    scanned_at: frozenset[str] = frozenset()
    terminated: frozenset[tuple[str, date]] = frozenset()
    outcome: Outcome | None = None
    ended_on: date | None = None
    supposed: tuple[Outcome, date] | None = None
    transfers: Transfers = Transfers()


def evolve(pregnancy: Pregnancy, fact: Fact) -> Pregnancy:
    if isinstance(fact, TransferFact):
        return pregnancy.model_copy(update={"transfers": evolve_transfers(pregnancy.transfers, fact)})
    return pregnancy.model_copy(update=_changes(pregnancy, fact))


def _changes(pregnancy: Pregnancy, fact: Fact) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    match fact:
        case PregnancyRegistered(person=person, township=township, village=village):
            changes = {"person": person, "township": township, "village": village}
        case CareAssigned(township_post=township_post, village_post=village_post):
            changes = {"township_post": township_post, "village_post": village_post}
        case VisitLogged(kind=kind, visited_on=visited_on, unit=unit):
            visits = pregnancy.visits | {Visit(kind, visited_on, unit)}
            changes = {"visits": visits}
        case BirthNoted() | BirthRevised() | BirthWithdrawn():
            changes = {"births": _births(pregnancy.births, fact)}
        case ScanNoted(facility=facility):
            changes = {"scanned_at": pregnancy.scanned_at | {facility}}
        case TerminationPerformed(facility=facility, performed_on=day):
            changes = {"terminated": pregnancy.terminated | {(facility, day)}}
        case ResidenceChanged(township=township, village=village):
            changes = {"township": township, "village": village}
        case PregnancyEnded() | PregnancyEndRevised():
            changes = {"outcome": fact.outcome, "ended_on": fact.ended_on}
            changes |= {} if pregnancy.births else {"supposed": (fact.outcome, fact.ended_on)}
        case PregnancyReopened():
            changes = {"outcome": None, "ended_on": None}
    return changes


def _births(births: tuple[Birth, ...], fact: BirthNoted | BirthRevised | BirthWithdrawn) -> tuple[Birth, ...]:
    """Its births after one was noted, corrected, or found not to be one of them."""
    told = None if isinstance(fact, BirthWithdrawn) else fact.birth
    name = told.birth if told else fact.birth
    others = tuple(each for each in births if each.birth != name)
    return (*others, told) if told else others


PREGNANCY = Case("pregnancy", Pregnancy(), evolve)


def judge_visit(command: LogVisit, county: County, policy: Policy) -> None:
    """What is wrong with a visit whosever it is. Raises InFuture, UnknownUnit, ObservationUnknown."""
    not_in_future(command.visited_on, command, "/visited_on")
    county.sees(command.unit)
    policy.judge(command.observed)


def log_visit(command: LogVisit, course: Course, pregnancy: Pregnancy, policy: Policy) -> Decision:
    """Log a visit; nothing if it is logged, whoever tells it again."""
    counts_from = course.registered_on
    if policy.visits_count_from is VisitsCountFrom.LAST_MENSTRUAL_PERIOD:
        counts_from = course.could_begin(policy)
    if command.visited_on < counts_from:
        detail = "visits before the registration belong to no pregnancy"
        raise VisitBeforeRegistration(detail, pointer="/visited_on", accepted=f"from {counts_from} on")
    if Visit(command.kind, command.visited_on, command.unit) in pregnancy.visits:
        return NOTHING
    logged = VisitLogged(
        kind=command.kind, visited_on=command.visited_on, unit=command.unit, observations=command.observations
    )
    return {PREGNANCY.id(course.pregnancy): [logged]}


def not_in_future(day: date, command: Command, pointer: str) -> None:
    """Raises InFuture for a day after the command's."""
    today = command.at.date()
    if day > today:
        raise InFuture("that day has not come yet", pointer=pointer, accepted=f"{today} or before")
