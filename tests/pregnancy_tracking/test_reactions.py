"""What pregnancy_tracking hears: messages in, commands out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey
from pydantic import ValidationError
from pydantic_core import to_json

from services.pregnancy_tracking.domain.birth import NoteBenefit
from services.pregnancy_tracking.domain.birth_events import Standing
from services.pregnancy_tracking.domain.commands import ErasePerson, NoteBirth, RegisterPregnancy, VoidBirth
from services.pregnancy_tracking.domain.policy import AdoptPolicy
from services.pregnancy_tracking.domain.reference import AdoptReference, Tier
from services.pregnancy_tracking.domain.registry import AdoptRegistry, Licence, LicenceKind, Practitioner
from services.pregnancy_tracking.domain.woman import WOMAN
from services.pregnancy_tracking.domain.words import (
    Birth,
    ContactPreference,
    Identity,
    Observations,
    VisitKind,
    Vital,
)
from services.pregnancy_tracking.handling import HANDLERS
from services.pregnancy_tracking.reactions import HEARS, RECEIVES, DocumentUnreadable, adopt
from shared.contracts import benefits, births, departments, enforcement
from shared.contracts.cloudevents import Event, Malformed
from shared.reacting import Hearing
from shared.signing import PersonalPartUnreadable, encrypt_for
from tests.pregnancy_tracking.conftest import COUNTY
from tests.pregnancy_tracking.scene import NOW, given

KEY = OKPKey.generate_key("X25519")
PRIVATE, PUBLIC = KEY.as_dict(private=True), KEY.as_dict(private=False)
CARE = HEARS["births.care"]
DOCUMENT = "330102199001011234"
WHO = {"document": "330102 1990 0101 1234", "name": "王秀英", "phone": "13800000000", "address": "东营村3组12号"}
TOLD = {
    "registered_on": "2024-03-04",
    "last_menstrual_period": "2024-01-01",
    "township": "dayingxiang",
    "village": "dayingxiang-dongying",
    "township_post": "dayingxiang-midwife",
    "village_post": "dayingxiang-dongying-doctor",
    "handbook": "h1",
    "contact_preference": "phone",
    "consents_to_care": True,
}


@pytest.fixture
def hear(sealer):
    """The commands a message becomes."""

    def commands(reactions, contract, message="message:1"):
        event = Event(id="e-1", source="/demo/hospital", type=contract.type, time=NOW, data={}, correlationid="corr-1")
        hearing = Hearing(event, message, "department:hospital", NOW, sealer, PRIVATE)
        return reactions[type(contract)](contract, hearing)

    return commands


def told(contract, data, personal):
    return contract.model_validate_json(to_json({**data, "personal": encrypt_for(PUBLIC, to_json(personal))}))


def registration(personal=WHO, **other):
    return told(departments.Registration, TOLD | other, personal)


def visit(contract, **observations):
    seen = {"document": DOCUMENT, "observations": observations}
    return told(contract, {"visited_on": "2024-05-06", "unit": "dayingxiang-hospital"}, seen)


# Departments


def test_a_registration_becomes_a_command_with_the_woman_sealed(hear, sealer):
    [command] = hear(RECEIVES, registration())
    assert isinstance(command, RegisterPregnancy)
    assert (command.command_id, command.actor, command.at) == ("message:1", "department:hospital", NOW)
    assert (command.correlation_id, command.causation_id) == ("corr-1", "e-1")
    assert command.person == sealer.pseudonym("care", DOCUMENT)
    assert command.consents_to_care
    assert command.registration.last_menstrual_period == date(2024, 1, 1)
    assert command.registration.contact_preference is ContactPreference.PHONE
    opened = sealer.open(command.registration.identity, WOMAN.id(command.person), Identity)
    assert opened == Identity(**WHO)
    assert not [value for value in (*WHO.values(), DOCUMENT) if value in command.model_dump_json()]


def test_a_registration_names_the_same_pregnancy_whenever_it_is_heard(hear):
    [one], [same] = hear(RECEIVES, registration()), hear(RECEIVES, registration())
    [other] = hear(RECEIVES, registration(), message="message:2")
    assert one.pregnancy == same.pregnancy != other.pregnancy


def test_a_registration_may_be_undated(hear):
    [command] = hear(RECEIVES, registration(last_menstrual_period=None))
    assert command.registration.last_menstrual_period is None


@pytest.mark.parametrize(
    ("contract", "kind"),
    [(departments.AntenatalVisit, VisitKind.ANTENATAL), (departments.HomeVisit, VisitKind.HOME)],
)
def test_a_visit_becomes_a_command_that_knows_only_the_woman(hear, sealer, contract, kind):
    [command] = hear(RECEIVES, visit(contract, weight_kg=54.5))
    assert (command.kind, command.visited_on, command.unit) == (kind, date(2024, 5, 6), "dayingxiang-hospital")
    assert (command.person, command.pregnancy) == (sealer.pseudonym("care", DOCUMENT), None)
    assert command.observed == {"weight_kg": 54.5}
    opened = sealer.open(command.observations, WOMAN.id(command.person), Observations)
    assert opened == Observations(values={"weight_kg": 54.5})


def test_a_visit_may_be_without_observations(hear):
    [command] = hear(RECEIVES, visit(departments.HomeVisit))
    assert (command.observations, command.observed) == (None, {})


@pytest.mark.parametrize("personal", [{"document": DOCUMENT}, WHO | {"sex": "girl"}, WHO | {"name": ""}])
def test_a_personal_part_of_another_shape_is_malformed_at_its_place(hear, personal):
    with pytest.raises(Malformed) as fault:
        hear(RECEIVES, registration(personal))
    assert fault.value.pointer.startswith("/data/personal/")


def test_a_personal_part_for_somebody_else_is_unreadable(hear):
    other = OKPKey.generate_key("X25519").as_dict(private=False)
    message = registration().model_copy(update={"personal": encrypt_for(other, to_json(WHO))})
    with pytest.raises(PersonalPartUnreadable):
        hear(RECEIVES, message)


def test_a_document_has_letters_or_digits(hear):
    with pytest.raises(DocumentUnreadable):
        hear(RECEIVES, registration(WHO | {"document": " - - - "}))


# births


BORN = {
    "birth": "b1",
    "person": "w1",
    "pregnancy": "p9",
    "vital": births.Vital.STILL,
    "born_on": date(2024, 10, 5),
    "facility": "county-hospital",
    "township": "dayingxiang",
    "plurality": 2,
    "number": 1,
    "gestation_weeks": None,
}


@pytest.mark.parametrize("kind", [births.BirthRecorded, births.BirthCorrected])
def test_a_birth_is_noted_as_told_whatever_pregnancy_births_supposes(hear, kind):
    [command] = hear(CARE, kind(**BORN))
    assert isinstance(command, NoteBirth)
    assert command.person == "w1"
    kept = {name: value for name, value in BORN.items() if name not in {"person", "pregnancy"}}
    assert command.birth == Birth(**kept | {"vital": Vital.STILL})


def test_a_birth_that_does_not_count_is_voided(hear):
    [command] = hear(CARE, births.BirthVoided(birth="b1", person="w1", of="b2"))
    assert isinstance(command, VoidBirth)
    assert (command.person, command.birth) == ("w1", "b1")


@pytest.mark.parametrize("standing", benefits.Standing)
def test_a_benefit_is_noted_by_its_birth(hear, standing):
    told = {"birth": "b1", "programme": "insurance-premium", "since": date(2024, 10, 9)}
    [command] = hear(HEARS["benefits.household"], benefits.EntitlementChanged(**told, standing=standing))
    assert isinstance(command, NoteBenefit)
    assert command.model_dump(include={*told, "standing"}) == told | {"standing": Standing(standing)}


def test_who_is_erased_by_births_is_erased_here(hear):
    [command] = hear(CARE, births.PersonErased(person="w1"))
    assert isinstance(command, ErasePerson)
    assert command.person == "w1"


# Registers


SCAN = {
    "facility": "county-hospital",
    "device": "us-1",
    "counter": 7,
    "scanned_at": "2025-06-30T08:00:00+08:00",
    "operators": ["li", "zhao"],
    "purpose": "dating",
}
PROCEDURE = {"facility": "county-hospital", "performed_at": "2025-06-30T08:00:00+08:00", "emergency": True}


def test_an_examination_is_entered_with_or_without_whose_it_was(hear, sealer):
    [hers] = hear(RECEIVES, told(departments.Scan, SCAN, {"document": DOCUMENT}))
    [nobodys] = hear(RECEIVES, departments.Scan.model_validate_json(to_json(SCAN)))
    assert (hers.person, nobodys.person) == (sealer.pseudonym("care", DOCUMENT), None)
    assert hers.model_dump(exclude={"person"}) == nobodys.model_dump(exclude={"person"})
    assert (hers.counter, hers.operators, hers.purpose) == (7, ("li", "zhao"), "dating")


def test_a_procedure_is_entered_with_or_without_whose_it_was(hear, sealer):
    [hers] = hear(RECEIVES, told(departments.Procedure, PROCEDURE, {"document": DOCUMENT}))
    [nobodys] = hear(RECEIVES, departments.Procedure.model_validate_json(to_json(PROCEDURE)))
    assert (hers.person, nobodys.person) == (sealer.pseudonym("care", DOCUMENT), None)
    assert (hers.emergency, hers.certificate, hers.entry) == (True, None, nobodys.entry)


@pytest.mark.parametrize("field", ["sex", "remark", "finding", "person"])
@pytest.mark.parametrize(("kind", "usual"), [(departments.Scan, SCAN), (departments.Procedure, PROCEDURE)])
def test_there_is_no_room_for_anything_else(kind, usual, field):
    with pytest.raises(ValidationError):
        kind.model_validate_json(to_json(usual | {field: "girl"}))


# enforcement

LICENCE = {"kind": "ultrasound", "valid_from": "2020-01-01", "valid_until": None}
HELD = Licence(kind=LicenceKind.ULTRASOUND, valid_from=date(2020, 1, 1), valid_until=None)
REGISTRY = [
    (
        enforcement.FacilityRegistered,
        {"unit": "county-hospital", "licences": [LICENCE]},
        {"unit": "county-hospital", "licences": (HELD,)},
    ),
    (enforcement.FacilitySuspended, {}, {"suspended": True}),
    (enforcement.FacilityReinstated, {}, {"suspended": False}),
    (enforcement.DeviceAdded, {"device": "us-9"}, {"devices": ("us-9",)}),
    (
        enforcement.PractitionerLicensed,
        {"practitioner": "wu", "licence": LICENCE},
        {"staff": (Practitioner(code="wu", licences=(HELD,)),)},
    ),
]


@pytest.mark.parametrize(("kind", "message", "noted"), REGISTRY, ids=[kind.__name__ for kind, *_ in REGISTRY])
def test_what_enforcement_registers_is_noted(hear, kind, message, noted):
    about = kind.model_validate_json(to_json({"facility": "county-hospital", **message, "added_later": 1}))
    [command] = hear(HEARS["enforcement.registry"], about)
    assert command.facility == "county-hospital"
    assert {name: getattr(command, name) for name in noted} == noted


# The county's files


def test_the_countys_reference_data_and_the_newest_policy_are_adopted(clock):
    county, registry, policy = adopt(COUNTY, clock)
    assert isinstance(registry, AdoptRegistry)
    assert isinstance(county, AdoptReference)
    assert isinstance(policy, AdoptPolicy)
    assert (county.at, policy.at) == (clock.now(), clock.now())
    townships = {township.code: township.villages for township in county.county.townships}
    assert len(townships) == 3
    for township, villages in townships.items():
        midwives = [post for post in county.county.posts if post.tier is Tier.TOWNSHIP and township in post.serves]
        assert len(midwives) == 1
        for village in villages:
            doctors = [post for post in county.county.posts if post.tier is Tier.VILLAGE and village in post.serves]
            assert len(doctors) == 1
    assert [post for post in county.county.posts if post.tier is Tier.COUNTY and not post.serves]


def test_what_is_in_force_is_adopted_once(clock):
    fresh = given().without("reference:county", "policy:county")
    for command in adopt(COUNTY, clock):
        fresh.happened(HANDLERS[type(command)](command, fresh))
    for command in adopt(COUNTY, clock):
        fresh.when(command).then_nothing()


def test_every_policy_file_is_named_by_its_version():
    from services.pregnancy_tracking import reactions

    for path in reactions.POLICIES.glob("*.yaml"):
        assert f'version: "{path.stem}"' in path.read_text(encoding="utf-8")


def test_observations_of_the_policy_hold_nothing_about_a_childs_sex(clock):
    policy = adopt(Path(COUNTY), clock)[-1]
    codes = {each.code for each in policy.policy.observations}
    assert not [code for code in codes if "sex" in code or "gender" in code or "genital" in code]
