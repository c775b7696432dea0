"""HTTP of possible duplicates: the list, two records side by side, and what is decided of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from services.births.api.asking import (
    Caller,
    Code,
    Key,
    birth_state,
    county_of,
    may,
    opened,
    record_read,
    shown,
)
from services.births.api.sheets import DUPLICATES, named
from services.births.domain.birth import Birth
from services.births.domain.commands import ConfirmDuplicate, DismissDuplicate
from services.births.domain.duplicate import DUPLICATE, Review, Suspect
from services.births.projections.duplicates import Duplicates, Wanted, pairs
from shared import openapi, tables, web
from shared.access import Action
from shared.access.policy import EVERYWHERE

if TYPE_CHECKING:
    from shared.service import Service


def add_routes(routes: APIRouter, service: Service) -> None:
    """The routes of possible duplicates."""
    _looking(routes, service)
    _deciding(routes, service)


def _looking(routes: APIRouter, service: Service) -> None:
    @routes.get("/duplicates", tags=["records"], openapi_extra=openapi.look(Action.DUPLICATE_REVIEW, 409, 422))
    def listed(
        *,
        caller: Caller,
        asked: tables.Asked,
        review: Review | None = None,
        facility: Code | None = None,
        township: Code | None = None,
    ) -> Response:
        """Pairs of births that may be one child, the longest undecided first: all of them, or those of a facility."""
        county = county_of(service)
        caller.may(Action.DUPLICATE_REVIEW, county.facility(facility).unit if facility else EVERYWHERE)
        _ = township and county.township(township)
        with service.view(Duplicates.name).connect() as db:
            rows, total = tables.asked_of(db, pairs(Wanted(review, facility, township)), asked)
        return tables.answer(named(DUPLICATES, county), rows, total, asked)

    looks = openapi.look(Action.BIRTH_READ, 404, 422)

    @routes.get("/births/{of}/duplicates/{birth}", tags=["records"], openapi_extra=looks)
    async def side_by_side(caller: Caller, of: Key, birth: Key) -> dict[str, Any]:
        """Two records of what may be one child, and where they differ. Both reads are recorded."""
        first, second = await birth_state(service, of), await birth_state(service, birth)
        suspect = (await run_in_threadpool(service.states.of, DUPLICATE, of)).suspects.get(birth)
        await record_read(service, caller, of, first)
        if second.content is not None and second.person != first.person:
            await record_read(service, caller, birth, second)
        if suspect is None:
            raise web.Unknown("no such birth was suspected to be that one")
        return await run_in_threadpool(_compared, service, (of, first), (birth, second), suspect)


def _deciding(routes: APIRouter, service: Service) -> None:
    decides = openapi.command(web.RequestBody, Action.DUPLICATE_REVIEW)

    @routes.post("/births/{of}/duplicates/{birth}/confirm", status_code=201, tags=["records"], openapi_extra=decides)
    async def confirm(request: Request, caller: Caller, of: Key, birth: Key) -> JSONResponse:
        """Decide that both are one child: `birth` does not count, or not any more."""
        asked = await web.body(request, web.RequestBody)
        await _may_review(service, caller, of, birth)
        command = ConfirmDuplicate(**service.stamp(caller, asked), of=of, birth=birth)
        return web.answer(await service.ask(command, asked.digest))

    @routes.post("/births/{of}/duplicates/{birth}/dismiss", status_code=201, tags=["records"], openapi_extra=decides)
    async def dismiss(request: Request, caller: Caller, of: Key, birth: Key) -> JSONResponse:
        """Decide that they are two children: `birth` is one of its own, and counts."""
        asked = await web.body(request, web.RequestBody)
        await _may_review(service, caller, of, birth)
        command = DismissDuplicate(**service.stamp(caller, asked), of=of, birth=birth)
        return web.answer(await service.ask(command, asked.digest))


async def _may_review(service: Service, caller: web.Caller, of: str, birth: str) -> None:
    """Whoever answers for both records, or for the one if the other is not on record. Raises AccessDenied."""
    await may(service, caller, Action.DUPLICATE_REVIEW, of)
    if (await birth_state(service, birth)).content is not None:
        await may(service, caller, Action.DUPLICATE_REVIEW, birth)


def _compared(service: Service, one: tuple[str, Birth], other: tuple[str, Birth], suspect: Suspect) -> dict[str, Any]:
    """Both contents, both mothers as told, and the names of the fields that differ."""
    (of, first), (birth, second) = one, other
    told = second.recorded if second.content is not None else suspect.told
    mine, theirs = shown(first.recorded), shown(told)
    told_first = suspect.particulars.mother if suspect.particulars else None
    return {
        "review": suspect.review.value,
        "of": {"birth": of, **mine, "mother": opened(service, first.mother, of)},
        "birth": {"birth": birth, **theirs, "mother": opened(service, second.mother or told_first, birth)},
        "differ": [name for name in mine if mine[name] != theirs[name]],
    }
