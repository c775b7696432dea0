"""Bodies that are wrong in every way bytes can be, and good ones to tell them from."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from itertools import count
from typing import Any

from services.console.people import Woman
from tests.journeys.women import BORN, REGISTRATION, identity

NUMBERS = count(1)


def somebody() -> Woman:
    """A woman nobody has told of yet."""
    number = next(NUMBERS)
    return Woman(
        f"99010119900101{number:04}", f"某人{number}", f"1990001{number:04}", f"某街{number}号", "dayingxiang-dongying"
    )


def birth_form(**other: Any) -> dict[str, Any]:
    """A birth as a clerk tells it, of somebody new."""
    return json.loads(json.dumps({"mother": identity(somebody()), **BORN}, default=_text)) | other


def registration_form(**other: Any) -> dict[str, Any]:
    """A registration as a midwife tells it, of somebody new."""
    told = {"identity": identity(woman := somebody()), **REGISTRATION, "handbook": f"book-{woman.document}"}
    return json.loads(json.dumps(told, default=_text)) | other


def _text(value: Any) -> str:
    return str(value.isoformat())


def broken(good: dict[str, Any], number: str) -> Iterator[tuple[str, bytes]]:
    """Bytes that are no JSON object of any form, made from a good one; `number` is a field that holds one."""
    text = json.dumps(good)
    assert f'"{number}": ' in text
    yield "nothing", b""
    yield "one brace", b"{"
    yield "cut off", text.encode()[:-2]
    yield "more than one", text.encode() * 2
    yield "not UTF-8", b"\xff\xfe\x00" + text.encode()
    yield "a broken character", text.encode().replace(b'": "', b'": "\xe5\x8f', 1)
    yield "UTF-16", text.encode("utf-16")
    yield "compressed", gzip.compress(text.encode())
    yield "NUL bytes", b"\0" * 64
    yield "a text", b'"births"'
    yield "a number", b"5"
    yield "null", b"null"
    yield "half a character", text.replace("{", '{"\\ud800": 1, ', 1).encode()
    yield "deep", b"[" * 100_000
    yield "deep objects", b'{"a":' * 50_000
    for name, value in (("NaN", "NaN"), ("infinite", "-Infinity"), ("beyond numbers", "1e999"), ("huge", "9" * 5_000)):
        yield name, _with(text, number, value)
    yield "deep in a field", _with(text, number, "[" * 1_000 + "]" * 1_000)


def _with(text: str, field: str, value: str) -> bytes:
    """The JSON with a field's value as literally given."""
    before, after = text.split(f'"{field}": ', 1)
    rest = after[min(place for place in (after.find(","), after.find("}")) if place >= 0) :]
    return f'{before}"{field}": {value}{rest}'.encode()
