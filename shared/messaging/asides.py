"""Messages set aside: which kind each is, and why."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.contracts.cloudevents import Malformed
from shared.eventstore import Parked
from shared.kernel import Refusal
from shared.messaging.effects import Effect, Fault, not_yet

HELD = "held"
"""Waits for something not known here yet; tried again whenever facts were written."""
NEWER = "newer"
"""Of a version this service will understand after an upgrade; tried again at every start."""
POISON = "poison"
"""Nothing we do will change it: an operator retries or drops it."""


class NewerVersion(Refusal):
    """The message is of a newer version than this service knows."""


def aside(message: Parked, effect: Effect) -> Parked | None:
    """The message as it is to be set aside because of this effect; None if it had its effect.

    `message` brings id, source, department, body, `at` (since when it waits) and the attempts made before.
    """
    why = _why(effect)
    if why is None:
        return None
    kind, reason, attempts = why
    return message._replace(kind=kind, reason=reason, attempts=message.attempts + attempts)


def too_long(message: Parked, now: datetime, hold_for: timedelta) -> bool:
    """Whether a held message has waited longer than messages may."""
    return message.kind == HELD and datetime.fromisoformat(message.at) + hold_for < now


def _why(effect: Effect) -> tuple[str, str, int] | None:
    """Kind, reason and attempts; a reason names rules and places, never values."""
    if waiting := not_yet(effect):
        return HELD, waiting.name, 1
    match effect:
        case Fault(reason, attempts):
            return POISON, reason, attempts
        case NewerVersion():
            return NEWER, effect.name, 1
        case Malformed():
            return POISON, f"Malformed {effect.pointer}".rstrip(), 1
        case Refusal():
            return POISON, effect.name, 1
    return None
