"""The doors every service has: messages in, feeds out, health, metrics, views, parked messages, the read log."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from shared import asyncapi, describing, documents, glass, openapi, reporting, tables, web
from shared.access import AccessDenied, Action
from shared.glass import broken_of
from shared.messaging.parking import NotParked
from shared.naming import Whose, person_of

if TYPE_CHECKING:
    from shared.observability import Report
    from shared.service import Service


class Batch(Response):
    """A JSON array of events."""

    media_type = "application/cloudevents-batch+json"


HEALTH = openapi.OPEN | {"responses": {"503": {"description": "No; `reasons` tells why."}}}
PARKED = openapi.look(Action.PARKED_MANAGE, 404)
LAST = 2**63 - 1
"""The highest sequence a store can hold."""


def router(service: Service) -> APIRouter:
    """Routes that are the same in every service."""
    routes = APIRouter()
    _watch(routes, service)
    _messages(routes, service)
    _operate(routes, service)
    _read_log(routes, service)
    glass.add(routes, service)
    return routes


def _watch(routes: APIRouter, service: Service) -> None:
    @routes.get("/health/live", tags=["operation"], openapi_extra=HEALTH)
    def live() -> JSONResponse:
        """Whether the process is worth keeping."""
        return _health(service.health.live())

    @routes.get("/health/ready", tags=["operation"], openapi_extra=HEALTH)
    def ready() -> JSONResponse:
        """Whether the service should be sent work; if not, why."""
        return _health(service.health.ready())

    @routes.get("/metrics", tags=["operation"], response_class=PlainTextResponse, openapi_extra=openapi.OPEN)
    def metrics() -> Response:
        """Prometheus metrics; no label holds anything about a person."""
        reporting.measure(service)
        return Response(service.metrics.render(), media_type=CONTENT_TYPE_LATEST)

    @routes.get("/asyncapi.json", tags=["operation"], openapi_extra=openapi.OPEN)
    def asyncapi_document() -> JSONResponse:
        """What the service says and hears, as AsyncAPI 3.0."""
        return JSONResponse(asyncapi.document(service.definition, service.settings.county))


def _messages(routes: APIRouter, service: Service) -> None:
    @routes.post("/events", tags=["messages"], openapi_extra=openapi.SIGNED)
    async def events(request: Request) -> JSONResponse:
        """Signed messages of a department: one CloudEvent, or a batch of them. Answers with their receipts."""
        raw = await web.raw_body(request)
        receipts = await service.carrying.inbox.receive(raw, request.headers.get("evenborn-signature", ""), None)
        return JSONResponse({"receipts": [receipt.model_dump(mode="json", exclude_none=True) for receipt in receipts]})

    @routes.get(
        "/feed/{channel}", tags=["messages"], response_class=Batch, openapi_extra=openapi.look(Action.FEED_READ)
    )
    async def feed(
        request: Request,
        channel: str,
        after: Annotated[int, Query(ge=0, le=LAST)] = 0,
        limit: Annotated[int, Query(ge=1, le=5_000)] = 500,
    ) -> Response:
        """A channel from the journal, after a sequence: the same bytes the broker carries."""
        caller = await web.caller(request)
        caller.may(Action.FEED_READ)
        if caller.principal.subject not in service.carrying.readers_of(channel):
            raise AccessDenied(f"{channel} is not among the channels you may read")
        journal = service.carrying.journal
        page = await run_in_threadpool(journal.feed, channel, after, limit)
        head = await run_in_threadpool(journal.head, channel)
        batch = b"[" + b",".join(body for _, body in page) + b"]"
        return Batch(batch, headers={"Evenborn-Head": str(head)})


def _operate(routes: APIRouter, service: Service) -> None:
    @routes.get("/status", tags=["operation"], openapi_extra=openapi.look(Action.STATUS_READ))
    async def status(request: Request) -> dict[str, Any]:
        """Positions and lags of everything that follows something."""
        (await web.caller(request)).may(Action.STATUS_READ)
        return await run_in_threadpool(reporting.status, service)

    @routes.get("/views/{name}", tags=["operation"], openapi_extra=openapi.look(Action.STATUS_READ, 404))
    async def view(request: Request, name: str) -> dict[str, Any]:
        """A view's version and position, and how far its rebuild is."""
        (await web.caller(request)).may(Action.STATUS_READ)
        return service.rebuilds.status(name, service.log.head())

    @routes.post(
        "/views/{name}/rebuild",
        status_code=202,
        tags=["operation"],
        openapi_extra=openapi.look(Action.VIEWS_REBUILD, 404, 409),
    )
    async def rebuild(request: Request, name: str) -> dict[str, Any]:
        """Build a view again from the first fact, beside the one that answers meanwhile."""
        (await web.caller(request)).may(Action.VIEWS_REBUILD)
        service.rebuilds.start(name)
        return service.rebuilds.status(name, service.log.head())

    @routes.get("/parked", tags=["operation"], openapi_extra=openapi.look(Action.PARKED_MANAGE))
    async def parked(request: Request) -> list[dict[str, Any]]:
        """Messages set aside, without their content."""
        (await web.caller(request)).may(Action.PARKED_MANAGE)
        found = await run_in_threadpool(service.log.parked)
        return [each._asdict() | {"body": None, "bytes": len(each.body)} for each in found]

    @routes.post("/parked/{parked_id:path}/retry", tags=["operation"], openapi_extra=PARKED)
    async def retry(request: Request, parked_id: str) -> dict[str, Any]:
        """Try a message again now."""
        (await web.caller(request)).may(Action.PARKED_MANAGE)
        try:
            return {"id": parked_id, "result": await service.carrying.parking.retry(parked_id)}
        except NotParked:
            raise _not_parked() from None

    @routes.delete("/parked/{parked_id:path}", tags=["operation"], openapi_extra=PARKED)
    async def drop(request: Request, parked_id: str) -> dict[str, Any]:
        """Give a message up."""
        (await web.caller(request)).may(Action.PARKED_MANAGE)
        try:
            service.carrying.parking.drop(parked_id)
        except NotParked:
            raise _not_parked() from None
        return {"id": parked_id, "result": "dropped"}


def _read_log(routes: APIRouter, service: Service) -> None:
    @routes.post("/access-log", tags=["persons"], openapi_extra=openapi.question(Whose, Action.ACCESS_LOG_READ))
    async def access_log(request: Request, page: tables.AskedOlder) -> dict[str, Any]:
        """Who read a person's record here, when and for what; this reading is recorded as well."""
        caller = await web.caller(request)
        asked = await web.body(request, Whose)
        person = person_of(service, asked.model.person, asked.model.document)
        await service.record_read(caller, person=person, record="access log", action=Action.ACCESS_LOG_READ)
        entries = await run_in_threadpool(service.reads_of, person, page.limit, page.before)
        return {"person": person, "entries": entries, "glass": await run_in_threadpool(broken_of, service, person)}


def _not_parked() -> web.Unknown:
    return web.Unknown("no message is set aside under this id")


def _health(report: Report) -> JSONResponse:
    return JSONResponse({"ok": report.ok, "reasons": dict(report.reasons)}, 200 if report.ok else 503)


def documents_router(app: FastAPI, service: Service) -> APIRouter:
    """The OpenAPI document of an application that has all its other routes, and the page that shows it."""
    routes, definition = APIRouter(include_in_schema=False), service.definition

    @cache
    def document() -> dict[str, Any]:
        return describing.document(app, definition.home, asyncapi.examples(definition.receives))

    @routes.get("/openapi.json")
    def openapi_document() -> JSONResponse:
        return JSONResponse(document())

    @routes.get("/docs")
    def page() -> HTMLResponse:
        return HTMLResponse(documents.page(document()))

    @routes.get("/docs.css")
    def style() -> Response:
        return Response(documents.STYLE, media_type="text/css")

    return routes
