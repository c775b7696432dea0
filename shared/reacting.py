"""What a reaction knows of the message it turns into commands of its own service."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from shared.contracts.cloudevents import Contract, Event, malformed
from shared.kernel import Command, Value
from shared.sealing import Sealer
from shared.settings import Jwk
from shared.signing import decrypt

Shape = TypeVar("Shape", bound=Value)


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
