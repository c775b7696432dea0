"""Outcomes: what a command was answered, once and for ever."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from shared.kernel import Refusal, Value

Status = Literal["done", "nothing", "refused"]


class FactRef(Value):
    """Where a fact of an outcome is: case, version in the case, stored name."""

    case: str
    version: int
    name: str


class RefusedWith(Value):
    """A refusal as it is stored, answered and put in receipts."""

    name: str
    detail: str = ""
    pointer: str = ""
    accepted: str = ""


class Outcome(Value):
    """The answer to a command, stored with its facts and given again whenever the command is repeated."""

    status: Status
    results: tuple[FactRef, ...] = ()
    refusal: RefusedWith | None = None
    recorded_at: datetime


class CommandIdReused(Refusal):
    """The command id was used before for something else."""


def refused(refusal: Refusal, at: datetime) -> Outcome:
    """A refusal as an outcome."""
    why = RefusedWith(name=refusal.name, detail=refusal.detail, pointer=refusal.pointer, accepted=refusal.accepted)
    return Outcome(status="refused", refusal=why, recorded_at=at)
