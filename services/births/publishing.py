"""What births says to others: the door out. A fact that is not named here stays home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from services.births.domain.birth import BIRTH
from services.births.domain.events import (
    BirthCorrected,
    BirthRecorded,
    BirthReinstated,
    BirthVoided,
    CertificateIssued,
    CertificateVoided,
    NeonatalDeathRecorded,
    NeonatalDeathWithdrawn,
    PersonErased,
)
from services.births.domain.particulars import Told, Vital
from services.births.domain.release_events import ReleasePublished, ReleaseRestated
from services.births.domain.release_figures import Row, Sexes
from services.births.domain.watch_events import SignalCleared, SignalWithdrawn
from shared.clock import COUNTY_TIME
from shared.contracts import births as care
from shared.contracts import births_household as household
from shared.contracts import births_statistics as statistics
from shared.contracts.cloudevents import Contract
from shared.eventstore import Recorded
from shared.kernel import Fact
from shared.publishing import Saying

CARE, HOUSEHOLD, STATISTICS = "care", "household", "statistics"
CHANNELS: Mapping[str, frozenset[str]] = {
    CARE: frozenset({"service:pregnancy_tracking"}),
    HOUSEHOLD: frozenset({"service:benefits"}),
    STATISTICS: frozenset({"service:enforcement"}),
}
"""Who may read each channel: all that is in it."""
SAYS: Mapping[str, Sequence[type[Contract]]] = {
    CARE: (care.BirthRecorded, care.BirthCorrected, care.BirthVoided, care.PersonErased),
    HOUSEHOLD: (
        household.BirthRecorded,
        household.BirthCorrected,
        household.BirthVoided,
        household.NeonatalDeathRecorded,
        household.NeonatalDeathWithdrawn,
        household.CertificateIssued,
        household.CertificateVoided,
        household.PersonErased,
    ),
    STATISTICS: (
        statistics.ReleasePublished,
        statistics.ReleaseRestated,
        statistics.SignalCleared,
        statistics.SignalWithdrawn,
    ),
}
"""Which contracts a channel carries."""


def say(recorded: Recorded) -> Sequence[Saying]:
    """What a fact means to others. A household's messages never name a mother as care does, not even as subject."""
    about = recorded.case if recorded.case.startswith(BIRTH.id("")) else None
    told = ((CARE, _to_care(recorded), recorded.case), (HOUSEHOLD, _to_household(recorded), about))
    of_persons = [
        Saying(channel, contract, recorded.recorded_at, subject, recorded)
        for channel, contract, subject in told
        if contract
    ]
    return [*of_persons, *_to_statistics(recorded)]


def _to_statistics(recorded: Recorded) -> Sequence[Saying]:
    """Figures that are public, and a signal once it is cleared or taken back, never its path. A day, and no tracing."""
    day = datetime.combine(recorded.recorded_at.astimezone(COUNTY_TIME), time.min, COUNTY_TIME)
    match recorded.fact:
        case ReleasePublished() as published:
            return [Saying(STATISTICS, statistics.ReleasePublished(**_released(published)), day)]
        case ReleaseRestated(reason=reason) as restated:
            why = statistics.RestatementReason(reason)
            return [Saying(STATISTICS, statistics.ReleaseRestated(**_released(restated), reason=why), day)]
        case SignalCleared(kind=kind, code=code) as cleared:
            told = statistics.SignalCleared(
                area=statistics.AreaKind(kind),
                code=code,
                false_alarm_births=cleared.false_alarm_births,
                false_discovery_rate=cleared.false_discovery_rate,
            )
            return [Saying(STATISTICS, told, day, code)]
        case SignalWithdrawn(kind=kind, code=code):
            gone = statistics.SignalWithdrawn(area=statistics.AreaKind(kind), code=code)
            return [Saying(STATISTICS, gone, day, code)]
    return []


def _to_care(recorded: Recorded) -> Contract | None:
    """Births without the child's sex and birth order; of a correction only what care was told.

    An erasure is not told back to the one reader who told it: by then it may know her anew, and would erase that.
    """
    match recorded.fact:
        case BirthRecorded() as birth:
            return care.BirthRecorded(**_timeline(birth, birth))
        case BirthReinstated(told=told) as birth:
            return care.BirthRecorded(**_timeline(birth, told))
        case BirthCorrected(before=before, after=after) as birth:
            now = _timeline(birth, after)
            return care.BirthCorrected(**now) if now != _timeline(birth, before) else None
        case BirthVoided(birth=voided, person=person, of=of):
            return care.BirthVoided(birth=voided, person=person, of=of)
        case PersonErased(person=person) if CHANNELS[CARE] != {recorded.actor}:
            return care.PersonErased(person=person)
    return None


def _timeline(birth: BirthRecorded | BirthCorrected | BirthReinstated, told: Told) -> dict[str, Any]:
    return {
        "birth": birth.birth,
        "person": birth.person,
        "pregnancy": birth.pregnancy,
        "vital": care.Vital(told.vital),
        "born_on": told.born_on,
        "facility": told.facility,
        "township": told.township,
        "plurality": told.plurality,
        "number": told.number,
        "gestation_weeks": told.gestation_weeks,
    }


def _to_household(recorded: Recorded) -> Contract | None:
    """Children born alive and what became of them; nothing of a mother whose household has no name here."""
    fact = recorded.fact
    whose = getattr(fact, "household", None)
    if whose is None:
        return None
    match fact:
        case BirthRecorded() as birth:
            return _child(household.BirthRecorded, whose, birth.birth, birth)
        case BirthReinstated(birth=child, told=told):
            return _child(household.BirthRecorded, whose, child, told)
        case BirthCorrected():
            return _corrected(fact, whose)
        case BirthVoided(birth=child, told=told):
            return household.BirthVoided(household=whose, birth=child) if _alive(told) else None
    return _of_child(fact, whose)


def _of_child(fact: Fact, whose: str) -> Contract | None:
    match fact:
        case NeonatalDeathRecorded(birth=child, died_on=died_on):
            return household.NeonatalDeathRecorded(household=whose, birth=child, died_on=died_on)
        case NeonatalDeathWithdrawn(birth=child):
            return household.NeonatalDeathWithdrawn(household=whose, birth=child)
        case CertificateIssued(birth=child, issued_on=issued_on):
            return household.CertificateIssued(household=whose, birth=child, issued_on=issued_on)
        case CertificateVoided(birth=child):
            return household.CertificateVoided(household=whose, birth=child)
        case PersonErased():
            return household.PersonErased(household=whose)
    return None


def _corrected(fact: BirthCorrected, whose: str) -> Contract | None:
    """A child that was not born alive after all is none of the household's, one that was is new to it."""
    before = _child(household.BirthRecorded, whose, fact.birth, fact.before)
    after = _child(household.BirthRecorded, whose, fact.birth, fact.after)
    if before is None or after == before:
        return after if before is None else None
    if after is None:
        return household.BirthVoided(household=whose, birth=fact.birth)
    return _child(household.BirthCorrected, whose, fact.birth, fact.after)


def _child(contract: type[household.Child], whose: str, birth: str, told: Told) -> household.Child | None:
    """The child as benefits need to know it, None if it was not born alive."""
    if not _alive(told):
        return None
    return contract(
        household=whose,
        birth=birth,
        born_on=told.born_on,
        sex=household.Sex(told.sex),
        birth_order=told.birth_order,
        township=told.township,
    )


def _released(fact: ReleasePublished | ReleaseRestated) -> dict[str, Any]:
    return {
        "period": fact.period,
        "edition": fact.edition,
        "first": fact.figures.first,
        "last": fact.figures.last,
        "published_on": fact.published_on,
        "rows": tuple(map(_row, fact.figures.rows)),
    }


def _row(row: Row) -> statistics.ReleasedRow:
    told = row.sexes.model_dump() if row.sexes else dict.fromkeys(Sexes.model_fields)
    return statistics.ReleasedRow(axis=statistics.Axis(row.axis), areas=row.areas, births=row.births, **told)


def _alive(told: Told) -> bool:
    return told.vital is Vital.LIVE
