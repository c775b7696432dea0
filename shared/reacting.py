"""What a reaction knows of the message it turns into commands of its own service."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from shared.contracts.cloudevents import Contract, Event, malformed
from shared.contracts.departments import AT_HOME
from shared.kernel import Command, Refusal, Value
from shared.sealing import Sealer
from shared.settings import Jwk
from shared.signing import decrypt

Shape = TypeVar("Shape", bound=Value)


class NotItsUnit(Refusal):
    """A department tells what its own units did; one that speaks for no unit tells nothing about persons."""


def judge_speaker(units: Collection[str], message: Contract) -> None:
    """Whether a department that speaks for these units may tell this, whoever it is about. Raises NotItsUnit.

    It is judged before the personal part is opened: no answer may say anything about her to somebody who does not
    care for her.
    """
    if not getattr(message, "holds", None):
        return
    accepted = ", ".join(sorted(units))
    if not units:
        raise NotItsUnit("the department speaks for no unit")
    for name in ("unit", "facility"):
        told = getattr(message, name, AT_HOME)
        if told != AT_HOME and told not in units:
            raise NotItsUnit("the department does not speak for this unit", pointer=f"/{name}", accepted=accepted)


class Returned(NamedTuple):
    """A message we sent to another county that was rejected there: by which rule (its name)."""

    event: Event
    county: str
    rule: str
    now: datetime

    def stamp(self) -> dict[str, Any]:
        """The fields every command takes from it: one effect per message, however often it is returned."""
        about = {"command_id": f"returned:{self.event.id}", "actor": f"county:{self.county}", "at": self.now}
        return about | {"correlation_id": self.event.id, "causation_id": self.event.id}


@dataclass(frozen=True)
class Hearing:
    """One message being heard: the event, who sent it, and the means to open and seal what is personal.

    `message` identifies it for ever (source and id), so commands made from it can be repeated.
    """

    event: Event
    message: str
    actor: str
    now: datetime
    sealer: Sealer
    reader_key: Jwk

    def stamp(self, suffix: str = "") -> dict[str, Any]:
        """The fields every command takes from the message."""
        return {
            "command_id": self.message + suffix,
            "actor": self.actor,
            "at": self.now,
            "correlation_id": self.event.correlationid or self.event.id,
            "causation_id": self.event.id,
        }

    def personal(self, token: str, shape: type[Shape]) -> Shape:
        """Open a personal part. Raises PersonalPartUnreadable, or Malformed below `/data/personal`."""
        try:
            return shape.model_validate_json(decrypt(self.reader_key, token))
        except ValidationError as error:
            raise malformed(error, "/data/personal") from None


Reaction = Callable[[Any, Hearing], Sequence[Command]]
"""Turns one contract into commands; its docstring names what makes it idempotent."""

Reactions = Mapping[type[Contract], Reaction]
