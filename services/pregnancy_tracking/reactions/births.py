"""What births tells of births, and of who was erased there."""

from __future__ import annotations

from collections.abc import Sequence

from services.pregnancy_tracking.domain.commands import ErasePerson, NoteBirth, VoidBirth
from services.pregnancy_tracking.domain.words import Birth, Vital
from shared.contracts import births
from shared.kernel import Command
from shared.reacting import Hearing, Reactions


def note_birth(message: births.BirthRecorded | births.BirthCorrected, hearing: Hearing) -> Sequence[Command]:
    """A birth is as told here. Idempotent by birth and sequence.

    The pregnancy births supposes is not taken over: the day decides here, in whatever order both are told.
    """
    told = message.model_dump(exclude={"person", "pregnancy"}) | {"vital": Vital(message.vital)}
    return [
        NoteBirth(**hearing.stamp(), person=message.person, birth=Birth(**told), sequence=hearing.event.sequence or 0)
    ]


def void_birth(message: births.BirthVoided, hearing: Hearing) -> Sequence[Command]:
    """A birth was told twice and does not count. Idempotent by birth and sequence."""
    sequence = hearing.event.sequence or 0
    return [VoidBirth(**hearing.stamp(), person=message.person, birth=message.birth, sequence=sequence)]


def erase_person(message: births.PersonErased, hearing: Hearing) -> Sequence[Command]:
    """A person was erased elsewhere, so here as well. Idempotent by person: who is erased stays erased."""
    return [ErasePerson(**hearing.stamp(), person=message.person)]


REACTIONS: Reactions = {
    births.BirthRecorded: note_birth,
    births.BirthCorrected: note_birth,
    births.BirthVoided: void_birth,
    births.PersonErased: erase_person,
}
