"""Neighbour counties: their names, the address of a service there, and the keys it signs and reads with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import AnyHttpUrl, BaseModel, ConfigDict, Field, StringConstraints, field_validator

from shared.kernel import Id
from shared.settings import Jwk
from shared.signing import public_key

FILE = "neighbours.yaml"
"""Among the county's reference data, unless a deployment names a file of its own."""
CODE = r"^[a-z][a-z0-9]{0,15}$"
"""A county's code: what its streams, databases and sources begin with."""


class NeighbourUnit(BaseModel):
    """A unit over there that takes pregnancies over."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Id
    name_zh: str
    name_en: str


class Door(BaseModel):
    """One service of a neighbour: where it is, whom personal parts are encrypted to, which keys it signs with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    address: AnyHttpUrl
    reader_key: Jwk
    signing_keys: dict[Id, Jwk] = Field(min_length=1)

    @field_validator("reader_key")
    @classmethod
    def _reads(cls, key: Jwk) -> Jwk:
        public_key("X25519", key)
        return key

    @field_validator("signing_keys")
    @classmethod
    def _signs(cls, keys: dict[str, Jwk]) -> dict[str, Jwk]:
        for key in keys.values():
            public_key("Ed25519", key)
        return keys


class Neighbour(BaseModel):
    """A county beside ours, as it describes itself (`evenborn neighbour show` there writes this)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, StringConstraints(pattern=CODE)]
    name_zh: str
    name_en: str
    units: tuple[NeighbourUnit, ...] = ()
    services: dict[Id, Door]


def load(path: Path) -> tuple[Neighbour, ...]:
    """The neighbours a file names, none if there is no such file. Raises pydantic.ValidationError, or KeyError."""
    if not path.exists():
        return ()
    told: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(Neighbour.model_validate(each) for each in told["neighbours"])


def department_of(county: str) -> str:
    """The name a neighbour's messages are received and receipted under, among those of our own departments."""
    return f"neighbour-{county}"


def county_of(department: str) -> str:
    """The county whose name that is, "" for a department of our own."""
    prefix = department_of("")
    return department.removeprefix(prefix) if department.startswith(prefix) else ""


def kid_of(county: str, service: str) -> str:
    """The key id a service signs with towards other counties."""
    return f"{county}-{service}-1"
