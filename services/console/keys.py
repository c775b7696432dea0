"""Makes a deployment's secrets at its first start: random, one file per reader, readable by their owner only."""

from __future__ import annotations

import json
import secrets
from base64 import b64encode
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from joserfc.jwk import OKPKey

from services.console.layout import PURPOSES, SERVICES
from services.console.private import put_in_place, write_private
from shared.access import Issuer
from shared.settings import Department, Jwk, Secrets

TOKEN_LASTS = timedelta(days=3650)
"""Of the tokens services read each other's feeds with."""
ISSUER = "issuer.json"
BROKER = "broker.json"
DEPARTMENTS = "departments"
"""Private keys of the departments a scenario plays; a real department keeps its own."""
OPERATOR = "operator"
"""The broker's user for people who look after it."""


def make_secrets(home: Path, county: str, departments: Iterable[str], on_broker: Collection[str] | None = None) -> None:
    """Make everything below `home` unless it is there; a start that was interrupted here begins again.

    `departments` are those of the scenario: their private keys are made and kept as well. Those `on_broker` have an
    inbox there (all of them, unless said), the others post over HTTP.
    """
    if home.exists():
        return
    beside = home.with_name(f"{home.name}.new")
    (beside / DEPARTMENTS).mkdir(mode=0o700, parents=True, exist_ok=True)
    beside.chmod(0o700)
    signers = {department: _new_key("Ed25519") for department in departments}
    for department, key in signers.items():
        _write(beside / DEPARTMENTS / f"{department}.json", {"kid": kid_of(department), "key": key})
    _write(beside / ISSUER, issuer := _new_key("Ed25519"))
    _write(beside / BROKER, {user: secrets.token_urlsafe(24) for user in _users(signers)})
    inboxes = frozenset(signers if on_broker is None else on_broker)
    for service, made in _of_services(issuer, county, signers, inboxes).items():
        write_private(beside / f"{service}.json", json.dumps(made).encode())
        Secrets.load(beside, service)
    put_in_place(beside, home)


def registered(home: Path) -> dict[str, Department]:
    """The departments that may write, by the id of their key: the same in every service. Raises FileNotFoundError."""
    return Secrets.load(home, next(iter(SERVICES))).departments


def add_department(home: Path, kid: str, entry: Department) -> None:
    """Let every service and the broker know a department. Only a private key is kept, for whoever plays it here."""
    if "d" in entry.key:
        _write(home / DEPARTMENTS / f"{entry.department}.json", {"kid": kid, "key": entry.key})
    _write(home / BROKER, passwords_of(home) | {user_of(entry.department): secrets.token_urlsafe(24)})
    known = entry.model_copy(update={"key": public(entry.key)}).model_dump(mode="json")
    for service in SERVICES:
        kept = json.loads((home / f"{service}.json").read_text())
        _write(home / f"{service}.json", kept | {"departments": kept["departments"] | {kid: known}})
        Secrets.load(home, service)


def next_secrets(home: Path, service: str) -> Secrets:
    """A service's secrets with another master key, written beside: the one a rotation left there, else a random one."""
    beside = home / f"{_next(service)}.json"
    master = json.loads(beside.read_text())["master"] if beside.exists() else _random()
    _write(beside, json.loads((home / f"{service}.json").read_text()) | {"master": master})
    return Secrets.load(home, _next(service))


def take_next_secrets(home: Path, service: str) -> None:
    """Put those beside in place, with the departments that were added meanwhile."""
    next_secrets(home, service)
    put_in_place(home / f"{_next(service)}.json", home / f"{service}.json")


def new_signing_key() -> Jwk:
    """A fresh Ed25519 pair."""
    return _new_key("Ed25519")


def kid_of(department: str) -> str:
    """The key id a department of a scenario signs with."""
    return f"{department}-1"


def user_of(department: str) -> str:
    """A department's user on the broker."""
    return f"department-{department}"


def issuer_of(home: Path, county: str) -> Issuer:
    """The county's local issuer of tokens. Raises FileNotFoundError."""
    return Issuer(json.loads((home / ISSUER).read_text()), county)


def passwords_of(home: Path) -> dict[str, str]:
    """Users of the own broker and their passwords. Raises FileNotFoundError."""
    return dict(json.loads((home / BROKER).read_text()))


def signing_key_of(home: Path, department: str) -> Jwk:
    """The private signing key of a department that a scenario plays. Raises FileNotFoundError."""
    return dict(json.loads((home / DEPARTMENTS / f"{department}.json").read_text())["key"])


def reader_key_of(home: Path, service: str) -> Jwk:
    """The public key personal parts for a service are encrypted to."""
    return public(Secrets.load(home, service).reader_key)


def public(key: Jwk) -> Jwk:
    """The part of a key that others may see."""
    return {name: value for name, value in key.items() if name != "d"}


def _of_services(
    issuer: Jwk, county: str, signers: Mapping[str, Jwk], inboxes: Collection[str]
) -> dict[str, dict[str, Any]]:
    """The secrets of every service; services that serve one purpose share its key, and nothing else."""
    purposes = {purpose: _random() for held in PURPOSES.values() for purpose in held}
    registry = {
        kid_of(name): {"department": name, "key": public(key), "inbox": name in inboxes}
        for name, key in signers.items()
    }
    tokens = Issuer(issuer, county)
    return {
        service: {
            "master": _random(),
            "fingerprint": _random(),
            "purposes": {purpose: purposes[purpose] for purpose in PURPOSES[service]},
            "reader_key": _new_key("X25519"),
            "signing_key": _new_key("Ed25519"),
            "issuer": public(issuer),
            "token": tokens.issue(f"service:{service}", "service", (), (), TOKEN_LASTS),
            "departments": registry,
        }
        for service in SERVICES
    }


def _users(departments: Iterable[str]) -> list[str]:
    return [OPERATOR, *SERVICES, *(user_of(department) for department in departments)]


def _next(service: str) -> str:
    return f"{service}.next"


def _random() -> str:
    """32 random bytes, as JSON carries them."""
    return b64encode(secrets.token_bytes(32)).decode()


def _new_key(curve: Literal["Ed25519", "X25519"]) -> Jwk:
    made = OKPKey.generate_key(curve, private=True).as_dict(private=True)
    return {part: made[part] for part in ("kty", "crv", "x", "d")}


def _write(path: Path, value: Any) -> None:
    write_private(path, json.dumps(value).encode())
