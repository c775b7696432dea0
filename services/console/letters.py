"""What departments write, from their words to the signed bytes they send."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from services.console.private import write_private
from shared.contracts.cloudevents import Event, encode
from shared.contracts.departments import DepartmentMessage
from shared.kernel import Value
from shared.settings import Jwk
from shared.signing import encrypt_for


@dataclass(frozen=True)
class Letter:
    """A message as its department knows it: `personal` is still readable, `data` is everything else it says.

    Without `personal` nobody is named.
    """

    id: str
    written_at: datetime
    department: str
    service: str
    contract: type[DepartmentMessage]
    data: Mapping[str, Any]
    personal: Value | None


@dataclass(frozen=True)
class Ready:
    """A message ready to be signed and sent: its exact bytes, which stay the same however often it is sent."""

    id: str
    day: date
    department: str
    service: str
    body: bytes


OFFICE_CLOSES = time(17)
"""What happens later is written down the next morning."""


def written_after(happened: datetime) -> datetime:
    """When an office has written down what happened: the same day before it closes, else the next morning."""
    if happened.time() < OFFICE_CLOSES:
        return happened + timedelta(minutes=45)
    return datetime.combine(happened.date() + timedelta(days=1), time(8, 30), happened.tzinfo)


def seal(letter: Letter, county: str, reader_key: Jwk) -> Ready:
    """Encrypt the personal part to the service and fix the bytes. Raises pydantic.ValidationError for wrong data."""
    sealed = (
        {"personal": encrypt_for(reader_key, letter.personal.model_dump_json().encode())} if letter.personal else {}
    )
    contract = letter.contract.model_validate({**sealed, **letter.data})
    event = Event(
        id=letter.id,
        source=f"/{county}/{letter.department}",
        type=contract.type,
        time=letter.written_at,
        data=contract.model_dump(mode="json", exclude_none=True),
    )
    return Ready(letter.id, letter.written_at.date(), letter.department, letter.service, encode(event))


def keep(path: Path, ready: Iterable[Ready]) -> None:
    """Write the messages down before the first is sent, so that an interrupted scenario sends the same bytes again."""
    lines = (vars(each) | {"day": each.day.isoformat(), "body": each.body.decode()} for each in ready)
    write_private(path, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode())


def kept(path: Path) -> list[Ready]:
    """The messages written down. Raises FileNotFoundError."""
    lines = (json.loads(line) for line in path.read_text().splitlines())
    return [Ready(**line | {"day": date.fromisoformat(line["day"]), "body": line["body"].encode()}) for line in lines]
