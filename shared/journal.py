"""The journal of a service: what it said, per channel, gapless and byte for byte, for ever; and who fills it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Event as Flag
from threading import Lock, Thread

import structlog
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
from shared.eventstore import Log, Recorded
from shared.messaging.pacing import Pace

logger = structlog.get_logger(__name__)

BATCH = 500
"""Facts turned into sayings in one transaction of the journal."""

Say = Callable[[Recorded], Sequence[tuple[str, Event]]]
"""What a fact says, as (channel, event without sequence)."""

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


class StalePosition(Exception):
    """Another publisher has already said what follows this log position; nothing was appended."""


class Journal:
    """Channels with sequences 1, 2, 3 …; safe to use from several threads, and correct beside a zombie process."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._lock = engine, Lock()
        self._listeners: list[Callable[[], None]] = []
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
        with self._lock, self._engine.begin() as db:
            _take_turn(db, after, upto)
            sequences = _numbered(db, sayings)
        if sayings:
            for appended in self._listeners:
                appended()
        return sequences

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


def _take_turn(db: Connection, after: int | None, upto: int | None) -> None:
    """Write the position row first: it is the lock that makes everybody who appends wait for his turn."""
    turn = update(_POSITION)
    if after is None:
        db.execute(turn.values(position=_POSITION.c.position))
    elif not db.execute(turn.where(_POSITION.c.position == after).values(position=upto)).rowcount:
        msg = f"the journal is no longer at position {after}"
        raise StalePosition(msg)


def _numbered(db: Connection, sayings: Sequence[tuple[str, Event]]) -> list[int]:
    """Insert the events behind the heads of their channels."""
    channels = {channel for channel, _ in sayings}
    known = {row.channel: row.head for row in db.execute(select(_CHANNELS).where(_CHANNELS.c.channel.in_(channels)))}
    heads = dict.fromkeys(channels, 0) | known
    rows = []
    for channel, event in sayings:
        heads[channel] += 1
        rows.append({"channel": channel, "sequence": heads[channel], "body": _body(event, channel, heads[channel])})
    if rows:
        db.execute(insert(_JOURNAL), rows)
        _move_heads(db, heads, known)
    return [row["sequence"] for row in rows]


def _body(event: Event, channel: str, sequence: int) -> bytes:
    numbered = {"sequence": sequence, "id": event_id(event, channel, sequence)}
    return encode(event.model_copy(update=numbered))


def _move_heads(db: Connection, heads: Mapping[str, int], known: Mapping[str, int]) -> None:
    moved = [{"of": channel, "to": head} for channel, head in heads.items() if channel in known]
    begun = [{"channel": channel, "head": head} for channel, head in heads.items() if channel not in known]
    if moved:
        db.execute(update(_CHANNELS).where(_CHANNELS.c.channel == bindparam("of")).values(head=bindparam("to")), moved)
    if begun:
        db.execute(insert(_CHANNELS), begun)


class Publishing:
    """Follows the log by position. A fact that cannot be said stops it, visibly: nothing may be left unsaid.

    `position` is the last log position said, `trouble` why it does not move (empty when it does).
    """

    def __init__(self, log: Log, journal: Journal, say: Say, *, poll: float = 0.5) -> None:
        self._log, self._journal, self._say, self._poll = log, journal, say, poll
        self._hint, self._stopping = Flag(), Flag()
        self._thread = Thread(target=self._run, name="publishing", daemon=True)
        self.position = journal.position
        self.trouble = ""

    def start(self) -> None:
        """Begin to follow the log."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch under way and end."""
        self._stopping.set()
        self._hint.set()
        if self._thread.is_alive():
            self._thread.join()

    def hint(self) -> None:
        """The log may have grown; without it, that is noticed at the next poll."""
        self._hint.set()

    def behind(self) -> int:
        """Log positions not yet said."""
        return max(0, self._log.head() - self.position)

    def publish(self) -> int:
        """Say the next batch; gives how many facts it held. Raises what `say` and the stores raise."""
        facts = self._log.read(self.position, BATCH)
        if not facts:
            return 0
        sayings = [saying for recorded in facts for saying in self._say(recorded)]
        try:
            self._journal.append(sayings, after=self.position, upto=facts[-1].position)
        except StalePosition:
            self.position = self._journal.position
            raise
        self.position = facts[-1].position
        return len(facts)

    def _run(self) -> None:
        pace = Pace()
        while not self._stopping.is_set():
            self._hint.clear()
            try:
                said = self.publish()
            except Exception as error:  # noqa: BLE001 - whatever it is, it is shown and tried again
                self.trouble = type(error).__name__
                logger.warning("publishing halted", error=self.trouble, position=self.position)
                self._stopping.wait(pace.next())
                continue
            self.trouble = ""
            pace.reset()
            if said < BATCH:
                self._hint.wait(self._poll)
