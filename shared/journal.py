"""The journal of a service: what it said, per channel, gapless and byte for byte, for ever."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from threading import Lock

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from shared.contracts.cloudevents import Event, encode
from shared.newest import Newest
from shared.projecting import put

KEPT = 512
"""Messages of each channel kept in memory for the relay: what it takes at once."""

Row = tuple[str, int, bytes]
"""Channel, sequence, body."""

_TABLES = MetaData()
_JOURNAL = Table(
    "journal",
    _TABLES,
    Column("channel", Text, primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)
_CHANNELS = Table(
    "channels", _TABLES, Column("channel", Text, primary_key=True), Column("head", BigInteger, nullable=False)
)
_POSITION = Table(
    "position",
    _TABLES,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
)
"""The one row, written first: it is the lock that makes everybody who appends wait for his turn."""
_TURN = update(_POSITION).values(position=_POSITION.c.position)
_NEXT = update(_POSITION).where(_POSITION.c.position == bindparam("after")).values(position=bindparam("upto"))
_AT_ONCE = """
WITH turn AS (UPDATE position SET position = coalesce(%b::bigint, position)
              WHERE position = coalesce(%b::bigint, position) RETURNING true),
     said AS (INSERT INTO journal (channel, sequence, body)
              SELECT said.* FROM turn, unnest(%b::text[], %b::bigint[], %b::bytea[]) AS said)
INSERT INTO channels (channel, head) SELECT heads.* FROM turn, unnest(%b::text[], %b::bigint[]) AS heads
ON CONFLICT (channel) DO UPDATE SET head = excluded.head
"""
"""The same and all that is appended, on PostgreSQL: a round trip for each would take most of the time."""
_HEADS = select(_CHANNELS).where(_CHANNELS.c.channel.in_(bindparam("channels", expanding=True)))


class StalePosition(Exception):
    """Another publisher has already said what follows this log position; nothing was appended."""


class Journal:
    """Channels with sequences 1, 2, 3 …; safe to use from several threads, and correct beside a zombie process."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._lock = engine, Lock()
        self._listeners: list[Callable[[], None]] = []
        self._newest: dict[str, Newest[tuple[int, bytes]]] = {}
        _prepare(engine)

    @property
    def position(self) -> int:
        """The log position up to which everything is said."""
        with self._engine.connect() as db:
            return int(db.execute(select(_POSITION.c.position)).scalar_one())

    def listen(self, appended: Callable[[], None]) -> None:
        """Call this after every append, from the thread that appended; it must be quick and must not raise."""
        self._listeners.append(appended)

    def append(
        self, sayings: Sequence[tuple[str, Event]], *, after: int | None = None, upto: int | None = None
    ) -> list[int]:
        """Give each event of (channel, event) its sequence and its id, and keep it; gives the sequences.

        A publisher also says which log positions these sayings come from: those `after` the last published one
        and `upto` the new one. Raises StalePosition, and sqlalchemy.exc.OperationalError if the store is away.
        """
        with self._lock:
            try:
                rows = self._say(sayings, after, upto)
            except Exception:  # the store may have been set back behind what is remembered here
                self._newest = {}
                raise
            self._keep(rows)
        if rows:
            for appended in self._listeners:
                appended()
        return [sequence for _, sequence, _ in rows]

    def appended(self) -> Mapping[str, int]:
        """The newest sequence of every channel to which this journal appended."""
        return {channel: newest.last for channel, newest in self._newest.copy().items()}

    def newest(self, channel: str, after: int) -> Sequence[tuple[int, bytes]]:
        """What follows a sequence, from memory; none unless the next was appended here lately: then ask the feed.

        There may be more than that, which somebody else appended.
        """
        newest = self._newest.get(channel)
        return newest.after(after) if newest else ()

    def feed(self, channel: str, after: int, limit: int) -> list[tuple[int, bytes]]:
        """Sequence and body of what follows a sequence in a channel, at most `limit`."""
        rows = select(_JOURNAL.c.sequence, _JOURNAL.c.body).where(
            _JOURNAL.c.channel == channel, _JOURNAL.c.sequence > after
        )
        with self._engine.connect() as db:
            return [(row.sequence, bytes(row.body)) for row in db.execute(rows.order_by("sequence").limit(limit))]

    def head(self, channel: str) -> int:
        """The newest sequence of a channel, 0 if nothing was said there."""
        return self.heads().get(channel, 0)

    def heads(self) -> Mapping[str, int]:
        """The newest sequence of every channel."""
        with self._engine.connect() as db:
            return {row.channel: row.head for row in db.execute(select(_CHANNELS))}

    def channels(self) -> list[str]:
        """The channels on which something was said."""
        return sorted(self.heads())

    def _say(self, sayings: Sequence[tuple[str, Event]], after: int | None, upto: int | None) -> list[Row]:
        """Append behind what was appended here last; where somebody else has appended since, behind that."""
        channels = {channel for channel, _ in sayings}
        if channels <= self._newest.keys():
            heads = {channel: self._newest[channel].last for channel in channels}
            with suppress(IntegrityError), self._engine.begin() as db:
                return _append(db, _numbered(sayings, heads), after, upto)
        with self._engine.begin() as db:
            db.execute(_TURN)
            heads = {row.channel: row.head for row in db.execute(_HEADS, {"channels": sorted(channels)})}
            return _append(db, _numbered(sayings, heads), after, upto)

    def _keep(self, rows: Sequence[Row]) -> None:
        by_channel: dict[str, list[tuple[int, bytes]]] = defaultdict(list)
        for channel, sequence, body in rows:
            by_channel[channel].append((sequence, body))
        for channel, kept in by_channel.items():
            self._newest.setdefault(channel, Newest(KEPT)).add(kept[0][0], kept)


def event_id(event: Event, channel: str, sequence: int) -> str:
    """`<service>:<channel>:<sequence>`, the service being the last part of the event's source."""
    return f"{event.source.rpartition('/')[2]}:{channel}:{sequence}"


def _prepare(engine: Engine) -> None:
    """Make the tables and the one position row; whoever comes second finds them made."""
    _TABLES.create_all(engine)
    try:
        with engine.begin() as db:
            if db.execute(select(_POSITION)).first() is None:
                db.execute(insert(_POSITION).values(id=1, position=0))
    except IntegrityError:
        return


def _numbered(sayings: Sequence[tuple[str, Event]], heads: Mapping[str, int]) -> list[Row]:
    """The events behind the heads of their channels."""
    last, rows = defaultdict(int, heads), list[Row]()
    for channel, event in sayings:
        last[channel] += 1
        rows.append((channel, last[channel], _body(event, channel, last[channel])))
    return rows


def _append(db: Connection, rows: list[Row], after: int | None, upto: int | None) -> list[Row]:
    """Write rows, heads and the position; gives the rows. Raises StalePosition, and IntegrityError: a taken number."""
    heads = {channel: sequence for channel, sequence, _ in rows}
    if rows and db.dialect.name == "postgresql":
        columns = [list(column) for column in zip(*rows, strict=True)]
        given = (upto, after, *columns, list(heads), list(heads.values()))
        _moved(db.exec_driver_sql(_AT_ONCE, given).rowcount, after)
        return rows
    _moved(db.execute(_TURN if after is None else _NEXT, {"after": after, "upto": upto}).rowcount, after)
    if rows:
        db.exec_driver_sql("INSERT INTO journal (channel, sequence, body) VALUES (?, ?, ?)", rows)
        put(db, _CHANNELS, [{"channel": channel, "head": head} for channel, head in heads.items()])
    return rows


def _moved(rows: int, after: int | None) -> None:
    if not rows:
        msg = f"the journal is no longer at position {after}"
        raise StalePosition(msg)


def _body(event: Event, channel: str, sequence: int) -> bytes:
    numbered = {"sequence": sequence, "id": event_id(event, channel, sequence)}
    return encode(event.model_copy(update=numbered))
