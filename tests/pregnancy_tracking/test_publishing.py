"""What pregnancy_tracking says: facts in, messages out."""

from __future__ import annotations

from datetime import date

import pytest

from services.pregnancy_tracking.domain.events import FACTS, PersonErased, RegistrationSetAside
from services.pregnancy_tracking.domain.words import Outcome
from services.pregnancy_tracking.publishing import CHANNELS, SAYS, say
from shared.contracts import pregnancy_tracking as contracts
from shared.eventstore import Recorded
from shared.publishing import event_of
from tests.pregnancy_tracking.scene import (
    BORN,
    DUE,
    NOW,
    P1,
    PLACES,
    RULES,
    SEEN,
    WOMAN_1,
    PolicyAdopted,
    ReferenceAdopted,
    awaited,
    birth,
    closed,
    ended,
    logged,
    noted,
    opened,
    placed,
    revised,
    set_aside,
    taken_under_care,
)

REGISTERED, ASSIGNED, HANDBOOK = taken_under_care()
HOME = [
    RegistrationSetAside(handbook="h2"),
    ASSIGNED,
    HANDBOOK,
    logged(BORN, observations=SEEN),
    noted(birth()),
    opened(),
    closed(BORN),
    set_aside(),
    awaited(birth()),
    placed(),
    ReferenceAdopted(county=PLACES),
    PolicyAdopted(policy=RULES),
]


def said_of(fact, case=P1):
    return say(Recorded(7, case, 1, fact, NOW, "department:hospital", "c-1", "corr-1", "cause-1", "test-1"))


def test_a_registration_is_told_to_care():
    [saying] = said_of(REGISTERED)
    assert saying.channel == "care"
    assert saying.contract == contracts.PregnancyRegistered(
        pregnancy="p1", person="w1", estimated_due_on=DUE, township="dayingxiang"
    )
    event = event_of(saying, "demo", "pregnancy_tracking")
    assert (event.subject, event.time, event.correlationid, event.policyversion) == (P1, NOW, "corr-1", "test-1")


def test_care_is_not_told_who_she_is_nor_where_she_lives():
    [saying] = said_of(REGISTERED)
    assert not {"identity", "village", "registered_on", "last_menstrual_period"} & set(saying.contract.model_dump())


@pytest.mark.parametrize("told", [ended, revised])
@pytest.mark.parametrize("outcome", Outcome)
def test_an_end_is_told_to_care_also_when_it_is_revised(told, outcome):
    [saying] = said_of(told(outcome, date(2024, 10, 6)))
    assert saying.contract == contracts.PregnancyEnded(
        pregnancy="p1", person="w1", outcome=contracts.Outcome(outcome), ended_on=date(2024, 10, 6)
    )


def test_an_erasure_is_told_to_care():
    [saying] = said_of(PersonErased(person="w1"), WOMAN_1)
    assert (saying.channel, saying.contract) == ("care", contracts.PersonErased(person="w1"))


@pytest.mark.parametrize("fact", HOME, ids=lambda fact: fact.stored_as)
def test_every_other_fact_stays_home(fact):
    assert not said_of(fact)


def test_every_fact_is_tried_here():
    tried = [REGISTERED, *HOME, ended(Outcome.LOSS, BORN), revised(Outcome.LOSS, BORN), PersonErased(person="w1")]
    assert {type(fact) for fact in tried} == set(FACTS)


def test_only_births_reads_care_and_no_department_reads_anything():
    assert {"care": frozenset({"service:births"})} == CHANNELS
    assert set(SAYS) == set(CHANNELS)
