"""Duties kept in step with every decision about a pregnancy, and the daily sweep over what is scheduled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from services.pregnancy_tracking.domain import outcome
from services.pregnancy_tracking.domain.agenda import AGENDA, ALL, CLEARED
from services.pregnancy_tracking.domain.care_events import AgendaCleared, PregnancyScheduled
from services.pregnancy_tracking.domain.commands import AssessDuties
from services.pregnancy_tracking.domain.duties import next_look, settle
from services.pregnancy_tracking.domain.duty_plan import Standing, begins
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY, Pregnancy, evolve
from services.pregnancy_tracking.domain.woman import WOMAN
from services.pregnancy_tracking.handling.standing import county_of, policy_of, registry_of
from shared.kernel import Cases, Command, Decision, Fact, Handler, fold, key_of
from shared.sweeping import Sweep

DAY = timedelta(days=1)


def standing_of(cases: Cases) -> Standing:
    return Standing(county_of(cases), registry_of(cases), policy_of(cases))


def with_duties(decision: Decision, today: date, cases: Cases) -> Decision:
    """A decision with what it does to duties: opened, closed or changed in the same transaction, and scheduled."""
    standing = standing_of(cases)
    more: dict[str, list[Fact]] = {case_id: list(facts) for case_id, facts in decision.items()}
    for case_id, told in _concerned(decision, cases).items():
        before = cases[PREGNANCY, key_of(case_id)]
        settled = settle(_as_one(told, decision, cases), standing, today)
        if not settled and told is before:
            continue
        more[case_id] = [*more.get(case_id, []), *settled]
        after = fold(evolve, told, settled)
        for day in _looks(before, after, standing, today):
            _ = cases[AGENDA, str(day)]  # no rule asks, but the version to append after does
            more.setdefault(AGENDA.id(str(day)), []).append(PregnancyScheduled(pregnancy=key_of(case_id)))
    return more


def _concerned(decision: Decision, cases: Cases) -> dict[str, Pregnancy]:
    """The pregnancies of a decision as told, and those linked with them: what is owed on one follows from both."""
    told = {
        case_id: fold(evolve, cases[PREGNANCY, key_of(case_id)], facts)
        for case_id, facts in decision.items()
        if case_id.startswith(f"{PREGNANCY.kind}:")
    }
    others = {each.linked.other for each in told.values()} - {""}
    return {**{PREGNANCY.id(other): cases[PREGNANCY, other] for other in sorted(others)}, **told}


def _as_one(record: Pregnancy, decision: Decision, cases: Cases) -> Pregnancy:
    """A record with what was told on the one that is linked with it: a contact there is a contact."""
    if not record.linked.other:
        return record
    told = decision.get(PREGNANCY.id(record.linked.other), ())
    other = fold(evolve, cases[PREGNANCY, record.linked.other], told)
    return record.model_copy(update={"visits": record.visits | other.visits, "told": record.told | other.told})


def followed(decide: Callable[[Any, Cases], Decision]) -> Handler:
    """The same decision, with what it does to duties."""

    def decided(command: Command, cases: Cases) -> Decision:
        return with_duties(decide(command, cases), command.at.date(), cases)

    return decided


def _looks(before: Pregnancy, after: Pregnancy, standing: Standing, today: date) -> list[date]:
    """The day to look next, if nothing looks at the pregnancy before it."""
    planned, looks = next_look(before, standing), next_look(after, standing)
    if looks is None:
        return []
    looks = max(looks, today + DAY)
    return [looks] if planned is None or looks < planned else []


def assess_duties(command: AssessDuties, cases: Cases) -> Decision:
    """Of the pregnancies scheduled up to today, what has become overdue, lapsed, or ended without anybody's word."""
    standing, today = standing_of(cases), command.at.date()
    reach = standing.policy.longest + standing.policy.followed
    days = cases[CLEARED, ALL].days(today, reach)
    _ = cases.several(AGENDA, _ahead(today, reach))  # known now, nothing has to be decided twice for their versions
    agendas = cases.several(AGENDA, map(str, days))
    keys = sorted({key for agenda in agendas.values() for key in agenda.pregnancies})
    pregnancies = cases.several(PREGNANCY, keys)
    decision: dict[str, list[Fact]] = {}
    looks: dict[date, list[Fact]] = {}
    for key, pregnancy in pregnancies.items():
        ended = _unknown(key, pregnancy, standing, today)
        facts = list(ended.get(PREGNANCY.id(key), []))
        facts += settle(_as_one(fold(evolve, pregnancy, facts), {}, cases), standing, today)
        look = next_look(fold(evolve, pregnancy, facts), standing)
        decision |= {**ended, PREGNANCY.id(key): facts} if facts else {}
        if look:
            looks.setdefault(max(look, today + DAY), []).append(PregnancyScheduled(pregnancy=key))
    return {**decision, **_scheduled(looks, decision, cases), CLEARED.id(ALL): [AgendaCleared(through=today)]}


def _ahead(today: date, reach: timedelta) -> list[str]:
    """The days something can be scheduled for."""
    return [str(today + timedelta(days=number)) for number in range(1, reach.days + 1)]


def _scheduled(looks: Mapping[date, list[Fact]], decided: Iterable[str], cases: Cases) -> dict[str, list[Fact]]:
    _ = cases.several(AGENDA, map(str, looks))  # no rule asks, but the versions to append after do
    _ = cases.several(WOMAN, [key_of(each) for each in decided if each.startswith(f"{WOMAN.kind}:")])
    return {AGENDA.id(str(day)): facts for day, facts in sorted(looks.items())}


def _unknown(key: str, pregnancy: Pregnancy, standing: Standing, today: date) -> dict[str, list[Fact]]:
    last = begins(pregnancy) + standing.policy.longest if pregnancy.person else date.max
    elsewhere = pregnancy.closed or pregnancy.transfers.moved_on
    if pregnancy.outcome is not None or elsewhere or today <= last:
        return {}
    ended = outcome.unknown_end(key, pregnancy, last)
    return {case_id: list(facts) for case_id, facts in ended.items()}


HANDLERS: Mapping[type[Command], Handler] = {AssessDuties: assess_duties}


def due(now: datetime) -> Command:
    """Once a day."""
    return AssessDuties(command_id=f"assess-duties:{now.date()}", actor="pregnancy_tracking", at=now)


SWEEPS = (Sweep("duties", due),)
