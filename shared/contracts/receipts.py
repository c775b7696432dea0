"""What a service answers a department: the receipt every message ends in."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.contracts.cloudevents import Contract


class Reason(BaseModel):
    """Why a message was not accepted: the rule's name, the place (RFC 6901), what would have been accepted."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    name: str
    detail: str = ""
    pointer: str = ""
    accepted: str = ""


class Receipt(Contract):
    """On `receipts.<department>`: what became of one message, named by its `source` and `id`.

    `held` is not final: the message waits for `reason`, until `held_until` at most, and another receipt follows.
    `results` are the cases it was written to (`pregnancy:…`), not what was written there: a department must not
    learn from a receipt what else is known of a person. Bytes that name no message are identified by their
    SHA-256. The same message gets an equal receipt again.
    """

    status: Literal["accepted", "rejected", "held"]
    source: str | None = None
    id: str | None = None
    sha256: str | None = None
    results: tuple[str, ...] = ()
    recorded_at: AwareDatetime | None = None
    reason: Reason | None = None
    held_until: AwareDatetime | None = None


def receipt_type(service: str) -> str:
    """The event type of a service's receipts."""
    return f"evenborn.{service}.receipt.v1"
