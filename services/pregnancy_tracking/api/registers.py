"""HTTP of the registers of scans and procedures: entries in; how they are kept, out."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Self
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, Field, model_validator

from services.pregnancy_tracking.api.asking import ABOUT_REQUEST, Caller, Document, span, unit_of_facility
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY
from services.pregnancy_tracking.domain.register_commands import RecordScan
from services.pregnancy_tracking.projections.register_integrity import (
    RegisterIntegrity,
    device_days,
    procedure_periods,
    with_anomalies,
)
from services.pregnancy_tracking.reactions import pseudonym
from services.pregnancy_tracking.reactions.registers import entering
from shared import openapi, tables, web
from shared.access import Action
from shared.kernel import Id

if TYPE_CHECKING:
    from shared.service import Service

SHOWN_DAYS = 31
"""Days that are shown where nobody asks for others."""
Day = Annotated[date | None, Query()]
Which = Annotated[str | None, Query(max_length=128)]
AT_PROCEDURES = "/registers/procedures"


class EntryForm(web.RequestBody):
    """An entry of a facility, of whom by document or by pregnancy, or of nobody named."""

    facility: Id
    document: Document | None = None
    pregnancy: Id | None = None

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        if self.document and self.pregnancy:
            msg = "name her by `document` or by `pregnancy`"
            raise ValueError(msg)
        return self


class ScanForm(EntryForm):
    """An ultrasound examination, in a pregnancy or outside one. `operators` are the staff present."""

    device: Id
    counter: int = Field(ge=0, le=10**9)
    scanned_at: AwareDatetime
    operators: tuple[Id, ...] = Field(max_length=10)
    purpose: Id


class ProcedureForm(EntryForm):
    """A termination that was performed, with or without a certificate. `gestation_weeks` is not kept."""

    performed_at: AwareDatetime
    emergency: bool
    certificate: Id | None = None
    gestation_weeks: int | None = Field(default=None, ge=1, le=46)


def add(routes: APIRouter, service: Service) -> None:
    """The routes of registers."""
    _entering(routes, service)
    _checking(routes, service)


def _entering(routes: APIRouter, service: Service) -> None:
    @routes.post(
        "/registers/scans",
        status_code=201,
        tags=["registers"],
        openapi_extra=openapi.command(ScanForm, Action.REGISTER_ENTER, 404),
    )
    async def scan(request: Request, caller: Caller) -> JSONResponse:
        """Enter an examination; at least two are present, one of them licensed for ultrasound there."""
        asked = await web.body(request, ScanForm)
        caller.may(Action.REGISTER_ENTER, await unit_of_facility(service, asked.model.facility))
        told = asked.model.model_dump(exclude={"document", *ABOUT_REQUEST})
        person = await _person(service, asked.model)
        return web.answer(
            await service.ask(RecordScan(**service.stamp(caller, asked), **told, person=person), asked.digest)
        )

    @routes.post(
        AT_PROCEDURES,
        status_code=201,
        tags=["registers"],
        openapi_extra=openapi.command(ProcedureForm, Action.REGISTER_ENTER, 404),
    )
    async def procedure(request: Request, caller: Caller) -> JSONResponse:
        """Enter a procedure that happened: whatever is missing, it is entered."""
        asked = await web.body(request, ProcedureForm)
        caller.may(Action.REGISTER_ENTER, await unit_of_facility(service, asked.model.facility))
        told = asked.model.model_dump(exclude={"document", *ABOUT_REQUEST})
        person = await _person(service, asked.model)
        command = entering(told, person, service.stamp(caller, asked))
        return web.answer(await service.ask(command, asked.digest))


def _checking(routes: APIRouter, service: Service) -> None:
    @routes.get("/registers/integrity", tags=["registers"], openapi_extra=openapi.look(Action.REGISTER_CHECK, 409))
    async def integrity(  # noqa: PLR0913, PLR0917 - every way to narrow a question, by name
        caller: Caller,
        asked: tables.Asked,
        facility: Which = None,
        since: Day = None,
        until: Day = None,
        anomalies: Annotated[bool, Query(description="Only days that show one.")] = False,  # noqa: FBT002 - a query
    ) -> Response:
        """How registers of scans are kept: per device-day its counters, gaps and anomalies; `procedures` is where else.

        Of procedures it tells how many months and weeks there are, and where they are shown.
        """
        caller.may(Action.REGISTER_CHECK, await unit_of_facility(service, facility) if facility else "")
        first, last = span(service, since, until, SHOWN_DAYS)

        def found() -> Response:
            with service.view(RegisterIntegrity.name).connect() as db:
                days = device_days(facility, first, last, only_anomalies=anomalies)
                rows, total = tables.asked_of(db, days, asked)
                kept = procedure_periods(facility, first, last, only_anomalies=anomalies)
                procedures = {
                    "total": tables.total_of(db, kept),
                    "href": _elsewhere(facility, first, last, anomalies=anomalies),
                }
            return tables.answer(
                DEVICE_DAYS, [with_anomalies(row) for row in rows], total, asked, procedures=procedures
            )

        return await run_in_threadpool(found)

    @routes.get(AT_PROCEDURES, tags=["registers"], openapi_extra=openapi.look(Action.REGISTER_CHECK, 409))
    async def procedures(  # noqa: PLR0913, PLR0917 - every way to narrow a question, by name
        caller: Caller,
        asked: tables.Asked,
        facility: Which = None,
        since: Day = None,
        until: Day = None,
        anomalies: Annotated[bool, Query(description="Only weeks that show one.")] = False,  # noqa: FBT002 - a query
    ) -> Response:
        """How procedures are done and entered, per facility, month and week: counts, and none where they are few."""
        caller.may(Action.REGISTER_CHECK, await unit_of_facility(service, facility) if facility else "")
        first, last = span(service, since, until, SHOWN_DAYS)

        def found() -> Response:
            with service.view(RegisterIntegrity.name).connect() as db:
                periods = procedure_periods(facility, first, last, only_anomalies=anomalies)
                rows, total = tables.asked_of(db, periods, asked)
            return tables.answer(PROCEDURES, rows, total, asked)

        return await run_in_threadpool(found)


def _elsewhere(facility: str | None, since: date, until: date, *, anomalies: bool) -> str:
    """Where the same is shown of procedures."""
    asked = {"facility": facility, "since": since, "until": until, "anomalies": "true" if anomalies else None}
    return f"{AT_PROCEDURES}?{urlencode({name: value for name, value in asked.items() if value})}"


PROCEDURES = tables.Sheet(
    "procedures",
    (
        tables.Column("facility", "facility", "机构"),
        tables.Column("period", "period", "期间", {"month": ("month", "月"), "week": ("week", "周")}),
        tables.Column("begins", "from", "起始"),
        tables.Column("procedures", "procedures", "手术数"),
        tables.Column("without_certificate", "without certificate", "无证明"),
        tables.Column("unauthorised", "without licence", "未经许可"),
        tables.Column("late", "late", "迟登"),
    ),
)
DEVICE_DAYS = tables.Sheet(
    "device-days",
    (
        tables.Column("facility", "facility", "机构"),
        tables.Column("device", "device", "设备"),
        tables.Column("day", "day", "日期"),
        tables.Column("first_counter", "first counter", "首号"),
        tables.Column("last_counter", "last counter", "末号"),
        tables.Column("entries", "entries", "登记数"),
        tables.Column("late", "late", "迟登"),
        tables.Column("missing", "missing", "缺号"),
        tables.Column(
            "anomalies",
            "anomalies",
            "异常",
            {
                "counter_gap": ("counter skipped", "计数缺号"),
                "counter_backwards": ("counter runs backwards", "计数倒退"),
                "operator_in_two_rooms": ("somebody in two rooms at once", "同一人同时在两室"),
                "roster_never_varies": ("roster never varies", "在场人员从不变化"),
                "while_suspended": ("while suspended", "停业期间检查"),
            },
        ),
    ),
)


async def _person(service: Service, form: EntryForm) -> str | None:
    """Of whom the entry is. Raises Unknown for a pregnancy there is not."""
    if form.document:
        return pseudonym(service.sealer, form.document)
    if form.pregnancy is None:
        return None
    found = await run_in_threadpool(service.states.of, PREGNANCY, form.pregnancy)
    if not found.person:
        raise web.Unknown("there is no such pregnancy")
    return found.person
