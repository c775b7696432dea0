"""The log of a service: facts in envelopes, outcomes and positions in one transaction, over `eventsourcing`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from eventsourcing.persistence import IntegrityError, StoredEvent
from pydantic import AwareDatetime, BaseModel, ConfigDict, TypeAdapter
from pydantic_core import from_json, to_json

from shared.kernel import Fact
from shared.newest import Newest
from shared.recorders import Ledger, Parked, Row, open_recorder
from shared.stores import Stores

__all__ = ["FactNames", "Ledger", "Log", "Parked", "Recorded", "Recording", "StartRefused", "VersionConflict"]

KEPT = 2_048
"""Facts kept in memory for those who follow the log: what two of the largest commits hold."""

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


class StartRefused(Exception):
    """The service will not start like this; the message says what to change."""


class VersionConflict(Exception):
    """Someone else wrote to one of the cases, or an outcome of the batch is already stored."""


class Envelope(BaseModel):
    """What is known about a fact besides the fact."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: AwareDatetime
    by: str
    command: str
    shape: int = 1
    correlation: str = ""
    causation: str = ""
    policy: str = ""


class Recorded(NamedTuple):
    """A fact in its envelope, as read from the log. `position` orders the whole log, `version` one case.

    `body` is the fact's JSON, in today's shape like itself; `head` that of the envelope, as `envelope` makes it:
    what it says is read when somebody asks.
    """

    position: int
    case: str
    version: int
    fact: Fact
    body: bytes
    head: bytes

    @property
    def recorded_at(self) -> datetime:
        """When the service learnt it."""
        return _moment(self.head)

    @property
    def actor(self) -> str:
        """Who asked."""
        return _about(self.head).by

    @property
    def command_id(self) -> str:
        """The command it follows from."""
        return _about(self.head).command

    @property
    def correlation_id(self) -> str:
        """What the command belongs to, "" if nobody said."""
        return _about(self.head).correlation

    @property
    def causation_id(self) -> str:
        """What caused the command, "" if nobody said."""
        return _about(self.head).causation

    @property
    def policy(self) -> str:
        """The version of the policy it was decided under."""
        return _about(self.head).policy


class Recording(NamedTuple):
    """A fact on its way into the log."""

    case: str
    version: int
    fact: Fact
    envelope: bytes


class FactNames:
    """Stored names and how to read every shape ever stored under them.

    An upcaster for `(name, shape)` turns the JSON of that shape into the next one.
    """

    def __init__(
        self, facts: Iterable[type[Fact]], upcasters: Mapping[tuple[str, int], Upcaster] | None = None
    ) -> None:
        self._facts = {fact.stored_as: fact for fact in facts}
        self._read = {name: fact.__pydantic_validator__.validate_json for name, fact in self._facts.items()}
        self._upcasters = dict(upcasters or {})

    @property
    def facts(self) -> tuple[type[Fact], ...]:
        """Every kind of fact that may be in the log."""
        return tuple(self._facts.values())

    def decode(self, name: str, shape: int, body: bytes | str) -> Fact:
        """The fact in today's shape. Raises KeyError for a name nobody registered."""
        return self.read(name, shape, body.encode() if isinstance(body, str) else body)[0]

    def read(self, name: str, shape: int, body: bytes) -> tuple[Fact, bytes]:
        """The fact and its JSON, both in today's shape. Raises KeyError for a name nobody registered."""
        today = self._facts[name].shape
        if shape != today:
            fields = from_json(body)
            for older in range(shape, today):
                fields = self._upcasters[name, older](fields)
            body = to_json(fields)
        return self._read[name](body), body


def envelope(  # noqa: PLR0913 - an envelope has this many sides
    *, at: datetime, by: str, command: str, correlation: str = "", causation: str = "", policy: str = ""
) -> bytes:
    """The bytes of an envelope shared by all facts of one command (without shape)."""
    fields = {"at": at, "by": by, "command": command}
    optional = {"correlation": correlation, "causation": causation, "policy": policy}
    return to_json(fields | {key: value for key, value in optional.items() if value})


_ENVELOPE = TypeAdapter(Envelope)


@lru_cache(maxsize=1_024)
def _about(head: bytes) -> Envelope:
    """Facts of one command share their envelope and lie beside one another."""
    return _ENVELOPE.validate_json(head)


@lru_cache(maxsize=1_024)
def _moment(head: bytes) -> datetime:
    """When: what an envelope begins with, and all that most views ask; to read the rest takes four times as long."""
    return datetime.fromisoformat(head[len(b'{"at":"') : head.index(b'",')].decode())


class Log:
    """All facts of one service in commit order, with what must never part from them.

    Raises StartRefused if the environment asks for `eventsourcing`'s database functions: without a
    lock, readers that follow the log would miss facts.
    """

    def __init__(self, stores: Stores, names: FactNames) -> None:
        if any(key.endswith("POSTGRES_ENABLE_DB_FUNCTIONS") for key in os.environ):
            msg = "unset POSTGRES_ENABLE_DB_FUNCTIONS: with it, readers of the log miss facts"
            raise StartRefused(msg)
        self.names = names
        self._recorder = open_recorder(stores)
        self._newest = Newest[Recorded](KEPT)

    def append(
        self, recordings: Sequence[Recording], ledger: Ledger, before: Callable[[], None] = lambda: None
    ) -> Sequence[int]:
        """Write facts, outcomes, positions and parked messages in one transaction; give their log positions.

        `before` does what they rely on, each time they are tried: on PostgreSQL in the transaction's time, so that
        what it wrote to the same server cannot be lost if the transaction is committed. Whatever it raises is raised.

        Raises VersionConflict if a version of a case or the outcome of a command is taken.
        """
        parts = list(map(_parts, recordings))
        named = zip(recordings, map(b"\n".join, parts), strict=True)
        stored = [StoredEvent(r.case, r.version, r.fact.stored_as, state) for r, state in named]
        try:
            positions = self._recorder.insert_events(stored, ledger=ledger, before=before) or []
        except IntegrityError as error:
            raise VersionConflict(str(error)) from error
        if positions and positions[-1] - positions[0] + 1 == len(positions):
            written = zip(positions, recordings, parts, strict=True)
            facts = [Recorded(at, r.case, r.version, r.fact, body, head) for at, r, (head, body) in written]
            self._newest.add(positions[0], facts)
        return positions

    def newest(self, after: int) -> Sequence[Recorded]:
        """All facts after a position, from memory; none unless the next one was written here lately: then read."""
        return self._newest.after(after)

    def read(self, after: int, limit: int, names: Sequence[str] = ()) -> list[Recorded]:
        """Facts after a position in log order, at most `limit`; of the stored names given, else of all."""
        return list(map(self._recorded, self._recorder.facts(after, limit, names)))

    def case(self, case_id: str) -> list[Recorded]:
        """All facts of one case in version order (their `position` is 0: it is not asked for here)."""
        return list(map(self._recorded, self._recorder.cases([case_id])))

    def cases(self, case_ids: Sequence[str]) -> dict[str, list[Recorded]]:
        """The facts of several cases, read at once; a case without facts has an empty list."""
        found: dict[str, list[Recorded]] = {case_id: [] for case_id in case_ids}
        for recorded in map(self._recorded, self._recorder.cases(case_ids)):
            found[recorded.case].append(recorded)
        return found

    def head(self) -> int:
        """The position of the newest fact, 0 for an empty log."""
        return self._recorder.max_notification_id() or 0

    def position(self, name: str) -> int:
        """The tracked position of a reader, 0 if it never read."""
        return self._recorder.max_tracking_id(name) or 0

    def outcomes(self, command_ids: Sequence[str]) -> dict[str, tuple[str, bytes]]:
        """The stored digest and outcome of each command that has one."""
        return self._recorder.outcomes(command_ids)

    def parked(self, kind: str = "") -> list[Parked]:
        """Parked and held messages, oldest first; of one kind, else of all."""
        return self._recorder.parked(kind)

    def asides(self) -> dict[str, int]:
        """How many messages of each kind are parked or held."""
        return self._recorder.asides()

    def unpark(self, parked_id: str) -> bool:
        """Forget a parked message; False if there was none."""
        return self._recorder.unpark(parked_id)

    def close(self) -> None:
        """Give all connections back."""
        self._recorder.datastore.close()

    def _recorded(self, row: Row) -> Recorded:
        position, case, version, name, state = row
        head, _, body = state.partition(b"\n")
        return Recorded(position, case, version, *self.names.read(name, _shape(head), body), head)


def _shape(head: bytes) -> int:
    """The shape an envelope names, 1 if it names none; without reading the rest."""
    _, named, shape = head.rpartition(b',"shape":')
    return int(shape[:-1]) if named else 1


def _parts(recording: Recording) -> tuple[bytes, bytes]:
    """Envelope and fact: two JSON documents, so that a reader can take either without the other."""
    shape = recording.fact.shape
    head = recording.envelope if shape == 1 else recording.envelope[:-1] + b',"shape":%d}' % shape
    return head, recording.fact.model_dump_json().encode()
