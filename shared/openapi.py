"""What a route says of itself in OpenAPI: what it takes, who may ask, what it is refused with."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from shared.access import PERSONAL, RULES, Action, Rule
from shared.contracts.receipts import Receipt
from shared.outcomes import FactRef

Part = dict[str, Any]
"""A piece of an operation, for a route's `openapi_extra`."""
SCHEMAS = "#/components/schemas/"
JSON = "application/json"
PROBLEMS = {
    401: ("Unauthenticated", "No bearer token, or none of this county that is valid now (TokenMissing, …)."),
    403: ("Denied", "The role, the purpose or the unit is not enough (AccessDenied)."),
    404: ("Unknown", "There is no such thing, or none you may know of: the answer is the same (Unknown)."),
    409: ("Refused", "A rule said no: `refusal` names it, `pointer` the place, `accepted` what would have done."),
    413: ("Oversize", "The body is larger than 1 MiB (Oversize)."),
    422: ("Malformed", "Not the shape that was asked for; `pointer` names the place, the value is not repeated."),
    425: ("NotYet", "What this needs is not known here yet: nothing was kept, send the same again later."),
    503: ("StoreAway", "The store is away: nothing was promised. Repeat the same request after `Retry-After` seconds."),
}
OPEN: Part = {"security": []}
"""Answered without a token."""
SIGNED: Part = {
    "security": [{"signature": []}],
    "requestBody": {
        "required": True,
        "content": {
            "application/cloudevents+json": {"schema": {"$ref": f"{SCHEMAS}Message"}},
            "application/cloudevents-batch+json": {
                "schema": {"type": "array", "items": {"$ref": f"{SCHEMAS}Message"}, "maxItems": 1000}
            },
        },
    },
    "responses": {
        "200": {"content": {JSON: {"schema": {"$ref": f"{SCHEMAS}Receipts"}}}},
        "413": {"$ref": "#/components/responses/Oversize"},
        "503": {"$ref": "#/components/responses/StoreAway"},
    },
}
"""Messages of departments: their signature is who they are."""


class Problem(BaseModel):
    """A problem document (RFC 9457); `refusal` is the name of the rule that said no."""

    type: str
    title: str
    status: int
    detail: str = ""
    refusal: str
    pointer: str = Field(default="", description="Place in the request, RFC 6901.")
    accepted: str = ""

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "type": "urn:evenborn:refusal:InFuture",
                    "title": "InFuture",
                    "status": 409,
                    "detail": "this lies in the future",
                    "refusal": "InFuture",
                    "pointer": "/born_at",
                }
            ]
        }
    }


class Answer(BaseModel):
    """What a command was answered, and is answered whenever it is repeated; some routes add the new case's id."""

    status: str = Field(description="`done`, or `nothing`: it was already so.")
    results: list[FactRef] = Field(description="The facts that were written, where they may be named.")
    recorded_at: str


class Receipts(BaseModel):
    """One receipt for each message, in order."""

    receipts: list[Receipt]


def look(action: Action, *refusals: int) -> Part:
    """A question without a body; what it may be refused with besides 401 and 403."""
    purposes = {purpose for rule in rules_of(action).values() for purpose in rule.purposes}
    return {
        "x-action": action,
        "parameters": [_purpose(sorted(purposes))] if action in PERSONAL else [],
        "responses": _refused(401, 403, 503, *refusals),
    }


def question(model: type[BaseModel], action: Action, *refusals: int) -> Part:
    """A question that holds what no address should: its body is the model's JSON."""
    schema = model.model_json_schema(ref_template=SCHEMAS + "{model}")
    body = {"required": True, "content": {JSON: {"schema": schema}}}
    return look(action, 409, 413, 422, *refusals) | {"requestBody": body}


def command(model: type[BaseModel], action: Action, *refusals: int) -> Part:
    """A command: 201 with what was written, 200 if it was already so; repeatable by key."""
    part = question(model, action, 425, *refusals)
    content = {JSON: {"schema": {"$ref": f"{SCHEMAS}Answer"}}}
    answers = {
        "200": {"description": "It was already so; nothing was written.", "content": content},
        "201": {"description": "Done; what was written is on disk.", "content": content},
    }
    return part | {"parameters": [*part["parameters"], KEY], "responses": answers | part["responses"]}


KEY: Part = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "maxLength": 128},
    "description": "Makes the command repeatable, as `command_id` in the body does: the second answer is the first.",
}


def _purpose(purposes: list[str]) -> Part:
    return {
        "in": "header",
        "name": "Purpose",
        "required": True,
        "schema": {"type": "string", "enum": purposes},
        "description": "Why you look at a person's record: one that your token holds. The reading is recorded.",
    }


def rules_of(action: Action) -> dict[str, Rule]:
    """What each role needs for an action; roles that are not there may not."""
    return {role: rule for (role, each), rule in RULES.items() if each == action}


def _refused(*statuses: int) -> dict[str, Any]:
    return {str(status): {"$ref": f"#/components/responses/{PROBLEMS[status][0]}"} for status in sorted(set(statuses))}
