"""What hospitals enter in the registers of scans and procedures, and what they ask a review for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from services.pregnancy_tracking.domain.register_commands import RecordProcedure, RecordScan
from services.pregnancy_tracking.domain.review_commands import HerRequest, RequestTermination, TerminationRequest
from services.pregnancy_tracking.domain.termination_review import REVIEW, review_key
from services.pregnancy_tracking.reactions.persons import pseudonym
from shared.contracts import departments
from shared.kernel import Command
from shared.reacting import Hearing, Reactions
from shared.sealed import Erased, Sealed
from shared.sealing import Sealer

REVIEW_IDS = UUID("7b1f5a0e-6c53-4a63-8f0b-2f4ac2c3d9d2")
"""The namespace of review ids, and of a procedure register's entries (RFC 9562, version 5)."""
REQUEST, HER_REQUEST = "request", "her_request"
"""The sealed fields' stable ids: what is sealed opens only under them."""


def scan(message: departments.Scan, hearing: Hearing) -> Sequence[Command]:
    """A hospital examined somebody. Idempotent by message; a counter counts once whatever the message."""
    told = message.model_dump(exclude={"personal"})
    return [RecordScan(**hearing.stamp(), **told, person=_patient(message.personal, hearing))]


def procedure(message: departments.Procedure, hearing: Hearing) -> Sequence[Command]:
    """A hospital performed a termination. Idempotent by message, and by pregnancy and day whatever the message."""
    told = message.model_dump(exclude={"personal"})
    return [entering(told, _patient(message.personal, hearing), hearing.stamp())]


REACTIONS: Reactions = {departments.Scan: scan, departments.Procedure: procedure}


def entering(told: Mapping[str, Any], person: str | None, stamp: Mapping[str, Any]) -> RecordProcedure:
    """A procedure as told, with the entry id that the command id gives."""
    return RecordProcedure(**stamp, **told, person=person, entry=uuid5(REVIEW_IDS, stamp["command_id"]).hex)


def requesting(facility: str, told: TerminationRequest, sealer: Sealer, stamp: Mapping[str, Any]) -> RequestTermination:
    """A request, sealed under her own key and then under one of its own: destroying either makes it unreadable."""
    review = uuid5(REVIEW_IDS, stamp["command_id"]).hex
    case_id = REVIEW.id(review)
    hers = HerRequest(hers=sealer.seal(told.person, case_id, HER_REQUEST, told))
    request = sealer.seal(review_key(review), case_id, REQUEST, hers)
    return RequestTermination(**stamp, review=review, facility=facility, request=request, told=told)


def opened(review: str, request: Sealed, sealer: Sealer) -> TerminationRequest | Erased:
    """What was asked, Erased once it was withdrawn or she was erased."""
    hers = sealer.open(request, REVIEW.id(review), HerRequest)
    if isinstance(hers, Erased):
        return hers
    return sealer.open(hers.hers, REVIEW.id(review), TerminationRequest)


def _patient(personal: str | None, hearing: Hearing) -> str | None:
    if personal is None:
        return None
    return pseudonym(hearing.sealer, hearing.personal(personal, departments.Patient).document)
