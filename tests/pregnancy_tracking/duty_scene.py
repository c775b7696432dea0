"""A course of care under a policy with duties: commands told on their days, and what is owed after them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from services.pregnancy_tracking.domain.agenda import AGENDA
from services.pregnancy_tracking.domain.commands import (
    ArrangeCompanion,
    AssessDuties,
    DeclineContact,
    GradeRisk,
    LogAttempt,
    NoteDischarge,
    ReassignCare,
    RecordMaternalDeath,
    RequestCounselling,
    ReviseDating,
    WaiveContact,
)
from services.pregnancy_tracking.domain.duty_state import UNDER_WAY, Kept, Status
from services.pregnancy_tracking.domain.policy import Policy
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY, Pregnancy
from services.pregnancy_tracking.domain.registry import ADOPTED, REGISTRY, Facility, RegistryAdopted
from services.pregnancy_tracking.domain.words import DatingBasis, RiskColour, VisitKind
from shared.clock import COUNTY_TIME
from shared.kernel import Command, Decision, NotYet
from shared.sealed import Sealed
from tests.pregnancy_tracking.scene import ASKED, OWING, REGISTERED, given, register

INFECTIOUS = Sealed(key="k1", field="infectious", box="bm8=")
SIGNS = Sealed(key="k1", field="danger_signs", box="c2lnbnM=")
HERS = ASKED | {"person": "w1", "pregnancy": None}
SEES = {"unit": "dayingxiang-hospital"}
CLINIC = {"unit": "dongying-clinic"}
FACILITIES = {
    REGISTRY.id(ADOPTED): [RegistryAdopted(facilities=(Facility(code="county-hospital", unit="county-hospital"),))]
}


def morning(day: date) -> datetime:
    return datetime.combine(day, time(9), COUNTY_TIME)


def dating(established_on: date, gestation_days: int, basis: DatingBasis = DatingBasis.SCAN) -> ReviseDating:
    return ReviseDating(**HERS, basis=basis, established_on=established_on, gestation_days=gestation_days)


def graded(graded_on: date, colour: RiskColour = RiskColour.ORANGE) -> GradeRisk:
    return GradeRisk(**HERS, **SEES, colour=colour, graded_on=graded_on, infectious=INFECTIOUS)


def attempt(attempted_on: date, kind: VisitKind = VisitKind.HOME) -> LogAttempt:
    return LogAttempt(**HERS, **CLINIC, kind=kind, attempted_on=attempted_on)


def decline(declined_on: date, contact: str | None = None) -> DeclineContact:
    return DeclineContact(**HERS, contact=contact, declined_on=declined_on)


def waive(waived_on: date, contact: str, ground: str = "road_closed") -> WaiveContact:
    return WaiveContact(**(HERS | {"pregnancy": "p1"}), contact=contact, ground=ground, waived_on=waived_on)


def reassign(assigned_on: date, **posts: str) -> ReassignCare:
    usual = {"township_post": "midwife", "village_post": "doctor"}
    return ReassignCare(**HERS, **(usual | posts), assigned_on=assigned_on)


def companion(arranged_on: date, code: str = "partner") -> ArrangeCompanion:
    return ArrangeCompanion(**HERS, **SEES, companion=code, arranged_on=arranged_on)


def counselling(given_on: date, *topics: str) -> RequestCounselling:
    asked = {name: value for name, value in HERS.items() if name != "pregnancy"}
    return RequestCounselling(**asked, **SEES, given_on=given_on, topics=topics or ("folic_acid",))


def discharge(day: date, noticed: timedelta = timedelta(hours=6)) -> NoteDischarge:
    """She left the county hospital that morning; its notice came so long after."""
    at = morning(day)
    return NoteDischarge(**HERS, facility="county-hospital", discharged_at=at, noticed_at=at + noticed)


def death(died_on: date) -> RecordMaternalDeath:
    return RecordMaternalDeath(**HERS, died_on=died_on)


class Course:
    """The usual pregnancy under OWING; `told` says something on a day, at once and to the writer's rules."""

    def __init__(self, policy: Policy = OWING, **registration: Any) -> None:
        self.cases = given(FACILITIES, policy=policy)
        self.today = registration.get("registered_on", REGISTERED)
        self.told(register(**registration), on=self.today)

    def told(self, *commands: Command, on: date | None = None) -> Decision:
        """The decision of the last; each is told on a day, else today, with its facts kept."""
        self.today = on or self.today
        decision: Decision = {}
        for command in commands:
            decision = self.cases.when(command.model_copy(update={"at": morning(self.today)})).decision()
            self.cases.happened(decision)
        return decision

    def swept(self, *days: date) -> Decision:
        """The daily sweep, on the day or days."""
        return [self.told(AssessDuties(**ASKED), on=day) for day in days][-1]

    def swept_daily(self, until: date) -> None:
        while self.today < until:
            self.swept(self.today + timedelta(1))

    @property
    def pregnancy(self) -> Pregnancy:
        return self.cases[PREGNANCY, "p1"]

    @property
    def duties(self) -> dict[str, Kept]:
        return self.pregnancy.duties

    def kept(self, contact: str) -> Kept:
        """The duty of a contact that was not superseded."""
        [found] = [kept for kept in self.duties.values() if kept.contact == contact and kept.status != "superseded"]
        return found

    def of(self, kind: str) -> list[tuple[str, Status]]:
        """What is known of the duties of a kind."""
        return [(kept.contact, kept.status) for kept in self.duties.values() if kept.kind == kind]

    def open(self) -> set[str]:
        return {kept.contact for kept in self.duties.values() if kept.status in UNDER_WAY}

    def scheduled(self, day: date) -> bool:
        return "p1" in self.cases[AGENDA, str(day)].pregnancies


def named(decision: Decision, case_id: str) -> list[str]:
    """The names of the facts decided for a case."""
    return [type(fact).__name__ for fact in decision.get(case_id, [])]


def told_at_once(commands: Sequence[Command], policy: Policy = OWING) -> Pregnancy:
    """The pregnancy after these commands, told on one day; whatever waits is tried again after each."""
    cases, waiting = given(FACILITIES, policy=policy), list[Command]()
    for command in commands:
        waiting.append(command)
        moved = True
        while moved:
            moved, tried, waiting = False, waiting, []
            for each in tried:
                try:
                    cases.happened(cases.when(each).decision())
                except NotYet:
                    waiting.append(each)
                else:
                    moved = True
    return cases[PREGNANCY, "p1"]
