"""What births hears: messages in, commands out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey
from pydantic_core import to_json

from services.births.domain.birth import BIRTH
from services.births.domain.commands import ErasePerson, NoteMaternalDeath, NotePregnancy
from services.births.domain.particulars import Identity, Residence, Sex, Vital
from services.births.domain.policy import AdoptPolicy, PolicyAdopted
from services.births.domain.reference import AdoptReference, NoteFacility
from services.births.handling import HANDLERS
from services.births.reactions import HEARS, RECEIVES, DocumentUnreadable, adopt
from shared.clock import COUNTY_TIME
from shared.contracts import departments, enforcement, pregnancy_tracking
from shared.contracts.cloudevents import Event, Malformed
from shared.reacting import Hearing
from shared.sealing import Erased
from shared.signing import PersonalPartUnreadable, encrypt_for
from tests.births.scene import NOW, given

KEY = OKPKey.generate_key("X25519")
PRIVATE, PUBLIC = KEY.as_dict(private=True), KEY.as_dict(private=False)
CARE = HEARS["pregnancy_tracking.care"]
MOTHER = {"document": "110101 1990 0101 1234", "name": "王秀英", "phone": "13800000000"}
BIRTH_TOLD = {
    "facility": "county-hospital",
    "born_at": "2024-11-03T04:30:00+08:00",
    "vital": "live",
    "sex": "girl",
    "weight_grams": 3200,
    "gestation_weeks": 39,
    "birth_order": 2,
    "township": "dayingxiang",
}
COUNTY = Path(__file__).parents[2] / "deploy" / "county"


@pytest.fixture
def hear(sealer):
    """The commands a message becomes."""

    def commands(reactions, contract, message="message:1"):
        event = Event(id="e-1", source="/demo/hospital", type=contract.type, time=NOW, data={}, correlationid="corr-1")
        hearing = Hearing(event, message, "department:hospital", NOW, sealer, PRIVATE)
        return reactions[type(contract)](contract, hearing)

    return commands


def told(mother=MOTHER, **other):
    personal = encrypt_for(PUBLIC, to_json(mother))
    return departments.Birth.model_validate_json(to_json(BIRTH_TOLD | {"personal": personal} | other))


# A hospital's birth


def test_a_birth_becomes_a_command_with_its_mother_sealed(hear, sealer):
    [command] = hear(RECEIVES, told())
    assert (command.command_id, command.actor, command.at) == ("message:1", "department:hospital", NOW)
    assert (command.correlation_id, command.causation_id) == ("corr-1", "e-1")
    assert command.person == sealer.pseudonym("care", "110101199001011234")
    assert command.household == sealer.pseudonym("household", "110101199001011234") != command.person
    assert (command.vital, command.sex, command.number, command.plurality) == (Vital.LIVE, Sex.GIRL, 1, 1)
    assert command.born_at == datetime(2024, 11, 3, 4, 30, tzinfo=COUNTY_TIME)
    opened = sealer.open(command.mother, BIRTH.id(command.birth), Identity)
    assert opened == Identity(document="110101 1990 0101 1234", name="王秀英", phone="13800000000")


def test_nothing_personal_is_readable_in_the_command(hear):
    [command] = hear(RECEIVES, told())
    text = command.model_dump_json()
    assert not [value for value in (*MOTHER.values(), "110101199001011234") if value in text]


def test_the_command_of_a_message_is_decided(hear):
    [command] = hear(RECEIVES, told())
    assert f"birth:{command.birth}" in given().when(command).decision()


def test_the_same_message_names_the_same_birth_and_another_message_another(hear):
    [first], [again] = hear(RECEIVES, told()), hear(RECEIVES, told())
    [other] = hear(RECEIVES, told(), message="message:2")
    assert first.birth == again.birth != other.birth
    assert first.person == again.person == other.person


def test_erasing_the_mother_makes_what_was_sealed_unreadable(hear, sealer):
    [command] = hear(RECEIVES, told())
    sealer.flush()
    sealer.erase(command.person)
    assert sealer.open(command.mother, BIRTH.id(command.birth), Identity) == Erased()


def test_a_personal_part_for_someone_else_is_refused(hear):
    other = OKPKey.generate_key("X25519").as_dict(private=False)
    with pytest.raises(PersonalPartUnreadable):
        hear(RECEIVES, told(personal=encrypt_for(other, to_json(MOTHER))))


def test_a_personal_part_without_a_name_is_malformed(hear):
    with pytest.raises(Malformed) as fault:
        hear(RECEIVES, told({"document": "110101199001011234"}))
    assert fault.value.pointer == "/data/personal/name"


def test_a_document_of_dashes_is_refused(hear):
    with pytest.raises(DocumentUnreadable) as refused:
        hear(RECEIVES, told({"document": "- - - -", "name": "王秀英"}))
    assert refused.value.pointer == "/data/personal/document"


# Pregnancies, and erasures elsewhere


@pytest.mark.parametrize("due", [date(2024, 11, 10), None])
def test_a_registered_pregnancy_is_noted(hear, due):
    registered = pregnancy_tracking.PregnancyRegistered(
        pregnancy="p1", person="m1", estimated_due_on=due, township="dayingxiang"
    )
    [command] = hear(CARE, registered, "pregnancy_tracking.care:4")
    assert isinstance(command, NotePregnancy)
    assert (command.pregnancy, command.person, command.estimated_due_on) == ("p1", "m1", due)
    assert command.command_id == "pregnancy_tracking.care:4"


def test_a_person_erased_elsewhere_is_erased_here(hear):
    [command] = hear(CARE, pregnancy_tracking.PersonErased(person="m1"), "pregnancy_tracking.care:5")
    assert isinstance(command, ErasePerson)
    assert command.person == "m1"


@pytest.mark.parametrize("outcome", pregnancy_tracking.Outcome)
def test_of_how_a_pregnancy_ended_only_a_mothers_death_is_heard(hear, outcome):
    ended = pregnancy_tracking.PregnancyEnded(pregnancy="p1", person="m1", outcome=outcome, ended_on=date(2024, 11, 5))
    died = outcome is pregnancy_tracking.Outcome.MATERNAL_DEATH
    commands = hear(CARE, ended, "pregnancy_tracking.care:6")
    assert [type(each) for each in commands] == ([NoteMaternalDeath] if died else [])
    assert [(each.person, each.pregnancy, each.died_on) for each in commands] == [
        ("m1", "p1", date(2024, 11, 5))
    ] * died


def test_another_due_date_is_heard(hear):
    told = pregnancy_tracking.PregnancyRedated(pregnancy="p1", person="m1", estimated_due_on=date(2024, 10, 20))
    [command] = hear(CARE, told, "pregnancy_tracking.care:7")
    assert isinstance(command, NotePregnancy)
    assert (command.person, command.pregnancy, command.estimated_due_on) == ("m1", "p1", date(2024, 10, 20))


def test_a_mothers_death_after_the_birth_is_heard(hear):
    told = pregnancy_tracking.MaternalDeathRecorded(pregnancy="p1", person="m1", died_on=date(2024, 11, 5))
    [command] = hear(CARE, told, "pregnancy_tracking.care:7")
    assert isinstance(command, NoteMaternalDeath)
    assert (command.person, command.pregnancy, command.died_on) == ("m1", "p1", date(2024, 11, 5))


@pytest.mark.parametrize(
    ("residence", "kept"), [({}, Residence.UNKNOWN), ({"residence": "returned"}, Residence.RETURNED)]
)
def test_where_a_mother_lived_before_is_kept_if_it_is_told(hear, residence, kept):
    [command] = hear(RECEIVES, told(**residence))
    assert command.residence is kept


# enforcement


@pytest.mark.parametrize("names", [{}, {"name_zh": "河口诊所", "name_en": "Hekou Clinic"}])
def test_a_facility_enforcement_registers_is_noted(hear, names):
    licence = enforcement.Licence(kind=enforcement.LicenceKind.DELIVERY, valid_from=date(2024, 10, 1), valid_until=None)
    registered = enforcement.FacilityRegistered(facility="hekou-clinic", unit="hekou", licences=(licence,), **names)
    [command] = hear(HEARS["enforcement.registry"], registered, "enforcement.registry:1")
    assert isinstance(command, NoteFacility)
    assert (command.facility, command.unit) == ("hekou-clinic", "hekou")
    assert (command.name_zh, command.name_en) == (names.get("name_zh"), names.get("name_en"))
    assert command.command_id == "enforcement.registry:1"
    assert "reference:county" in given().when(command).decision()


# Reference and policy at start


def test_the_countys_reference_and_our_policy_are_adopted(clock):
    reference, policy = adopt(COUNTY, clock)
    assert isinstance(reference, AdoptReference)
    assert {"dayingxiang", "qinghezhen"} <= {each.code for each in reference.townships}
    assert {"county-hospital", "home"} <= {each.code for each in reference.facilities}
    assert isinstance(policy, AdoptPolicy)
    assert (policy.policy.baseline, policy.policy.statistical_year_starts_in) == (105, 10)


def test_what_is_adopted_already_is_not_adopted_again(clock):
    first, again = adopt(COUNTY, clock), adopt(COUNTY, clock)
    facts = [HANDLERS[type(command)](command, given()) for command in first]
    for command in again:
        given(*facts).when(command).then_nothing()


def test_going_back_to_an_earlier_policy_is_a_change(clock):
    [_, ours] = adopt(COUNTY, clock)
    other = PolicyAdopted(policy=ours.policy.model_copy(update={"version": "other"}))
    [_, again] = adopt(COUNTY, clock)
    cases = given({"policy:county": [PolicyAdopted(policy=ours.policy), other]})
    cases.when(again).then({"policy:county": [PolicyAdopted(policy=ours.policy)]})
    assert again.command_id != ours.command_id


def test_times_are_the_clocks(clock):
    clock.set(datetime(2024, 12, 1, tzinfo=UTC))
    assert {command.at for command in adopt(COUNTY, clock)} == {clock.now()}
