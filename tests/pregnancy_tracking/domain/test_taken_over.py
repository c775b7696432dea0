"""A pregnancy taken over from another county: what was done there is not owed here again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as some

from services.pregnancy_tracking.domain.duty_events import DutyKind
from services.pregnancy_tracking.domain.duty_state import Status
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY, Pregnancy
from services.pregnancy_tracking.domain.transfer_rules import PastContact
from services.pregnancy_tracking.domain.words import VisitKind
from shared.kernel import Command
from tests.pregnancy_tracking.duty_scene import FACILITIES, dating, morning
from tests.pregnancy_tracking.scene import LMP, OWING, REGISTERED, given, register, visit
from tests.pregnancy_tracking.transfer_scene import COURSE, HERE, RECEIVED, accept

WHO = OWING.model_copy(update={"care": OWING.care.model_copy(update={"schedule": "who_2016"})})
POLICIES = pytest.mark.parametrize("policy", [OWING, WHO], ids=["national", "who"])
[ASKS] = RECEIVED[HERE]
WAITING = RECEIVED | {HERE: [ASKS.model_copy(update={"answer_by": date(2024, 12, 31)})]}


def weeks(number, days=0):
    return LMP + timedelta(weeks=number, days=days)


def taken_over(on, *seen, policy=OWING, entered=REGISTERED, lmp=LMP, told=(), kind=VisitKind.ANTENATAL) -> Pregnancy:
    """The pregnancy registered here on a day, once she was seen elsewhere on others, and what is told then."""
    contacts = tuple(PastContact(kind=kind, seen_on=day) for day in seen)
    before = COURSE.model_copy(update={"registered_on": entered, "last_menstrual_period": lmp, "contacts": contacts})
    taking = accept(at=morning(on), last_menstrual_period=lmp).model_copy(update={"before": before})
    return _happened(given(FACILITIES, WAITING, policy=policy), [(on, taking), *told])


def stayed(on, *seen, policy=OWING, entered=REGISTERED) -> Pregnancy:
    """The same pregnancy had she been here all the time."""
    registering = register(registered_on=entered, at=morning(entered))
    return _happened(given(FACILITIES, policy=policy), [(entered, registering), *((on, visit(day)) for day in seen)])


def _happened(cases, told: list[tuple[date, Command]]) -> Pregnancy:
    for day, command in told:
        cases.happened(cases.when(command.model_copy(update={"at": morning(day)})).decision())
    return cases[PREGNANCY, "p1"]


def owed(pregnancy, since=date.min):
    """What is or was owed before the end, of which the last day was not over on a day."""
    kinds = {DutyKind.ANTENATAL, DutyKind.UNDATED, DutyKind.POST_TERM, DutyKind.OUTCOME_QUERY}
    kept = [each for each in pregnancy.duties.values() if each.kind in kinds and each.due_until > since]
    return {(each.contact, each.opens_on) for each in kept if each.status is Status.OPEN}


def contacts(pregnancy):
    return sorted(contact for contact, _ in owed(pregnancy) if contact.startswith("antenatal"))


def test_a_contact_done_elsewhere_is_not_owed_again():
    assert contacts(taken_over(weeks(18), weeks(17))) == ["antenatal-3", "antenatal-4", "antenatal-5"]
    assert contacts(taken_over(weeks(18))) == ["antenatal-2", "antenatal-3", "antenatal-4", "antenatal-5"]


def test_nothing_is_told_of_a_duty_that_was_never_ours():
    kept = taken_over(weeks(18), weeks(10), weeks(17)).duties.values()
    assert {each.status for each in kept} == {Status.OPEN}


def test_who_came_early_elsewhere_goes_on_by_the_same_eight_contacts():
    here = taken_over(weeks(20, 2), weeks(10), weeks(20), policy=WHO)
    assert contacts(here) == [f"antenatal-{number}" for number in range(3, 9)]


def test_who_came_late_elsewhere_goes_on_by_the_same_intervals():
    here = taken_over(weeks(24), weeks(15), weeks(23), policy=WHO, entered=weeks(15))
    assert [day for contact, day in sorted(owed(here)) if contact.startswith("antenatal")] == [
        *(weeks(29), weeks(33), weeks(37), weeks(39), weeks(40))
    ]


def test_only_the_kind_of_visit_that_meets_a_contact_counts():
    assert "antenatal-2" in contacts(taken_over(weeks(18), weeks(17), kind=VisitKind.HOME))


def test_a_contact_of_a_day_that_has_not_come_counts_for_nothing():
    assert "antenatal-3" in contacts(taken_over(weeks(18), weeks(22)))


def test_a_contact_done_elsewhere_counts_once_she_is_dated_here():
    told = [(weeks(18, 1), dating(weeks(18, 1), 18 * 7 + 1))]
    undated = taken_over(weeks(18), weeks(17), lmp=None, told=told)
    assert contacts(undated) == ["antenatal-3", "antenatal-4", "antenatal-5"]


def test_another_dating_asks_for_nothing_that_was_done_elsewhere():
    told = [(weeks(18, 1), dating(weeks(18, 1), 17 * 7))]
    assert contacts(taken_over(weeks(18), weeks(17), told=told)) == ["antenatal-3", "antenatal-4", "antenatal-5"]


@POLICIES
@settings(max_examples=60)
@drawn(data=some.data())
def test_whoever_is_taken_over_is_owed_what_she_would_have_been_owed_had_she_stayed(policy, data):
    entered = data.draw(some.integers(28, 180))
    on = data.draw(some.integers(entered, 280))
    seen = [LMP + timedelta(day) for day in data.draw(some.lists(some.integers(entered, on), max_size=8, unique=True))]
    entered_on, taken_on = LMP + timedelta(entered), LMP + timedelta(on)
    here = taken_over(taken_on, *seen, policy=policy, entered=entered_on)
    there = stayed(taken_on, *seen, policy=policy, entered=entered_on)
    assert owed(here) == owed(there, since=taken_on)
