"""Writes what is committed but made: the documents of each service, and golden files of types that have none yet.

`python -m tests.contracts.write`. A golden file that is there is never written again.
"""

from __future__ import annotations

import json
import logging
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from shared import asyncapi
from shared.contracts.cloudevents import Event, encode
from shared.describing import told_of
from tests.contracts.asking import committed, served
from tests.contracts.deployment import SERVICES, running
from tests.contracts.golden import SUMS, digest, path_of, published

DOCUMENTS = ("openapi.json", "asyncapi.json")


def documents(service: str) -> dict[str, str]:
    """The documents of a service as text, by name."""
    definition = SERVICES[service]
    now = datetime.fromisoformat(told_of(definition.home)["at"])
    with tempfile.TemporaryDirectory() as home, running(definition, Path(home), now) as client:
        return {name: text(served(client, name)) for name in DOCUMENTS}


def text(document: dict[str, Any]) -> str:
    """The one way to write a document: a change shows as the lines that changed."""
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _write() -> None:
    logging.disable(logging.CRITICAL)
    for service in SERVICES:
        for name, content in documents(service).items():
            committed(service, name).write_text(content, encoding="utf-8")
    examples = json.loads(asyncapi.EXAMPLES.read_text(encoding="utf-8"))
    for kind in published():
        if not path_of(kind).exists():
            path_of(kind).write_bytes(encode(Event.model_validate_json(json.dumps(examples[kind]["event"]))))
            with SUMS.open("a") as kept:
                kept.write(f"{digest(path_of(kind))}  {path_of(kind).name}\n")


if __name__ == "__main__":
    _write()
