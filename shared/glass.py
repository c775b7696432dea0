"""The routes of a broken glass: to break one, to see which were broken, and to say that one looked at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import structlog
from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import Field

from shared import openapi, tables, web
from shared.access import GRANT_LASTS, Action, BreakGlass, GlassReason, ReviewGlass, glass_broken, glass_of
from shared.kernel import Id
from shared.naming import Whose, person_of

if TYPE_CHECKING:
    from shared.service import Service

logger = structlog.get_logger(__name__)


class GlassForm(Whose):
    """Whose record is opened, and why."""

    reason: Annotated[GlassReason, Field(strict=False)]


class GlassReviewForm(web.RequestBody):
    """Which broken glass was looked at, as the list names it."""

    person: Id
    glass: int


def add(routes: APIRouter, service: Service) -> None:
    """POST and GET /glass, POST /glass/review."""

    @routes.post("/glass", tags=["persons"], openapi_extra=openapi.command(GlassForm, Action.GLASS_BREAK))
    async def break_(request: Request) -> JSONResponse:
        """Open a person's record outside your units for 15 minutes; a second person is asked to look at why."""
        caller = await web.caller(request)
        caller.may(Action.GLASS_BREAK)
        asked = await web.body(request, GlassForm)
        outcome = await service.ask(
            BreakGlass(
                **service.stamp(caller, asked),
                person=person_of(service, asked.model.person, asked.model.document),
                reason=asked.model.reason,
                role=caller.principal.role,
                unit=min(caller.principal.units, default=""),
            ),
            asked.digest,
        )
        logger.warning("glass broken", reason=asked.model.reason.value, role=caller.principal.role.value)
        service.metrics.glass_broken.labels(asked.model.reason.value).inc()
        return web.answer(outcome, until=(outcome.recorded_at + GRANT_LASTS).isoformat())

    @routes.get("/glass", tags=["persons"], openapi_extra=openapi.look(Action.GLASS_REVIEW))
    async def broken(
        request: Request,
        page: tables.AskedOlder,
        unreviewed: Annotated[bool, Query(description="Only those nobody has looked at.")] = False,  # noqa: FBT002
    ) -> dict[str, Any]:
        """Glasses that others broke, newest first; that you looked is recorded for each person among them."""
        caller = await web.caller(request)
        caller.may(Action.GLASS_REVIEW)
        found = await run_in_threadpool(_broken, service, caller.principal.subject, page, unreviewed)
        for person in sorted({each["person"] for each in found}):
            await service.record_read(caller, person=person, record="broken glass", action=Action.GLASS_REVIEW)
        return {"glass": found}

    @routes.post("/glass/review", tags=["persons"], openapi_extra=openapi.command(GlassReviewForm, Action.GLASS_REVIEW))
    async def review(request: Request) -> JSONResponse:
        """Say that you, a second person, looked at a broken glass; until somebody does, `status` counts it."""
        caller = await web.caller(request)
        asked = await web.body(request, GlassReviewForm)
        caller.may(Action.GLASS_REVIEW, person=asked.model.person)
        command = ReviewGlass(
            **service.stamp(caller, asked),
            person=asked.model.person,
            glass=asked.model.glass,
            role=caller.principal.role,
        )
        return web.answer(await service.ask(command, asked.digest))


def broken_of(service: Service, person: str) -> list[dict[str, Any]]:
    """Who broke the glass of a person's record, newest first."""
    with service.accesses() as db:
        return [row._asdict() for row in glass_of(db, person)]


def _broken(service: Service, reviewer: str, page: tables.Older, unreviewed: bool) -> list[dict[str, Any]]:  # noqa: FBT001
    with service.accesses() as db:
        return [row._asdict() for row in glass_broken(db, reviewer, page.limit, page.before, unreviewed=unreviewed)]
