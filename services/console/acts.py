"""What people do over HTTP in a scenario: clerks, clinicians, reviewers; each act once, whatever is repeated."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from services.console.private import write_private
from shared.access import Role


@dataclass(frozen=True)
class Find:
    """A row to look for before an act: of the list at `path`, the first whose fields are as in `where`.

    Its field `take` is then known as `name`.
    """

    path: str
    where: Mapping[str, str]
    take: str
    name: str


@dataclass(frozen=True)
class Act:
    """One request on a day. Text in braces stands for what is known by then.

    Known are the cases of receipts by message id, what was found, and the `keeps` field of the answers to earlier
    acts by their ids. `who` is the subject of the token, for a `purpose` if one is needed; `id` makes the request
    repeatable.
    """

    id: str
    day: date
    service: str
    role: Role
    who: str
    units: tuple[str, ...]
    path: str
    form: Mapping[str, Any] = field(default_factory=dict)
    keeps: str = ""
    find: Find | None = None
    purpose: str = ""


def keep_acts(path: Path, acts: Iterable[Act]) -> None:
    """Write the acts down before the first is done, so that an interrupted scenario goes on with the same."""
    lines = (asdict(act) | {"day": act.day.isoformat()} for act in acts)
    write_private(path, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode())


def kept_acts(path: Path) -> list[Act]:
    """The acts written down. Raises FileNotFoundError."""
    return [_act(json.loads(line)) for line in path.read_text().splitlines()]


def _act(line: dict[str, Any]) -> Act:
    read = {"day": date.fromisoformat(line["day"]), "role": Role(line["role"]), "units": tuple(line["units"])}
    return Act(**line | read | {"find": Find(**line["find"]) if line["find"] else None})


def filled(value: Any, known: Mapping[str, str]) -> Any:
    """A path or form with what the braces stand for. Raises KeyError for what is not known yet."""
    match value:
        case str():
            return value.format_map(known) if "{" in value else value
        case Mapping():
            return {name: filled(each, known) for name, each in value.items()}
    return value
