"""HTTP of what is looked at: a pregnancy's timeline, and how many pregnancies there are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import AwareDatetime
from sqlalchemy import Row

from services.pregnancy_tracking.api.asking import Caller, known, own, seeing
from services.pregnancy_tracking.domain.care_events import CounsellingGiven
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY, Pregnancy
from services.pregnancy_tracking.domain.reference import ADOPTED, COUNTY
from services.pregnancy_tracking.domain.woman import WOMAN
from services.pregnancy_tracking.projections.registrations import Registrations, counts
from services.pregnancy_tracking.projections.timeline import Order, Timeline, linked_with, opened, shown_to, timeline
from shared import openapi, tables, web
from shared.access import Action, Role
from shared.sealing import Sealer

if TYPE_CHECKING:
    from shared.service import Service

ORDERED = (
    "`occurred`: by day, of one day by when it became known, of one moment as it was written; "
    "`recorded`: all as it was written."
)
TOWNSHIPS = tables.Sheet(
    "pregnancies",
    (
        tables.Column("township", "township", "乡镇"),
        tables.Column("registered", "registered", "登记"),
        tables.Column("active", "under care", "在管"),
    ),
)
Moment = Annotated[AwareDatetime | date | None, Query(description="A day (to its end), or a moment with its offset.")]


def add(routes: APIRouter, service: Service) -> None:
    """The routes of timelines and counts."""

    @routes.get(
        "/pregnancies/{pregnancy}/timeline", tags=["care"], openapi_extra=openapi.look(Action.PREGNANCY_READ, 404)
    )
    async def read(  # noqa: PLR0913, PLR0917 - every way to narrow a question, by name
        caller: Caller,
        pregnancy: str,
        asked: tables.AskedPage,
        as_of: Moment = None,
        known_at: Moment = None,
        order: Annotated[Order, Query(description=ORDERED)] = "occurred",
    ) -> dict[str, Any]:
        """What happened by `as_of` as it was known at `known_at`. Each page is a read, recorded before it happens.

        Of a record linked with another one, the timeline is of both; entries of the other say so. Pages asked for
        with one `known_at` in the past are of one state.
        """
        found = await known(service, pregnancy, caller, Action.PREGNANCY_READ)
        await service.record_read(
            caller,
            person=found.person,
            record=PREGNANCY.id(pregnancy),
            action=Action.PREGNANCY_READ,
            unit=own(caller, await seeing(service, found)),
        )

        def other() -> str:
            with service.view(Timeline.name).connect() as db:
                return linked_with(db, pregnancy, known_at)

        linked = await run_in_threadpool(other)
        whose = {pregnancy: found.person} | (await _also(service, caller, linked, found))

        def entries() -> dict[str, Any]:
            with service.view(Timeline.name).connect() as db:
                records = (*whose, *map(WOMAN.id, whose.values()))
                rows = [row for row in timeline(db, records, as_of, known_at, order) if _belongs(row, found)]
            herself = caller.principal.subject in whose.values()
            rows = shown_to(rows, caller.principal.units, herself=herself)
            village = caller.principal.role is Role.VILLAGE_DOCTOR
            shown = [_entry(row, pregnancy, whose, service.sealer, village=village) for row in asked.of(rows)]
            return {"total": len(rows), "limit": asked.limit, "offset": asked.offset, "entries": shown}

        about = {"pregnancy": pregnancy, "as_of": as_of, "known_at": known_at, "order": order}
        return about | ({"linked": linked} if linked else {}) | await run_in_threadpool(entries)

    @routes.get("/pregnancies", tags=["figures"], openapi_extra=openapi.look(Action.BIRTH_COUNT, 409))
    def count(
        caller: Caller, asked: tables.Asked, township: Annotated[str | None, Query(max_length=128)] = None
    ) -> Response:
        """How many pregnancies were registered and are under care, per township; for inside."""
        caller.may(Action.BIRTH_COUNT)  # who may count births may count what leads to them
        _ = township and service.states.of(COUNTY, ADOPTED).serving(township)
        with service.view(Registrations.name).connect() as db:
            rows = counts(db, township)
        return tables.answer(TOWNSHIPS, asked.of(rows), len(rows), asked)


async def _also(service: Service, caller: web.Caller, linked: str, found: Pregnancy) -> dict[str, str]:
    """The record that is linked, and whose it is; reading it too is recorded before it happens."""
    if not linked:
        return {}
    other = await run_in_threadpool(service.states.of, PREGNANCY, linked)
    if not other.person:
        return {linked: found.person}
    unit = own(caller, await seeing(service, found))
    await service.record_read(
        caller, person=other.person, record=PREGNANCY.id(linked), action=Action.PREGNANCY_READ, unit=unit
    )
    return {linked: other.person}


def _belongs(row: Row[Any], found: Pregnancy) -> bool:
    """Counselling after its end is before another pregnancy."""
    after = row.occurred_at > str(found.ended_on or date.max)
    return not (after and row.kind == CounsellingGiven.__name__)


def _entry(row: Row[Any], pregnancy: str, whose: Mapping[str, str], sealer: Sealer, *, village: bool) -> dict[str, Any]:
    """An entry as it is shown; one of the linked record says of which it is."""
    of = {"pregnancy": row.pregnancy} if row.pregnancy in whose.keys() - {pregnancy} else {}
    return opened(row, whose.get(row.pregnancy, ""), sealer, village=village) | of
