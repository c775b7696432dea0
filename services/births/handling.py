"""Which cases each command needs: binds the rules to the writer."""

from __future__ import annotations

from collections.abc import Mapping

from services.births.domain import birth, duplicate, mother, policy, reference
from services.births.domain.birth import BIRTH
from services.births.domain.commands import ErasePerson, NotePregnancy, RecordBirth
from services.births.domain.duplicate import DUPLICATE
from services.births.domain.mother import MOTHER, Child
from services.births.domain.policy import IN_FORCE, POLICY, AdoptPolicy, Policy
from services.births.domain.reference import ADOPTED, COUNTY, AdoptReference, County
from shared.kernel import Cases, Command, Decision, Handler


def record_birth(command: RecordBirth, cases: Cases) -> Decision:
    """A child is known by her mother, the date and her number among the children of that birth."""
    record, county, in_force = cases[MOTHER, command.person], _county(cases), _policy(cases)
    known = record.births.get(Child(command.born_on, command.number))
    if known is None:
        return birth.record_birth(command, cases[BIRTH, command.birth], record, county, in_force)
    first, suspicion = cases[BIRTH, known], cases[DUPLICATE, known]
    return duplicate.tell_again(
        command, of=known, first=first, suspicion=suspicion, mother=record, county=county, policy=in_force
    )


def note_pregnancy(command: NotePregnancy, cases: Cases) -> Decision:
    return mother.note_pregnancy(command, cases[MOTHER, command.person])


def erase_person(command: ErasePerson, cases: Cases) -> Decision:
    return mother.erase_person(command, cases[MOTHER, command.person], _policy(cases))


def adopt_reference(command: AdoptReference, cases: Cases) -> Decision:
    return reference.adopt_reference(command, _county(cases))


def adopt_policy(command: AdoptPolicy, cases: Cases) -> Decision:
    return policy.adopt_policy(command, cases[POLICY, IN_FORCE])


HANDLERS: Mapping[type[Command], Handler] = {
    RecordBirth: record_birth,
    NotePregnancy: note_pregnancy,
    ErasePerson: erase_person,
    AdoptReference: adopt_reference,
    AdoptPolicy: adopt_policy,
}


def policy_version(cases: Cases) -> str:
    """The version of the policy in force, for the envelope; "" before the first is adopted."""
    in_force = cases[POLICY, IN_FORCE].policy
    return in_force.version if in_force else ""


def _county(cases: Cases) -> County:
    return cases[COUNTY, ADOPTED]


def _policy(cases: Cases) -> Policy:
    return cases[POLICY, IN_FORCE].now
