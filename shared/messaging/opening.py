"""Department messages, opened and checked before anything is decided about them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic_core import from_json, to_json

from shared.contracts.cloudevents import Event, Malformed, decode
from shared.contracts.receipts import Receipt
from shared.kernel import Clock, Refusal
from shared.messaging.receipts import rejected
from shared.signing import Departments

LARGEST = 1024 * 1024
"""Bytes of a request, a message or a batch at most (1 MiB)."""
MOST = 1_000
"""Events of a batch at most."""


class Oversize(Refusal):
    """The request or message is larger, or the batch longer, than a door takes."""


class WrongSource(Refusal):
    """The message's source is not the department that signed it."""


class UnknownType(Refusal):
    """Nobody here knows this type of message, or this version of it."""


class Message(BaseModel):
    """One message that is what it says it is; as JSON it is what is kept of a message set aside.

    `text` is the event as it came, `digest` identifies its content whatever its spacing; `signature`, `key` and
    `sha256` prove who sent it in which bytes. Personal parts stay encrypted.
    """

    model_config = ConfigDict(frozen=True, strict=True)

    department: str
    text: str
    digest: str
    signature: str
    key: str
    sha256: str

    @cached_property
    def event(self) -> Event:
        """What it says."""
        return decode(self.text)


def message_key(event: Event) -> str:
    """What names a message for ever, fit for a command id: by (`source`, `id`)."""
    named = f"{len(event.source)}:{event.source}{event.id}"
    return f"message:{hashlib.sha256(named.encode()).hexdigest()[:40]}"


@dataclass(frozen=True)
class Opener:
    """Opens what came through a door. `sources` names departments whose source is not `/<county>/<department>`.

    `known` are the types our departments may send, `only` those of the departments named in it.
    """

    county: str
    departments: Departments
    known: Collection[str]
    clock: Clock
    fingerprint: Callable[[str], str]
    sources: Mapping[str, str] = field(default_factory=dict)
    only: Mapping[str, Collection[str]] = field(default_factory=dict)

    def open(self, raw: bytes, signature: str, department: str | None) -> tuple[str, list[Message | Receipt]]:
        """The department (empty if nobody knows whose it is) and its messages; a receipt for each that is refused."""
        sha256 = hashlib.sha256(raw).hexdigest()
        try:
            if len(raw) > LARGEST:
                raise Oversize("the message is too large", accepted=f"at most {LARGEST} bytes")
            signed = self.departments.verify(raw, signature, self.clock.now(), department)
        except Refusal as refusal:
            return department or "", [rejected(refusal, sha256=sha256)]
        try:
            events = _events(raw)
        except (Malformed, Refusal) as fault:
            return signed.department, [rejected(fault, sha256=sha256)]
        about = {"department": signed.department, "signature": signature, "key": signed.kid, "sha256": sha256}
        if len(events) == 1 and not events[0][0]:
            return signed.department, [self._message(events[0][1], raw.decode(), "", about)]
        opened = [self._message(each, to_json(each).decode(), place, about) for place, each in events]
        return signed.department, opened

    def _message(self, parsed: Any, text: str, place: str, about: Mapping[str, str]) -> Message | Receipt:
        try:
            event = decode(text)
        except Malformed as fault:
            name = parsed.get("id") if isinstance(parsed, dict) else None
            usable = isinstance(name, str) and fault.pointer != "/id"
            named = {"message": name} if usable else {"sha256": about["sha256"]}
            return rejected(Malformed(fault.detail, place + fault.pointer), **named)
        try:
            self._check(event, about["department"])
        except Refusal as refusal:
            return rejected(refusal, source=event.source, message=event.id)
        digest = self.fingerprint(json.dumps(parsed, sort_keys=True, separators=(",", ":")))
        message = Message(text=text, digest=digest, **about)
        vars(message)["event"] = event  # read already: the property need not do it again
        return message

    def _check(self, event: Event, department: str) -> None:
        own = self.sources.get(department, f"/{self.county}/{department}")
        if event.source != own and not event.source.startswith(own + "/"):
            raise WrongSource(f"signed by {department}", pointer="/source", accepted=own)
        known = self.only.get(department, self.known)
        if event.type not in known:
            accepted = ", ".join(sorted(known))
            raise UnknownType("this type or version is not known here", pointer="/type", accepted=accepted)


def _events(raw: bytes) -> Sequence[tuple[str, Any]]:
    """The events in a body with their place in it. Raises Malformed or Oversize."""
    try:
        parsed = from_json(raw, allow_inf_nan=False)
    except ValueError as error:
        raise Malformed(_harmless(str(error))) from None
    if not isinstance(parsed, list):
        return [("", parsed)]
    if not parsed:
        raise Malformed("an empty batch")
    if len(parsed) > MOST:
        raise Oversize("the batch is too long", accepted=f"at most {MOST} events")
    return [(f"/{number}", each) for number, each in enumerate(parsed)]


def _harmless(fault: str) -> str:
    """The parser's complaint; it names a line and column, never a value."""
    return f"not JSON: {fault}"
