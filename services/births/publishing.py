"""What births says to others: the door out. A fact that is not named here stays home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.births.domain.events import BirthRecorded, PersonErased
from shared.contracts import births as contracts
from shared.contracts.cloudevents import Contract
from shared.eventstore import Recorded
from shared.publishing import Saying

CARE = "care"
CHANNELS: Mapping[str, frozenset[str]] = {CARE: frozenset({"service:pregnancy_tracking"})}
"""Who may read each channel: all that is in it."""
SAYS: Mapping[str, Sequence[type[Contract]]] = {CARE: (contracts.BirthRecorded, contracts.PersonErased)}
"""Which contracts a channel carries."""


def say(recorded: Recorded) -> Sequence[Saying]:
    """What a fact means to others.

    An erasure is not told back to the one reader who told it: by then it may know her anew, and would erase that.
    """
    match recorded.fact:
        case BirthRecorded() as birth:
            return [_on_care(recorded, _of_birth(birth))]
        case PersonErased(person=person) if CHANNELS[CARE] != {recorded.actor}:
            return [_on_care(recorded, contracts.PersonErased(person=person))]
    return []


def _on_care(recorded: Recorded, contract: Contract) -> Saying:
    return Saying(CARE, contract, recorded.recorded_at, recorded.case, recorded)


def _of_birth(birth: BirthRecorded) -> contracts.BirthRecorded:
    """A birth as care needs to know it: without the child's sex and birth order, without who the mother is."""
    return contracts.BirthRecorded(
        birth=birth.birth,
        person=birth.person,
        pregnancy=birth.pregnancy,
        vital=contracts.Vital(birth.vital),
        born_on=birth.born_at.date(),
        facility=birth.facility,
        township=birth.township,
        plurality=birth.plurality,
        number=birth.number,
        gestation_weeks=birth.gestation_weeks,
    )
