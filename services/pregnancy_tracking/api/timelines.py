"""HTTP of what is looked at: a pregnancy's timeline, and how many pregnancies there are."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query
from fastapi.concurrency import run_in_threadpool
from pydantic import AwareDatetime

from services.pregnancy_tracking.api.asking import Caller, caught_up, known, own, seeing
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY
from services.pregnancy_tracking.domain.reference import ADOPTED, COUNTY
from services.pregnancy_tracking.projections.registrations import Registrations, counts
from services.pregnancy_tracking.projections.timeline import Timeline, opened, shown_to, timeline
from shared import openapi
from shared.access import Action, Role

if TYPE_CHECKING:
    from shared.service import Service

Moment = Annotated[AwareDatetime | date | None, Query(description="A day (to its end), or a moment with its offset.")]


def add(routes: APIRouter, service: Service) -> None:
    """The routes of timelines and counts."""

    @routes.get(
        "/pregnancies/{pregnancy}/timeline", tags=["care"], openapi_extra=openapi.look(Action.PREGNANCY_READ, 404)
    )
    async def read(caller: Caller, pregnancy: str, as_of: Moment = None, known_at: Moment = None) -> dict[str, Any]:
        """What happened by `as_of` as it was known at `known_at`. The read is recorded before it happens."""
        found = await known(service, pregnancy, caller, Action.PREGNANCY_READ)
        await service.record_read(
            caller,
            person=found.person,
            record=PREGNANCY.id(pregnancy),
            action=Action.PREGNANCY_READ,
            unit=own(caller, await seeing(service, found)),
        )

        def entries() -> list[dict[str, Any]]:
            with caught_up(service, Timeline.name).connect() as db:
                rows = timeline(db, pregnancy, as_of, known_at)
            herself = caller.principal.subject == found.person
            rows = shown_to(rows, caller.principal.units, herself=herself)
            village = caller.principal.role is Role.VILLAGE_DOCTOR
            return [opened(row, found.person, service.sealer, village=village) for row in rows]

        shown = await run_in_threadpool(entries)
        return {"pregnancy": pregnancy, "as_of": as_of, "known_at": known_at, "entries": shown}

    @routes.get("/pregnancies", tags=["figures"], openapi_extra=openapi.look(Action.BIRTH_COUNT, 409))
    def count(caller: Caller, township: Annotated[str | None, Query(max_length=128)] = None) -> dict[str, Any]:
        """How many pregnancies were registered and are under care, per township; for inside."""
        caller.may(Action.BIRTH_COUNT)  # who may count births may count what leads to them
        _ = township and service.states.of(COUNTY, ADOPTED).serving(township)
        with caught_up(service, Registrations.name).connect() as db:
            return {"townships": counts(db, township)}
