"""The writer: one transaction for many commands, one answer for ever, nothing half done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from eventsourcing.persistence import OperationalError

from shared.eventstore import FactNames, Log, Parked, VersionConflict
from shared.kernel import NOTHING, Case, Cases, Command, Decision, Fact, NotYet, Refusal, Value
from shared.stores import Stores
from shared.writer import Outcome, Work, Writer

pytestmark = pytest.mark.anyio


class Added(Fact, stored_as="test.Added"):
    amount: int


class Add(Command):
    sum: str
    amount: int
    limit: int = 100
    person: str = ""


class OverLimit(Refusal): ...


class SumUnknown(NotYet): ...


class Sum(Value):
    total: int = 0


def evolve(state: Sum, fact: Fact) -> Sum:
    return Sum(total=state.total + fact.amount) if isinstance(fact, Added) else state


SUM = Case("sum", Sum(), evolve)
ADDER = Case("adder", Sum(), evolve, private=True)


def add(command: Add, cases: Cases) -> Decision:
    before = cases[SUM, command.sum].total
    if command.amount == 0:
        return NOTHING
    if command.amount == 13:
        msg = "a fault in the code"
        raise ZeroDivisionError(msg)
    if command.amount == 77:
        raise SumUnknown
    if before + command.amount > command.limit:
        raise OverLimit(f"{before} so far", pointer="/amount", accepted=str(command.limit - before))
    added = [Added(amount=command.amount)]
    if command.person:
        cases[ADDER, command.person]
        return {SUM.id(command.sum): added, ADDER.id(command.person): added}
    return {SUM.id(command.sum): added}


@pytest.fixture
def log(stores: Stores) -> Any:
    log = Log(stores, FactNames([Added]))
    yield log
    log.close()


@pytest.fixture
def make(log: Log, clock: Any) -> Callable[..., Writer]:
    return lambda **hooks: Writer(log, {Add: add}, clock, **hooks)


@pytest.fixture
def ask(clock: Any) -> Callable[..., Add]:
    numbers = iter(range(10_000))

    def command(amount: int, sum: str = "a", id: str = "", **more: Any) -> Add:
        return Add(command_id=id or f"c{next(numbers)}", actor="tester", at=clock.now(), sum=sum, amount=amount, **more)

    return command


async def test_facts_of_many_commands_are_committed_together_in_the_order_asked(make, ask, log):
    writer = make()
    answers = await asyncio.gather(*[writer.write(ask(1, sum=f"s{n % 7}")) for n in range(100)])
    assert all(answer.status == "done" for answer in answers)
    recorded = log.read(0, 1000)
    assert [r.position for r in recorded] == list(range(1, 101))
    assert {r.version for r in log.case("sum:s0")} == set(range(1, 16))


async def test_a_repeated_command_gets_the_first_answer_even_after_the_case_moved_on(make, ask, log):
    writer = make()
    first = await writer.write(ask(60, id="once"))
    await writer.write(ask(30))
    assert await writer.write(ask(60, id="once")) == first
    assert await make().write(ask(60, id="once")) == first
    assert len(log.case("sum:a")) == 2


async def test_a_refusal_is_an_outcome_and_stays_one(make, ask, log):
    writer = make()
    refusal = await writer.write(ask(101, id="big"))
    assert (refusal.status, refusal.refusal.name) == ("refused", "OverLimit")
    assert (refusal.refusal.pointer, refusal.refusal.accepted) == ("/amount", "100")
    assert await make().write(ask(101, id="big")) == refusal
    assert log.head() == 0


async def test_an_id_used_for_something_else_is_refused_and_the_first_answer_kept(make, ask):
    writer = make()
    first = await writer.write(ask(1, id="x"), "digest-1")
    assert (await writer.write(ask(2, id="x"), "digest-2")).refusal.name == "CommandIdReused"
    assert await writer.write(ask(1, id="x"), "digest-1") == first


async def test_the_same_id_twice_in_one_group_is_decided_once(make, ask, log):
    writer = make()
    same, again, other = await writer.apply(
        [Work((ask(1, id="x"),), ("d",)), Work((ask(1, id="x"),), ("d",)), Work((ask(1, sum="b"),))]
    )
    assert same == again
    assert other[0].status == "done"
    assert log.head() == 2


async def test_the_same_id_for_two_things_in_one_group_keeps_the_first_answer(make, ask):
    [[first], [second]] = await make().apply([Work((ask(1, id="x"),), ("d",)), Work((ask(2, id="x"),), ("e",))])
    assert first.status == "done"
    assert second.refusal.name == "CommandIdReused"


async def test_no_outcome_names_a_case_that_is_named_for_a_person(make, ask, log):
    outcome = await make().write(ask(1, person="pseudonym"))
    assert [each.case for each in outcome.results] == ["sum:a"]
    assert len(log.case("adder:pseudonym")) == 1
    assert b"pseudonym" not in log.outcomes([log.case("sum:a")[0].command_id]).popitem()[1][1]


async def test_what_is_not_known_yet_leaves_no_trace_and_may_succeed_later(make, ask, log):
    writer = make()
    with pytest.raises(SumUnknown):
        await writer.write(ask(77, id="early"))
    assert log.outcomes(["early"]) == {}
    assert (await writer.write(ask(7, id="early"))).status == "done"


async def test_already_so_is_an_outcome_without_facts(make, ask, log):
    assert (await make().write(ask(0, id="nothing"))).status == "nothing"
    assert log.head() == 0
    assert "nothing" in log.outcomes(["nothing"])


async def test_an_expected_version_that_passed_is_refused_with_the_present_one(make, ask):
    writer = make()
    await writer.write(ask(1))
    late = await writer.write(ask(1, expected_version=0))
    assert (late.refusal.name, late.refusal.accepted) == ("CaseChangedSince", "1")
    assert (await writer.write(ask(1, expected_version=1))).status == "done"


async def test_a_fault_in_one_decision_spoils_no_other(make, ask, log):
    answers = await asyncio.gather(*map(make().write, [ask(1), ask(13), ask(2)]), return_exceptions=True)
    assert [type(answer) for answer in answers] == [Outcome, ZeroDivisionError, Outcome]
    assert log.head() == 2


async def test_after_a_fault_the_same_reader_waits_and_others_go_on(make, ask, log):
    works = [
        Work((ask(1),), position=("channel", 1)),
        Work((ask(13),), position=("channel", 2)),
        Work((ask(2),), position=("channel", 3)),
        Work((ask(3, sum="b"),), position=("other", 1)),
    ]
    writer = make()
    answers = await asyncio.gather(*[writer.apply([work]) for work in works], return_exceptions=True)
    assert [isinstance(answer, Exception) for answer in answers] == [False, True, True, False]
    assert (log.position("channel"), log.position("other"), log.head()) == (1, 1, 2)


async def test_a_position_never_passes_works_of_an_earlier_group_that_failed(make, ask, log, monkeypatch):
    append, fails = log.append, iter([True])

    def fail_once(*given: Any) -> Sequence[int]:
        if next(fails, False):
            msg = "no store"
            raise OperationalError(msg)
        return append(*given)

    monkeypatch.setattr(log, "append", fail_once)
    works = [Work((ask(1, limit=1_000),), position=("channel", n)) for n in range(1, 400)]
    with pytest.raises(OperationalError):
        await make().apply(works)
    assert (log.position("channel"), log.head()) == (0, 0)


async def test_a_position_moves_with_its_facts_and_only_forwards(make, ask, log):
    writer = make()
    await writer.apply([Work((ask(1),), position=("channel", n)) for n in range(1, 6)])
    assert log.position("channel") == 5
    with pytest.raises(VersionConflict):
        await writer.apply([Work((ask(1),), position=("channel", 5))])
    assert log.head() == 5


async def test_a_message_is_parked_in_the_transaction_of_its_position(make, log):
    parked = Parked("channel/1", "poison", "channel", "", "Malformed", 3, b"\x00bytes", "2024-10-15")
    await make().apply([Work(park=parked, position=("channel", 1))])
    assert log.parked() == [parked]
    assert log.parked("held") == []
    assert log.position("channel") == 1
    assert log.unpark("channel/1")
    assert not log.unpark("channel/1")


async def test_a_lost_commit_reply_is_answered_with_the_first_result(make, ask, log, monkeypatch):
    """The store reports a conflict for what it did save: its retry inserted the same rows again."""
    append = log.append

    def commits_and_loses_the_reply(*given: Any) -> Sequence[int]:
        append(*given)
        monkeypatch.setattr(log, "append", append)
        return append(*given)

    writer = make()
    await writer.write(ask(5))
    monkeypatch.setattr(log, "append", commits_and_loses_the_reply)
    answers = await asyncio.gather(*[writer.write(ask(1, id=f"lost-{n}")) for n in range(3)])
    assert [answer.results[0].version for answer in answers] == [2, 3, 4]
    assert len(log.case("sum:a")) == 4


async def test_two_writers_on_one_log_lose_and_double_nothing(make, ask, log):
    one, two = make(), make()
    for _ in range(10):
        await asyncio.gather(*[w.write(ask(1, limit=10_000)) for w in (one, two) for _ in range(5)])
    assert [r.version for r in log.case("sum:a")] == list(range(1, 101))


async def test_a_store_that_fails_leaves_the_command_undecided(make, ask, log, monkeypatch):
    def fail(*_: object) -> None:
        msg = "no store"
        raise OperationalError(msg)

    writer = make()
    with monkeypatch.context() as broken:
        broken.setattr(log, "append", fail)
        with pytest.raises(OperationalError):
            await writer.write(ask(1, id="retry"))
    assert (await writer.write(ask(1, id="retry"))).results[0].version == 1


async def test_what_facts_rely_on_is_durable_before_them(make, ask, log):
    heads: list[int] = []
    await make(before_commit=lambda _: heads.append(log.head())).write(ask(1))
    assert heads == [0]


async def test_a_commit_that_answers_nobody_is_told_to_nobody(make, ask, log):
    """On PostgreSQL it may have written nothing, and so have taken nothing of before to the disk."""
    told: list[tuple[int, int]] = []
    writer = make(after_commit=lambda position, recordings: told.append((position, len(recordings))))
    await writer.apply([Work(unpark="gone")])
    assert told == []
    await writer.write(ask(1))
    await writer.write(ask(100, id="refused"))
    assert told == [(1, 1), (0, 0)]


async def test_recorded_time_never_goes_back(make, ask, log, clock):
    await make().write(ask(1))
    clock.set(clock.now() - timedelta(days=1))
    await make().write(ask(1))
    first, second = log.case("sum:a")
    assert second.recorded_at == first.recorded_at
