"""What births and benefits tell of a birth."""

from __future__ import annotations

from collections.abc import Mapping

from services.pregnancy_tracking.domain import birth, birth_told
from services.pregnancy_tracking.domain.birth import BIRTH, NoteBenefit
from services.pregnancy_tracking.domain.commands import NoteBirth, VoidBirth
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY
from services.pregnancy_tracking.domain.woman import WOMAN
from services.pregnancy_tracking.handling.duties import followed
from services.pregnancy_tracking.handling.standing import policy_of
from shared.kernel import Cases, Command, Decision, Handler


def note_birth(command: NoteBirth, cases: Cases) -> Decision:
    return birth_told.note_birth(command, _record(command.person, command.birth.birth, cases), policy_of(cases))


def void_birth(command: VoidBirth, cases: Cases) -> Decision:
    return birth_told.void_birth(command, _record(command.person, command.birth, cases), policy_of(cases))


def note_benefit(command: NoteBenefit, cases: Cases) -> Decision:
    return birth.note_benefit(command, cases[BIRTH, command.birth])


HANDLERS: Mapping[type[Command], Handler] = {
    NoteBirth: followed(note_birth),
    VoidBirth: followed(void_birth),
    NoteBenefit: note_benefit,
}


def _record(person: str, told: str, cases: Cases) -> birth_told.Record:
    """Her pregnancies with it: which of them a birth belongs to may have to be decided anew."""
    hers = cases[WOMAN, person]
    pregnancies = {course.pregnancy: cases[PREGNANCY, course.pregnancy] for course in hers.courses}
    return birth_told.Record(person, cases[BIRTH, told], hers, pregnancies)
