"""The same course told in any order, with repetitions, ends in the same record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import given as drawn
from hypothesis import strategies as some

from services.pregnancy_tracking.domain.pregnancy import PREGNANCY, Pregnancy
from services.pregnancy_tracking.domain.woman import WOMAN, Woman
from services.pregnancy_tracking.domain.words import Outcome, VisitKind, Vital
from shared.kernel import Command, NotYet, Refusal
from tests.pregnancy_tracking.scene import RULES, birth, given, note, register, visit, void

Record = tuple[Woman, dict[str, Pregnancy]]


@some.composite
def courses(draw, earliest: date = date(2020, 1, 1), number: int = 1) -> tuple[list[Command], date]:
    """What departments tell of one pregnancy, and the day after which nothing of it happens."""
    last_period = earliest + timedelta(draw(some.integers(0, 60)))
    registered_on = last_period + timedelta(draw(some.integers(28, 250)))
    dated = draw(some.booleans())
    born_on = max(last_period + timedelta(draw(some.integers(150, 300))), registered_on)
    told: list[Command] = [
        register(
            f"p{number}",
            registered_on=registered_on,
            last_menstrual_period=last_period if dated else None,
            handbook=f"h{number}",
        )
    ]
    days = draw(some.lists(some.integers(0, (born_on - last_period).days + 42), max_size=6))
    told += [visit(last_period + timedelta(day), kind=draw(some.sampled_from(VisitKind))) for day in days]
    if draw(some.booleans()) or number > 1:
        told += draw(births(born_on, number))
    return told, born_on + timedelta(84)


@some.composite
def births(draw, born_on: date, number: int) -> list[Command]:
    """One child or several, born within some days, live or not."""
    plurality = draw(some.integers(1, 3))
    days = [born_on, *(born_on + timedelta(draw(some.integers(0, 10))) for _ in range(plurality - 1))]
    return [
        note(birth(f"b{number}-{child}", day, number=child, plurality=plurality, vital=draw(some.sampled_from(Vital))))
        for child, day in enumerate(days, 1)
    ]


def told_in(order: Sequence[Command]) -> Record:
    """The record after these commands; whatever waits is tried again after each that had an effect."""
    cases = given()
    waiting: list[Command] = []
    for command in order:
        waiting.append(command)
        moved = True
        while moved:
            moved, tried, waiting = False, waiting, []
            for each in tried:
                try:
                    facts = cases.when(each).decision()
                except NotYet:
                    waiting.append(each)
                except Refusal:
                    continue
                else:
                    cases.happened(facts)
                    moved = moved or bool(facts)
    return cases[WOMAN, "w1"], {key: cases[PREGNANCY, key] for key in ("p1", "p2")}


def same(record: Record) -> object:
    """A record without the order in which it came to be known."""
    woman, pregnancies = record
    return (
        {course.pregnancy: course for course in woman.courses},
        {born.birth for born in woman.awaited},
        woman.placed,
        woman.set_aside,
        {
            key: each.model_copy(update={"births": tuple(sorted(each.births, key=lambda born: born.birth))})
            for key, each in pregnancies.items()
        },
    )


@drawn(some.data())
def test_one_pregnancy_is_the_same_in_any_order(data):
    told, _ = data.draw(courses())
    repeated = data.draw(some.lists(some.sampled_from(told), max_size=4))
    other = data.draw(some.permutations([*told, *repeated]))
    assert same(told_in(other)) == same(told_in(told))


@drawn(some.data())
def test_at_most_one_pregnancy_is_under_care_on_any_day_in_any_order(data):
    first, free_from = data.draw(courses())
    second, _ = data.draw(courses(earliest=free_from, number=2))
    woman, pregnancies = told_in(data.draw(some.permutations([*first, *second])))
    assert sum(each.outcome is None for each in pregnancies.values() if each.person) <= 1
    for one in woman.courses:
        for other in woman.courses:
            assert one is other or not one.runs_on(other.registered_on, RULES)


@drawn(some.data())
def test_every_birth_is_placed_once_or_waits(data):
    told, _ = data.draw(courses())
    woman, pregnancies = told_in(data.draw(some.permutations([*told, *told])))
    told_births = {command.birth.birth for command in told if hasattr(command, "birth")}
    noted = [born.birth for each in pregnancies.values() for born in each.births]
    assert len(noted) == len(set(noted)) == len(woman.placed)
    assert set(woman.placed) | {born.birth for born in woman.awaited} == told_births
    assert all(
        (each.outcome in {Outcome.BIRTH, Outcome.STILLBIRTH}) == bool(each.births) for each in pregnancies.values()
    )


@some.composite
def retold(draw) -> list[Command]:
    """A pregnancy with its children, each corrected, and perhaps found not to count, or to count again.

    A single child may be told for any day at all, of several each is told within the days that belong to one birth.
    """
    last_period = date(2024, 1, 1)
    told: list[Command] = [register(registered_on=last_period + timedelta(60), last_menstrual_period=last_period)]
    children = draw(some.integers(1, 3))
    days = some.integers(-20, 330) if children == 1 else some.integers(240, 282)
    for child in range(1, children + 1):
        for sequence in range(1, draw(some.integers(1, 4)) + 1):
            if sequence > 1 and draw(some.booleans()):
                told.append(void(f"b{child}", sequence))
                continue
            day, vital = last_period + timedelta(draw(days)), draw(some.sampled_from(Vital))
            told.append(note(birth(f"b{child}", day, number=child, plurality=children, vital=vital), sequence))
    return told


@drawn(some.data())
def test_what_was_said_last_of_a_birth_counts_in_any_order(data):
    told = data.draw(retold())
    assert same(told_in(data.draw(some.permutations([*told, *told])))) == same(told_in(told))
