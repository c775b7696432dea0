"""What a service says and hears, as an AsyncAPI 3.0 document made from its contracts.

Channels are read by generic readers, so FastStream's own generator would see streams without their messages.
Source: AsyncAPI specification 3.0.0; schemas keep to JSON Schema draft 7, which every tool for it understands.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared import contracts
from shared.contracts.cloudevents import Contract, Event
from shared.contracts.departments import DepartmentMessage
from shared.contracts.receipts import Receipt, receipt_type
from shared.messaging.transport import Streams

if TYPE_CHECKING:
    from pydantic import BaseModel

    from shared.service import Definition

EXAMPLES = Path(contracts.__path__[0]) / "examples.json"
"""One event of every type, and the personal parts in clear; encrypted to the published key of RFC 7748, 6.1."""
SCHEMAS = "#/components/schemas/"
ALWAYS = ("specversion", "id", "source", "type", "time", "data")
"""Attributes of every event."""
NUMBERED = (*ALWAYS, "datacontenttype", "sequence")
"""Attributes of every event in a channel."""
ABOUT = (
    "CloudEvents 1.0 (structured JSON) over Redis Streams; field `__data__` of an entry holds the exact bytes of one "
    "event. A channel holds only what every reader of it may see. Entry ids are `<sequence>-0`, without gaps; "
    "a reader keeps its own position, reads without a consumer group, and fetches what it misses from the publisher's "
    "`GET /feed/<channel>`. Contracts are additive: ignore what you do not know; what breaks comes as a parallel `.v2`."
)
INBOX = (
    "Messages of one department. Field `__data__` holds the exact bytes of one event or of a JSON array of events, "
    "field `signature` a detached compact JWS (Ed25519) over these bytes. The same as `POST /events`. Send again until "
    "there is a receipt: repeating is harmless. Unknown fields are refused."
)
RECEIPTS = "What became of each message of one department. `held` is not final: another receipt follows."
SIGNATURE = {
    "type": "object",
    "required": ["signature"],
    "properties": {
        "signature": {"type": "string", "description": "Detached compact JWS: header with alg, kid, iat and exp."}
    },
}


def examples(kinds: Iterable[type[Contract]]) -> dict[str, Any]:
    """An event of each type."""
    known = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return {kind.type: known[kind.type]["event"] for kind in kinds}


def document(definition: Definition, county: str) -> dict[str, Any]:
    """The document of a service in a county; addresses are the names of streams."""
    name, streams = definition.name, Streams(county)
    inbox, receipts = streams.inbox(name, "{department}"), streams.channel(name, "receipts.{department}")
    said = {streams.channel(name, channel): kinds for channel, kinds in definition.says.items()}
    heard = {streams.channel(*_parts(channel)): [*kinds] for channel, kinds in definition.hears.items()}
    readers = {streams.channel(name, channel): who for channel, who in definition.channels.items()}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": f"Evenborn {name}", "version": "1", "description": ABOUT},
        "defaultContentType": "application/cloudevents+json",
        "servers": {"broker": BROKER},
        "channels": {
            **{_key(address): _channel(address, kinds, _read_by(readers[address])) for address, kinds in said.items()},
            **{_key(address): _channel(address, kinds, "Of another service.") for address, kinds in heard.items()},
            _key(inbox): _channel(inbox, definition.receives, INBOX),
            _key(receipts): _channel(receipts, [Receipt], RECEIPTS, name),
        },
        "operations": {
            **{f"say-{_key(address)}": _operation("send", address, kinds) for address, kinds in said.items()},
            **{f"hear-{_key(address)}": _operation("receive", address, kinds) for address, kinds in heard.items()},
            f"receive-{_key(inbox)}": _operation("receive", inbox, definition.receives)
            | {"reply": {"channel": _channel_ref(receipts), "messages": _message_refs(receipts, [receipt_type(name)])}},
        },
        "components": _components([*_all(said), *_all(heard), *definition.receives], name),
    }


BROKER: dict[str, Any] = {
    "host": "{broker}",
    "protocol": "redis",
    "protocolVersion": "7",
    "description": "Redis or Valkey. It only carries: every reader's rights name whole streams, never patterns.",
    "variables": {
        "broker": {"description": "Host and port; the county's operator tells.", "default": "127.0.0.1:6379"}
    },
    "security": [{"$ref": "#/components/securitySchemes/user"}],
}


def _components(kinds: Sequence[type[Contract]], service: str) -> dict[str, Any]:
    named: dict[str, type[Contract]] = {**{kind.type: kind for kind in kinds}, receipt_type(service): Receipt}
    examples = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return {
        "messages": {_key(name): _message(name, kind, examples[name]) for name, kind in named.items()},
        "schemas": _schemas(named.values()),
        "securitySchemes": {
            "user": {"type": "userPassword", "description": "Each service and department has a user of its own."}
        },
    }


def _channel(address: str, kinds: Iterable[type[Contract]], about: str, service: str = "") -> dict[str, Any]:
    names = [kind.type or receipt_type(service) for kind in kinds]
    channel: dict[str, Any] = {
        "address": address,
        "description": about,
        "messages": {_key(name): {"$ref": f"#/components/messages/{_key(name)}"} for name in names},
    }
    if "{department}" in address:
        channel["parameters"] = {"department": {"description": "The department whose stream it is."}}
    return channel


def _message(name: str, kind: type[Contract], example: Mapping[str, Any]) -> dict[str, Any]:
    summary, _, more = (kind.__doc__ or "").partition("\n\n")
    message: dict[str, Any] = {
        "name": name,
        "title": kind.__name__,
        "summary": " ".join(summary.split()),
        "description": " ".join(more.split()),
        "contentType": "application/cloudevents+json",
        "payload": _payload(name, kind),
        "examples": [{"name": "example", "payload": example["event"]}],
    }
    if issubclass(kind, DepartmentMessage):
        message |= {"headers": SIGNATURE}
        message["x-personal-example"] = example.get("personal")
    return {field: value for field, value in message.items() if value}


def _payload(name: str, kind: type[Contract]) -> dict[str, Any]:
    """The schema of the whole event: what every event is, and the shape of its data."""
    return {
        "allOf": [{"$ref": SCHEMAS + _name(Event)}],
        "required": [*(ALWAYS if issubclass(kind, DepartmentMessage) else NUMBERED)],
        "properties": {"type": {"const": name}, "data": {"$ref": SCHEMAS + _name(kind)}},
    }


def _envelope() -> dict[str, Any]:
    """Every event's attributes."""
    schema = Event.model_json_schema()
    attributes = {name: _present(attribute) for name, attribute in schema["properties"].items()}
    return schema | {"required": [*ALWAYS], "properties": attributes}


def _present(attribute: Mapping[str, Any]) -> dict[str, Any]:
    """An attribute where it is there: absent ones are left out, never null."""
    [first, *_] = attribute.get("anyOf", [attribute])
    return {key: value for key, value in first.items() if key not in {"default", "title"}}


def _schemas(kinds: Iterable[type[Contract]]) -> dict[str, Any]:
    """The shapes of all data, and of the personal parts once they are decrypted."""
    schemas: dict[str, Any] = {_name(Event): _envelope()}
    for kind in kinds:
        schemas |= _schema(kind)
        if issubclass(kind, DepartmentMessage) and kind.holds:
            schemas |= _schema(kind.holds)
            schemas[_name(kind)]["properties"]["personal"] |= {
                "contentMediaType": "application/jose",
                "description": "Compact JWE (ECDH-ES on X25519, A256GCM) to the service; in it, JSON of that shape.",
                "x-decrypted": {"$ref": SCHEMAS + _name(kind.holds)},
            }
    return schemas


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    """The schema of a model and of what it is made of, by names."""
    module = _name(model).partition("-")[0]
    schema = model.model_json_schema(ref_template=f"{SCHEMAS}{module}-{{model}}")
    parts = {f"{module}-{part}": shape for part, shape in schema.pop("$defs", {}).items()}
    return {**parts, _name(model): schema}


def _name(model: type[BaseModel]) -> str:
    """The name of a shape: each party has its own words, so two may have the same."""
    return f"{model.__module__.rpartition('.')[2]}-{model.__name__}"


def _operation(action: str, address: str, kinds: Iterable[type[Contract]]) -> dict[str, Any]:
    return {
        "action": action,
        "channel": _channel_ref(address),
        "messages": _message_refs(address, [kind.type for kind in kinds]),
    }


def _channel_ref(address: str) -> dict[str, str]:
    return {"$ref": f"#/channels/{_key(address)}"}


def _message_refs(address: str, names: Iterable[str]) -> list[dict[str, str]]:
    return [{"$ref": f"#/channels/{_key(address)}/messages/{_key(name)}"} for name in names]


def _read_by(subjects: Iterable[str]) -> str:
    return f"Read by {', '.join(sorted(subjects))}."


def _all(channels: Mapping[str, Iterable[type[Contract]]]) -> list[type[Contract]]:
    return [kind for kinds in channels.values() for kind in kinds]


def _parts(channel: str) -> tuple[str, str]:
    service, _, name = channel.partition(".")
    return service, name


def _key(name: str) -> str:
    """A name as a key: generators of code understand letters, digits, `-` and `_`."""
    return name.translate({ord("."): "-", ord(":"): "-", ord("{"): None, ord("}"): None})
