"""Corrections: asked for by one, decided by another, with what was and what is."""

from __future__ import annotations

from services.births.domain.birth import (
    BIRTH,
    Birth,
    InFuture,
    Requested,
    check_measures,
    check_places,
    void_certificate,
)
from services.births.domain.commands import ApproveCorrection, RejectCorrection, RequestCorrection
from services.births.domain.events import BirthCorrected, BirthNoted, CorrectionRejected, CorrectionRequested
from services.births.domain.mother import MOTHER, Child, MotherErased, MotherRecord
from services.births.domain.particulars import Told, Vital
from services.births.domain.policy import Policy
from services.births.domain.reasons import Consequence
from services.births.domain.reference import County
from shared.kernel import NOTHING, Decision, Fact, Refusal


class UnknownCorrection(Refusal):
    """Nobody asked for such a correction of this birth."""


class CorrectionIdTaken(Refusal):
    """A correction id names one correction."""


class CorrectionDecided(Refusal):
    """A correction is decided once."""


class CorrectionOutdated(Refusal):
    """The record has changed since the correction was asked for: ask again, for what it is now."""


class ApproverIsRequester(Refusal):
    """Nobody approves what they asked for themselves."""


class DeathOnRecord(Refusal):
    """The child is recorded to have died after a live birth on an earlier day than this."""


def request_correction(
    command: RequestCorrection, birth: Birth, mother: MotherRecord, county: County, policy: Policy
) -> Decision:
    """Ask for a correction; nothing if the record says so already."""
    before, after = birth.told, command.in_county_time
    if command.correction in birth.decided or command.correction in birth.requests:
        raise CorrectionIdTaken("another correction has this id", pointer="/correction")
    if after == before and command.mother is None:
        return NOTHING
    if command.mother and not mother.identified:
        raise MotherErased("the identity of this birth's mother was erased", pointer="/mother")
    _check(command, birth, county, policy)
    requested = CorrectionRequested(
        birth=command.birth,
        household=birth.household,
        correction=command.correction,
        before=before,
        after=after,
        mother=command.mother,
        reason=command.reason,
        requested_by=command.actor,
    )
    return {BIRTH.id(command.birth): [requested]}


def approve_correction(command: ApproveCorrection, birth: Birth, mother: MotherRecord) -> Decision:
    """Make the correction. A birth that turns out still loses its certificate."""
    asked = _asked(command, birth)
    if command.actor == asked.requested_by:
        raise ApproverIsRequester("it was you who asked for it")
    if asked.before != birth.told:
        raise CorrectionOutdated("the birth was corrected since", pointer="/correction")
    _check_death(asked.after, birth)
    corrected = BirthCorrected(
        birth=command.birth,
        person=birth.person,
        household=birth.household,
        pregnancy=birth.pregnancy,
        correction=command.correction,
        before=asked.before,
        after=asked.after,
        mother=asked.mother,
        approved_by=command.actor,
    )
    still = asked.after.vital is Vital.STILL
    void = void_certificate(command.birth, birth, Consequence.NOT_A_LIVE_BIRTH) if still else []
    return {BIRTH.id(command.birth): [corrected, *void], **_noted(command.birth, asked.after, birth.person, mother)}


def reject_correction(command: RejectCorrection, birth: Birth) -> Decision:
    """Leave the record as it is; who asked for a correction may withdraw it so."""
    _asked(command, birth)
    rejected = CorrectionRejected(
        birth=command.birth, household=birth.household, correction=command.correction, reason=command.reason
    )
    return {BIRTH.id(command.birth): [rejected]}


def _check(command: RequestCorrection, birth: Birth, county: County, policy: Policy) -> None:
    check_places(command.after, county)
    if command.after.born_at > command.at:
        raise InFuture("not born yet", pointer="/born_at", accepted=f"up to {command.at.isoformat()}")
    check_measures(command.after, policy.plausible)
    _check_death(command.after, birth)


def _check_death(after: Told, birth: Birth) -> None:
    if birth.died_on and (after.vital is Vital.STILL or after.born_on > birth.died_on):
        raise DeathOnRecord(f"the child died on {birth.died_on}", pointer="/born_at", accepted=f"up to {birth.died_on}")


def _asked(command: ApproveCorrection | RejectCorrection, birth: Birth) -> Requested:
    _ = birth.told
    if command.correction in birth.decided:
        raise CorrectionDecided("this correction was decided", pointer="/correction")
    if command.correction not in birth.requests:
        raise UnknownCorrection("no such correction was asked for", pointer="/correction")
    return birth.requests[command.correction]


def _noted(birth: str, after: Told, person: str, mother: MotherRecord) -> dict[str, list[Fact]]:
    """Her record knows the child by its corrected date and number as well, unless that names another child of hers."""
    if Child(after.born_on, after.number) in mother.births:
        return {}
    return {MOTHER.id(person): [BirthNoted(birth=birth, born_on=after.born_on, number=after.number)]}
