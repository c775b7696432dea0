"""What a view is: tables, the facts it looks at, and how a batch of them changes its rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from typing import Any, ClassVar

from sqlalchemy import Connection, MetaData

from shared.eventstore import Recorded
from shared.kernel import Fact


class View(ABC):
    """One view of a service; a subclass is one file: tables, one `match` over facts, its query.

    `name` is a plain word ([a-z0-9_], it names the view's areas); raise `version` whenever the tables or
    the meaning of a row change: the view is then rebuilt at the next start while the old one answers.
    `facts` are the only ones `project` is given. A view reads no other view and nothing outside its batch,
    so that its rebuild from zero gives the same rows. One that is `prompt` follows every commit; others let facts
    gather for a moment, unless somebody waits for them.
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1
    prompt: ClassVar[bool] = False
    tables: ClassVar[MetaData]
    facts: ClassVar[tuple[type[Fact], ...]]

    @abstractmethod
    def project(self, batch: Sequence[Recorded], db: Connection) -> None:
        """Change rows for a batch in log order (1 to 5,000 facts), inside the transaction of its position.

        How the log is cut into batches must not matter to the rows. For speed: collect rows in memory, then
        one `load`, `put` or `add` per table, never a statement per fact. Find rows by primary key: in a rebuild,
        other indexes are made once the rows are there.
        """


class Counting(View):
    """A view whose rows are sums and nothing else: a rebuild adds up what many batches count, and stores that once."""

    @abstractmethod
    def count(self, batch: Sequence[Recorded]) -> Counter[Any]:
        """What a batch adds (or takes away) by key. How the log is cut into batches must not matter to the sums."""

    @abstractmethod
    def store(self, counts: Counter[Any], db: Connection) -> None:
        """Add counts to the rows: one `add` per table."""

    def project(self, batch: Sequence[Recorded], db: Connection) -> None:
        self.store(self.count(batch), db)


def stored_names(views: Sequence[View]) -> tuple[str, ...]:
    """The stored names of the facts these views look at, each once, in stable order."""
    return tuple(sorted({fact.stored_as for view in views for fact in view.facts}))
