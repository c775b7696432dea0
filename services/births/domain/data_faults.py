"""Data faults: what makes figures look unlike the births they count, to be cleared before anything is said of them.

Checked before a release is published and before a signal is told: whether one sex is registered later than the other,
whether a facility's delivery book has other births than the register, whether records lack what they should tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from shared.kernel import Id, Refusal, Value

PERCENT = 100


class FaultLimits(Value):
    """What is no fault yet.

    Shares are compared where there are `least_births` of each sex, and taken over no fewer births. `late_gap_percent`
    are percentage points between the shares of boys and of girls registered late, `incomplete_percent` of births may
    lack something, `book_gap_percent` of the register's births may be more or fewer in a facility's book; `bookless`
    are facilities without one.
    """

    least_births: int
    late_gap_percent: int
    incomplete_percent: int
    book_gap_percent: int
    bookless: tuple[Id, ...]


class Fault(StrEnum):
    """What is unlike what it should be."""

    LATE_BY_SEX = "late_by_sex"
    BOOK_DIFFERS = "book_differs"
    BOOK_MISSING = "book_missing"
    INCOMPLETE = "incomplete"


class FaultReason(StrEnum):
    """What became of a fault, so that the figures can be used nevertheless."""

    BOOKS_COMPARED = "books_compared"
    LATE_NOTICES_ENTERED = "late_notices_entered"
    RECORDS_COMPLETED = "records_completed"
    SOURCE_CONFIRMED = "source_confirmed"


class Registered(Value):
    """Live births of a place in a period: how many of each sex, how many of them registered late, how many incomplete.

    `place` is `county`, `township:<code>` or `facility:<code>`. `book` is how many a facility's delivery book has;
    None where nobody told, or there is no such book.
    """

    place: Id
    boys: int = 0
    girls: int = 0
    late_boys: int = 0
    late_girls: int = 0
    incomplete: int = 0
    book: int | None = None
    has_book: bool = False

    @property
    def births(self) -> int:
        """Both sexes together."""
        return self.boys + self.girls


class DataFault(Value):
    """A fault at a place: what was `found` and what would have been `accepted`, in percent.

    A missing book has no numbers: zeros.
    """

    fault: Fault
    place: Id
    found: int = 0
    accepted: int = 0

    @property
    def name(self) -> tuple[str, str]:
        """What tells it apart from every other fault of the same figures."""
        return self.fault.value, self.place


class FaultCleared(Value):
    """What became of one fault."""

    fault: Fault
    place: Id
    reason: FaultReason

    @property
    def name(self) -> tuple[str, str]:
        """That of the fault it clears."""
        return self.fault.value, self.place


class FaultNotExplained(Refusal):
    """Each fault found is cleared by name, with what became of it."""


class NoSuchFault(Refusal):
    """Only faults that were found are cleared."""


def faults_of(places: Iterable[Registered], limits: FaultLimits) -> tuple[DataFault, ...]:
    """Every fault of these places, in their order."""
    return tuple(fault for place in places for fault in _of_place(place, limits))


def check_cleared(found: Sequence[DataFault], cleared: Sequence[FaultCleared]) -> None:
    """Every fault has a reason and every reason a fault. Raises FaultNotExplained, NoSuchFault."""
    open_ = {each.name: each for each in found}
    for number, each in enumerate(cleared):
        if each.name not in open_:
            raise NoSuchFault("no such fault was found", pointer=f"/cleared/{number}", accepted=_named(open_))
    left = open_.keys() - {each.name for each in cleared}
    if left:
        raise FaultNotExplained(f"not cleared: {_named(left)}", pointer="/cleared", accepted=_named(left))


def _of_place(place: Registered, limits: FaultLimits) -> Iterator[DataFault]:
    gap = _late_gap(place)
    if min(place.boys, place.girls) >= limits.least_births and gap > limits.late_gap_percent:
        yield _fault(Fault.LATE_BY_SEX, place, gap, limits.late_gap_percent)
    if place.births < limits.least_births:
        return
    if (share := _percent(place.incomplete, place.births)) > limits.incomplete_percent:
        yield _fault(Fault.INCOMPLETE, place, share, limits.incomplete_percent)
    if not place.has_book:
        return
    if place.book is None:
        yield DataFault(fault=Fault.BOOK_MISSING, place=place.place)
    elif (differs := _percent(abs(place.book - place.births), place.births)) > limits.book_gap_percent:
        yield _fault(Fault.BOOK_DIFFERS, place, differs, limits.book_gap_percent)


def _late_gap(place: Registered) -> int:
    """Percentage points between the shares of each sex that were registered late; 0 without one of them."""
    if not (place.boys and place.girls):
        return 0
    gap = abs(place.late_boys * place.girls - place.late_girls * place.boys)
    return _percent(gap, place.boys * place.girls)


def _percent(part: int, whole: int) -> int:
    """Whole percent, upward: a limit that is passed at all is passed."""
    return -(-PERCENT * part // whole)


def _fault(fault: Fault, place: Registered, found: int, accepted: int) -> DataFault:
    return DataFault(fault=fault, place=place.place, found=found, accepted=accepted)


def _named(names: Iterable[tuple[str, str]] | Mapping[tuple[str, str], DataFault]) -> str:
    return ", ".join(f"{fault} at {place}" for fault, place in sorted(names)) or "none"
