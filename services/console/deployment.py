"""A deployment on this machine: one private directory with everything it keeps, and a lock while it runs."""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, computed_field

from services.console.addresses import judge, without_password
from services.console.layout import COUNTY, PORT_BASE, REFERENCE, SERVICES
from services.console.private import write_private
from services.console.words import Trouble
from shared.neighbours import CODE

FILE = "deployment.json"
LOCK = "lock"
NO_SCENARIO = "none"
NEIGHBOURS = "neighbours.yaml"


class NoDeployment(Trouble):
    """Nothing was ever started in that directory."""


class DirectoryOccupied(Trouble):
    """The directory holds something that is not ours."""


class DirectoryUnusable(Trouble):
    """The directory cannot be made or written to."""


class AlreadyRunning(Trouble):
    """Another process runs the deployment."""


class StoreDiffers(Trouble):
    """The records are elsewhere than asked."""


class CountyUnfit(Trouble):
    """A county's code begins the names of its streams and databases."""


class CountyDiffers(Trouble):
    """A deployment serves one county."""


class ScenarioDiffers(Trouble):
    """A life once begun cannot become another."""


class Deployment(BaseModel):
    """What a deployment is. `store` is "" when the records are in the directory, `broker` "" when it is our own.

    `births` are those asked for, None for the scenario's own number.
    `clock` of a scenario is the file that moves its services' time; a deployment without a scenario has none.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    home: Path = Field(exclude=True)
    county: str = COUNTY
    scenario: str
    seed: int
    births: int | None = None
    store: str = ""
    broker: str = ""
    port_base: int = PORT_BASE

    @computed_field  # type: ignore[prop-decorator]
    @property
    def urls(self) -> dict[str, str]:
        """The address of each service."""
        return {service: f"http://127.0.0.1:{self.port(service)}" for service in SERVICES}

    def port(self, service: str) -> int:
        return self.port_base + SERVICES[service]

    @property
    def stores(self) -> str:
        return self.store or str(self.home / "stores")

    @property
    def secrets(self) -> Path:
        return self.home / "secrets"

    @property
    def neighbours(self) -> Path:
        """The neighbour counties of this deployment; without the file, those of the reference data."""
        return self.home / NEIGHBOURS

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def has_scenario(self) -> bool:
        return self.scenario != NO_SCENARIO

    @property
    def clock(self) -> Path | None:
        return self.home / "scenario" / "clock" if self.has_scenario else None

    @property
    def reference(self) -> Path:
        """The county's reference data: of its own, if its scenario made some."""
        made = self.home / "scenario" / "county"
        return made if made.exists() else REFERENCE

    @property
    def truth(self) -> Path:
        """What is true of a scenario that tells it, to be compared with what services say."""
        return self.home / "scenario" / "truth.json"

    @property
    def finished(self) -> Path:
        """There once the scenario was lived through."""
        return self.home / "scenario" / "finished"

    @classmethod
    def load(cls, home: Path) -> Self:
        """The deployment of a directory. Raises NoDeployment."""
        try:
            kept = (home / FILE).read_text()
        except OSError:
            raise NoDeployment(data=home) from None
        return cls.model_validate({**json.loads(kept), "home": home})

    def save(self) -> None:
        """Write it beside and put it in place, readable by its owner only: a store's URL may hold a password."""
        write_private(self.home / FILE, self.model_dump_json(indent=2).encode())


@dataclass(frozen=True)
class Asked:
    """What `up` was asked for; None where nothing was said."""

    scenario: str | None = None
    seed: int | None = None
    store: str | None = None
    broker: str | None = None
    port_base: int | None = None
    county: str | None = None
    births: int | None = None


DEFAULTS = {
    "scenario": "dayingxiang",
    "seed": 2025,
    "store": "",
    "broker": "",
    "port_base": PORT_BASE,
    "county": COUNTY,
}


def prepare(home: Path, asked: Asked) -> Deployment:
    """The deployment of a directory as asked, made if there is none.

    Ports and broker may change from start to start. Raises DirectoryOccupied, a … Unfit for what nobody could use,
    and a … Differs for what may not change.
    """
    said = {name: value for name, value in vars(asked).items() if value is not None}
    if not re.fullmatch(CODE, said.get("county", COUNTY)):
        raise CountyUnfit(asked=said["county"])
    judge(said.get("store", ""), said.get("broker", ""))
    if (home / FILE).exists():
        deployment = Deployment.load(home)
        _unchanged(deployment, said)
        deployment = deployment.model_copy(update=said)
    else:
        deployment = Deployment.model_validate({"home": _fresh(home)} | DEFAULTS | said)
    for private in (home, deployment.logs, home / "scenario", home / "stores"):
        private.mkdir(mode=0o700, parents=True, exist_ok=True)
    deployment.save()
    return deployment


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """Be the one process that runs the deployment; the lock ends with the process.

    Raises AlreadyRunning, DirectoryUnusable.
    """
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(home / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise DirectoryUnusable(data=home, reason=error.strerror) from None
    try:
        _lock(file, home)
        yield
    finally:
        os.close(file)


def _lock(file: int, home: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise AlreadyRunning(data=home) from None


def _fresh(home: Path) -> Path:
    if home.exists() and any(path.name != LOCK for path in home.iterdir()):
        raise DirectoryOccupied(data=home)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.chmod(0o700)
    return home


def _unchanged(deployment: Deployment, said: dict[str, Any]) -> None:
    if said.get("store", deployment.store) != deployment.store:
        kept_in, wanted = deployment.store or deployment.stores, said["store"] or "files"
        raise StoreDiffers(kept=without_password(kept_in), asked=without_password(wanted))
    if said.get("county", deployment.county) != deployment.county:
        raise CountyDiffers(kept=deployment.county, asked=said["county"])
    kept = {name: getattr(deployment, name) for name in ("scenario", "seed", "births")}
    asked = kept | {name: said[name] for name in kept if name in said}
    if asked != kept:
        raise ScenarioDiffers(kept=_named(**kept), asked=_named(**asked))


def _named(scenario: str, seed: int, births: int | None) -> str:
    return f"{scenario}, seed {seed}" + (f", births {births}" if births else "")
