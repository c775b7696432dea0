"""Who may do what on the own broker: every stream by its full name, so nobody reaches what nobody granted.

Source of the syntax: the servers' documentation of ACLs (Redis and Valkey 7).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256

from services.console.keys import OPERATOR, user_of
from services.console.layout import CHANNELS, HEARS, SERVICES
from shared.messaging.transport import Streams

CONNECT = "+ping +hello +auth +client|setname +client|id"
"""Not `client|setinfo`: Redis 7.0 knows no such command and refuses to start; clients go on when it is refused."""
SERVICE_COMMANDS = (
    "+xadd +xread +xrange +xrevrange +xlen +xinfo|stream +xtrim +xdel +del +type +time "
    "+eval +evalsha +script|load +script|exists"
)
"""Scripts run under their caller's permissions, command by command and key by key."""
DEPARTMENT_COMMANDS = "+xadd +xread +xrange +xlen +xinfo|stream"


def users_file(county: str, passwords: Mapping[str, str], departments: Iterable[str]) -> str:
    """The lines of an ACL file for these users; it holds digests of their passwords."""
    streams, named = Streams(county), list(departments)
    lines = ["user default off resetkeys resetchannels -@all", _user(OPERATOR, passwords, "allkeys", "+@all")]
    lines += [_user(name, passwords, _service_keys(streams, name, named), SERVICE_COMMANDS) for name in SERVICES]
    for department in named:
        keys = _department_keys(streams, department)
        lines.append(_user(user_of(department), passwords, keys, DEPARTMENT_COMMANDS))
    return "\n".join(lines) + "\n"


def _user(name: str, passwords: Mapping[str, str], keys: str, commands: str) -> str:
    digest = sha256(passwords[name].encode()).hexdigest()
    return f"user {name} on #{digest} resetkeys resetchannels {keys} -@all {CONNECT} {commands}"


def _service_keys(streams: Streams, service: str, departments: Iterable[str]) -> str:
    """Its own channels, receipts and inboxes; of others' channels, reading."""
    said = [streams.channel(service, channel) for channel in CHANNELS[service]]
    heard = [streams.channel(*channel.split(".", 1)) for channel in HEARS[service]]
    doors = [
        stream
        for name in departments
        for stream in (streams.inbox(service, name), streams.channel(service, f"receipts.{name}"))
    ]
    return " ".join([f"~{stream}" for stream in (*said, *doors)] + [f"%R~{stream}" for stream in heard])


def _department_keys(streams: Streams, department: str) -> str:
    """Writing its inboxes, which it cannot read again, and reading its receipts."""
    return " ".join(
        f"%W~{streams.inbox(service, department)} %R~{streams.channel(service, f'receipts.{department}')}"
        for service in SERVICES
    )
