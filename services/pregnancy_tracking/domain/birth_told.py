"""What births tells of a birth: recorded, corrected, or that it does not count. The day decides whose it is.

Each says all there is to say, and is numbered: the newest counts, in whatever order they come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.pregnancy_tracking.domain import outcome, pregnancy, woman
from services.pregnancy_tracking.domain.birth import BIRTH, BirthHeard
from services.pregnancy_tracking.domain.birth_events import BirthForgotten, BirthRevised, BirthTold, BirthWithdrawn
from services.pregnancy_tracking.domain.commands import NoteBirth, VoidBirth
from services.pregnancy_tracking.domain.events import BirthAwaited, BirthNoted, BirthPlaced
from services.pregnancy_tracking.domain.policy import Policy
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY, Pregnancy
from services.pregnancy_tracking.domain.woman import WOMAN, Woman
from services.pregnancy_tracking.domain.words import Birth
from shared.kernel import NOTHING, Decision, Fact, fold


@dataclass
class Record:
    """All that is known of her while a birth is told: it moves on with each fact that is decided."""

    person: str
    heard: BirthHeard
    hers: Woman
    pregnancies: Mapping[str, Pregnancy]
    decided: dict[str, list[Fact]] = field(default_factory=dict)

    def of_hers(self, facts: Sequence[Fact]) -> None:
        self._add(WOMAN.id(self.person), facts)
        self.hers = fold(woman.evolve, self.hers, facts)

    def of(self, key: str, facts: Sequence[Fact]) -> None:
        self._add(PREGNANCY.id(key), facts)
        self.pregnancies = {**self.pregnancies, key: fold(pregnancy.evolve, self.pregnancies[key], facts)}

    def told(self, birth: str, sequence: int, *, counts: bool) -> Decision:
        """Everything decided, and that this much was told."""
        return {**self.decided, BIRTH.id(birth): [BirthTold(sequence=sequence, counts=counts)]}

    def _add(self, case_id: str, facts: Sequence[Fact]) -> None:
        if facts:
            self.decided[case_id] = [*self.decided.get(case_id, []), *facts]


def note_birth(command: NoteBirth, record: Record, policy: Policy) -> Decision:
    """Note a birth on the pregnancy whose course holds its day, or let it wait for one; move it when the day moved.

    Nothing if newer was told, or the record was erased.
    """
    told, former = command.birth, record.hers.placed.get(command.birth.birth, "")
    course = _without(told.birth, record).course_of_birth(told.born_on, policy)
    if command.sequence <= record.heard.sequence or _erased(former, record) or (course and course.erased):
        return NOTHING
    here = course.pregnancy if course else ""
    if former and former != here:
        _leave(told.birth, former, record)
    if here:
        _take(told, here, record)
    elif told not in record.hers.awaited:
        record.of_hers([BirthAwaited(birth=told)])
    _find_their_pregnancies(record, policy)
    return record.told(told.birth, command.sequence, counts=True)


def void_birth(command: VoidBirth, record: Record, policy: Policy) -> Decision:
    """A birth does not count; nothing if newer was told, or the record was erased."""
    former = record.hers.placed.get(command.birth, "")
    if command.sequence <= record.heard.sequence or _erased(former, record):
        return NOTHING
    if former:
        _leave(command.birth, former, record)
    if former or any(birth.birth == command.birth for birth in record.hers.awaited):
        record.of_hers([BirthForgotten(birth=command.birth)])
    _find_their_pregnancies(record, policy)
    return record.told(command.birth, command.sequence, counts=False)


def _find_their_pregnancies(record: Record, policy: Policy) -> None:
    """Births that waited while a wrong day had closed their pregnancy too early wait no more."""
    for birth in sorted(record.hers.awaited, key=lambda each: (each.born_on, each.birth)):
        course = record.hers.course_of_birth(birth.born_on, policy)
        if course and not course.erased:
            _take(birth, course.pregnancy, record)


def _without(birth: str, record: Record) -> Woman:
    """Her courses as they would be had the birth never been told."""
    former = record.hers.placed.get(birth)
    if former is None:
        return record.hers
    known = record.pregnancies[former]
    end = outcome.end_of(known, _others(known, birth))
    return record.hers.with_end(former, end.on if end else None)


def _leave(birth: str, former: str, record: Record) -> None:
    """What it means for a pregnancy, and for her, that a birth is not one of its any more."""
    known = record.pregnancies[former]
    [gone] = [each for each in known.births if each.birth == birth]
    ending, hers = outcome.ending(record.person, former, known, _others(known, birth))
    record.of(former, [BirthWithdrawn(birth=birth, born_on=gone.born_on), *ending])
    record.of_hers(hers)


def _take(told: Birth, here: str, record: Record) -> None:
    """What it means for a pregnancy, and for her, that a birth of its is as told."""
    known = record.pregnancies[here]
    before = [each for each in known.births if each.birth == told.birth]
    if before == [told]:
        return
    ending, hers = outcome.ending(record.person, here, known, [*_others(known, told.birth), told])
    record.of(here, [BirthRevised(birth=told) if before else BirthNoted(birth=told), *ending])
    record.of_hers([*hers, *([] if before else [BirthPlaced(birth=told.birth, pregnancy=here)])])


def _others(known: Pregnancy, birth: str) -> Sequence[Birth]:
    return [each for each in known.births if each.birth != birth]


def _erased(former: str, record: Record) -> bool:
    return any(course.erased for course in record.hers.courses if course.pregnancy == former)
