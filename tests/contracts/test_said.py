"""Publishers say exactly the golden bytes: from a recorded fact through the door out into the journal."""

from __future__ import annotations

import asyncio
from datetime import date, datetime

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from services.births import publishing as births
from services.births.domain.events import PersonErased as MotherErased
from services.births.domain.particulars import Sex
from services.pregnancy_tracking import publishing as pregnancy_tracking
from services.pregnancy_tracking.domain.birth_events import PregnancyReopened
from services.pregnancy_tracking.domain.care_events import CourseRedated, MaternalDeathRecorded
from services.pregnancy_tracking.domain.events import PersonErased
from services.pregnancy_tracking.domain.lapse_book import LapseMonthClosed
from services.pregnancy_tracking.domain.transfer_events import CourseMoved
from services.pregnancy_tracking.domain.words import Outcome
from shared.clock import COUNTY_TIME
from shared.contracts.receipts import Reason, Receipt
from shared.eventstore import envelope
from shared.journal import Journal
from shared.messaging.receipts import Receipts
from shared.publishing import event_of
from tests.births import records as correction
from tests.births.records import died, issued, voided, voided_birth, withdrawn
from tests.births.release_scene import published as published_release
from tests.births.release_scene import restated
from tests.births.scene import recorded as birth_recorded
from tests.births.watching import HOSPITAL as HOSPITAL_WATCHED
from tests.births.watching import cleared, taken_back
from tests.contracts.golden import event, how, kind_of, published, raw
from tests.pregnancy_tracking.review_scene import DEVICE_DAY, MONTH, WEEK
from tests.pregnancy_tracking.scene import ended, taken_under_care
from tests.reading import as_read

SAYS = {"births": births, "pregnancy_tracking": pregnancy_tracking}
BIRTH, PREGNANCY = "bdf25748e1715ce890b78b983ec29830", "29f6684b5ffd5f2d8a502e4949034746"
PERSON, HOSPITAL = "mzfhpnmx7omwieocfkhzn2nntx", "/demo/dayingxiang-hospital"
OTHER, HOUSEHOLD = "e7697db2a7d552438c6f0dd6fac411aa", "q3hnqv4m2ugwc6lrfx2c7qgkda"
CHILD = {"birth": BIRTH, "household": HOUSEHOLD}
HERS = CHILD | {"person": PERSON}
BORN_AT = datetime(2024, 10, 5, 4, 30, tzinfo=COUNTY_TIME)


def corrected(after):
    told = {"born_at": BORN_AT}
    about = {"before": correction.told(**told), "after": told | after, "pregnancy": PREGNANCY}
    return correction.corrected(**HERS, **about)


[REGISTERED, *_] = taken_under_care(due=date(2024, 10, 7))
FACTS = {
    "births.birth_recorded": birth_recorded(birth=BIRTH, person=PERSON, pregnancy=PREGNANCY, born_at=BORN_AT),
    "births.birth_corrected": corrected(after={"facility": "home", "sex": Sex.BOY}),
    "births.birth_voided": voided_birth(**HERS, of=OTHER),
    "births.person_erased": MotherErased(person=PERSON),
    "births.household_birth_recorded": birth_recorded(**HERS, pregnancy=PREGNANCY, born_at=BORN_AT),
    "births.household_birth_corrected": corrected(after={"facility": "home", "sex": Sex.BOY}),
    "births.household_birth_voided": voided_birth(**HERS, of=OTHER),
    "births.neonatal_death_recorded": died(**CHILD, died_on=date(2024, 10, 7), days=2),
    "births.neonatal_death_withdrawn": withdrawn(**CHILD, died_on=date(2024, 10, 7), days=2),
    "births.certificate_issued": issued(**CHILD, issued_on=date(2024, 10, 8)),
    "births.certificate_voided": voided(**CHILD),
    "births.release_published": published_release(),
    "births.release_restated": restated(),
    "births.household_person_erased": MotherErased(person=PERSON, household=HOUSEHOLD),
    "births.signal_cleared": cleared(HOSPITAL_WATCHED, 0),
    "births.signal_withdrawn": taken_back(HOSPITAL_WATCHED, 0),
    "pregnancy_tracking.pregnancy_registered": REGISTERED.model_copy(update={"person": PERSON}),
    "pregnancy_tracking.pregnancy_redated": CourseRedated(
        pregnancy=PREGNANCY,
        person=PERSON,
        last_menstrual_period=date(2024, 1, 4),
        estimated_due_on=date(2024, 10, 10),
    ),
    "pregnancy_tracking.pregnancy_transferred": CourseMoved(
        pregnancy=PREGNANCY, person=PERSON, moved_on=date(2024, 6, 5)
    ),
    "pregnancy_tracking.pregnancy_ended": ended(Outcome.BIRTH, date(2024, 10, 5)).model_copy(update={"person": PERSON}),
    "pregnancy_tracking.pregnancy_reopened": PregnancyReopened(person=PERSON, ended_on=date(2024, 10, 5)),
    "pregnancy_tracking.maternal_death_recorded": MaternalDeathRecorded(person=PERSON, died_on=date(2024, 10, 27)),
    "pregnancy_tracking.person_erased": PersonErased(person=PERSON),
    "pregnancy_tracking.device_day_closed": DEVICE_DAY,
    "pregnancy_tracking.procedure_month_closed": MONTH,
    "pregnancy_tracking.procedure_week_closed+licences": WEEK,
    "pregnancy_tracking.lapses_month_closed": LapseMonthClosed(
        unit="dayingxiang-hospital", month=date(2024, 9, 1), lapses=None, fewest_told=10
    ),
}
"""The fact that each contract is said about, in the form it has today (`<contract>+<what>` once it gained a field)."""
RECEIPTS = {
    "births": Receipt(
        status="accepted",
        source="/demo/county-hospital",
        id="birth-2024-0046",
        results=(f"birth:{BIRTH}",),
        recorded_at=datetime(2024, 10, 5, 8, 30, 4, tzinfo=COUNTY_TIME),
    ),
    "pregnancy_tracking": Receipt(
        status="rejected",
        source=HOSPITAL,
        id="registration-2024-0007",
        recorded_at=datetime(2024, 3, 4, 9, 20, 5, tzinfo=COUNTY_TIME),
        reason=Reason(
            name="ConsentMissing",
            detail="care begins with her consent",
            pointer="/data/consents_to_care",
            accepted="true",
        ),
    ),
}


@pytest.fixture
def journal():
    return Journal(create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}))


@pytest.mark.parametrize("name", FACTS)
def test_a_service_says_a_fact_in_the_golden_bytes(journal, name):
    kind, (service, _, _) = f"evenborn.{kind_of(name)}.v1", name.partition(".")
    form = name.replace(kind_of(name), kind)
    told = event(form)
    head = envelope(
        at=told.time, by="someone", command=told.causationid or "c-1", correlation=told.correlationid, policy="2024-10"
    )
    about = as_read(7, told.subject or f"mother:{PERSON}", 1, FACTS[name], head)
    [saying] = [each for each in SAYS[service].say(about) if each.contract.type == kind]
    said = event_of(saying, "demo", service)
    journal.append([(saying.channel, said)] * told.sequence)
    assert journal.feed(saying.channel, told.sequence - 1, 1) == [(told.sequence, raw(form))], how(kind)


@pytest.mark.parametrize("service", SAYS)
def test_a_service_gives_receipts_in_the_golden_bytes(journal, clock, service):
    kind = f"evenborn.{service}.receipt.v1"
    clock.set(event(kind).time)
    department = RECEIPTS[service].source.rpartition("/")[2]
    asyncio.run(Receipts(journal, "demo", service, clock).give([(department, RECEIPTS[service])]))
    assert journal.feed(f"receipts.{department}", 0, 1) == [(1, raw(kind))], how(kind)


def test_every_contract_on_a_channel_is_tried_here():
    said = {kind.type for door in SAYS.values() for kinds in door.SAYS.values() for kind in kinds}
    assert said == {f"evenborn.{name}.v1" for name in map(kind_of, FACTS)}
    assert said | {f"evenborn.{service}.receipt.v1" for service in RECEIPTS} < set(published())
