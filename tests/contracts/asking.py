"""Sends the examples of a service's document as the document shows them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from httpx import Response

from shared.contracts.cloudevents import Event, encode
from shared.describing import told_of
from shared.signing import sign
from tests.contracts.deployment import HOSPITAL, KIDS, SERVICES, bearer

DAY = timedelta(days=1)


class Asking:
    """The operations of a service's document, and a way to send each example."""

    def __init__(self, service: str, document: Mapping[str, Any]) -> None:
        self._told = told_of(SERVICES[service].home)
        self.now = datetime.fromisoformat(self._told["at"])
        self.examples: dict[str, dict[str, Any]] = self._told["examples"]
        self.document = document

    def operation(self, where: str) -> dict[str, Any]:
        method, _, path = where.partition(" ")
        return dict(self.document["paths"][path][method.lower()])

    def send(self, client: TestClient, where: str, **other: str) -> Response:
        """Send the example of an operation, from what the document shows; `other` are headers instead."""
        method, _, path = where.partition(" ")
        operation, caller = self.operation(where), self.examples[where].get("as")
        shown = [each for each in operation.get("parameters", []) if "example" in each]
        values = {place: {p["name"]: _sent(p["example"]) for p in shown if p["in"] == place} for place in PLACES}
        headers = values["header"] | (bearer(**caller) if caller else {})
        content, signature = self._body(operation)
        headers |= ({"Evenborn-Signature": signature} if signature else {}) | other
        return client.request(
            method, path.format(**values["path"]), params=values["query"], headers=headers, content=content
        )

    def _body(self, operation: Mapping[str, Any]) -> tuple[bytes | None, str]:
        """The bytes of the body and, for a message, their signature."""
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            return json.dumps(content["application/json"]["example"]).encode(), ""
        if not content:
            return None, ""
        event = Event.model_validate_json(json.dumps(content["application/cloudevents+json"]["example"]))
        kid = KIDS[event.source.rpartition("/")[2]]
        return (body := encode(event)), sign(body, HOSPITAL, kid, self.now, DAY)


PLACES = ("path", "query", "header")


def _sent(example: Any) -> Any:
    """A value as an address or a header has it; a list is the same name several times."""
    return example if isinstance(example, list) else str(example)


def served(client: TestClient, name: str) -> dict[str, Any]:
    """A document as the service serves it."""
    return dict(client.get(f"/{name}").json())


def committed(service: str, name: str) -> Path:
    """Where a document of a service is kept."""
    return SERVICES[service].home / name


def _sent(example: Any) -> Any:
    """A parameter as it is sent: a list is sent one by one."""
    return [str(each) for each in example] if isinstance(example, list) else str(example)
