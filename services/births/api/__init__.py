"""HTTP of births: a clerk's form in, one birth out; figures, reports and records beside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime

from services.births.api import (
    certificate_records,
    certificates,
    correction_records,
    corrections,
    duplicates,
    figures,
    neonatal_deaths,
    releases,
    reports,
    watch,
)
from services.births.api.asking import Caller, Document, MotherForm, county_of
from services.births.domain.birth import BIRTH
from services.births.domain.commands import ErasePerson
from services.births.domain.events import BirthRecorded
from services.births.domain.particulars import Identity, Residence, Sex, Vital
from services.births.projections.register import Register, birth_of
from services.births.reactions import telling
from shared import openapi, web
from shared.access import Action
from shared.access.policy import EVERYWHERE
from shared.kernel import Id, key_of
from shared.naming import person_of
from shared.sealed import Erased, Sealed

if TYPE_CHECKING:
    from shared.service import Service
    from shared.writer import Outcome

KEY = re.compile(r"[0-9a-f]{32}")
"""The id of a birth; anything else names none."""


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
    residence: Residence = Residence.UNKNOWN


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
    _persons(routes, service)
    corrections.add_routes(routes, service)
    correction_records.add_routes(routes, service)
    neonatal_deaths.add_routes(routes, service)
    duplicates.add_routes(routes, service)
    certificates.add_routes(routes, service)
    certificate_records.add_routes(routes, service)
    figures.add_routes(routes, service)
    reports.add_routes(routes, service)
    releases.add_routes(routes, service)
    watch.add_routes(routes, service)
    return routes


def _births(routes: APIRouter, service: Service) -> None:
    @routes.post(
        "/births", status_code=201, tags=["births"], openapi_extra=openapi.command(BirthForm, Action.BIRTH_RECORD)
    )
    async def record(request: Request, caller: Caller) -> JSONResponse:
        """Record a birth. The mother's identity is sealed before anything is decided or stored."""
        asked = await web.body(request, BirthForm)
        form = asked.model
        caller.may(Action.BIRTH_RECORD, county_of(service).facility(form.facility).unit)
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
        county = await run_in_threadpool(county_of, service)
        facility = county.facilities.get(row["facility"])
        await service.record_read(
            caller,
            person=row["person"],
            record=BIRTH.id(birth),
            action=Action.BIRTH_READ,
            unit=facility.unit if facility else "",
        )
        return await run_in_threadpool(_shown, service, row)


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
    with service.view(Register.name).connect() as db:
        row = birth_of(db, birth)
    return row and row._asdict()


def _shown(service: Service, row: dict[str, Any]) -> dict[str, Any]:
    """A row of the register with the mother opened, or said to be erased. Her pseudonym stays inside."""
    sealed = Sealed.model_validate_json(row["mother"])
    mother = service.sealer.open(sealed, BIRTH.id(row["birth"]), Identity)
    opened = {"erased": True} if isinstance(mother, Erased) else mother.model_dump()
    return {name: value for name, value in row.items() if name != "person"} | {"mother": opened}
