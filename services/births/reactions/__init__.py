"""What others tell births, turned into its own commands: the door in."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import MAXYEAR, MINYEAR
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

import yaml

from services.births.domain.birth import BIRTH
from services.births.domain.commands import ErasePerson, NoteMaternalDeath, NotePregnancy, RecordBirth
from services.births.domain.particulars import Identity, Residence, Sex, Vital
from services.births.domain.policy import AdoptPolicy
from services.births.domain.reference import AdoptReference, Facility, NoteFacility, Township
from shared.contracts import departments, enforcement, pregnancy_tracking
from shared.kernel import Clock, Command, Refusal
from shared.reacting import Hearing, Reactions
from shared.sealing import Sealer

BIRTH_IDS = UUID("5f0f4ba1-6f0b-4c7e-9d0e-2b8b5c1c7a11")
"""The namespace of birth ids (RFC 9562, version 5)."""
POLICIES = Path(__file__).parents[1] / "policy"
MOTHER_FIELD = "mother"
"""The sealed field's stable id: what is sealed opens only under it."""


class DocumentUnreadable(Refusal):
    """An identity document's number has letters or digits."""


class OutsideCalendar(Refusal):
    """At the ends of the calendar a moment has no date in the county."""


def record_birth(message: departments.Birth, hearing: Hearing) -> Sequence[Command]:
    """A hospital tells a birth. Idempotent by message, and by mother, date and number whatever the message."""
    mother = hearing.personal(message.personal, departments.Person)
    codes = {"vital": Vital(message.vital), "sex": Sex(message.sex), "residence": Residence(message.residence)}
    told = message.model_dump(exclude={"personal"}) | codes
    return [telling(told, Identity(**mother.model_dump()), hearing.sealer, hearing.stamp())]


def note_pregnancy(message: pregnancy_tracking.PregnancyRegistered, hearing: Hearing) -> Sequence[Command]:
    """A pregnancy is under care. Idempotent by pregnancy and due date."""
    return [
        NotePregnancy(
            **hearing.stamp(),
            pregnancy=message.pregnancy,
            person=message.person,
            estimated_due_on=message.estimated_due_on,
        )
    ]


def note_due_date(message: pregnancy_tracking.PregnancyRedated, hearing: Hearing) -> Sequence[Command]:
    """A pregnancy is due on another day. Idempotent by pregnancy and due date."""
    return [NotePregnancy(**hearing.stamp(), **message.model_dump())]


def note_end(message: pregnancy_tracking.PregnancyEnded, hearing: Hearing) -> Sequence[Command]:
    """A pregnancy ended: of that only a mother's death is ours to count. Idempotent by person and day.

    Care never takes such an end back: a birth told later does not revise it.
    """
    if message.outcome is not pregnancy_tracking.Outcome.MATERNAL_DEATH:
        return []
    return [
        NoteMaternalDeath(
            **hearing.stamp(), pregnancy=message.pregnancy, person=message.person, died_on=message.ended_on
        )
    ]


def note_death(message: pregnancy_tracking.MaternalDeathRecorded, hearing: Hearing) -> Sequence[Command]:
    """A mother died, pregnant or after. Idempotent by person and day; of a death that was an end, both are told."""
    return [
        NoteMaternalDeath(
            **hearing.stamp(), pregnancy=message.pregnancy, person=message.person, died_on=message.died_on
        )
    ]


def erase_person(message: pregnancy_tracking.PersonErased, hearing: Hearing) -> Sequence[Command]:
    """A person was erased elsewhere, so here as well. Idempotent by person: who is erased stays erased."""
    return [ErasePerson(**hearing.stamp(), person=message.person)]


def note_facility(message: enforcement.FacilityRegistered, hearing: Hearing) -> Sequence[Command]:
    """A facility is in the register. Idempotent by its unit and names.

    What it is licensed for is not ours to know: a birth is recorded wherever it happened.
    """
    told = message.model_dump(include={"facility", "unit", "name_zh", "name_en"})
    return [NoteFacility(**hearing.stamp(), **told)]


HEARS: Mapping[str, Reactions] = {
    "pregnancy_tracking.care": {
        pregnancy_tracking.PregnancyRegistered: note_pregnancy,
        pregnancy_tracking.PregnancyRedated: note_due_date,
        pregnancy_tracking.PregnancyEnded: note_end,
        pregnancy_tracking.MaternalDeathRecorded: note_death,
        pregnancy_tracking.PersonErased: erase_person,
    },
    "enforcement.registry": {enforcement.FacilityRegistered: note_facility},
}
"""By channel. Births come from those who attend them; of how a pregnancy ended, only a mother's death is counted; of
the register of facilities, only which there are: devices, licences and suspensions change no birth."""
RECEIVES: Reactions = {departments.Birth: record_birth}
"""By department message."""


def telling(told: Mapping[str, Any], mother: Identity, sealer: Sealer, stamp: Mapping[str, Any]) -> RecordBirth:
    """A birth as told, with the mother sealed for the birth id that the command id gives.

    Raises OutsideCalendar, DocumentUnreadable.
    """
    if not MINYEAR < told["born_at"].year < MAXYEAR:
        raise OutsideCalendar("that is no date of a birth", pointer="/born_at")
    birth = uuid5(BIRTH_IDS, stamp["command_id"]).hex
    try:
        person, household = (sealer.pseudonym(purpose, mother.document) for purpose in ("care", "household"))
    except ValueError:
        detail = "the mother's document has no letters or digits"
        raise DocumentUnreadable(detail, pointer="/data/personal/document") from None
    sealed = sealer.seal(person, BIRTH.id(birth), MOTHER_FIELD, mother)
    return RecordBirth(**told, **stamp, birth=birth, person=person, household=household, mother=sealed)


def adopt(reference: Path, clock: Clock) -> Sequence[Command]:
    """The county's reference data and our newest policy as commands; what is in force already changes nothing.

    Each start asks anew (new command ids): going back to an earlier version is a change as well. Raises
    FileNotFoundError, KeyError or pydantic.ValidationError for files that are not what they should be.
    """
    county = {
        "townships": _entries(reference, "townships", Township),
        "facilities": _entries(reference, "facilities", Facility),
    }
    policy = {"policy": _read(max(POLICIES.glob("*.yaml")))}
    return [
        AdoptReference.model_validate_json(_stamped(county, clock)),
        AdoptPolicy.model_validate_json(_stamped(policy, clock)),
    ]


def _entries(reference: Path, name: str, shape: type[Township | Facility]) -> list[dict[str, Any]]:
    """What births needs to know of each entry of `<name>.yaml`."""
    return [{field: entry[field] for field in shape.model_fields} for entry in _read(reference / f"{name}.yaml")[name]]


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _stamped(content: Mapping[str, Any], clock: Clock) -> str:
    return json.dumps({**content, "command_id": uuid4().hex, "actor": "births", "at": clock.now().isoformat()})
