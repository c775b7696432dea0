"""What pregnancy_tracking says to others: the door out. A fact that is not named here stays home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from services.pregnancy_tracking.domain import register_events as registers
from services.pregnancy_tracking.domain.birth_events import PregnancyReopened
from services.pregnancy_tracking.domain.care_events import CourseRedated, MaternalDeathRecorded
from services.pregnancy_tracking.domain.events import (
    PersonErased,
    PregnancyEnded,
    PregnancyEndRevised,
    PregnancyRegistered,
)
from services.pregnancy_tracking.domain.lapse_book import LapseMonthClosed
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY
from services.pregnancy_tracking.domain.transfer_events import CourseMoved
from services.pregnancy_tracking.domain.words import Outcome
from services.pregnancy_tracking.publishing import letters
from shared.clock import COUNTY_TIME
from shared.contracts import pregnancy_tracking as contracts
from shared.contracts.cloudevents import Contract
from shared.eventstore import Recorded
from shared.kernel import Fact, key_of
from shared.publishing import Saying

CARE, OVERSIGHT, SUPERVISION = "care", "oversight", "supervision"
CHANNELS: Mapping[str, frozenset[str]] = {
    CARE: frozenset({"service:births"}),
    OVERSIGHT: frozenset({"service:enforcement"}),
    SUPERVISION: frozenset({"department:county-health"}),
}
"""Who may read each channel: all that is in it."""
SAYS: Mapping[str, Sequence[type[Contract]]] = {
    CARE: (
        contracts.PregnancyRegistered,
        contracts.PregnancyRedated,
        contracts.PregnancyTransferred,
        contracts.PregnancyEnded,
        contracts.PregnancyReopened,
        contracts.MaternalDeathRecorded,
        contracts.PersonErased,
    ),
    OVERSIGHT: (contracts.DeviceDayClosed, contracts.ProcedureMonthClosed, contracts.ProcedureWeekClosed),
    SUPERVISION: (contracts.LapsesMonthClosed,),
}
"""Which contracts a channel carries."""


def say(recorded: Recorded) -> Sequence[Saying]:
    """What a fact means to others."""
    return [
        *_of_course(recorded),
        *_of_ends(recorded),
        *_to_oversight(recorded.fact),
        *_to_supervision(recorded.fact),
        *letters.to_counties(recorded),
    ]


def _of_course(recorded: Recorded) -> Sequence[Saying]:
    """On care: a pregnancy is known, is due on another day, or is cared for elsewhere."""
    match recorded.fact:
        case PregnancyRegistered() as registered:
            return [_on_care(recorded, _of_registration(registered, key_of(recorded.case)))]
        case CourseRedated(pregnancy=of, person=str(person), estimated_due_on=date() as due_on):
            redated = contracts.PregnancyRedated(pregnancy=of, person=person, estimated_due_on=due_on)
            return [_on_care(recorded, redated, of)]
        case CourseMoved(pregnancy=of, person=str(person), moved_on=day):
            moved = contracts.PregnancyTransferred(pregnancy=of, person=person, transferred_on=day)
            return [_on_care(recorded, moved, of)]
    return []


def _of_ends(recorded: Recorded) -> Sequence[Saying]:
    """On care: a revised end is told as the end it now is; what linked records share is told, and taken back, of one.

    An erasure heard from the reader of this channel is not told back: she may have registered again meanwhile.
    """
    pregnancy = key_of(recorded.case)
    match recorded.fact:
        case PregnancyEnded() | PregnancyEndRevised() as ended if not ended.shared:
            return [_on_care(recorded, _of_end(ended, pregnancy))]
        case PregnancyReopened(person=person, shared=False):
            return [_on_care(recorded, contracts.PregnancyReopened(pregnancy=pregnancy, person=person))]
        case MaternalDeathRecorded(person=person, died_on=day):
            died = contracts.MaternalDeathRecorded(pregnancy=pregnancy, person=person, died_on=day)
            return [_on_care(recorded, died)]
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
        case registers.ProcedureWeekClosed() as closed:
            return [_on_oversight(closed.facility, closed.week, contracts.ProcedureWeekClosed(**closed.model_dump()))]
    return []


def _to_supervision(fact: Fact) -> Sequence[Saying]:
    """How many duties a unit let lapse, for its superiors."""
    if not isinstance(fact, LapseMonthClosed):
        return []
    told = contracts.LapsesMonthClosed(unit=fact.unit, month=fact.month, lapses=_told(fact.lapses, fact.fewest_told))
    return [_of_the_day(SUPERVISION, fact.unit, fact.month, told)]


def _on_care(recorded: Recorded, contract: Contract, pregnancy: str = "") -> Saying:
    """About the case it was recorded on, or a pregnancy that a fact on the woman names."""
    subject = PREGNANCY.id(pregnancy) if pregnancy else recorded.case
    return Saying(CARE, contract, recorded.recorded_at, subject, recorded)


def _on_oversight(facility: str, day: date, contract: Contract) -> Saying:
    return _of_the_day(OVERSIGHT, facility, day, contract)


def _of_the_day(channel: str, subject: str, day: date, contract: Contract) -> Saying:
    """About a facility or unit and a day, and nothing that leads back to what it was counted from."""
    return Saying(channel, contract, datetime.combine(day, time.min, COUNTY_TIME), subject)


def _told(count: int | None, fewest: int) -> str:
    return f"<{fewest}" if count is None else str(count)


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
    told = _told(closed.procedures, closed.fewest_told)
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
    """A loss is nobody else's to know: to those who hear this, how it ended is unknown."""
    outcome = Outcome.UNKNOWN if ended.outcome is Outcome.LOSS else ended.outcome
    return contracts.PregnancyEnded(
        pregnancy=pregnancy, person=ended.person, outcome=contracts.Outcome(outcome), ended_on=ended.ended_on
    )
