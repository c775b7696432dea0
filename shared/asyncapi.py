"""What a service says and hears, as an AsyncAPI 3.0 document made from its contracts.

Channels are read by generic readers, so FastStream's own generator would see streams without their messages.
Source: AsyncAPI specification 3.0.0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from shared.contracts.cloudevents import Contract, Event
from shared.contracts.receipts import Receipt, receipt_type
from shared.messaging.transport import Streams

if TYPE_CHECKING:
    from shared.service import Definition


def document(definition: Definition, county: str) -> dict[str, Any]:
    """The document of a service in a county; addresses are the names of streams."""
    name, streams = definition.name, Streams(county)
    said = {streams.channel(name, channel): _named(kinds) for channel, kinds in definition.says.items()}
    said[streams.channel(name, "receipts.{department}")] = {receipt_type(name): Receipt}
    heard = {streams.channel(*_parts(channel)): _named(kinds) for channel, kinds in definition.hears.items()}
    heard[streams.inbox(name, "{department}")] = _named(definition.receives)
    return {
        "asyncapi": "3.0.0",
        "info": {"title": f"Evenborn {name}", "version": "1", "description": "CloudEvents 1.0 over Redis Streams."},
        "channels": {_key(address): _channel(address, kinds) for address, kinds in {**said, **heard}.items()},
        "operations": {
            **{f"say.{_key(address)}": _operation("send", address) for address in said},
            **{f"hear.{_key(address)}": _operation("receive", address) for address in heard},
        },
    }


def _parts(channel: str) -> tuple[str, str]:
    service, _, name = channel.partition(".")
    return service, name


def _named(kinds: Iterable[type[Contract]]) -> dict[str, type[Contract]]:
    return {kind.type: kind for kind in kinds}


def _key(address: str) -> str:
    return address.replace(":", ".").replace("{", "").replace("}", "")


def _channel(address: str, kinds: Mapping[str, type[Contract]]) -> dict[str, Any]:
    channel: dict[str, Any] = {"address": address, "messages": {}}
    for kind, contract in kinds.items():
        channel["messages"][kind] = {
            "name": kind,
            "summary": " ".join((contract.__doc__ or "").split()),
            "contentType": "application/cloudevents+json",
            "payload": _payload(kind, contract),
        }
    if "{department}" in address:
        channel["parameters"] = {"department": {"description": "the department whose stream it is"}}
    return channel


def _payload(kind: str, contract: type[Contract]) -> dict[str, Any]:
    """The schema of the whole event, with its data's shape in place."""
    data = contract.model_json_schema()
    definitions = data.pop("$defs", {})
    schema = Event.model_json_schema()
    schema["properties"] |= {"type": {"const": kind}, "data": data}
    return schema | ({"$defs": definitions} if definitions else {})


def _operation(action: str, address: str) -> dict[str, Any]:
    return {"action": action, "channel": {"$ref": f"#/channels/{_key(address)}"}}
