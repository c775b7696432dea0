"""What others tell pregnancy_tracking, turned into its own commands: the door in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

import yaml
from pydantic_core import to_json

from services.pregnancy_tracking.domain.commands import RegisterPregnancy
from services.pregnancy_tracking.domain.policy import AdoptPolicy
from services.pregnancy_tracking.domain.reference import AdoptReference
from services.pregnancy_tracking.domain.registry import AdoptRegistry
from services.pregnancy_tracking.domain.woman import WOMAN
from services.pregnancy_tracking.domain.words import ContactPreference, Identity, Registration
from services.pregnancy_tracking.reactions import benefits, births, care, registers, registry, transfers
from services.pregnancy_tracking.reactions.care import grading, visiting
from services.pregnancy_tracking.reactions.persons import DocumentUnreadable, pseudonym
from shared.contracts import departments
from shared.kernel import Clock, Command
from shared.reacting import Hearing, Reactions
from shared.sealing import Sealer

PREGNANCY_IDS = UUID("0c6f7c52-2f0e-4b7b-9a52-6d1c1f5f6a04")
"""The namespace of pregnancy ids (RFC 9562, version 5)."""
POLICIES = Path(__file__).parents[1] / "policy"
IDENTITY = "identity"
"""The sealed field's stable id: what is sealed opens only under it."""


def register(message: departments.Registration, hearing: Hearing) -> Sequence[Command]:
    """A hospital registered a pregnancy. Idempotent by message, and by woman and handbook whatever the message."""
    identity = Identity(**hearing.personal(message.personal, departments.Person).model_dump())
    told = message.model_dump(exclude={"personal"}) | {
        "contact_preference": ContactPreference(message.contact_preference)
    }
    return [registering(told, identity, hearing.sealer, hearing.stamp())]


__all__ = ["HEARS", "RECEIVES", "DocumentUnreadable", "adopt", "grading", "pseudonym", "registering", "visiting"]
HEARS: Mapping[str, Reactions] = {
    "births.care": births.REACTIONS,
    "benefits.household": benefits.REACTIONS,
    "enforcement.registry": registry.REACTIONS,
}
"""By channel."""
RECEIVES: Reactions = {
    departments.Registration: register,
    **care.REACTIONS,
    **registers.REACTIONS,
    **transfers.REACTIONS,
}
"""By department message."""


def registering(
    told: Mapping[str, Any], identity: Identity, sealer: Sealer, stamp: Mapping[str, Any]
) -> RegisterPregnancy:
    """A registration as told, the woman sealed, with the pregnancy id that the command id gives.

    `told` has the fields of a Registration but the identity, and `consents_to_care`. Raises DocumentUnreadable.
    """
    person = pseudonym(sealer, identity.document)
    fields = {name: value for name, value in told.items() if name != "consents_to_care"}
    return RegisterPregnancy(
        **stamp,
        pregnancy=uuid5(PREGNANCY_IDS, stamp["command_id"]).hex,
        person=person,
        registration=Registration(identity=sealer.seal(person, WOMAN.id(person), IDENTITY, identity), **fields),
        consents_to_care=told["consents_to_care"],
    )


def adopt(reference: Path, clock: Clock) -> Sequence[Command]:
    """The county's reference data and our newest policy as commands; what is in force already changes nothing.

    Each start asks anew (new command ids): going back to an earlier version is a change as well. Raises
    FileNotFoundError, KeyError or pydantic.ValidationError for files that are not what they should be.
    """
    townships = [
        {"code": township["code"], "villages": [village["code"] for village in township["villages"]]}
        for township in _read(reference / "townships.yaml")["townships"]
    ]
    units = _read(reference / "units.yaml")["units"]
    county = {
        "townships": townships,
        "units": [{"code": unit["code"], "township": unit.get("township")} for unit in units],
        "posts": [_post(post, unit) for unit in units for post in unit["posts"]],
    }
    stamp = {"actor": "pregnancy_tracking", "at": clock.now()}
    policy = _read(max(POLICIES.glob("*.yaml")))
    facilities = [_facility(each) for each in _read(reference / "facilities.yaml")["facilities"]]
    return [
        AdoptReference.model_validate_json(to_json({**stamp, "command_id": uuid4().hex, "county": county})),
        AdoptRegistry.model_validate_json(to_json({**stamp, "command_id": uuid4().hex, "facilities": facilities})),
        AdoptPolicy.model_validate_json(to_json({**stamp, "command_id": uuid4().hex, "policy": policy})),
    ]


def _post(post: Mapping[str, Any], unit: Mapping[str, Any]) -> dict[str, Any]:
    """A post of the township serves the unit's township, one of the village its villages, one of the county all."""
    served = {"county": [], "township": [unit.get("township")], "village": unit.get("villages", [])}
    return {"code": post["code"], "tier": post["tier"], "unit": unit["code"], "serves": served[post["tier"]]}


def _facility(facility: Mapping[str, Any]) -> dict[str, Any]:
    """A facility with its devices, its licences, and those of the staff who work there."""
    staff = [
        {"code": each["code"], "licences": [_licence(held) for held in each["licences"]]}
        for each in facility.get("staff", [])
    ]
    return {
        "code": facility["code"],
        "unit": facility["unit"],
        "devices": [device["code"] for device in facility["devices"]],
        "licences": [_licence(held) for held in facility["licences"]],
        "staff": staff,
    }


def _licence(held: Mapping[str, Any]) -> dict[str, Any]:
    return {name: held.get(name) for name in ("kind", "valid_from", "valid_until")}


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
