"""Puts a service's OpenAPI document together: its routes, the access rules, and words and examples from a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml
from fastapi import FastAPI
from pydantic import BaseModel

from shared.access import Action, Rule, Scope
from shared.contracts.cloudevents import Event
from shared.openapi import JSON, PROBLEMS, SCHEMAS, Answer, Problem, Receipts, rules_of

TOLD = "documentation.yaml"
"""In a service's folder: `about`, `tags`, and `examples` by operation, in an order in which they can be sent."""
RESPONSES = {
    name: {"description": about, "content": {"application/problem+json": {"schema": {"$ref": f"{SCHEMAS}Problem"}}}}
    for name, about in PROBLEMS.values()
}
SCHEMES = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "Signed by the county's issuer (Ed25519): who, which role, units and purposes.",
    },
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "Evenborn-Signature",
        "description": "Detached compact JWS (RFC 7515, appendix F; Ed25519) over the exact bytes of the body.",
    },
}


def told_of(home: Path) -> dict[str, Any]:
    """What a service's folder tells for its document. Raises FileNotFoundError."""
    return dict(yaml.safe_load((home / TOLD).read_text(encoding="utf-8")))


def document(app: FastAPI, home: Path, messages: Mapping[str, Any]) -> dict[str, Any]:
    """The whole document; `messages` has an example of each department message by type. Raises FileNotFoundError."""
    told, made = told_of(home), deepcopy(app.openapi())  # routes share what they say of themselves
    made["info"]["description"] = told["about"]
    made["tags"] = [{"name": name, "description": about} for name, about in told["tags"].items()]
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    for where, operation in operations(made):
        _describe(operation)
        _lift(operation, schemas)
        _exemplify(operation, told["examples"].get(where, {}), messages)
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for model in (Problem, Answer, Receipts):
        schemas |= _shapes(model)
    schemas["Message"] = _message(messages)
    made["components"] |= {"responses": RESPONSES, "securitySchemes": SCHEMES}
    return made


def operations(made: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every operation of a document by method and path."""
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def _describe(operation: dict[str, Any]) -> None:
    """The first sentence is the summary; who may ask is read off the access rules."""
    first, _, rest = " ".join(operation.get("description", "").split()).partition(". ")
    operation["summary"] = first.rstrip(".")
    who = _who(operation["x-action"]) if "x-action" in operation else ""
    operation["description"] = "\n\n".join(each for each in (rest, who) if each) or first
    operation.setdefault("security", [{"token": []}])
    responses = operation["responses"]
    for status, response in responses.items():
        if status == "422":
            responses[status] = {"$ref": "#/components/responses/Malformed"}
        elif response.get("description") == "Successful Response":
            response["description"] = "As asked."


def _lift(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Put the schema of a body where references find its parts."""
    content = operation.get("requestBody", {}).get("content", {}).get(JSON)
    if content:
        schema = content["schema"]
        schemas |= schema.pop("$defs", {})
        schemas[schema["title"]] = schema
        content["schema"] = {"$ref": SCHEMAS + schema["title"]}


def _exemplify(operation: dict[str, Any], example: Mapping[str, Any], messages: Mapping[str, Any]) -> None:
    for parameter in operation.get("parameters", []):
        if parameter["name"] in example.get("parameters", {}):
            parameter["example"] = example["parameters"][parameter["name"]]
    content = operation.get("requestBody", {}).get("content", {})
    if "body" in example:
        content[JSON]["example"] = example["body"]
    if "message" in example:
        content["application/cloudevents+json"]["example"] = messages[example["message"]]
    if "answer" in example:
        operation["responses"][str(example["status"])]["content"][JSON]["example"] = example["answer"]


def _message(messages: Mapping[str, Any]) -> dict[str, Any]:
    """A department's message as far as HTTP goes; `/asyncapi.json` has the shape of each type's data."""
    schema = Event.model_json_schema()
    schema["properties"]["type"] = {"enum": sorted(messages)}
    return schema | {"title": "Message", "description": "A CloudEvent; /asyncapi.json has the shape of its data."}


def _who(action: Action) -> str:
    """Which roles may do this, in words."""
    found = [f"{role} ({_how(rule)})" for role, rule in rules_of(action).items()]
    return f"Who may (`{action}`): {', '.join(found)}."


def _how(rule: Rule) -> str:
    reach = {Scope.COUNTY: "anywhere", Scope.UNIT: "own units", Scope.SELF: "her own"}[rule.scope]
    return "; for ".join([reach, *([", ".join(sorted(rule.purposes))] if rule.purposes else [])])


def _shapes(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template=SCHEMAS + "{model}")
    return {**schema.pop("$defs", {}), model.__name__: schema}
