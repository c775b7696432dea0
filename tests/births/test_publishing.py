"""What births says: facts in, messages out, each on the channel whose readers may know it."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from services.births.domain.events import PersonErased
from services.births.domain.particulars import Sex, Vital
from services.births.publishing import CHANNELS, SAYS, say
from shared.clock import COUNTY_TIME
from shared.contracts import births as contracts
from shared.contracts import births_household as household
from shared.contracts import births_statistics as statistics
from shared.eventstore import envelope
from shared.publishing import event_of
from tests.births.records import (
    allotted,
    confirmed,
    corrected,
    died,
    dismissed,
    issued,
    late,
    opened,
    reinstated,
    rejected,
    requested,
    taken,
    told,
    voided,
    voided_birth,
    withdrawn,
)
from tests.births.release_scene import cells, prepared, restated
from tests.births.release_scene import cleared as faults_cleared
from tests.births.release_scene import published as released
from tests.births.scene import NOW, REFERENCE, expecting, noted, recorded, suspected
from tests.births.watching import HOSPITAL, cleared, observed, raised, taken_back
from tests.births.watching import dismissed as signal_dismissed
from tests.reading import as_read


def said_of(fact, case="birth:b1", actor="department:hospital"):
    head = envelope(at=NOW, by=actor, command="c-1", correlation="corr-1", causation="cause-1", policy="test-1")
    return say(as_read(7, case, 1, fact, head))


def on(channel, fact):
    """What is said on a channel: one contract or nothing."""
    found = [saying.contract for saying in said_of(fact) if saying.channel == channel]
    assert len(found) <= 1
    return found[0] if found else None


# On care

TIMELINE = {
    "birth": "b1",
    "person": "m1",
    "pregnancy": "p1",
    "vital": contracts.Vital.LIVE,
    "born_on": date(2024, 11, 3),
    "facility": "county-hospital",
    "township": "dayingxiang",
    "plurality": 1,
    "number": 1,
    "gestation_weeks": 39,
}


def test_a_birth_is_told_to_care():
    [saying] = said_of(recorded(pregnancy="p1", vital=Vital.STILL))
    assert saying.channel == "care"
    assert saying.contract == contracts.BirthRecorded(**TIMELINE | {"vital": contracts.Vital.STILL})
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
    assert not {"sex", "birth_order", "mother", "weight_grams", "household"} & set(told)
    assert "girl" not in str(told)


def test_a_correction_is_told_to_care_as_the_birth_is_now():
    fact = corrected(pregnancy="p1", after={"facility": "home", "sex": Sex.BOY})
    assert on("care", fact) == contracts.BirthCorrected(**TIMELINE | {"facility": "home"})


@pytest.mark.parametrize("after", [{"sex": Sex.BOY}, {"birth_order": 1}, {"weight_grams": 3300}])
def test_a_correction_of_what_care_was_not_told_is_not_told_either(after):
    assert on("care", corrected(after=after)) is None


def test_a_duplicate_is_told_to_care_and_a_birth_that_counts_again_is_recorded():
    assert on("care", voided_birth(birth="b2")) == contracts.BirthVoided(birth="b2", person="m1", of="b1")
    assert on("care", reinstated(birth="b1", pregnancy="p1")) == contracts.BirthRecorded(**TIMELINE)


def test_an_erasure_is_told_to_care():
    [saying] = said_of(PersonErased(person="m1"), "mother:m1")
    assert (saying.channel, saying.contract) == ("care", contracts.PersonErased(person="m1"))


def test_an_erasure_is_not_told_back_to_who_told_it():
    assert not said_of(PersonErased(person="m1"), "mother:m1", actor="service:pregnancy_tracking")


# On household

CHILD = {
    "household": "h1",
    "birth": "b1",
    "born_on": date(2024, 11, 3),
    "sex": household.Sex.GIRL,
    "birth_order": 2,
    "township": "dayingxiang",
}
NAMED = {"household": "h1", "birth": "b1"}
STILL, HERS = {"vital": Vital.STILL}, {"household": "h1"}


@pytest.mark.parametrize(
    ("fact", "contract"),
    [
        (recorded(**HERS), household.BirthRecorded(**CHILD)),
        (reinstated(birth="b1", **HERS), household.BirthRecorded(**CHILD)),
        (voided_birth(birth="b1", **HERS), household.BirthVoided(**NAMED)),
        (corrected(after={"sex": Sex.BOY}, **HERS), household.BirthCorrected(**CHILD | {"sex": household.Sex.BOY})),
        (corrected(after=STILL, **HERS), household.BirthVoided(**NAMED)),
        (corrected(before=told(**STILL), **HERS), household.BirthRecorded(**CHILD)),
        (died(**HERS), household.NeonatalDeathRecorded(**NAMED, died_on=date(2024, 11, 5))),
        (withdrawn(**HERS), household.NeonatalDeathWithdrawn(**NAMED)),
        (issued(**HERS), household.CertificateIssued(**NAMED, issued_on=date(2024, 11, 20))),
        (voided(**HERS), household.CertificateVoided(**NAMED)),
        (PersonErased(person="m1", household="h1"), household.PersonErased(household="h1")),
    ],
    ids=lambda each: type(each).__name__,
)
def test_what_becomes_of_a_living_child_is_told_to_its_household(fact, contract):
    assert on("household", fact) == contract


@pytest.mark.parametrize(
    "fact",
    [
        recorded(**STILL, **HERS),
        voided_birth(told=STILL, **HERS),
        reinstated(told=STILL, **HERS),
        corrected(before=told(**STILL), after=STILL, **HERS),
        corrected(after={"weight_grams": 3300}, **HERS),
        requested(**HERS),
        rejected(**HERS),
        late(40, **HERS),
    ],
    ids=lambda fact: fact.stored_as,
)
def test_nothing_else_is_told_to_a_household(fact):
    assert on("household", fact) is None


def test_a_household_is_not_named_by_a_care_pseudonym_and_no_certificate_number_is_told():
    said = [on("household", fact) for fact in (recorded(**HERS), issued(**HERS), voided(**HERS))]
    assert not [contract for contract in said if {"person", "certificate", "code", "pregnancy"} & set(dict(contract))]


def test_the_subject_of_an_erasure_does_not_name_her_to_households():
    [care, household_] = said_of(PersonErased(person="m1", household="h1"), "mother:m1")
    assert (care.subject, household_.subject) == ("mother:m1", None)


def test_a_household_without_a_name_here_is_told_nothing():
    facts = (recorded(), corrected(after={"sex": Sex.BOY}), died(), issued(), PersonErased(person="m1"))
    assert not [fact for fact in facts if on("household", fact)]


# On statistics


def test_a_release_is_told_by_its_day_and_by_nothing_that_leads_to_what_was_counted():
    [saying] = said_of(released(), "release:2024Q4")
    event = event_of(saying, "demo", "births")
    assert (saying.channel, event.time, event.subject) == (
        "statistics",
        datetime(2024, 11, 20, tzinfo=COUNTY_TIME),
        None,
    )
    assert (event.correlationid, event.causationid, event.policyversion) == (None, None, None)
    told = saying.contract.model_dump()
    assert set(told) == {"period", "edition", "first", "last", "published_on", "rows"}


def test_a_suppressed_number_is_told_to_nobody():
    rows = on("statistics", released()).rows
    assert [(row.axis.value, row.areas, row.births, row.boys, row.ratio) for row in rows] == [
        ("county", (), 250, 128, 104.9),
        ("township", ("hekou",), 46, None, None),
        ("facility", ("home",), None, None, None),
    ]


def test_a_restatement_says_why():
    told = on("statistics", restated())
    assert (told.edition, told.reason) == (2, statistics.RestatementReason.CORRECTIONS)


# On none


@pytest.mark.parametrize(
    "fact",
    [
        prepared(),
        faults_cleared(),
        cells(),
        noted(),
        expecting(None),
        suspected(),
        confirmed(),
        dismissed(),
        opened(),
        allotted(),
        taken(1),
        REFERENCE,
    ],
    ids=lambda fact: fact.stored_as,
)
def test_every_other_fact_stays_home(fact):
    assert not said_of(fact)


def test_no_department_reads_a_channel():
    assert {
        "care": frozenset({"service:pregnancy_tracking"}),
        "household": frozenset({"service:benefits"}),
        "statistics": frozenset({"service:enforcement"}),
    } == CHANNELS


def test_a_cleared_signal_tells_where_and_how_often_such_err_and_nothing_else():
    [saying] = said_of(cleared(HOSPITAL, 0), case="watch:facility:county-hospital")
    assert saying.channel == "statistics"
    assert saying.contract.model_dump() == {
        "area": "facility",
        "code": "county-hospital",
        "false_alarm_births": 50_000,
        "false_discovery_rate": 0.1,
    }
    event = event_of(saying, "demo", "births")
    assert (event.subject, event.time) == ("county-hospital", NOW.replace(hour=0))
    assert {event.correlationid, event.causationid, event.policyversion, event.traceparent} == {None}


def test_a_signal_taken_back_tells_where_and_nothing_else():
    [saying] = said_of(taken_back(HOSPITAL, 0), case="watch:facility:county-hospital")
    assert (saying.channel, saying.subject) == ("statistics", "county-hospital")
    assert saying.contract.model_dump() == {"area": "facility", "code": "county-hospital"}


@pytest.mark.parametrize("fact", [observed(HOSPITAL, 0, 200, 80), raised(HOSPITAL, 0), signal_dismissed(HOSPITAL, 0)])
def test_the_path_of_a_watch_stays_inside(fact):
    assert said_of(fact, case="watch:facility:county-hospital") == []


def test_every_contract_said_is_declared_and_the_other_way_round():
    facts = [recorded(**HERS), corrected(after={"facility": "home", "sex": Sex.BOY}, **HERS), voided_birth(**HERS)]
    facts += [released(), restated()]
    facts += [died(**HERS), withdrawn(**HERS), issued(**HERS), voided(**HERS), PersonErased(person="m1", household="h")]
    facts += [cleared(HOSPITAL, 0), taken_back(HOSPITAL, 0)]
    told = {(saying.channel, type(saying.contract)) for fact in facts for saying in said_of(fact)}
    assert told == {(channel, kind) for channel, kinds in SAYS.items() for kind in kinds}
