"""Readers turn the golden bytes into the commands they always did, whatever was added to them since."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest
from pydantic import ValidationError
from pydantic_core import to_json
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from services.births.domain.birth import BIRTH
from services.births.domain.commands import ErasePerson as EraseMother
from services.births.domain.commands import NoteMaternalDeath, NotePregnancy
from services.births.domain.particulars import Identity as Mother
from services.births.domain.reference import NoteFacility as NotePlace
from services.births.main import DEFINITION as BIRTHS
from services.pregnancy_tracking.domain.birth import NoteBenefit
from services.pregnancy_tracking.domain.birth_events import Standing
from services.pregnancy_tracking.domain.commands import (
    ArrangeCompanion,
    DeclineContact,
    EndPregnancy,
    ErasePerson,
    GradeRisk,
    LogAttempt,
    NoteBirth,
    NoteDischarge,
    ReassignCare,
    RecordMaternalDeath,
    RequestCounselling,
    ReviseDating,
    VoidBirth,
)
from services.pregnancy_tracking.domain.registry import Licence, LicenceKind, NoteFacility, NoteSuspension, Practitioner
from services.pregnancy_tracking.domain.woman import WOMAN
from services.pregnancy_tracking.domain.words import (
    Birth,
    DatingBasis,
    Identity,
    Observations,
    Outcome,
    RiskColour,
    VisitKind,
    Vital,
)
from services.pregnancy_tracking.main import DEFINITION as PREGNANCY_TRACKING
from shared.asyncapi import EXAMPLES
from shared.clock import COUNTY_TIME
from shared.contracts.cloudevents import Malformed, decode, malformed
from shared.contracts.receipts import Receipt
from shared.messaging.versions import Interest, interest
from shared.reacting import Hearing
from shared.sealing import KeyStore, Sealer
from tests.contracts.deployment import CARE, FINGERPRINT, HOUSEHOLD, MASTER, READER
from tests.contracts.golden import how, kind_of, published, raw

NOW = datetime(2024, 10, 20, 10, tzinfo=COUNTY_TIME)
PERSON = "mzfhpnmx7omwieocfkhzn2nntx"
PREGNANCY = "29f6684b5ffd5f2d8a502e4949034746"
SERVICES = {"births": BIRTHS, "pregnancy_tracking": PREGNANCY_TRACKING}
PERSONAL = {kind: each.get("personal") for kind, each in json.loads(EXAMPLES.read_text(encoding="utf-8")).items()}


def stamp(correlation, cause):
    """What every command has of its message."""
    about = {"command_id": "message:1", "actor": "someone", "at": NOW}
    return about | {"correlation_id": correlation, "causation_id": cause}


BORN = Birth(
    birth="bdf25748e1715ce890b78b983ec29830",
    born_on=date(2024, 10, 5),
    vital=Vital.LIVE,
    facility="county-hospital",
    township="dayingxiang",
    plurality=1,
    number=1,
    gestation_weeks=39,
)
LICENCE = Licence(kind=LicenceKind.ULTRASOUND, valid_from=date(2024, 10, 1), valid_until=None)


def registry(number, **fields):
    """What every command made of enforcement's registry has."""
    sent = f"enforcement:registry:{number}"
    return {**stamp(sent, sent), "facility": "county-hospital", **fields}


PLACE = NotePlace(**registry(1, unit="county-hospital"), name_zh=None, name_en=None)
NAMES = {"name_zh": "县人民医院", "name_en": "County People's Hospital"}
AWAITED = {
    ("births", "enforcement.facility_registered"): PLACE,
    ("births", "enforcement.facility_registered+names"): PLACE.model_copy(update=NAMES),
    ("pregnancy_tracking", "benefits.entitlement_changed"): NoteBenefit(
        **stamp("benefits:household:1", "benefits:household:1"),
        birth=BORN.birth,
        programme="insurance-premium",
        standing=Standing.OFFERED,
        since=date(2024, 10, 12),
        sequence=1,
    ),
    ("pregnancy_tracking", "enforcement.facility_registered"): NoteFacility(
        **registry(1, unit="county-hospital", licences=(LICENCE,))
    ),
    ("pregnancy_tracking", "enforcement.facility_registered+names"): NoteFacility(
        **registry(1, unit="county-hospital", licences=(LICENCE,))
    ),
    ("pregnancy_tracking", "enforcement.facility_suspended"): NoteSuspension(**registry(2, suspended=True)),
    ("pregnancy_tracking", "enforcement.facility_reinstated"): NoteSuspension(**registry(3, suspended=False)),
    ("pregnancy_tracking", "enforcement.device_added"): NoteFacility(**registry(4, devices=("county-hospital-us-4",))),
    ("pregnancy_tracking", "enforcement.practitioner_licensed"): NoteFacility(
        **registry(5, staff=(Practitioner(code="county-hospital-sonographer-4", licences=(LICENCE,)),))
    ),
}
"""What a reader will make of what a service says that does not run yet."""
HEARD = {
    **AWAITED,
    ("births", "pregnancy_tracking.pregnancy_ended"): None,
    ("births", "pregnancy_tracking.pregnancy_registered"): NotePregnancy(
        **stamp("registration-2024-0007", "pregnancy_tracking:care:1"),
        pregnancy=PREGNANCY,
        person=PERSON,
        estimated_due_on=date(2024, 10, 7),
    ),
    ("births", "pregnancy_tracking.pregnancy_redated"): NotePregnancy(
        **stamp("dating-2024-0003", "pregnancy_tracking:care:2"),
        pregnancy=PREGNANCY,
        person=PERSON,
        estimated_due_on=date(2024, 10, 10),
    ),
    ("births", "pregnancy_tracking.maternal_death_recorded"): NoteMaternalDeath(
        **stamp("death-2024-0001", "pregnancy_tracking:care:5"),
        pregnancy=PREGNANCY,
        person=PERSON,
        died_on=date(2024, 10, 27),
    ),
    ("births", "pregnancy_tracking.person_erased"): EraseMother(
        **stamp("erase-1", "pregnancy_tracking:care:3"), person=PERSON
    ),
    ("pregnancy_tracking", "births.birth_recorded"): NoteBirth(
        **stamp("birth-2024-0046", "births:care:1"), person=PERSON, birth=BORN, sequence=1
    ),
    ("pregnancy_tracking", "births.birth_corrected"): NoteBirth(
        **stamp("correction-2024-0003", "births:care:3"),
        person=PERSON,
        birth=BORN.model_copy(update={"facility": "home"}),
        sequence=3,
    ),
    ("pregnancy_tracking", "births.birth_voided"): VoidBirth(
        **stamp("duplicate-2024-0002", "births:care:4"), person=PERSON, birth=BORN.birth, sequence=4
    ),
    ("pregnancy_tracking", "births.person_erased"): ErasePerson(**stamp("erase-1", "births:care:2"), person=PERSON),
}
"""What a reader makes of each contract of a channel; None where it looks and does nothing."""
PASSED_OVER = {
    ("births", "pregnancy_tracking.pregnancy_reopened"),
    ("births", "pregnancy_tracking.pregnancy_transferred"),
    ("births", "enforcement.facility_suspended"),
    ("births", "enforcement.facility_reinstated"),
    ("births", "enforcement.device_added"),
    ("births", "enforcement.practitioner_licensed"),
}
"""What is not for a reader of the channel."""


@pytest.fixture
def sealer():
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    return Sealer(KeyStore(engine, MASTER), {"care": CARE, "household": HOUSEHOLD}, FINGERPRINT)


@pytest.fixture
def hear(sealer):
    """The commands a service makes of the bytes on a stream."""

    def commands(reactions, content):
        event = decode(content)
        kind = {each.type: each for each in reactions}[event.type]
        hearing = Hearing(event, "message:1", "someone", NOW, sealer, READER)
        return list(reactions[kind](kind.model_validate_json(to_json(event.data)), hearing))

    return commands


def reactions_to(service, name):
    return next(each for channel, each in SERVICES[service].hears.items() if channel.startswith(name.split(".")[0]))


def form_of(name):
    """The golden file of a contract, `+<what>` for a later form of it."""
    contract, plus, what = name.partition("+")
    return f"evenborn.{contract}.v1{plus}{what}"


def expected(service, name):
    command = HEARD[service, name]
    return [command] if command else []


def with_more(kind):
    """The golden bytes with something in them that nobody knows yet."""
    event = json.loads(raw(kind))
    return to_json({**event, "addedlater": "x", "data": {**event["data"], "added_later": {"x": 1}}})


@pytest.mark.parametrize(("service", "name"), sorted(HEARD))
def test_a_reader_turns_a_golden_message_into_its_command(hear, service, name):
    form = form_of(name)
    assert hear(reactions_to(service, name), raw(form)) == expected(service, name), how(kind_of(form))


@pytest.mark.parametrize(("service", "name"), sorted(HEARD))
def test_a_reader_of_a_channel_ignores_what_it_does_not_know(hear, service, name):
    assert hear(reactions_to(service, name), with_more(form_of(name))) == expected(service, name)


@pytest.mark.parametrize(("service", "name"), sorted(PASSED_OVER))
def test_what_is_not_for_a_reader_is_passed_over(service, name):
    known = {kind.type for kind in reactions_to(service, name)}
    assert interest(decode(raw(f"evenborn.{name}.v1")), known) is Interest.IGNORE


def test_every_contract_on_a_channel_is_tried_with_every_reader():
    readers = {
        (subject.removeprefix("service:"), kind.type)
        for service in SERVICES.values()
        for channel, kinds in service.says.items()
        for subject in service.channels[channel] & {f"service:{name}" for name in SERVICES}
        for kind in kinds
    }
    assert readers == {
        (service, form_of(name)) for service, name in (*HEARD, *PASSED_OVER) if name.partition(".")[0] in SERVICES
    }


@pytest.mark.parametrize("service", SERVICES)
def test_a_department_reads_its_receipt_whatever_was_added(service):
    kind = f"evenborn.{service}.receipt.v1"
    first, again = (Receipt.model_validate_json(to_json(decode(each).data)) for each in (raw(kind), with_more(kind)))
    assert first == again
    assert first.id
    assert first.status in {"accepted", "rejected"}


# Departments

DEPARTMENTS = [kind for kind, contract in published().items() if hasattr(contract, "holds")]


@pytest.mark.parametrize("kind", DEPARTMENTS)
def test_a_department_learns_of_a_field_nobody_knows(kind):
    with pytest.raises(Malformed) as fault:
        parse(kind, with_more(kind))
    assert fault.value.pointer == "/data/added_later"


def parse(kind, content):
    """As services do: what does not fit is malformed, below `/data`."""
    try:
        return published()[kind].model_validate_json(to_json(decode(content).data))
    except ValidationError as error:
        raise malformed(error, "/data") from None


def test_a_registration_becomes_the_command_it_always_did(hear, sealer):
    kind = "evenborn.hospital.registration.v1"
    [command] = hear(PREGNANCY_TRACKING.receives, raw(kind))
    opened = sealer.open(command.registration.identity, WOMAN.id(PERSON), Identity)
    assert opened == Identity(**PERSONAL[kind])
    assert (command.person, command.consents_to_care) == (PERSON, True)
    assert (command.correlation_id, command.causation_id) == ("registration-2024-0007", "registration-2024-0007")
    assert command.registration.model_dump(mode="json", exclude={"identity"}) == {
        "registered_on": "2024-03-04",
        "last_menstrual_period": "2024-01-01",
        "township": "dayingxiang",
        "village": "dayingxiang-dongying",
        "township_post": "dayingxiang-midwife",
        "village_post": "dayingxiang-dongying-doctor",
        "handbook": "handbook-2024-0007",
        "contact_preference": "phone",
    }


@pytest.mark.parametrize(
    ("kind", "visit"),
    [
        ("hospital.antenatal_visit", (VisitKind.ANTENATAL, date(2024, 5, 6), "dayingxiang-hospital")),
        ("village.home_visit", (VisitKind.HOME, date(2024, 10, 11), "dayingxiang-dongying-clinic")),
        ("hospital.postnatal_visit", (VisitKind.POSTNATAL, date(2024, 11, 20), "dayingxiang-hospital")),
        ("hospital.referral_result", (VisitKind.REFERRAL_RESULT, date(2024, 9, 6), "county-hospital")),
    ],
)
def test_a_visit_becomes_the_command_it_always_did(hear, sealer, kind, visit):
    [command] = hear(PREGNANCY_TRACKING.receives, raw(f"evenborn.{kind}.v1"))
    assert (command.kind, command.visited_on, command.unit) == visit
    assert (command.person, command.pregnancy) == (PERSON, None)
    told = PERSONAL[f"evenborn.{kind}.v1"]["observations"]
    assert command.observed == told
    assert sealer.open(command.observations, WOMAN.id(PERSON), Observations) == Observations(values=told)


HERS = {"person": PERSON, "pregnancy": None}
COMMANDS = {
    "hospital.counselling": RequestCounselling.model_construct(
        person=PERSON, unit="dayingxiang-hospital", given_on=date(2023, 12, 11), topics=("folic_acid", "nutrition")
    ),
    "hospital.companion": ArrangeCompanion.model_construct(
        **HERS, companion="partner", arranged_on=date(2024, 9, 2), unit="dayingxiang-hospital"
    ),
    "hospital.dating": ReviseDating.model_construct(
        **HERS, basis=DatingBasis.SCAN, established_on=date(2024, 3, 25), gestation_days=81
    ),
    "hospital.risk": GradeRisk.model_construct(
        **HERS, colour=RiskColour.ORANGE, graded_on=date(2024, 5, 6), unit="county-hospital"
    ),
    "hospital.reassignment": ReassignCare.model_construct(
        **HERS,
        township_post="dayingxiang-midwife",
        village_post="dayingxiang-xiying-doctor",
        assigned_on=date(2024, 7, 1),
    ),
    "hospital.discharge": NoteDischarge.model_construct(
        **HERS,
        facility="county-hospital",
        discharged_at=datetime(2024, 10, 8, 10, tzinfo=COUNTY_TIME),
        noticed_at=datetime(2024, 10, 8, 16, tzinfo=COUNTY_TIME),
    ),
    "hospital.end": EndPregnancy.model_construct(
        **HERS, outcome=Outcome.LOSS, ended_on=date(2024, 6, 10), unit="county-hospital"
    ),
    "hospital.maternal_death": RecordMaternalDeath.model_construct(**HERS, died_on=date(2024, 10, 29)),
    "village.attempt": LogAttempt.model_construct(
        **HERS, kind=VisitKind.HOME, attempted_on=date(2024, 8, 20), unit="dayingxiang-dongying-clinic"
    ),
    "village.decline": DeclineContact.model_construct(**HERS, contact="antenatal-4", declined_on=date(2024, 8, 21)),
}
"""What each message of care becomes, but for what every command has and for what is sealed."""


@pytest.mark.parametrize("kind", COMMANDS)
def test_a_message_of_care_becomes_the_command_it_always_did(hear, kind):
    [command] = hear(PREGNANCY_TRACKING.receives, raw(f"evenborn.{kind}.v1"))
    expected = COMMANDS[kind]
    told = {name: getattr(command, name) for name in expected.model_fields_set}
    assert (type(command), told) == (type(expected), {name: getattr(expected, name) for name in told})


def test_a_birth_becomes_the_command_it_always_did(hear, sealer):
    kind = "evenborn.hospital.birth.v1"
    [command] = hear(BIRTHS.receives, raw(kind))
    assert sealer.open(command.mother, BIRTH.id(command.birth), Mother) == Mother(**PERSONAL[kind])
    about = {"birth", "mother", "command_id", "actor", "at", "correlation_id", "causation_id", "expected_version"}
    assert command.model_dump(mode="json", exclude=about) == {
        "person": PERSON,
        "household": "rnd64chwlcc4zx2mt5mxygpwtx",
        "facility": "county-hospital",
        "township": "dayingxiang",
        "born_at": "2024-10-05T04:30:00+08:00",
        "vital": "live",
        "sex": "girl",
        "weight_grams": 3200,
        "gestation_weeks": 39,
        "plurality": 1,
        "number": 1,
        "birth_order": 2,
    }


def test_every_department_message_is_tried_with_its_service():
    received = {kind.type for service in SERVICES.values() for kind in service.receives}
    assert received == set(DEPARTMENTS)
