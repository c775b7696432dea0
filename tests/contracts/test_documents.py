"""The documents a service keeps: as it serves them, as the standards want them, saying all they should."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from shared.access import PERSONAL
from shared.contracts.departments import DepartmentMessage
from shared.contracts.receipts import receipt_type
from shared.describing import operations
from tests.contracts.asking import committed
from tests.contracts.deployment import SERVICES
from tests.contracts.write import DOCUMENTS, documents

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from asyncapi3 import AsyncAPI3

WITHOUT_TOKEN = {
    "GET /health/live",
    "GET /health/ready",
    "GET /metrics",
    "GET /asyncapi.json",
    "POST /events",
    "GET /certificates/verify/{code}",
    "GET /releases",
    "GET /releases/{period}",
    "GET /releases/{period}/figures",
}


@pytest.fixture(params=SERVICES)
def service(request):
    return request.param


@pytest.fixture
def openapi(service):
    return json.loads(committed(service, "openapi.json").read_text(encoding="utf-8"))


@pytest.fixture
def asyncapi(service):
    return json.loads(committed(service, "asyncapi.json").read_text(encoding="utf-8"))


def test_the_documents_kept_are_those_that_are_served(service):
    kept = {name: committed(service, name).read_text(encoding="utf-8") for name in DOCUMENTS}
    assert kept == documents(service), "python -m tests.contracts.write"


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from ([part["$ref"]] if isinstance(part.get("$ref"), str) else [])
        part = list(part.values())
    for each in part if isinstance(part, list) else []:
        yield from references(each)


def found(document: Any, reference: str) -> Any:
    assert reference.startswith("#/")
    for step in reference[2:].split("/"):
        document = document[step]
    return document


# OpenAPI


def test_the_openapi_document_keeps_to_the_standard(openapi):
    OpenAPIV31SpecValidator(openapi).validate()
    for reference in references(openapi):
        assert found(openapi, reference)


def test_every_operation_says_what_it_is_and_how_it_is_refused(openapi):
    tags = {tag["name"] for tag in openapi["tags"]}
    for where, operation in operations(openapi):
        assert operation["summary"], where
        assert operation["description"], where
        assert set(operation["tags"]) <= tags, where
        if where in WITHOUT_TOKEN:
            assert operation["security"] == ([{"signature": []}] if where == "POST /events" else []), where
        else:
            assert operation["security"] == [{"token": []}], where
            assert {"401", "403"} <= set(operation["responses"]), where
            assert operation["description"].endswith("."), where


def test_every_problem_is_one_document(openapi):
    for where, operation in operations(openapi):
        for status, response in operation["responses"].items():
            if status.startswith("4"):
                content = found(openapi, response["$ref"])["content"]
                assert content == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        if "requestBody" in operation:
            assert "413" in operation["responses"], where


def test_personal_operations_name_their_purposes_and_commands_are_repeatable(openapi):
    for where, operation in operations(openapi):
        headers = {each["name"]: each for each in operation.get("parameters", []) if each["in"] == "header"}
        assert ("Purpose" in headers) == (operation.get("x-action") in PERSONAL), where
        if "Purpose" in headers:
            assert headers["Purpose"]["required"], where
            assert headers["Purpose"]["schema"]["enum"], where
        command = "409" in operation["responses"] and "201" in operation["responses"]
        assert ("Idempotency-Key" in headers) == command, where
        if command:
            assert {"200", "201", "409", "413", "422", "425"} <= set(operation["responses"]), where


def test_examples_have_the_shape_the_document_gives_them(openapi):
    for where, operation in operations(openapi):
        for holder in (operation.get("requestBody", {}), *operation["responses"].values()):
            for content in holder.get("content", {}).values():
                if "example" in content:
                    schema = {**content["schema"], "components": openapi["components"]}
                    errors = [error.message for error in Draft202012Validator(schema).iter_errors(content["example"])]
                    assert not errors, where


# AsyncAPI


def test_the_asyncapi_document_keeps_to_the_standard(asyncapi):
    AsyncAPI3.model_validate(asyncapi)
    for reference in references(asyncapi):
        assert found(asyncapi, reference)


def test_every_schema_is_one(asyncapi):
    for schema in asyncapi["components"]["schemas"].values():
        Draft7Validator.check_schema(schema)
    for message in asyncapi["components"]["messages"].values():
        Draft7Validator.check_schema(message["payload"])


def test_it_has_every_channel_and_message_of_the_service(service, asyncapi):
    definition = SERVICES[service]
    addresses = {f"demo:{service}.{channel}" for channel in definition.says}
    addresses |= {f"demo:{channel}" for channel in definition.hears}
    addresses |= {f"demo:inbox.{service}.{{department}}", f"demo:receipts.{service}.{{department}}"}
    assert {channel["address"] for channel in asyncapi["channels"].values()} == addresses
    kinds = {kind.type for spoken in (definition.says, definition.hears) for each in spoken.values() for kind in each}
    kinds |= {kind.type for kind in definition.receives} | {receipt_type(service)}
    assert {message["name"] for message in asyncapi["components"]["messages"].values()} == kinds


def test_every_message_has_an_example_of_its_shape(asyncapi):
    for message in asyncapi["components"]["messages"].values():
        [example] = message["examples"]
        validator = Draft7Validator({**message["payload"], "components": asyncapi["components"]})
        assert not [error.message for error in validator.iter_errors(example["payload"])]
        broken = {**example["payload"], "type": "something.else"}
        assert not validator.is_valid(broken)


def test_what_a_department_encrypts_has_a_shape_and_an_example_too(service, asyncapi):
    received = {kind.type: kind for kind in SERVICES[service].receives}
    messages = {message["name"]: message for message in asyncapi["components"]["messages"].values()}
    assert received
    for name, kind in received.items():
        assert issubclass(kind, DepartmentMessage)
        data = found(asyncapi, messages[name]["payload"]["properties"]["data"]["$ref"])
        assert data["additionalProperties"] is False
        if kind.holds is None:
            continue
        shape = {**data["properties"]["personal"]["x-decrypted"], "components": asyncapi["components"]}
        assert Draft7Validator(shape).is_valid(messages[name]["x-personal-example"])
        assert not Draft7Validator(shape).is_valid({"document": "1"})


def test_every_department_message_ends_in_a_receipt(service, asyncapi):
    [inbox] = [each for name, each in asyncapi["operations"].items() if name.startswith("receive-")]
    [reply] = inbox["reply"]["messages"]
    assert found(asyncapi, found(asyncapi, reply["$ref"])["$ref"])["name"] == receipt_type(service)
