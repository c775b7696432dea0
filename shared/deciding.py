"""One group of commands: decided in order against states in memory, each answered once and for ever."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.eventstore import Log, Recording, envelope
from shared.kernel import Case, CaseChangedSince, Cases, Command, Decision, Handler, NotYet, Refusal
from shared.outcomes import CommandIdReused, FactRef, Outcome, Status, refused
from shared.states import Missing, States

READ = 1_000
"""Cases read at once at most: SQLite limits how many can be named in a question, and 5,000 of them, of three million
facts, took PostgreSQL 33 s (its plan outgrew its memory), 1,000 took 81 ms.
"""
Answer = Outcome | NotYet
Asked = tuple[Command, str]
"""A command and the digest of what it asks for."""
Unread = Mapping[str, Case[Any]]
"""Cases, by id, that are not in memory."""


@dataclass(frozen=True)
class Decider:
    """The rules of a service: a handler per command, and the policy version in force."""

    handlers: Mapping[type[Command], Handler]
    policy: Callable[[Cases], str]


@dataclass
class Group:
    """What one commit will write: facts on their way, and the new outcomes by command id."""

    at: datetime
    log: Log
    states: States
    decider: Decider
    recordings: list[Recording] = field(default_factory=list)
    outcomes: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    statuses: list[str] = field(default_factory=list)
    _answered: dict[str, tuple[str, Outcome]] = field(default_factory=dict)

    def decide(self, asked: Sequence[Asked]) -> list[Answer]:
        """Answer each command in order. Decisions are pure: one that misses a case is run again after loading it."""
        self._recall([command.command_id for command, _ in asked])
        answers: list[Answer] = []
        while len(answers) < len(asked):
            command, digest = asked[len(answers)]
            try:
                answers.append(self._answer(command, digest))
            except Missing as missing:
                self._load([missing.cases, *self._missed(asked[len(answers) + 1 :])])
        return answers

    def _recall(self, command_ids: Sequence[str]) -> None:
        """Commands answered before keep their answer."""
        for command_id, (digest, body) in self.log.outcomes(command_ids).items() if command_ids else ():
            self._answered[command_id] = (digest, Outcome.model_validate_json(body))

    def _answer(self, command: Command, digest: str) -> Answer:
        if command.command_id in self._answered:
            before, outcome = self._answered[command.command_id]
            return outcome if before == digest else self._reused()
        try:
            decision = self.decider.handlers[type(command)](command, self.states)
            self._expect(command, decision)
        except NotYet as refusal:
            return refusal
        except Refusal as refusal:
            outcome = refused(refusal, self.at)
        else:
            outcome = self._record(command, decision)
        self._answered[command.command_id] = (digest, outcome)
        self.statuses.append(outcome.status)
        self.outcomes[command.command_id] = (digest, outcome.model_dump_json().encode())
        return outcome

    def _reused(self) -> Outcome:
        return refused(CommandIdReused("this id was used for something else", pointer="/command_id"), self.at)

    def _missed(self, asked: Sequence[Asked]) -> list[Unread]:
        """The first cases each of these commands would miss, so that all are read at once.

        Not the exceptions: one kept where it was caught keeps all frames below, and itself, until they are collected.
        """
        found = []
        for command, _ in asked:
            try:
                self.decider.handlers[type(command)](command, self.states)
            except Missing as missing:
                found.append(missing.cases)
            except Refusal:
                continue
        return found

    def _load(self, missing: Sequence[Unread]) -> None:
        cases = {case_id: case for each in missing for case_id, case in each.items()}
        for first in range(0, len(cases), READ):
            for case_id, history in self.log.cases(list(cases)[first : first + READ]).items():
                self.states.put(cases[case_id], case_id, history)

    def _expect(self, command: Command, decision: Decision) -> None:
        """The caller's expected version is that of the case its first fact goes to."""
        if command.expected_version is None or not decision:
            return
        version = self.states.version(next(iter(decision)))
        if version != command.expected_version:
            detail = f"the case is at version {version}"
            raise CaseChangedSince(detail, pointer="/expected_version", accepted=str(version))

    def _record(self, command: Command, decision: Decision) -> Outcome:
        about = envelope(
            at=self.at,
            by=command.actor,
            command=command.command_id,
            correlation=command.correlation_id,
            causation=command.causation_id,
            policy=self.decider.policy(self.states),
        )
        results: list[FactRef] = []
        for case_id, facts in decision.items():
            before = self.states.apply(case_id, facts)
            recordings = [Recording(case_id, version, fact, about) for version, fact in enumerate(facts, before + 1)]
            self.recordings += recordings
            secret = self.states.private(case_id) or (command.named and case_id.partition(":")[0] not in command.named)
            results += [] if secret else map(_named, recordings)
        status: Status = "done" if any(decision.values()) else "nothing"
        return Outcome.model_construct(status=status, results=tuple(results), refusal=None, recorded_at=self.at)


def _named(recording: Recording) -> FactRef:
    return FactRef.model_construct(case=recording.case, version=recording.version, name=recording.fact.stored_as)
