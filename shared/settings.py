"""Typed settings of a service process: the environment, and the secrets it may read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What a service process is told, as `EVENBORN_…` variables.

    `store` is a directory (SQLite) or a PostgreSQL URL; `secrets` holds one file per service;
    `peers` maps a service to its address; `neighbours` is a file in place of the reference data's own;
    `scenario_clock` is set only in a scenario's data directory.
    """

    model_config = SettingsConfigDict(env_prefix="EVENBORN_", frozen=True)

    county: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{0,15}$")] = "demo"
    store: str
    broker: str
    secrets: Path
    reference: Path
    neighbours: Path | None = None
    host: str = "127.0.0.1"
    port: int = Field(ge=0, le=65535)
    peers: dict[str, str] = {}
    scenario_clock: Path | None = None
    hold_days: int = Field(default=30, ge=0)
    retention: int = Field(default=100_000, ge=1_000)
    log_level: str = "INFO"


Jwk = dict[str, Any]


class Department(BaseModel):
    """A department that may write to us: its name and its public signing key (Ed25519, JWK).

    `units` are the units and facilities it speaks for: unless said, the one of its own code; of none, it tells nothing
    about persons. Without an `inbox` on the broker it posts over HTTP only, and no stream is looked at for it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    department: str
    key: Jwk
    inbox: bool = True
    units: tuple[str, ...] | None = None

    @property
    def speaks_for(self) -> frozenset[str]:
        """The units and facilities whose acts it may tell."""
        return frozenset((self.department,) if self.units is None else self.units)


class Secrets(BaseModel):
    """The secrets of one service. Purposes it holds no key for are pseudonyms it can never compute.

    `master` wraps data keys, `fingerprint` keys request digests, `reader_key` (X25519) opens personal parts
    addressed to the service, `signing_key` (Ed25519) signs what it sends to other counties, `issuer` verifies
    access tokens, `token` is its own for reading its peers' feeds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    master: Base64Bytes
    fingerprint: Base64Bytes
    purposes: dict[str, Base64Bytes]
    reader_key: Jwk
    signing_key: Jwk
    issuer: Jwk
    token: str
    departments: dict[str, Department]

    @classmethod
    def load(cls, directory: Path, service: str) -> Secrets:
        """Read `<service>.json`. Raises FileNotFoundError or pydantic.ValidationError."""
        return cls.model_validate_json((directory / f"{service}.json").read_bytes())

    def speaking(self) -> dict[str, frozenset[str]]:
        """The units and facilities each department speaks for, whichever of its keys it signs with."""
        found: dict[str, frozenset[str]] = {}
        for each in self.departments.values():
            found[each.department] = found.get(each.department, frozenset()) | each.speaks_for
        return found
