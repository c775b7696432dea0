"""What pregnancy_tracking says to others: the door out. A fact that is not named here stays home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from services.pregnancy_tracking.domain import register_events as registers
from services.pregnancy_tracking.domain.birth_events import PregnancyReopened
from services.pregnancy_tracking.domain.events import (
    PersonErased,
    PregnancyEnded,
    PregnancyEndRevised,
    PregnancyRegistered,
)
from services.pregnancy_tracking.publishing import letters
from shared.clock import COUNTY_TIME
from shared.contracts import pregnancy_tracking as contracts
from shared.contracts.cloudevents import Contract
from shared.eventstore import Recorded
from shared.kernel import Fact, key_of
from shared.publishing import Saying

CARE, OVERSIGHT = "care", "oversight"
CHANNELS: Mapping[str, frozenset[str]] = {
    CARE: frozenset({"service:births"}),
    OVERSIGHT: frozenset({"service:enforcement"}),
}
"""Who may read each channel: all that is in it."""
SAYS: Mapping[str, Sequence[type[Contract]]] = {
    CARE: (
        contracts.PregnancyRegistered,
        contracts.PregnancyEnded,
        contracts.PregnancyReopened,
        contracts.PersonErased,
    ),
    OVERSIGHT: (contracts.DeviceDayClosed, contracts.ProcedureMonthClosed, contracts.ProcedureWeekClosed),
}
"""Which contracts a channel carries."""


def say(recorded: Recorded) -> Sequence[Saying]:
    """What a fact means to others."""
    return [*_to_care(recorded), *_to_oversight(recorded.fact), *letters.to_counties(recorded)]


def _to_care(recorded: Recorded) -> Sequence[Saying]:
    """A revised end is told as the end it now is.

    An erasure heard from the reader of this channel is not told back: she may have registered again meanwhile.
    """
    pregnancy = key_of(recorded.case)
    match recorded.fact:
        case PregnancyRegistered() as registered:
            return [_on_care(recorded, _of_registration(registered, pregnancy))]
        case PregnancyEnded() | PregnancyEndRevised() as ended:
            return [_on_care(recorded, _of_end(ended, pregnancy))]
        case PregnancyReopened(person=person):
            return [_on_care(recorded, contracts.PregnancyReopened(pregnancy=pregnancy, person=person))]
        case PersonErased(person=person) if CHANNELS[CARE] != {recorded.actor}:
            return [_on_care(recorded, contracts.PersonErased(person=person))]
    return []


def _to_oversight(fact: Fact) -> Sequence[Saying]:
    """What closing the registers found, per facility; never an entry."""
    match fact:
        case registers.DeviceDayClosed() as closed:
            return [_on_oversight(closed.facility, closed.day, _of_device_day(closed))]
        case registers.ProcedureMonthClosed() as closed:
            return [_on_oversight(closed.facility, closed.month, _of_month(closed))]
        case registers.ProcedureWeekClosed(facility=facility, week=week, without_certificate=count):
            told = contracts.ProcedureWeekClosed(facility=facility, week=week, without_certificate=count)
            return [_on_oversight(facility, week, told)]
    return []


def _on_care(recorded: Recorded, contract: Contract) -> Saying:
    return Saying(CARE, contract, recorded.recorded_at, recorded.case, recorded)


def _on_oversight(facility: str, day: date, contract: Contract) -> Saying:
    """About a facility and a day, and nothing that leads back to what it was counted from."""
    return Saying(OVERSIGHT, contract, datetime.combine(day, time.min, COUNTY_TIME), facility)


def _of_device_day(closed: registers.DeviceDayClosed) -> contracts.DeviceDayClosed:
    return contracts.DeviceDayClosed(
        facility=closed.facility,
        device=closed.device,
        day=closed.day,
        first_counter=closed.first,
        last_counter=closed.last,
        entries=closed.entries,
        late=closed.late,
        missing=closed.missing,
        anomalies=tuple(contracts.Anomaly(anomaly) for anomaly in closed.anomalies),
    )


def _of_month(closed: registers.ProcedureMonthClosed) -> contracts.ProcedureMonthClosed:
    fewer = f"<{closed.fewest_told}"
    told = fewer if closed.procedures is None else str(closed.procedures)
    return contracts.ProcedureMonthClosed(facility=closed.facility, month=closed.month, procedures=told)


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
