"""What pregnancy_tracking says to others: the door out. A fact that is not named here stays home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.pregnancy_tracking.domain.events import (
    PersonErased,
    PregnancyEnded,
    PregnancyEndRevised,
    PregnancyRegistered,
)
from shared.contracts import pregnancy_tracking as contracts
from shared.contracts.cloudevents import Contract
from shared.eventstore import Recorded
from shared.kernel import key_of
from shared.publishing import Saying

CARE = "care"
CHANNELS: Mapping[str, frozenset[str]] = {CARE: frozenset({"service:births"})}
"""Who may read each channel: all that is in it."""
SAYS: Mapping[str, Sequence[type[Contract]]] = {
    CARE: (contracts.PregnancyRegistered, contracts.PregnancyEnded, contracts.PersonErased)
}
"""Which contracts a channel carries."""


def say(recorded: Recorded) -> Sequence[Saying]:
    """What a fact means to others. A revised end is told as the end it now is.

    An erasure heard from the reader of this channel is not told back: she may have registered again meanwhile.
    """
    pregnancy = key_of(recorded.case)
    match recorded.fact:
        case PregnancyRegistered() as registered:
            return [_on_care(recorded, _of_registration(registered, pregnancy))]
        case PregnancyEnded() | PregnancyEndRevised() as ended:
            return [_on_care(recorded, _of_end(ended, pregnancy))]
        case PersonErased(person=person) if CHANNELS[CARE] != {recorded.actor}:
            return [_on_care(recorded, contracts.PersonErased(person=person))]
    return []


def _on_care(recorded: Recorded, contract: Contract) -> Saying:
    return Saying(CARE, contract, recorded.recorded_at, recorded.case, recorded)


def _of_registration(registered: PregnancyRegistered, pregnancy: str) -> contracts.PregnancyRegistered:
    """What births needs to link a birth: without who she is, where in the township she lives, or how dated."""
    return contracts.PregnancyRegistered(
        pregnancy=pregnancy,
        person=registered.person,
        estimated_due_on=registered.estimated_due_on,
        township=registered.township,
    )


def _of_end(ended: PregnancyEnded | PregnancyEndRevised, pregnancy: str) -> contracts.PregnancyEnded:
    return contracts.PregnancyEnded(
        pregnancy=pregnancy,
        person=ended.person,
        outcome=contracts.Outcome(ended.outcome),
        ended_on=ended.ended_on,
    )
