"""What pregnancy_tracking says: facts in, messages out."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from services.pregnancy_tracking.domain.birth_events import (
    BenefitNoted,
    BirthForgotten,
    BirthRevised,
    BirthTold,
    BirthWithdrawn,
    CourseReopened,
    PregnancyReopened,
    Standing,
)
from services.pregnancy_tracking.domain.care_events import CARE_FACTS, CourseRedated, MaternalDeathRecorded
from services.pregnancy_tracking.domain.duty_events import DUTY_FACTS
from services.pregnancy_tracking.domain.events import FACTS, PersonErased, RegistrationSetAside
from services.pregnancy_tracking.domain.lapse_book import LapseMonthClosed, LapsesCounted
from services.pregnancy_tracking.domain.link_events import LINK_FACTS
from services.pregnancy_tracking.domain.transfer_events import TRANSFER_FACTS, CourseMoved
from services.pregnancy_tracking.domain.words import Outcome
from services.pregnancy_tracking.publishing import CHANNELS, SAYS, say
from shared.clock import COUNTY_TIME
from shared.contracts import pregnancy_tracking as contracts
from shared.contracts.cloudevents import encode
from shared.eventstore import envelope
from shared.publishing import event_of
from tests.pregnancy_tracking.review_scene import DEVICE_DAY, KEPT, MONTH, TOLD, WEEK
from tests.pregnancy_tracking.scene import (
    BORN,
    DUE,
    LMP,
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
from tests.pregnancy_tracking.stored import as_stored
from tests.reading import as_read

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
    BirthTold(sequence=1, counts=True),
    BenefitNoted(programme="water-fee", standing=Standing.PAID, since=BORN, sequence=1),
    BirthRevised(birth=birth()),
    BirthWithdrawn(birth="b1", born_on=BORN),
    CourseReopened(pregnancy="p1"),
    BirthForgotten(birth="b1"),
    LapsesCounted(month=date(2025, 6, 1), lapses=2),
    ReferenceAdopted(county=PLACES),
    PolicyAdopted(policy=RULES),
    *(as_stored(each) for each in (*CARE_FACTS, *DUTY_FACTS, *LINK_FACTS) if each is not MaternalDeathRecorded),
    *KEPT,
]

LAPSED = LapseMonthClosed(unit="dayingxiang-hospital", month=date(2025, 6, 1), lapses=12, fewest_told=10)
REOPENED = PregnancyReopened(person="w1", ended_on=BORN)
DIED = MaternalDeathRecorded(person="w1", died_on=date(2024, 10, 27))


ABOUT = envelope(
    at=NOW, by="department:hospital", command="c-1", correlation="corr-1", causation="cause-1", policy="test-1"
)


def said_of(fact, case=P1):
    return say(as_read(7, case, 1, fact, ABOUT))


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
def test_an_end_is_told_to_care_also_when_it_is_revised_and_a_loss_as_unknown(told, outcome):
    [saying] = said_of(told(outcome, date(2024, 10, 6)))
    heard = contracts.Outcome.UNKNOWN if outcome is Outcome.LOSS else contracts.Outcome(outcome)
    assert saying.contract == contracts.PregnancyEnded(
        pregnancy="p1", person="w1", outcome=heard, ended_on=date(2024, 10, 6)
    )


def test_another_due_date_is_told_to_care_by_her_pregnancy():
    redated = CourseRedated(pregnancy="p1", person="w1", last_menstrual_period=LMP, estimated_due_on=DUE)
    [saying] = said_of(redated, WOMAN_1)
    assert (saying.channel, saying.subject) == ("care", P1)
    assert saying.contract == contracts.PregnancyRedated(pregnancy="p1", person="w1", estimated_due_on=DUE)


def test_a_pregnancy_cared_for_elsewhere_is_told_to_care_without_where():
    [saying] = said_of(CourseMoved(pregnancy="p1", person="w1", moved_on=BORN), WOMAN_1)
    assert (saying.channel, saying.subject) == ("care", P1)
    assert saying.contract == contracts.PregnancyTransferred(pregnancy="p1", person="w1", transferred_on=BORN)


@pytest.mark.parametrize("told", [ended, revised])
def test_an_end_that_a_linked_record_shares_is_not_told_twice(told):
    assert not said_of(told(Outcome.MATERNAL_DEATH, date(2024, 10, 6)).model_copy(update={"shared": True}))
    assert not said_of(REOPENED.model_copy(update={"shared": True}))


def test_a_pregnancy_that_had_not_ended_after_all_is_told_to_care():
    [saying] = said_of(REOPENED)
    assert (saying.channel, saying.subject) == ("care", P1)
    assert saying.contract == contracts.PregnancyReopened(pregnancy="p1", person="w1")


def test_a_mothers_death_is_told_to_care_also_when_it_came_after_the_end():
    [saying] = said_of(DIED)
    assert (saying.channel, saying.subject) == ("care", P1)
    assert saying.contract == contracts.MaternalDeathRecorded(pregnancy="p1", person="w1", died_on=date(2024, 10, 27))


@pytest.mark.parametrize(("lapses", "told"), [(12, "12"), (None, "<10")])
def test_superiors_are_told_of_a_unit_and_a_month_alone(lapses, told):
    [saying] = said_of(LAPSED.model_copy(update={"lapses": lapses}), "lapse_book:dayingxiang-hospital")
    assert (saying.channel, saying.subject, saying.recorded) == ("supervision", "dayingxiang-hospital", None)
    assert saying.time == datetime.combine(LAPSED.month, time.min, COUNTY_TIME)
    assert saying.contract.model_dump() == {"unit": "dayingxiang-hospital", "month": LAPSED.month, "lapses": told}


def test_an_erasure_is_told_to_care():
    [saying] = said_of(PersonErased(person="w1"), WOMAN_1)
    assert (saying.channel, saying.contract) == ("care", contracts.PersonErased(person="w1"))


@pytest.mark.parametrize("fact", HOME, ids=lambda fact: fact.stored_as)
def test_every_other_fact_stays_home(fact):
    assert not said_of(fact)


GONE = PersonErased(person="w1")


def test_every_fact_is_tried_here():
    tried = [
        REGISTERED,
        *HOME,
        *TOLD,
        ended(Outcome.LOSS, BORN),
        revised(Outcome.LOSS, BORN),
        REOPENED,
        DIED,
        LAPSED,
        PersonErased(person="w1"),
    ]
    elsewhere = set(TRANSFER_FACTS)  # tried in test_transfers
    assert {type(fact) for fact in tried} | elsewhere == set(FACTS)


@pytest.mark.parametrize("fact", TOLD, ids=lambda fact: fact.stored_as)
def test_oversight_hears_of_a_facility_and_a_day_and_nothing_that_leads_further(fact):
    [saying] = said_of(fact, "scan_register:county-hospital:us-1")
    event = event_of(saying, "demo", "pregnancy_tracking")
    assert (saying.channel, saying.recorded, event.subject) == ("oversight", None, "county-hospital")
    assert event.time == datetime.combine(event.time.date(), time.min, COUNTY_TIME)
    assert not [
        each for each in (event.correlationid, event.causationid, event.traceparent, event.policyversion) if each
    ]
    assert not [
        word for word in (b"c-1", b"corr-1", b"cause-1", b"zhao", NOW.isoformat().encode()) if word in encode(event)
    ]


def test_oversight_is_told_a_devices_day():
    [saying] = said_of(DEVICE_DAY)
    assert saying.contract == contracts.DeviceDayClosed(
        facility="county-hospital",
        device="us-1",
        day=date(2025, 6, 2),
        first_counter=1,
        last_counter=4,
        entries=3,
        late=1,
        missing=1,
        anomalies=(contracts.Anomaly.COUNTER_GAP, contracts.Anomaly.ROSTER_NEVER_VARIES),
    )


@pytest.mark.parametrize(("procedures", "told"), [(12, "12"), (10, "10"), (None, "<10")])
def test_oversight_is_told_a_month_as_a_number_or_as_few(procedures, told):
    [saying] = said_of(MONTH.model_copy(update={"procedures": procedures}))
    assert saying.contract.procedures == told


def test_oversight_is_told_a_weeks_procedures_without_a_certificate():
    [saying] = said_of(WEEK)
    assert saying.contract.model_dump(exclude={"facility", "week"}) == {
        "without_certificate": 2,
        "unauthorised": 1,
        "late": None,
    }


def test_each_channel_has_its_reader_and_no_department_reads_anything():
    readers = {
        "care": frozenset({"service:births"}),
        "oversight": frozenset({"service:enforcement"}),
        "supervision": frozenset({"department:county-health"}),
    }
    assert readers == CHANNELS
    assert set(SAYS) == set(CHANNELS)
