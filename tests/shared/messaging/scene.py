"""A small service that hears a channel and departments: sums that can be added to once they are open."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from joserfc.jwk import OKPKey

from shared.contracts.cloudevents import Event, Malformed
from shared.eventstore import FactNames, Log
from shared.journal import Journal
from shared.kernel import Case, Cases, Command, Decision, Fact, NotYet, Refusal, Value
from shared.messaging.feeds import FeedAway, Page
from shared.messaging.inbox import Inbox
from shared.messaging.opening import Opener, message_key
from shared.messaging.receipts import Receipts
from shared.signing import Departments, sign
from shared.writer import Writer


class Opened(Fact, stored_as="test.Opened"): ...


class Added(Fact, stored_as="test.Added"):
    amount: int


class Open(Command):
    sum: str


class Add(Command):
    sum: str
    amount: int


class SumNotOpen(NotYet): ...


class OverLimit(Refusal): ...


class Sum(Value):
    open: bool = False
    total: int = 0


def evolve(state: Sum, fact: Fact) -> Sum:
    match fact:
        case Opened():
            return state.model_copy(update={"open": True})
        case Added(amount=amount):
            return state.model_copy(update={"total": state.total + amount})
    return state


SUM = Case("sum", Sum(), evolve)


def open_sum(command: Open, cases: Cases) -> Decision:
    return {} if cases[SUM, command.sum].open else {SUM.id(command.sum): [Opened()]}


def add(command: Add, cases: Cases) -> Decision:
    if command.amount == -1:
        raise ZeroDivisionError
    if not cases[SUM, command.sum].open:
        raise SumNotOpen("the sum is not open", pointer="/data/sum")
    if command.amount > 100:
        raise OverLimit("too much", pointer="/data/amount", accepted="100")
    return {SUM.id(command.sum): [Added(amount=command.amount)]}


OPEN, ADD = "evenborn.test.open.v1", "evenborn.test.add.v1"


def commands(event: Event, name: str, now: Any) -> Sequence[Command]:
    """What an event asks for; its data must be exactly right."""
    about = {"command_id": name, "actor": "hospital", "at": now, "causation_id": event.id}
    wanted = {"sum": str} if event.type == OPEN else {"sum": str, "amount": int}
    for key in event.data:
        if key not in wanted:
            raise Malformed("unknown field", f"/data/{key}")
    for key, kind in wanted.items():
        if not isinstance(event.data.get(key), kind):
            raise Malformed("wrong type", f"/data/{key}")
    if event.data["sum"] == "unreadable":
        raise TypeError
    return [Open(**about, sum=event.data["sum"]) if event.type == OPEN else Add(**about, **event.data)]


class World:
    """The service, and what tests ask of it."""

    def __init__(self, stores: Any, clock: Any) -> None:
        self.stores, self.clock = stores, clock
        self.log = Log(stores, FactNames([Opened, Added]))
        self.journal = Journal(stores.engine("journal"))
        self.committed: Callable[[], None] = lambda: None
        self.writer = self.make_writer()
        self.keys = {name: OKPKey.generate_key("Ed25519") for name in ("hospital", "village", "stranger")}
        public = {f"{n}-1": (n, key.as_dict(private=False)) for n, key in self.keys.items() if n != "stranger"}
        self.departments = Departments(public)

    def after_commit(self, _position: int, _recordings: object) -> None:
        self.committed()

    def make_writer(self) -> Writer:
        return Writer(self.log, {Open: open_sum, Add: add}, self.clock, after_commit=self.after_commit)

    def make_inbox(self, **more: Any) -> Inbox:
        opener = Opener("demo", self.departments, {OPEN, ADD}, self.clock, lambda text: f"digest of {text}")
        return Inbox(
            opener,
            Receipts(self.journal, "demo", "births", self.clock),
            writer=self.writer,
            log=self.log,
            react=lambda event, _: commands(event, message_key(event), self.clock.now()),
            clock=self.clock,
            **{"hold_for": timedelta(days=7), **more},
        )

    def signed(self, body: bytes, department: str = "hospital", lifetime: timedelta = timedelta(hours=1)) -> str:
        return sign(body, self.keys[department].as_dict(private=True), f"{department}-1", self.clock.now(), lifetime)

    def total(self, name: str = "a") -> int:
        facts = [recorded.fact for recorded in self.log.case(f"sum:{name}")]
        return sum(fact.amount for fact in facts if isinstance(fact, Added))

    def receipts(self, department: str = "hospital") -> list[dict[str, Any]]:
        rows = self.journal.feed(f"receipts.{department}", 0, 10_000)
        return [json.loads(body)["data"] for _, body in rows]

    def close(self) -> None:
        self.writer.close()
        self.log.close()


def message(kind: str = ADD, id: str = "m1", source: str = "/demo/hospital", **data: Any) -> dict[str, Any]:
    """A department's message, or (with a sequence put in) one of a channel."""
    time = "2024-10-15T12:00:00+08:00"
    return {"specversion": "1.0", "id": id, "source": source, "type": kind, "time": time, "data": data}


def body(*args: Any, **kwargs: Any) -> bytes:
    return json.dumps(message(*args, **kwargs)).encode()


async def until(condition: Any, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true"
        await asyncio.sleep(0.01)


class JournalFeed:
    """A publisher's feed read straight from its journal; `away` makes it fail."""

    def __init__(self, journal: Journal, channel: str) -> None:
        self.journal, self.channel, self.away, self.asked = journal, channel, False, 0
        self.instead: dict[int, bytes] = {}

    async def read(self, after: int, limit: int) -> Page:
        self.asked += 1
        if self.away:
            raise FeedAway("ConnectError")
        rows = self.journal.feed(self.channel, after, limit)
        return Page(self.journal.head(self.channel), [self.instead.get(seq, body) for seq, body in rows])
