"""HTTP of corrections on record: which wait, what was decided, and of one birth's, what was and what would be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool

from services.births.api.asking import Caller, Code, Key, birth_state, county_of, opened, record_read, shown
from services.births.api.sheets import CORRECTIONS, named
from services.births.domain.birth import BIRTH
from services.births.domain.events import BirthCorrected, CorrectionRejected, CorrectionRequested
from services.births.projections.corrections import Corrections, State, Wanted, corrections
from shared import openapi, tables
from shared.access import Action
from shared.access.policy import EVERYWHERE
from shared.eventstore import Recorded

if TYPE_CHECKING:
    from shared.service import Service


def add_routes(routes: APIRouter, service: Service) -> None:
    """The routes of corrections that are on record."""

    @routes.get("/corrections", tags=["records"], openapi_extra=openapi.look(Action.CORRECTION_DECIDE, 409, 422))
    def listed(
        caller: Caller,
        asked: tables.Asked,
        state: State | None = None,
        facility: Code | None = None,
        township: Code | None = None,
    ) -> Response:
        """Corrections, the longest waiting first: all of them, or those of a facility. Not what they would change."""
        county = county_of(service)
        caller.may(Action.CORRECTION_DECIDE, county.facility(facility).unit if facility else EVERYWHERE)
        _ = township and county.township(township)
        with service.view(Corrections.name).connect() as db:
            rows, total = tables.asked_of(db, corrections(Wanted(state, facility, township)), asked)
        return tables.answer(named(CORRECTIONS, county), rows, total, asked)

    looks = openapi.look(Action.BIRTH_READ, 404, 422)

    @routes.get("/births/{birth}/corrections", tags=["records"], openapi_extra=looks)
    async def of_birth(caller: Caller, birth: Key, state: State = State.WAITING) -> list[dict[str, Any]]:
        """Corrections of a birth that wait, or those decided, with what was and what would be. The read is recorded."""
        await record_read(service, caller, birth, await birth_state(service, birth))
        told = await run_in_threadpool(_told, service, birth)
        return [each for each in told if each["state"] == state.value]


def _told(service: Service, birth: str) -> list[dict[str, Any]]:
    """Every correction of a birth, in the order they were asked for, with her identity opened where it would change."""
    found: dict[str, dict[str, Any]] = {}
    for recorded in service.log.case(BIRTH.id(birth)):
        match recorded.fact:
            case CorrectionRequested(correction=correction, mother=mother) as fact:
                found[correction] = _asked(fact, recorded) | {
                    "mother": opened(service, mother, birth) if mother else None
                }
            case BirthCorrected(correction=correction):
                found[correction] |= _decision(State.APPROVED, recorded)
            case CorrectionRejected(correction=correction, reason=reason):
                found[correction] |= _decision(State.REJECTED, recorded) | {"rejected_because": reason.value}
    return list(found.values())


def _asked(fact: CorrectionRequested, recorded: Recorded) -> dict[str, Any]:
    return {
        "correction": fact.correction,
        "state": State.WAITING.value,
        "reason": fact.reason.value,
        "requested_by": fact.requested_by,
        "requested_at": recorded.recorded_at.isoformat(),
        "before": shown(fact.before),
        "after": shown(fact.after),
    }


def _decision(state: State, recorded: Recorded) -> dict[str, Any]:
    return {"state": state.value, "decided_by": recorded.actor, "decided_at": recorded.recorded_at.isoformat()}
