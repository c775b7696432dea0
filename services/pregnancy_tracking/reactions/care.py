"""What hospitals and village posts tell of her care beside registrations; each belongs to the pregnancy of its day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.pregnancy_tracking.domain.commands import (
    ArrangeCompanion,
    DeclineContact,
    EndPregnancy,
    GradeRisk,
    LogAttempt,
    LogVisit,
    NoteDischarge,
    ReassignCare,
    RecordMaternalDeath,
    RequestCounselling,
    ReviseDating,
)
from services.pregnancy_tracking.domain.woman import WOMAN
from services.pregnancy_tracking.domain.words import (
    DangerSigns,
    DatingBasis,
    Infectious,
    Observations,
    Outcome,
    RiskColour,
    VisitKind,
)
from services.pregnancy_tracking.reactions.persons import pseudonym
from shared.contracts import departments
from shared.kernel import Command
from shared.reacting import Hearing, Reactions
from shared.sealing import Sealer

OBSERVATIONS, DANGER_SIGNS, INFECTIOUS = "observations", "danger_signs", "infectious"
"""The sealed fields' stable ids: what is sealed opens only under them."""
Visit = departments.AntenatalVisit | departments.HomeVisit | departments.PostnatalVisit | departments.ReferralResult


def antenatal_visit(message: departments.AntenatalVisit, hearing: Hearing) -> Sequence[Command]:
    """A hospital saw her. Idempotent by message, and by pregnancy, day, unit and kind whatever the message."""
    return [_visit(message, VisitKind.ANTENATAL, hearing)]


def home_visit(message: departments.HomeVisit, hearing: Hearing) -> Sequence[Command]:
    """A village post visited her. Idempotent as an antenatal visit."""
    return [_visit(message, VisitKind.HOME, hearing)]


def postnatal_visit(message: departments.PostnatalVisit, hearing: Hearing) -> Sequence[Command]:
    """A hospital saw her after the birth. Idempotent as an antenatal visit."""
    return [_visit(message, VisitKind.POSTNATAL, hearing)]


def referral_result(message: departments.ReferralResult, hearing: Hearing) -> Sequence[Command]:
    """The unit she was referred to saw her. Idempotent as an antenatal visit."""
    return [_visit(message, VisitKind.REFERRAL_RESULT, hearing)]


def attempt(message: departments.Attempt, hearing: Hearing) -> Sequence[Command]:
    """A post met no one. Idempotent by message, and by pregnancy, day, unit and kind whatever the message."""
    told = {**_told(message), "kind": VisitKind(message.kind)}
    return [LogAttempt(**hearing.stamp(), **told, **_hers(message, hearing))]


def decline(message: departments.Decline, hearing: Hearing) -> Sequence[Command]:
    """She declines contacts. Idempotent by message, and by pregnancy, contact and day whatever the message."""
    return [DeclineContact(**hearing.stamp(), **_told(message), **_hers(message, hearing))]


def counselling(message: departments.Counselling, hearing: Hearing) -> Sequence[Command]:
    """She asked for counselling. Idempotent by message, and by woman, unit, day and topics whatever the message."""
    person = _hers(message, hearing)["person"]
    return [RequestCounselling(**hearing.stamp(), **_told(message), person=person)]


def companion(message: departments.Companion, hearing: Hearing) -> Sequence[Command]:
    """Somebody will be with her. Idempotent by message, and by all it says whatever the message."""
    return [ArrangeCompanion(**hearing.stamp(), **_told(message), **_hers(message, hearing))]


def dating(message: departments.Dating, hearing: Hearing) -> Sequence[Command]:
    """How far she is. Idempotent by message, and by all it says whatever the message."""
    told = {**_told(message), "basis": DatingBasis(message.basis)}
    return [ReviseDating(**hearing.stamp(), **told, **_hers(message, hearing))]


def risk(message: departments.Risk, hearing: Hearing) -> Sequence[Command]:
    """Her risk. Idempotent by message, and by pregnancy, unit, day and colour whatever the message."""
    graded = hearing.personal(message.personal, departments.Graded)
    person = pseudonym(hearing.sealer, graded.document)
    told = {**_told(message), "colour": RiskColour(message.colour), "pregnancy": None}
    return [grading(told, person, hearing.sealer, hearing.stamp(), infectious=graded.infectious)]


def reassignment(message: departments.Reassignment, hearing: Hearing) -> Sequence[Command]:
    """Other posts answer for her. Idempotent by message, and by pregnancy and posts whatever the message."""
    return [ReassignCare(**hearing.stamp(), **_told(message), **_hers(message, hearing))]


def discharge(message: departments.Discharge, hearing: Hearing) -> Sequence[Command]:
    """She left the hospital; the event's time is the notice's. Idempotent by facility and moment of discharge."""
    noticed_at = hearing.event.time
    return [NoteDischarge(**hearing.stamp(), **_told(message), **_hers(message, hearing), noticed_at=noticed_at)]


def end(message: departments.End, hearing: Hearing) -> Sequence[Command]:
    """A pregnancy ended. Idempotent by message, and by pregnancy, outcome and day whatever the message."""
    told = {**_told(message), "outcome": Outcome(message.outcome)}
    return [EndPregnancy(**hearing.stamp(), **told, **_hers(message, hearing))]


def maternal_death(message: departments.MaternalDeath, hearing: Hearing) -> Sequence[Command]:
    """She died. Idempotent by pregnancy."""
    return [RecordMaternalDeath(**hearing.stamp(), **_told(message), **_hers(message, hearing))]


REACTIONS: Reactions = {
    departments.AntenatalVisit: antenatal_visit,
    departments.HomeVisit: home_visit,
    departments.PostnatalVisit: postnatal_visit,
    departments.ReferralResult: referral_result,
    departments.Attempt: attempt,
    departments.Decline: decline,
    departments.Counselling: counselling,
    departments.Companion: companion,
    departments.Dating: dating,
    departments.Risk: risk,
    departments.Reassignment: reassignment,
    departments.Discharge: discharge,
    departments.End: end,
    departments.MaternalDeath: maternal_death,
}


Found = tuple[Mapping[str, float], Sequence[str]]
"""What was observed at a visit, and which danger signs were found."""


def visiting(told: Mapping[str, Any], person: str, found: Found, sealer: Sealer, stamp: Mapping[str, Any]) -> LogVisit:
    """A visit as told, with what was found sealed.

    `told` has `pregnancy`, `kind`, `visited_on`, `unit` and, if she was referred, `referred_to`.
    """
    observed, danger = found
    values, signs = Observations(values=dict(observed)), DangerSigns(codes=tuple(danger))
    case_id = WOMAN.id(person)
    return LogVisit(
        **stamp,
        **told,
        person=person,
        observations=sealer.seal(person, case_id, OBSERVATIONS, values) if observed else None,
        observed=values.values,
        danger_signs=sealer.seal(person, case_id, DANGER_SIGNS, signs) if danger else None,
        danger=signs.codes,
    )


def grading(
    told: Mapping[str, Any], person: str, sealer: Sealer, stamp: Mapping[str, Any], *, infectious: bool
) -> GradeRisk:
    """Her risk as told; whether she has an infection is sealed whatever it is."""
    sealed = sealer.seal(person, WOMAN.id(person), INFECTIOUS, Infectious(infectious=infectious))
    return GradeRisk(**stamp, **told, person=person, infectious=sealed)


def _told(message: departments.DepartmentMessage) -> dict[str, Any]:
    return message.model_dump(exclude={"personal"})


def _hers(message: Any, hearing: Hearing) -> dict[str, Any]:
    """Whose it is; which pregnancy follows from its day."""
    patient = hearing.personal(message.personal, departments.Patient)
    return {"person": pseudonym(hearing.sealer, patient.document), "pregnancy": None}


def _visit(message: Visit, kind: VisitKind, hearing: Hearing) -> LogVisit:
    visited = hearing.personal(message.personal, departments.Visited)
    told = {**_told(message), "pregnancy": None, "kind": kind}
    person = pseudonym(hearing.sealer, visited.document)
    found = (visited.observations, visited.danger_signs)
    return visiting(told, person, found, hearing.sealer, hearing.stamp())
