"""The states of cases in memory, so that a decision need not read the log."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from typing import Any

from shared.eventstore import Log, Recorded
from shared.kernel import Case, Fact, State, fold

REMEMBERED = 15_000
"""Cases whose state stays in memory for decisions: a pregnancy with its duties takes some ten kilobytes."""
LOOKED_AT = 1_000
"""Cases whose state stays in memory for those who look."""


class Missing(Exception):
    """A decision looked at cases, by id, that are not in memory."""

    def __init__(self, cases: Mapping[str, Case[Any]]) -> None:
        super().__init__(", ".join(cases))
        self.cases = cases


class States:
    """States by case id, newest facts applied; the least recently used are forgotten."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[Case[Any], int, Any]] = OrderedDict()

    def __getitem__(self, which: tuple[Case[State], str]) -> State:
        """The state of a case. Raises Missing if it has to be put here first."""
        case, key = which
        case_id = case.id(key)
        try:
            state: State = self._known[case_id][2]
        except KeyError:
            raise Missing({case_id: case}) from None
        self._known.move_to_end(case_id)
        return state

    def several(self, case: Case[State], keys: Iterable[str]) -> dict[str, State]:
        """The states of many cases of a kind, by key. Raises Missing for all that have to be put here first."""
        ids = {key: case.id(key) for key in keys}
        missing = {case_id: case for case_id in ids.values() if case_id not in self._known}
        if missing:
            raise Missing(missing)
        return {key: self._known[case_id][2] for key, case_id in ids.items()}

    def version(self, case_id: str) -> int:
        """How many facts a known case has."""
        return self._known[case_id][1]

    def private(self, case_id: str) -> bool:
        """Whether a known case must not be named outside."""
        return self._known[case_id][0].private

    def put(self, case: Case[Any], case_id: str, history: Sequence[Recorded]) -> None:
        """Know a case by all its facts."""
        state = fold(case.evolve, case.initial, (recorded.fact for recorded in history))
        self._known[case_id] = (case, history[-1].version if history else 0, state)

    def apply(self, case_id: str, facts: Sequence[Fact]) -> int:
        """Evolve a known case by new facts; gives its version before them."""
        case, version, state = self._known[case_id]
        self._known[case_id] = (case, version + len(facts), fold(case.evolve, state, facts))
        return version

    def forget(self) -> None:
        """Know nothing: what is in memory may not be what is stored."""
        self._known.clear()

    def trim(self) -> None:
        """Forget what was not looked at for longest."""
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


class LatestStates:
    """Cases as the log has them, for those who only look; what was looked at stays in memory until it changes."""

    def __init__(self, log: Log) -> None:
        self._log, self._lock = log, Lock()
        self._known: dict[str, Any] = {}
        self._changes = 0

    def of(self, case: Case[State], key: str) -> State:
        """A case up to the newest fact. Safe to call from any thread."""
        case_id = case.id(key)
        with self._lock:
            changes = self._changes
            if case_id in self._known:
                known: State = self._known[case_id]
                return known
        state = fold(case.evolve, case.initial, (recorded.fact for recorded in self._log.case(case_id)))
        with self._lock:
            if changes == self._changes:
                if len(self._known) >= LOOKED_AT:
                    self._known.clear()
                self._known[case_id] = state
        return state

    def changed(self, case_ids: Iterable[str]) -> None:
        """New facts of these cases are in the log."""
        with self._lock:
            self._changes += 1
            for case_id in case_ids:
                self._known.pop(case_id, None)
