"""CloudEvents 1.0 (JSON): the one envelope of everything that crosses a service's border.

Source: CloudEvents specification 1.0.2, JSON event format. Extensions are lower-case ASCII words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

Text = Annotated[str, StringConstraints(min_length=1, max_length=256, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
"""An attribute: CloudEvents forbids control characters in it."""


class Contract(BaseModel):
    """One kind of message: data for others. Additive only; readers ignore what they do not know."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, allow_inf_nan=False)
    type: ClassVar[str] = ""

    def __init_subclass__(cls, type: str = "", **kwargs: Any) -> None:  # noqa: A002 - CloudEvents' own word
        super().__init_subclass__(**kwargs)
        cls.type = type


class Event(BaseModel):
    """A CloudEvent. `sequence` and the tracing extensions are absent where the channel carries none."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    specversion: Literal["1.0"] = "1.0"
    id: Text
    source: Text
    type: Text
    time: AwareDatetime
    subject: Text | None = None
    datacontenttype: Literal["application/json"] = "application/json"
    sequence: int | None = Field(default=None, ge=1)
    correlationid: Text | None = None
    causationid: Text | None = None
    traceparent: Text | None = None
    policyversion: Text | None = None
    data: Mapping[str, Any]


class Malformed(Exception):
    """Bytes that are not an event or not the data its type promises; `pointer` names the place (RFC 6901)."""

    def __init__(self, detail: str, pointer: str = "") -> None:
        super().__init__(detail)
        self.detail, self.pointer = detail, pointer


def encode(event: Event) -> bytes:
    """The bytes of an event; absent attributes are left out."""
    return event.model_dump_json(exclude_none=True).encode()


def decode(raw: bytes | str) -> Event:
    """Read an event. Raises Malformed."""
    try:
        return Event.model_validate_json(raw)
    except ValidationError as error:
        raise malformed(error) from None


def malformed(error: ValidationError, below: str = "") -> Malformed:
    """The first complaint of a validation as a place and a reason; never the offending value."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return Malformed(first["msg"], below + "".join(f"/{_escaped(part)}" for part in first["loc"]))


def _escaped(part: int | str) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")
