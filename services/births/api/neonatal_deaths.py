"""HTTP of neonatal deaths: recorded by who answers for the birth, taken back by who decides about records."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from services.births.api.asking import Caller, Key, may
from services.births.domain.commands import RecordNeonatalDeath, WithdrawNeonatalDeath
from shared import openapi, web
from shared.access import Action

if TYPE_CHECKING:
    from shared.service import Service


class DeathForm(web.RequestBody):
    """The day a child died."""

    died_on: date


def add_routes(routes: APIRouter, service: Service) -> None:
    """The routes of neonatal deaths."""
    records = openapi.command(DeathForm, Action.BIRTH_RECORD)
    where = "/births/{birth}/neonatal-death"

    @routes.post(where, status_code=201, tags=["records"], openapi_extra=records)
    async def died(request: Request, caller: Caller, birth: Key) -> JSONResponse:
        """Record that a child died in the first weeks of life."""
        asked = await web.body(request, DeathForm)
        await may(service, caller, Action.BIRTH_RECORD, birth)
        command = RecordNeonatalDeath(**service.stamp(caller, asked), birth=birth, died_on=asked.model.died_on)
        return web.answer(await service.ask(command, asked.digest))

    withdraws = openapi.command(web.RequestBody, Action.CORRECTION_DECIDE)

    @routes.post(f"{where}/withdraw", status_code=201, tags=["records"], openapi_extra=withdraws)
    async def withdraw(request: Request, caller: Caller, birth: Key) -> JSONResponse:
        """Take back a death that was recorded by mistake."""
        asked = await web.body(request, web.RequestBody)
        await may(service, caller, Action.CORRECTION_DECIDE, birth)
        command = WithdrawNeonatalDeath(**service.stamp(caller, asked), birth=birth)
        return web.answer(await service.ask(command, asked.digest))
