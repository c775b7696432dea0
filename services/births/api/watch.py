"""HTTP of the watch: what is watched, the faults in a signal's data, and what is decided of it. For inside only."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import Field

from services.births.api.asking import Caller, county_of
from services.births.api.releasing import faults_in
from services.births.api.sheets import BOARD, named
from services.births.domain.data_faults import DataFault, FaultCleared
from services.births.domain.watch import WATCH, WEEK
from services.births.domain.watch_commands import Area, ClearSignal, DismissSignal, ResetWatch
from services.births.domain.watch_events import AreaKind, DismissReason, ResetReason
from services.births.projections.release_counts import Asked
from services.births.projections.watch_board import State, WatchBoard, watched
from shared import openapi, tables, web
from shared.access import Action

if TYPE_CHECKING:
    from shared.service import Service

DECIDES = Action.SIGNAL_DECIDE
Which = Annotated[str, Path(max_length=128)]
Book = Annotated[int | None, Query(ge=0, description="How many births the facility's delivery book has.")]


class ClearForm(web.RequestBody):
    """Of each fault that the check found, what became of it; `book` is how many births a facility's book has."""

    book: Annotated[int, Field(ge=0)] | None = None
    cleared: tuple[FaultCleared, ...] = Field(default=(), max_length=100)


class DismissForm(web.RequestBody):
    """What in the data explains the signal."""

    reason: Literal["late_notices", "records_incomplete", "duplicates"]


class ResetForm(web.RequestBody):
    """The Monday from which weeks count again, and why."""

    first: date
    reason: ResetReason


def add_routes(routes: APIRouter, service: Service) -> None:
    """The routes of the watch."""
    _looking(routes, service)
    _deciding(routes, service)


def _looking(routes: APIRouter, service: Service) -> None:
    @routes.get("/watch", tags=["watch"], openapi_extra=openapi.look(Action.BIRTH_COUNT, 422))
    def board(
        caller: Caller, asked: tables.Asked, kind: AreaKind | None = None, state: State | None = None
    ) -> Response:
        """Facilities and townships under watch, those with an open signal first."""
        caller.may(Action.BIRTH_COUNT)
        with service.view(WatchBoard.name).connect() as db:
            rows, total = tables.asked_of(db, watched(kind, state), asked)
        return tables.answer(named(BOARD, county_of(service)), rows, total, asked)

    looks = openapi.look(Action.BIRTH_COUNT, 409, 422)

    @routes.get("/watch/{kind}/{code}/faults", tags=["watch"], openapi_extra=looks)
    def faults(caller: Caller, kind: AreaKind, code: Which, book: Book = None) -> dict[str, Any]:
        """What the check of the data finds in the months that an open signal is about, and which these are."""
        caller.may(Action.BIRTH_COUNT)
        area = _area(service, kind, code)
        asked, found = _months(service, area), _faults(service, area, book)
        months = {"first": asked.first.isoformat(), "last": asked.last.isoformat()}
        return months | {"faults": [fault.model_dump(mode="json") for fault in found]}


def _deciding(routes: APIRouter, service: Service) -> None:
    def command(form: type[web.RequestBody]) -> dict[str, Any]:
        return openapi.command(form, DECIDES)

    @routes.post("/watch/{kind}/{code}/clear", status_code=201, tags=["watch"], openapi_extra=command(ClearForm))
    async def clear(request: Request, caller: Caller, kind: AreaKind, code: Which) -> JSONResponse:
        """Say that the data are sound. Only now enforcement hears of the signal: the area, and how often such err."""
        asked = await web.body(request, ClearForm)
        area = _decided(service, caller, kind, code)
        found = await run_in_threadpool(_faults, service, area, asked.model.book)
        told = ClearSignal(**service.stamp(caller, asked), area=area, found=found, cleared=asked.model.cleared)
        return web.answer(await service.ask(told, asked.digest))

    @routes.post("/watch/{kind}/{code}/dismiss", status_code=201, tags=["watch"], openapi_extra=command(DismissForm))
    async def dismiss(request: Request, caller: Caller, kind: AreaKind, code: Which) -> JSONResponse:
        """Say that the data explain the signal: nobody hears of it."""
        asked = await web.body(request, DismissForm)
        area = _decided(service, caller, kind, code)
        told = DismissSignal(**service.stamp(caller, asked), area=area, reason=DismissReason(asked.model.reason))
        return web.answer(await service.ask(told, asked.digest))

    @routes.post("/watch/{kind}/{code}/reset", status_code=201, tags=["watch"], openapi_extra=command(ResetForm))
    async def reset(request: Request, caller: Caller, kind: AreaKind, code: Which) -> JSONResponse:
        """Begin anew from a week on."""
        asked = await web.body(request, ResetForm)
        area = _decided(service, caller, kind, code)
        form = asked.model
        told = ResetWatch(**service.stamp(caller, asked), area=area, first=form.first, reason=form.reason)
        return web.answer(await service.ask(told, asked.digest))


def _decided(service: Service, caller: web.Caller, kind: AreaKind, code: str) -> Area:
    caller.may(DECIDES)
    return _area(service, kind, code)


def _area(service: Service, kind: AreaKind, code: str) -> Area:
    """A facility or township of the county. Raises UnknownFacility, UnknownTownship."""
    county = county_of(service)
    _ = county.facility(code) if kind is AreaKind.FACILITY else county.township(code)
    return Area(kind=kind, code=code)


def _months(service: Service, area: Area) -> Asked:
    """The whole months of the weeks an open signal was reached in, as they are known now. Raises NoSignal."""
    watch = service.states.of(WATCH, area.key)
    last, first = watch.raised() + WEEK - timedelta(days=1), min(week for week in watch.weeks if week >= watch.first)
    last_of_month = last.replace(day=monthrange(last.year, last.month)[1])
    return Asked(first.replace(day=1), last_of_month, service.log.head())


def _faults(service: Service, area: Area, book: int | None) -> tuple[DataFault, ...]:
    """What is wrong with the data of a signal, at its area. Raises NoSignal, FiguresNotReady."""
    books = {} if book is None or area.kind is not AreaKind.FACILITY else {area.code: book}
    found = faults_in(service, _months(service, area), books)
    return tuple(fault for fault in found if fault.place == area.key)
