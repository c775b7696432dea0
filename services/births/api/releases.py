"""HTTP of releases: prepared by statisticians, cleared, published by somebody else, read by everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import Field

from services.births.api import releasing
from services.births.api.asking import Caller, county_of
from services.births.api.sheets import EDITIONS, FIGURES, named
from services.births.domain.data_faults import FaultCleared
from services.births.domain.release import RELEASE, ClearDataFaults
from services.births.domain.release_events import RestatementReason
from services.births.projections.releases import Releases, Wanted, edition_of, editions, rows_of
from shared import openapi, tables, web
from shared.access import Action
from shared.kernel import Id, Value

if TYPE_CHECKING:
    from shared.service import Service

Name = Annotated[str, Path(pattern=r"^[12][0-9]{3}(Q[1-4])?$", description="`2025Q1`, or `2025` for the year.")]
Edition = Annotated[int | None, Query(ge=1, le=10_000, description="Else the newest.")]


class Book(Value):
    """How many live births a facility's delivery book has in the period."""

    facility: Id
    births: int = Field(ge=0, le=10_000_000)


class PrepareForm(web.RequestBody):
    """Which period, and what the facilities' delivery books have; a book nobody tells of is a data fault."""

    period: Annotated[str, Field(pattern=r"^[12][0-9]{3}(Q[1-4])?$")]
    books: tuple[Book, ...] = Field(default=(), max_length=10_000)


class ClearForm(web.RequestBody):
    """What became of each data fault of the draft; none if it has none."""

    cleared: tuple[FaultCleared, ...] = Field(default=(), max_length=10_000)


class RestateForm(web.RequestBody):
    """Why the figures are published anew."""

    reason: RestatementReason


def add_routes(routes: APIRouter, service: Service) -> None:
    """The routes of releases."""
    _preparing(routes, service)
    _publishing(routes, service)
    _reading(routes, service)


def _preparing(routes: APIRouter, service: Service) -> None:
    prepares = openapi.command(PrepareForm, Action.RELEASE_PREPARE)

    @routes.post("/releases", status_code=201, tags=["releases"], openapi_extra=prepares)
    async def prepare(request: Request, caller: Caller) -> JSONResponse:
        """Work out what a period's next edition may print: as much as nobody can tell a suppressed cell from."""
        asked = await web.body(request, PrepareForm)
        caller.may(Action.RELEASE_PREPARE)
        books = {book.facility: book.births for book in asked.model.books}
        stamp = service.stamp(caller, asked)
        command = await run_in_threadpool(releasing.prepared, service, asked.model.period, books, stamp)
        return web.answer(await service.ask(command, asked.digest))

    clears = openapi.command(ClearForm, Action.RELEASE_CLEAR)

    @routes.post("/releases/{period}/clear", status_code=201, tags=["releases"], openapi_extra=clears)
    async def clear(request: Request, caller: Caller, period: Name) -> JSONResponse:
        """Say what became of each data fault of the draft: before that, nothing is published."""
        asked = await web.body(request, ClearForm)
        caller.may(Action.RELEASE_CLEAR)
        command = ClearDataFaults(**service.stamp(caller, asked), period=period, cleared=asked.model.cleared)
        return web.answer(await service.ask(command, asked.digest))

    @routes.get("/releases/{period}/draft", tags=["releases"], openapi_extra=openapi.look(Action.RELEASE_CLEAR, 404))
    def draft(caller: Caller, period: Name) -> dict[str, Any]:
        """What is prepared, its data faults, and whether they were cleared."""
        caller.may(Action.RELEASE_CLEAR)
        release = service.states.of(RELEASE, period)
        if release.draft is None:
            raise web.Unknown("nothing is prepared for this period")
        return {"edition": len(release.editions) + 1, **release.draft.model_dump(mode="json")}


def _publishing(routes: APIRouter, service: Service) -> None:
    publishes = openapi.command(web.RequestBody, Action.RELEASE_PUBLISH)

    @routes.post("/releases/{period}/publish", status_code=201, tags=["releases"], openapi_extra=publishes)
    async def publish(request: Request, caller: Caller, period: Name) -> JSONResponse:
        """Publish what somebody else prepared; it is checked once more against everything published before."""
        asked = await web.body(request, web.RequestBody)
        caller.may(Action.RELEASE_PUBLISH)
        stamp = service.stamp(caller, asked)
        command = await run_in_threadpool(releasing.publishing, service, period, None, stamp)
        return web.answer(await service.ask(command, asked.digest))

    restates = openapi.command(RestateForm, Action.RELEASE_PUBLISH)

    @routes.post("/releases/{period}/restate", status_code=201, tags=["releases"], openapi_extra=restates)
    async def restate(request: Request, caller: Caller, period: Name) -> JSONResponse:
        """Publish a period's figures anew, with the reason; earlier editions stay readable."""
        asked = await web.body(request, RestateForm)
        caller.may(Action.RELEASE_PUBLISH)
        stamp = service.stamp(caller, asked)
        command = await run_in_threadpool(releasing.publishing, service, period, asked.model.reason, stamp)
        return web.answer(await service.ask(command, asked.digest))


def _reading(routes: APIRouter, service: Service) -> None:
    @routes.get("/releases", tags=["releases"], openapi_extra=openapi.OPEN)
    def listed(
        asked: tables.Asked,
        year: Annotated[int | None, Query(ge=1000, le=2999)] = None,
        newest: Annotated[bool, Query(description="Only the newest edition of each period.")] = False,  # noqa: FBT002
    ) -> Response:
        """Published releases, the newest first. Open to all: to be read is what they are published for."""
        with releasing.caught_up(service, Releases.name).connect() as db:
            rows, total = tables.asked_of(db, editions(Wanted(year, newest)), asked)
        return tables.answer(EDITIONS, rows, total, asked)

    found = openapi.OPEN | {"responses": {"404": {"$ref": "#/components/responses/Unknown"}}}

    @routes.get("/releases/{period}", tags=["releases"], openapi_extra=found)
    def read(period: Name, edition: Edition = None) -> Response:
        """A release, as it was published."""
        return Response(_edition(service, period, edition).document, media_type="application/json")

    @routes.get("/releases/{period}/figures", tags=["releases"], openapi_extra=found)
    def figures(asked: tables.Asked, period: Name, edition: Edition = None) -> Response:
        """The rows a release prints; what has no number is suppressed."""
        wanted = _edition(service, period, edition)
        with releasing.caught_up(service, Releases.name).connect() as db:
            rows, total = tables.asked_of(db, rows_of(period, wanted.edition), asked)
        return tables.answer(named(FIGURES, county_of(service)), rows, total, asked)

    replays = openapi.look(Action.RELEASE_REPLAY, 404)

    @routes.get("/releases/{period}/replay", tags=["releases"], openapi_extra=replays)
    def replay(caller: Caller, period: Name, edition: Edition = None) -> dict[str, Any]:
        """A release worked out anew from the log as it was when it was prepared, and whether it is the same."""
        caller.may(Action.RELEASE_REPLAY)
        release = service.states.of(RELEASE, period)
        if not release.editions or (edition or 1) > len(release.editions):
            raise web.Unknown("there is no such edition")
        return releasing.replayed(service, release.editions[(edition or len(release.editions)) - 1])


def _edition(service: Service, period: str, edition: int | None) -> Any:
    with releasing.caught_up(service, Releases.name).connect() as db:
        found = edition_of(db, period, edition)
    if found is None:
        raise web.Unknown("there is no such release")
    return found
