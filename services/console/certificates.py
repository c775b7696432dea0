"""Shows, prints and verifies medical birth certificates."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from services.console.certificate_words import named, shown
from services.console.client import Services
from services.console.showing import UNDEFINED, Show
from shared.access import Purpose, Role


def print_certificate(show: Show, services: Services, number: str) -> None:
    """A certificate's record. Raises ServiceSilent, Refused."""
    found = _ask(services, number).json()
    table = show.table(show.say("certificate", number=number), "field", "told")
    for path, told in _flat(found):
        table.add_row(named(show.lang, path), UNDEFINED if told is None else shown(show.lang, path, told))
    show.answer(found, table)


def write_document(show: Show, services: Services, number: str, to: Path) -> None:
    """Write a certificate's PDF. Raises ServiceSilent, Refused, OSError."""
    to.write_bytes(_ask(services, number, "/document").content)
    show.done("written", file=to)


def verify_code(show: Show, services: Services, code: str, number: str | None) -> bool:
    """Whether a valid certificate has this code (and this number). Raises ServiceSilent, Refused."""
    asked = {"number": number} if number else {}
    path = f"/certificates/verify/{quote(code, safe='')}"
    found = services.ask("births", path, Role.OPERATOR, params=asked).json()
    if show.as_json:
        show.document(json.dumps(found))
    else:
        show.out.print(show.say("code_valid" if found["valid"] else "code_unknown"), markup=False)
    return bool(found["valid"])


def _ask(services: Services, number: str, what: str = "") -> Any:
    path = f"/certificates/{quote(number, safe='')}{what}"
    return services.ask("births", path, Role.AUDITOR, purpose=Purpose.AUDIT)


def _flat(found: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Fields with their values, those of inner objects by their path."""
    for name, value in found.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value
