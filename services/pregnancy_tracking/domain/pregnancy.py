"""One pregnancy under care, and what is logged on it."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple, TypeVar

from pydantic import Field

from services.pregnancy_tracking.domain import care_events
from services.pregnancy_tracking.domain.birth_events import BirthRevised, BirthWithdrawn, PregnancyReopened
from services.pregnancy_tracking.domain.care_rules import listed
from services.pregnancy_tracking.domain.commands import LogVisit
from services.pregnancy_tracking.domain.duty_events import DUTY_FACTS
from services.pregnancy_tracking.domain.duty_state import Duties, evolve_duties
from services.pregnancy_tracking.domain.events import (
    BirthNoted,
    CareAssigned,
    PregnancyEnded,
    PregnancyEndRevised,
    PregnancyRegistered,
    VisitLogged,
)
from services.pregnancy_tracking.domain.links import Linked, LinkFact, evolve_links
from services.pregnancy_tracking.domain.policy import Policy, VisitsCountFrom
from services.pregnancy_tracking.domain.reference import County
from services.pregnancy_tracking.domain.register_events import ScanNoted, TerminationPerformed
from services.pregnancy_tracking.domain.transfer_events import CareTakenOver, ResidenceChanged
from services.pregnancy_tracking.domain.transfers import TransferFact, Transfers, evolve_transfers
from services.pregnancy_tracking.domain.woman import Course
from services.pregnancy_tracking.domain.words import Birth, Outcome, VisitKind
from shared.kernel import NOTHING, Case, Command, Decision, Fact, Refusal, Value


class InFuture(Refusal):
    """What has not happened yet is not recorded."""


class VisitBeforeRegistration(Refusal):
    """Visits before the registration belong to no pregnancy (national rule)."""


ELSEWHERE = ""
"""The unit of a visit of before her care was taken over from another county: which one, nobody told."""


class Visit(NamedTuple):
    """What makes a visit the same visit when it is told again."""

    kind: VisitKind
    visited_on: date
    unit: str


Told = TypeVar("Told", bound=Fact)
REGISTERED = {"person", "township", "village", "registered_on", "last_menstrual_period"}
TOLD = (
    CareTakenOver,
    care_events.AttemptLogged,
    care_events.CompanionArranged,
    care_events.ContactDeclined,
    care_events.ContactWaived,
    care_events.DangerSignRaised,
    care_events.DatingRevised,
    care_events.DischargeNoted,
    care_events.LossSupportAssigned,
    care_events.ReferralMade,
    care_events.RiskGraded,
)
"""What is told of her care, from which duties follow."""


class Pregnancy(Value):
    """What decisions need: whose it is, where her care lies, what was told, how it ended (None: it has not).

    `supposed` is the end that was told while no birth told any. `duties` are what was opened, by name. `closed`: she
    was erased, nothing is owed any more. `linked` says which other record is of the same pregnancy, `transfers`
    whether another county cares for her, or is asked to.
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
    registered_on: date = date.min
    last_menstrual_period: date | None = None
    told: frozenset[Fact] = frozenset()
    died_on: date | None = None
    closed: bool = False
    linked: Linked = Linked()
    duties: Duties = Field(default_factory=dict)

    def told_of(self, kind: type[Told]) -> list[Told]:
        """What was told of one kind, in no order."""
        return [each for each in self.told if isinstance(each, kind)]

    @property
    def entered_on(self) -> date:
        """When she first was under care, here or where she was cared for before."""
        return min([self.registered_on, *(each.before.registered_on for each in self.told_of(CareTakenOver))])

    @property
    def seen_elsewhere(self) -> frozenset[Visit]:
        """The contacts of before her care was taken over: at no unit of this county."""
        told = ((each, contact) for each in self.told_of(CareTakenOver) for contact in each.before.contacts)
        return frozenset(Visit(c.kind, c.seen_on, ELSEWHERE) for each, c in told if c.seen_on <= each.taken_over_on)


def evolve(pregnancy: Pregnancy, fact: Fact) -> Pregnancy:
    if type(fact) in DUTY_FACTS:
        return pregnancy.model_copy(update={"duties": evolve_duties(pregnancy.duties, fact)})
    if type(fact) in TOLD:
        return pregnancy.model_copy(update={"told": pregnancy.told | {fact}})
    if isinstance(fact, TransferFact):
        return pregnancy.model_copy(update={"transfers": evolve_transfers(pregnancy.transfers, fact)})
    if isinstance(fact, LinkFact):
        return pregnancy.model_copy(update={"linked": evolve_links(pregnancy.linked, fact)})
    return pregnancy.model_copy(update=_changes(pregnancy, fact))


def _changes(pregnancy: Pregnancy, fact: Fact) -> dict[str, Any]:  # noqa: C901 - one line per fact
    changes: dict[str, Any] = {}
    match fact:
        case PregnancyRegistered():
            changes = fact.model_dump(include=REGISTERED)
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
            changes = {"outcome": fact.outcome, "ended_on": fact.ended_on} | _supposed(pregnancy, fact)
        case PregnancyReopened():
            changes = {"outcome": None, "ended_on": None, "linked": pregnancy.linked.told}
        case care_events.MaternalDeathRecorded(died_on=day):
            changes = {"died_on": day}
        case care_events.RecordClosed():
            changes = {"closed": True}
    return changes


def _supposed(pregnancy: Pregnancy, fact: PregnancyEnded | PregnancyEndRevised) -> dict[str, Any]:
    """What an end that no birth told says beside itself; nothing of its own if a linked record shares it."""
    if pregnancy.linked.sharing:
        return {"linked": pregnancy.linked.told}
    return {} if pregnancy.births else {"supposed": (fact.outcome, fact.ended_on)}


def _births(births: tuple[Birth, ...], fact: BirthNoted | BirthRevised | BirthWithdrawn) -> tuple[Birth, ...]:
    """Its births after one was noted, corrected, or found not to be one of them."""
    told = None if isinstance(fact, BirthWithdrawn) else fact.birth
    name = told.birth if told else fact.birth
    others = tuple(each for each in births if each.birth != name)
    return (*others, told) if told else others


PREGNANCY = Case("pregnancy", Pregnancy(), evolve)


def judge_visit(command: LogVisit, county: County, policy: Policy) -> None:
    """What is wrong with a visit whosever it is. Raises InFuture, UnknownUnit, ObservationUnknown, CodeNotListed."""
    not_in_future(command.visited_on, command, "/visited_on")
    county.sees(command.unit)
    policy.judge(command.observed)
    listed(command.danger, policy.care.danger_signs, "/danger_signs")
    if command.referred_to:
        county.sees(command.referred_to, "referred_to")


def log_visit(command: LogVisit, course: Course, pregnancy: Pregnancy, policy: Policy) -> Decision:
    """Log a visit; nothing if it is logged, whoever tells it again."""
    counts_from = course.registered_on
    if policy.visits_count_from is VisitsCountFrom.LAST_MENSTRUAL_PERIOD:
        counts_from = course.could_begin(policy)
    if command.visited_on < counts_from:
        detail = "visits before the registration belong to no pregnancy"
        raise VisitBeforeRegistration(detail, pointer="/visited_on", accepted=f"from {counts_from} on")
    logged = _logged(command, pregnancy)
    return {PREGNANCY.id(course.pregnancy): logged} if logged else NOTHING


def _logged(command: LogVisit, pregnancy: Pregnancy) -> list[Fact]:
    """The visit, the danger signs found at it, and to whom she was referred: what of it is not known."""
    day, unit = command.visited_on, command.unit
    logged: list[Fact] = []
    if Visit(command.kind, day, unit) not in pregnancy.visits:
        logged.append(VisitLogged(kind=command.kind, visited_on=day, unit=unit, observations=command.observations))
    raised = {(each.raised_on, each.unit) for each in pregnancy.told_of(care_events.DangerSignRaised)}
    if command.danger_signs and (day, unit) not in raised:
        logged.append(care_events.DangerSignRaised(raised_on=day, unit=unit, signs=command.danger_signs))
    sent = command.referred_to and care_events.ReferralMade(referred_on=day, unit=unit, to=command.referred_to)
    if sent and sent not in pregnancy.told:
        logged.append(sent)
    return logged


def not_in_future(day: date, command: Command, pointer: str) -> None:
    """Raises InFuture for a day after the command's."""
    today = command.at.date()
    if day > today:
        raise InFuture("that day has not come yet", pointer=pointer, accepted=f"{today} or before")
