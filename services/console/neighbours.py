"""Makes deployments known to one another as neighbour counties: what one tells of itself, the other takes in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from services.console.deployment import Deployment
from services.console.keys import public
from services.console.layout import BRINGS, REFERENCE
from services.console.private import write_private
from services.console.showing import Show
from services.console.words import Trouble
from shared.neighbours import FILE, Neighbour, kid_of, load
from shared.settings import Secrets


class NeighbourUnfit(Trouble):
    """The file is not what a county says of itself."""


def describe(deployment: Deployment, name_zh: str, name_en: str, address: str | None = None) -> dict[str, Any]:
    """A deployment's county for another one. Raises FileNotFoundError before it was ever started."""
    return {
        "code": deployment.county,
        "name_zh": name_zh,
        "name_en": name_en,
        "units": _units(),
        "services": {service: _door(deployment, service, address) for service in BRINGS},
    }


def add(deployment: Deployment, file: Path) -> str:
    """Take in what another county says of itself; gives its code. Raises NeighbourUnfit."""
    try:
        neighbour = Neighbour.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        where = "/".join(str(part) for part in error.errors()[0]["loc"]) or "/"
        raise NeighbourUnfit(file=file, where=where) from None
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise NeighbourUnfit(file=file, where=type(error).__name__) from None
    others = [each for each in known(deployment) if each.code != neighbour.code]
    told = {"neighbours": [each.model_dump(mode="json") for each in (*others, neighbour)]}
    write_private(deployment.neighbours, shown(told).encode())
    return neighbour.code


def known(deployment: Deployment) -> tuple[Neighbour, ...]:
    """The neighbours of a deployment."""
    return load(deployment.neighbours if deployment.neighbours.exists() else REFERENCE / FILE)


def print_neighbours(show: Show, deployment: Deployment) -> None:
    """Each neighbour with its address and the units that take pregnancies over."""
    found = [each.model_dump(mode="json") for each in known(deployment)]
    table = show.table(show.say("neighbours"), "county", "address", "units")
    for each in found:
        addresses = ", ".join(f"{service} {door['address']}" for service, door in each["services"].items())
        name = f"{each['code']} {each['name_zh']} {each['name_en']}"
        table.add_row(name, addresses, ", ".join(unit["code"] for unit in each["units"]))
    show.answer(found, table)


def _door(deployment: Deployment, service: str, address: str | None) -> dict[str, Any]:
    secrets = Secrets.load(deployment.secrets, service)
    return {
        "address": address or deployment.urls[service],
        "reader_key": public(secrets.reader_key),
        "signing_keys": {kid_of(deployment.county, service): public(secrets.signing_key)},
    }


def _units() -> list[dict[str, str]]:
    """The units with a township post: they take pregnancies over."""
    units = yaml.safe_load((REFERENCE / "units.yaml").read_text(encoding="utf-8"))["units"]
    taking = [unit for unit in units if any(post["tier"] == "township" for post in unit["posts"])]
    return [{name: unit[name] for name in ("code", "name_zh", "name_en")} for unit in taking]


def shown(told: Any) -> str:
    """As the file in which counties describe themselves: YAML."""
    return yaml.safe_dump(told, allow_unicode=True, sort_keys=False)
