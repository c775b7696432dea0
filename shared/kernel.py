"""What every case is made of: values, facts, commands, refusals, and the fold from facts to state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Annotated, Any, ClassVar, Generic, Protocol, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints

State = TypeVar("State")
"""What decisions about one kind of case need to know."""

Id = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/@-]*$")]
"""An identifier: 1–128 characters that are safe in a path, a stream and a log line."""


class Value(BaseModel):
    """Immutable data with strict fields; equal when its fields are equal."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Fact(Value):
    """Something that happened. Its stored name and shape are the storage format.

    `class BirthRecorded(Fact, stored_as="births.BirthRecorded")`: the name never follows a rename
    of the class or its module. A changed shape raises `shape` and brings an upcaster.
    """

    stored_as: ClassVar[str] = ""
    shape: ClassVar[int] = 1

    def __init_subclass__(cls, stored_as: str = "", shape: int = 1, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.stored_as, cls.shape = stored_as, shape


class Command(Value):
    """Something asked for. Time, actor and new ids arrive with it.

    `named` are the kinds of cases its outcome may name; empty for all but private ones.
    """

    named: ClassVar[frozenset[str]] = frozenset()

    command_id: Id
    actor: Id
    at: AwareDatetime
    expected_version: int | None = None
    correlation_id: str = ""
    causation_id: str = ""


class Refusal(Exception):
    """A rule said no; the class is named for the rule.

    `detail` says what is so, `pointer` (RFC 6901) which part of the request it is about,
    `accepted` what would have been accepted.
    """

    def __init__(self, detail: str = "", *, pointer: str = "", accepted: str = "") -> None:
        super().__init__(detail)
        self.detail, self.pointer, self.accepted = detail, pointer, accepted

    @property
    def name(self) -> str:
        """The rule's name, as every receipt and problem document gives it."""
        return type(self).__name__


class NotYet(Refusal):
    """What this needs is not known here yet; the same request may succeed later, so no answer is kept."""


class CaseChangedSince(Refusal):
    """The case moved on after the version the caller had seen."""


Decision = Mapping[str, Sequence[Fact]]
"""Facts to append, per case id; empty when everything asked for is already so."""

NOTHING: Decision = {}


@dataclass(frozen=True)
class Case(Generic[State]):
    """One kind of case: the name its ids begin with, its empty state, and how a fact changes it.

    A `private` one is named for a person, or only holds a rule across cases: no outcome or receipt names it.
    """

    kind: str
    initial: State
    evolve: Callable[[State, Fact], State]
    private: bool = False

    def id(self, key: str) -> str:
        """The case id for a key: `birth:7f…`."""
        return f"{self.kind}:{key}"


class Cases(Protocol):
    """The states a decision may look at, by case and key; a case never written to is in its initial state."""

    def __getitem__(self, which: tuple[Case[State], str]) -> State: ...

    def several(self, case: Case[State], keys: Iterable[str]) -> Mapping[str, State]:
        """Many of a kind, by key: read at once where they are not in memory."""
        ...


Handler = Callable[[Any, Cases], Decision]
"""Binds one command to the cases its decision needs."""


class Clock(Protocol):
    """Where time comes from; aware, in the county's own offset."""

    def now(self) -> datetime: ...


def key_of(case_id: str) -> str:
    """The key in a case id: what follows the kind."""
    return case_id.partition(":")[2]


def fold(evolve: Callable[[State, Fact], State], initial: State, facts: Iterable[Fact]) -> State:
    """Replay facts. Never refuses: rules ran when the facts were decided."""
    return reduce(evolve, facts, initial)
