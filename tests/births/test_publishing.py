"""What births says: facts in, messages out, each on the channel whose readers may know it."""

from __future__ import annotations

from datetime import date

import pytest

from services.births.domain.events import FACTS, BirthRecorded, PersonErased
from services.births.domain.particulars import Vital
from services.births.publishing import CHANNELS, SAYS, say
from shared.contracts import births as contracts
from shared.eventstore import Recorded
from shared.publishing import event_of
from tests.births.scene import NOW, REFERENCE, expecting, noted, recorded, suspected


def said_of(fact, case="birth:b1", actor="department:hospital"):
    return say(Recorded(7, case, 1, fact, NOW, actor, "c-1", "corr-1", "cause-1", "test-1"))


def test_a_birth_is_told_to_care():
    [saying] = said_of(recorded(pregnancy="p1", vital=Vital.STILL))
    assert saying.channel == "care"
    assert saying.contract == contracts.BirthRecorded(
        birth="b1",
        person="m1",
        pregnancy="p1",
        vital=contracts.Vital.STILL,
        born_on=date(2024, 11, 3),
        facility="county-hospital",
        township="dayingxiang",
        plurality=1,
        number=1,
        gestation_weeks=39,
    )
    event = event_of(saying, "demo", "births")
    assert (event.subject, event.time, event.correlationid, event.policyversion) == (
        "birth:b1",
        NOW,
        "corr-1",
        "test-1",
    )


def test_care_is_not_told_the_sex_nor_the_birth_order_nor_who_she_is():
    [saying] = said_of(recorded())
    told = saying.contract.model_dump()
    assert not {"sex", "birth_order", "mother", "weight_grams"} & set(told)
    assert "girl" not in str(told)


def test_an_erasure_is_told_to_care():
    [saying] = said_of(PersonErased(person="m1"), "mother:m1")
    assert (saying.channel, saying.contract) == ("care", contracts.PersonErased(person="m1"))


def test_an_erasure_is_not_told_back_to_who_told_it():
    assert not said_of(PersonErased(person="m1"), "mother:m1", actor="service:pregnancy_tracking")


@pytest.mark.parametrize("fact", [noted(), expecting(None), suspected(), REFERENCE], ids=lambda fact: fact.stored_as)
def test_every_other_fact_stays_home(fact):
    assert not said_of(fact)


def test_only_pregnancy_tracking_reads_care_and_no_department_reads_anything():
    assert {"care": frozenset({"service:pregnancy_tracking"})} == CHANNELS


def test_every_contract_said_is_declared():
    told = {type(saying.contract) for fact in (recorded(), PersonErased(person="m1")) for saying in said_of(fact)}
    assert {channel: set(kinds) for channel, kinds in SAYS.items()} == {"care": told}
    assert {BirthRecorded, PersonErased} <= set(FACTS)
