"""Given facts, when a command, then facts or a refusal: the rules of a service without any store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest

from shared.kernel import Case, Command, Decision, Fact, Handler, Refusal, fold

Facts = Mapping[str, Sequence[Fact]]
"""By case id."""


class Given:
    """Facts by case id, and the handlers that decide by them."""

    def __init__(self, handlers: Mapping[type[Command], Handler], *facts: Facts) -> None:
        self._handlers = handlers
        self._facts: dict[str, list[Fact]] = {}
        self._folded: dict[str, tuple[int, Any]] = {}
        for more in facts:
            self.happened(more)

    def happened(self, facts: Facts) -> None:
        for case_id, each in facts.items():
            self._facts[case_id] = [*self._facts.get(case_id, []), *each]

    def without(self, *case_ids: str) -> Given:
        for case_id in case_ids:
            del self._facts[case_id]
            self._folded.pop(case_id, None)
        return self

    def __getitem__(self, which: tuple[Case[Any], str]) -> Any:
        """The state of a case; facts that were folded before are not folded again."""
        case, key = which
        case_id = case.id(key)
        facts, (count, state) = self.facts(case_id), self._folded.get(case_id, (0, case.initial))
        if count < len(facts):
            state = fold(case.evolve, state, facts[count:])
            self._folded[case_id] = len(facts), state
        return state

    def facts(self, case_id: str) -> list[Fact]:
        """The facts of a case."""
        return self._facts.get(case_id, [])

    def several(self, case: Case[Any], keys: Iterable[str]) -> dict[str, Any]:
        return {key: self[case, key] for key in keys}

    def when(self, command: Command) -> When:
        return When(self, command)

    def decide(self, command: Command) -> Decision:
        return self._handlers[type(command)](command, self)


class When:
    """A command about to be decided."""

    def __init__(self, cases: Given, command: Command) -> None:
        self._cases, self._command = cases, command

    def decision(self) -> Decision:
        return self._cases.decide(self._command)

    def then(self, expected: Facts) -> None:
        assert self.decision() == expected

    def then_nothing(self) -> None:
        assert not self.decision()

    def then_refused(self, refusal: type[Refusal], pointer: str = "", accepted: str = "") -> None:
        with pytest.raises(refusal) as refused:
            self.decision()
        assert type(refused.value) is refusal
        assert refused.value.pointer == pointer
        assert accepted in refused.value.accepted
        assert refused.value.detail
