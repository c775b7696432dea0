"""How many duties a unit let lapse, month by month: what its superiors are told. Nothing here says of whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta

from services.pregnancy_tracking.domain.duty_events import DUTY_FACTS, DutyLapsed
from services.pregnancy_tracking.domain.duty_state import Duties, Status
from services.pregnancy_tracking.domain.report_rules import ReportRules
from shared.kernel import Case, Command, Decision, Fact, Id, Value


class CloseLapses(Command):
    """Count the lapses of the months that are over long enough."""


class LapsesCounted(Fact, stored_as="pregnancy_tracking.LapsesCounted"):
    """So many more duties of the unit whose book this is lapsed in that month (its first day); less, below zero.

    A contact told late was no lapse.
    """

    month: date
    lapses: int


class LapseMonthClosed(Fact, stored_as="pregnancy_tracking.LapseMonthClosed"):
    """How many duties a unit let lapse in a month; None for fewer than `fewest_told`. Told again when that changes."""

    unit: Id
    month: date
    lapses: int | None
    fewest_told: int


class LapseBook(Value):
    """Lapses by month, and what was last told of each month."""

    months: Mapping[date, int] = {}
    told: Mapping[date, int | None] = {}


def evolve(book: LapseBook, fact: Fact) -> LapseBook:
    match fact:
        case LapsesCounted(month=month, lapses=lapses):
            return book.model_copy(update={"months": {**book.months, month: book.months.get(month, 0) + lapses}})
        case LapseMonthClosed(month=month, lapses=told):
            return book.model_copy(update={"told": {**book.told, month: told}})
    return book


LAPSE_BOOK = Case("lapse_book", LapseBook(), evolve, private=True)
"""One per unit."""
LAPSE_FACTS: tuple[type[Fact], ...] = (LapsesCounted, LapseMonthClosed)


def counted(decision: Decision, before: Callable[[str], Duties]) -> Decision:
    """What a decision adds to the books of the units charged: lapses, less those that turn out to have been none.

    `before` gives the duties of a case as they were.
    """
    lapses: Counter[tuple[str, date]] = Counter()
    for case_id, facts in decision.items():
        told = [each for each in facts if isinstance(each, DUTY_FACTS)]
        lapses.update((each.unit, each.lapsed_on.replace(day=1)) for each in told if isinstance(each, DutyLapsed))
        lapses.subtract(_taken_back(told, before(case_id) if told else {}))
    books: dict[str, list[Fact]] = {}
    for (unit, month), count in sorted(lapses.items()):
        if count:
            books.setdefault(LAPSE_BOOK.id(unit), []).append(LapsesCounted(month=month, lapses=count))
    return books


def _taken_back(told: Iterable[Fact], before: Duties) -> Iterator[tuple[str, date]]:
    """By unit and month, the lapses among duties that something else is told of now."""
    for duty in {getattr(each, "duty") for each in told}:  # noqa: B009 - every fact of duties names one
        kept = before.get(duty)
        if kept and kept.status is Status.LAPSED:
            yield kept.charged, kept.lapses_on.replace(day=1)


def close_lapses(today: date, books: Mapping[str, LapseBook], rules: ReportRules) -> Decision:
    """Per unit, the months that are over long enough and are not told as they are.

    The last month is told of each unit, also of one without any lapse: fewer than ten look all the same.
    """
    last = ((today - rules.closing).replace(day=1) - timedelta(1)).replace(day=1)
    decided = {LAPSE_BOOK.id(unit): _due(unit, book, last, rules.fewest_told) for unit, book in books.items()}
    return {case_id: facts for case_id, facts in decided.items() if facts}


def _due(unit: str, book: LapseBook, last: date, fewest: int) -> list[Fact]:
    counts = {last: 0, **book.months}
    told = {month: count if count >= fewest else None for month, count in counts.items()}
    return [
        LapseMonthClosed(unit=unit, month=month, lapses=count, fewest_told=fewest)
        for month, count in sorted(told.items())
        if month <= last and book.told.get(month, -1) != count
    ]
