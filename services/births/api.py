"""HTTP of births: a clerk's form in, one birth, the sex ratio and the quarterly report out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, StringConstraints

from services.births.domain.birth import BIRTH
from services.births.domain.commands import ErasePerson
from services.births.domain.events import BirthRecorded
from services.births.domain.particulars import Identity, Sex, Vital
from services.births.domain.policy import IN_FORCE, POLICY, Policy
from services.births.domain.reference import ADOPTED, COUNTY, County
from services.births.projections import quarterly_report
from services.births.projections.intervals import wilson
from services.births.projections.register import Register, birth_of
from services.births.projections.sex_ratio import Filters, Live, SexRatio, live_births, total
from services.births.reactions import telling
from shared import openapi, web
from shared.access import Action
from shared.access.policy import EVERYWHERE
from shared.endpoints import person_of
from shared.kernel import Id, Value, key_of
from shared.sealed import Erased, Sealed

if TYPE_CHECKING:
    from shared.service import Service
    from shared.writer import Outcome

PATIENCE = 5.0
"""Seconds a reader waits until the register shows what was acknowledged before."""
KEY = re.compile(r"[0-9a-f]{32}")
"""The id of a birth; anything else names none."""
Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
"""A line of text, without control characters."""
Document = Annotated[str, StringConstraints(min_length=6, max_length=32, pattern=r"^[A-Za-z0-9][A-Za-z0-9 -]*$")]
Month = Annotated[str, Query(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", description="YYYY-MM")]
Code = Annotated[str, Query(max_length=128)]
Caller = Annotated[web.Caller, Depends(web.caller)]
COUNTING = openapi.look(Action.BIRTH_COUNT, 409)


class MotherForm(Value):
    """Who the mother is. `document` is the number of her identity document."""

    document: Document
    name: Line
    phone: Line | None = None
    address: Line | None = None


class BirthForm(web.RequestBody):
    """A birth as a clerk reports it. `number` of `plurality` tells twins apart; `birth_order` counts live births."""

    mother: MotherForm
    facility: Id
    township: Id
    born_at: AwareDatetime
    vital: Vital
    sex: Sex
    weight_grams: int | None = None
    gestation_weeks: int | None = None
    plurality: int = 1
    number: int = 1
    birth_order: int


NOT_TOLD = {"mother", *web.RequestBody.model_fields}
"""What of the form is not told of the child."""


class EraseForm(web.RequestBody):
    """Whom to erase: by pseudonym, or by the number of her identity document."""

    person: Id | None = None
    document: Document | None = None


def router(service: Service) -> APIRouter:
    """The routes of births."""
    routes = APIRouter()
    _births(routes, service)
    _figures(routes, service)
    _persons(routes, service)
    return routes


def _births(routes: APIRouter, service: Service) -> None:
    @routes.post(
        "/births", status_code=201, tags=["births"], openapi_extra=openapi.command(BirthForm, Action.BIRTH_RECORD)
    )
    async def record(request: Request, caller: Caller) -> JSONResponse:
        """Record a birth. The mother's identity is sealed before anything is decided or stored."""
        asked = await web.body(request, BirthForm)
        form = asked.model
        caller.may(Action.BIRTH_RECORD, _county(service).facility(form.facility).unit)
        told, mother = form.model_dump(exclude=NOT_TOLD), Identity(**form.mother.model_dump())
        command = telling(told, mother, service.sealer, service.stamp(caller, asked))
        return _answer(await service.ask(command, asked.digest))

    @routes.get("/births/{birth}", tags=["births"], openapi_extra=openapi.look(Action.BIRTH_READ, 404))
    async def read(birth: str, caller: Caller) -> dict[str, Any]:
        """One birth with who the mother is. The read is recorded before it happens."""
        row = await run_in_threadpool(_registered, service, birth)
        if row is None:
            caller.may(Action.BIRTH_READ, EVERYWHERE)  # others are answered as of a birth that is not theirs to read
            raise web.Unknown("there is no such birth")
        county = await run_in_threadpool(_county, service)
        facility = county.facilities.get(row["facility"])
        await service.record_read(
            caller,
            person=row["person"],
            record=BIRTH.id(birth),
            action=Action.BIRTH_READ,
            unit=facility.unit if facility else "",
        )
        return await run_in_threadpool(_shown, service, row)


def _figures(routes: APIRouter, service: Service) -> None:
    @routes.get("/reports/quarter", tags=["figures"], openapi_extra=COUNTING)
    def quarter(caller: Caller, township: Code, quarter: Code) -> dict[str, Any]:
        """The quarterly report of a township, for inside: too fine to be published."""
        caller.may(Action.BIRTH_COUNT)
        policy, where = _policy(service), _county(service).township(township)
        asked = quarterly_report.quarter(quarter, policy.statistical_year_starts_in)
        births = _count(service, asked.births_in(township))
        return quarterly_report.report(where, asked, births, policy)

    @routes.get("/sex-ratio", tags=["figures"], openapi_extra=COUNTING)
    def sex_ratio(  # noqa: PLR0913 - one parameter per filter
        *,
        caller: Caller,
        first: Annotated[Month | None, Query(alias="from")] = None,
        last: Annotated[Month | None, Query(alias="to")] = None,
        township: Code | None = None,
        facility: Code | None = None,
        birth_order: Literal["1", "2", "3+"] | None = None,
    ) -> dict[str, Any]:
        """Live births by sex and birth order in some months, with exact and Wilson 95 % intervals; for inside."""
        caller.may(Action.BIRTH_COUNT)
        county = _county(service)
        _ = township and county.township(township), facility and county.facility(facility)
        filters = Filters(first, last, township, facility, birth_order)
        births = _count(service, filters)
        asked = dict(zip(("from", "to", "township", "facility", "birth_order"), filters, strict=True))
        by_order = {order: _figures_of(live) for order, live in births.items()}
        return asked | _figures_of(total(births)) | {"by_birth_order": by_order}


def _persons(routes: APIRouter, service: Service) -> None:
    @routes.post("/persons/erase", tags=["persons"], openapi_extra=openapi.command(EraseForm, Action.PERSON_ERASE))
    async def erase(request: Request, caller: Caller) -> JSONResponse:
        """Destroy what identifies a person here and, by message, in every service of care."""
        asked = await web.body(request, EraseForm)
        person = person_of(service, asked.model.person, asked.model.document)
        caller.may(Action.PERSON_ERASE, person=person)
        return web.answer(await service.ask(ErasePerson(**service.stamp(caller, asked), person=person), asked.digest))


def _answer(outcome: Outcome) -> JSONResponse:
    """The outcome; with the new birth's id if one was recorded."""
    births = [key_of(each.case) for each in outcome.results if each.name == BirthRecorded.stored_as]
    return web.answer(outcome, birth=births[0]) if births else web.answer(outcome)


def _registered(service: Service, birth: str) -> dict[str, Any] | None:
    """The row of a birth, also of one that was acknowledged a moment ago; None if there is none."""
    if not KEY.fullmatch(birth) or not service.log.case(BIRTH.id(birth)):
        return None
    service.projector.wait_for(service.log.head(), PATIENCE, [Register.name])
    with service.view(Register.name).connect() as db:
        row = birth_of(db, birth)
    return row and row._asdict()


def _shown(service: Service, row: dict[str, Any]) -> dict[str, Any]:
    """A row of the register with the mother opened, or said to be erased. Her pseudonym stays inside."""
    sealed = Sealed.model_validate_json(row["mother"])
    mother = service.sealer.open(sealed, BIRTH.id(row["birth"]), Identity)
    opened = {"erased": True} if isinstance(mother, Erased) else mother.model_dump()
    return {name: value for name, value in row.items() if name != "person"} | {"mother": opened}


def _figures_of(live: Live) -> dict[str, Any]:
    interval = wilson(*live, quarterly_report.CONFIDENCE)
    described = quarterly_report.described(quarterly_report.figures_of(live))
    return {"births": live.births} | described | {"wilson95": quarterly_report.rounded(interval)}


def _count(service: Service, filters: Filters) -> dict[str, Live]:
    with service.view(SexRatio.name).connect() as db:
        return live_births(db, filters)


def _county(service: Service) -> County:
    return service.states.of(COUNTY, ADOPTED)


def _policy(service: Service) -> Policy:
    """The policy in force. Raises PolicyMissing."""
    return service.states.of(POLICY, IN_FORCE).now
