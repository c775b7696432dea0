"""Makes departments known to a deployment: who may write to its services, with which key, through which doors."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from services.console.deployment import Deployment, NoDeployment
from services.console.keys import add_department, new_signing_key, public, reader_key_of, registered, user_of
from services.console.layout import SERVICES
from services.console.places import codes
from services.console.showing import Show
from services.console.words import Trouble
from shared.messaging.transport import Streams
from shared.settings import Department, Jwk
from shared.signing import public_key

CODE = re.compile(r"[a-z][a-z0-9-]{0,59}")


class DepartmentUnfit(Trouble):
    """A code that no stream, user or source could be named with."""


class DepartmentKnown(Trouble):
    """A department with this code, or a key with this id, is there already."""


class UnitUnknown(Trouble):
    """No unit or facility of the reference data has this code, so that nobody could speak for it."""


class KeyUnfit(Trouble):
    """The file holds no public Ed25519 key, or a private one, which should stay where it was made."""


def add(
    deployment: Deployment, code: str, key: Path | None, kid: str | None, *, inbox: bool, units: Sequence[str] = ()
) -> dict[str, Any]:
    """Register a department by its public key; gives what it has to know. Services know it from their next start on.

    It speaks for `units`, else for the unit or facility of its own code, if there is one: who speaks for none tells
    nothing about persons. Without a key a pair is made, and the private one kept beside those of a scenario's
    departments: for trying. Raises NoDeployment, DepartmentUnfit, DepartmentKnown, UnitUnknown, KeyUnfit.
    """
    if not CODE.fullmatch(code) or (kid and not CODE.fullmatch(kid)):
        raise DepartmentUnfit(code=code, accepted=CODE.pattern)
    if not deployment.secrets.exists():
        raise NoDeployment(data=deployment.home)
    known, kid = registered(deployment.secrets), kid or f"{code}-1"
    if kid in known or code in {each.department for each in known.values()}:
        raise DepartmentKnown(code=code)
    places = codes(deployment.reference)
    if unknown := sorted(set(units) - places):
        raise UnitUnknown(unit=unknown[0])
    read = _read(key) if key else new_signing_key()
    own = (code,) if code in places else ()
    add_department(
        deployment.secrets, kid, Department(department=code, key=read, inbox=inbox, units=tuple(units) or own)
    )
    return card(deployment, kid)


def card(deployment: Deployment, kid: str) -> dict[str, Any]:
    """What the department with this key has to know to write to us; nothing of it is secret. Raises KeyError."""
    entry = registered(deployment.secrets)[kid]
    return {
        "department": entry.department,
        "kid": kid,
        "source": f"/{deployment.county}/{entry.department}",
        "speaks_for": sorted(entry.speaks_for),
        "broker_user": user_of(entry.department),
        "services": {service: _doors(deployment, service, entry) for service in SERVICES},
    }


def _doors(deployment: Deployment, service: str, entry: Department) -> dict[str, Any]:
    streams = Streams(deployment.county)
    inbox = {"inbox": streams.inbox(service, entry.department)} if entry.inbox else {}
    return inbox | {
        "events": f"{deployment.urls[service]}/events",
        "receipts": streams.channel(service, f"receipts.{entry.department}"),
        "reader_key": reader_key_of(deployment.secrets, service),
    }


def print_departments(show: Show, deployment: Deployment) -> None:
    """Who may write for which units, with the key's id and whether it has an inbox there. Raises NoDeployment."""
    if not deployment.secrets.exists():
        raise NoDeployment(data=deployment.home)
    known = registered(deployment.secrets)
    table, found = show.table("", "department", "kid", "inbox", "speaks_for"), list[dict[str, Any]]()
    for kid, each in sorted(known.items()):
        units = sorted(each.speaks_for)
        found.append({"department": each.department, "kid": kid, "inbox": each.inbox, "speaks_for": units})
        table.add_row(each.department, kid, str(each.inbox), ", ".join(units))
    show.answer(found, table)


def _read(file: Path) -> Jwk:
    """The public key in a file. Raises KeyUnfit."""
    try:
        key = json.loads(file.read_text(encoding="utf-8"))
        if "d" in key:
            raise KeyUnfit(file=file)
        public_key("Ed25519", key)
    except (OSError, ValueError, TypeError, AttributeError):
        raise KeyUnfit(file=file) from None
    return public(key)
