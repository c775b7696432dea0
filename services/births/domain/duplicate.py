"""A suspected duplicate: a recorded child told again, with other content. It is kept for review and not counted."""

from __future__ import annotations

from services.births.domain.birth import Birth, check
from services.births.domain.commands import RecordBirth
from services.births.domain.events import DuplicateSuspected
from services.births.domain.mother import MotherRecord
from services.births.domain.particulars import Content, content_of
from services.births.domain.policy import Policy
from services.births.domain.reference import County
from shared.kernel import NOTHING, Case, Decision, Fact, Refusal, Value


class MotherErased(Refusal):
    """Her identity here was erased: another version of a birth on record would bring it back."""


class Suspicion(Value):
    """The other contents one recorded birth was told with."""

    contents: tuple[Content, ...] = ()


def evolve(suspicion: Suspicion, fact: Fact) -> Suspicion:
    match fact:
        case DuplicateSuspected():
            return suspicion.model_copy(update={"contents": (*suspicion.contents, content_of(fact))})
    return suspicion


DUPLICATE = Case("duplicate", Suspicion(), evolve)
"""One case per birth that was told differently: the key is its id."""


def tell_again(  # noqa: PLR0913 - everything the decision depends on, by name
    command: RecordBirth,
    *,
    of: str,
    first: Birth,
    suspicion: Suspicion,
    mother: MotherRecord,
    county: County,
    policy: Policy,
) -> Decision:
    """A child on her mother's record is told again: nothing if told so before, else suspected, once."""
    check(command, county, policy)
    if content_of(command) in (first.content, *suspicion.contents):
        return NOTHING
    if not mother.identified:
        raise MotherErased("the identity of this birth's mother was erased")
    return {DUPLICATE.id(of): [DuplicateSuspected(**command.particulars(), of=of)]}
