"""Reference data, policy and facilities: what the county is, from files and from enforcement."""

from __future__ import annotations

from collections.abc import Mapping

from services.pregnancy_tracking.domain import policy, reference, registry
from services.pregnancy_tracking.domain.policy import IN_FORCE, POLICY, AdoptPolicy
from services.pregnancy_tracking.domain.reference import AdoptReference
from services.pregnancy_tracking.domain.registry import AdoptRegistry, NoteFacility, NoteSuspension
from services.pregnancy_tracking.handling.standing import county_of, registry_of
from shared.kernel import Cases, Command, Decision, Handler


def adopt_reference(command: AdoptReference, cases: Cases) -> Decision:
    return reference.adopt_reference(command, county_of(cases))


def adopt_policy(command: AdoptPolicy, cases: Cases) -> Decision:
    return policy.adopt_policy(command, cases[POLICY, IN_FORCE])


def adopt_registry(command: AdoptRegistry, cases: Cases) -> Decision:
    return registry.adopt_registry(command, registry_of(cases))


def note_facility(command: NoteFacility, cases: Cases) -> Decision:
    return registry.note_facility(command, registry_of(cases))


def note_suspension(command: NoteSuspension, cases: Cases) -> Decision:
    return registry.note_suspension(command, registry_of(cases))


HANDLERS: Mapping[type[Command], Handler] = {
    AdoptReference: adopt_reference,
    AdoptPolicy: adopt_policy,
    AdoptRegistry: adopt_registry,
    NoteFacility: note_facility,
    NoteSuspension: note_suspension,
}
