"""HTTP of transfers: asking another unit or county to take over a woman's care, and answering what others ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response

from services.pregnancy_tracking.api.asking import (
    ABOUT_REQUEST,
    Caller,
    first_fact,
    known,
    may,
    may_for_her,
    neutral,
    own,
    seeing,
)
from services.pregnancy_tracking.api.transfers_answering import answering
from services.pregnancy_tracking.domain.events import PregnancyRegistered
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY, Pregnancy
from services.pregnancy_tracking.domain.reference import UnknownUnit
from services.pregnancy_tracking.domain.transfer_commands import WithdrawTransfer
from services.pregnancy_tracking.domain.transfer_rules import CourseSoFar, PastContact
from services.pregnancy_tracking.domain.woman import WOMAN, RecordErased
from services.pregnancy_tracking.domain.words import Identity
from services.pregnancy_tracking.projections.transfers import Direction, TransferBook, of_unit
from services.pregnancy_tracking.reactions.transfers import transfer_id, transferring
from shared import openapi, tables, web
from shared.access import Action
from shared.kernel import Id, Refusal
from shared.sealed import Erased

if TYPE_CHECKING:
    from shared.service import Service
    from shared.settings import Jwk


Status = Literal["waiting", "accepted", "declined", "timed_out", "withdrawn"]
"""What transfers can be asked for by: never by that a pregnancy ended (charter, 3)."""


class NeighbourUnknown(Refusal):
    """No neighbour county has this code."""


class TransferForm(web.RequestBody):
    """Whom to ask: a unit of a neighbour county, or of our own. She has been asked, and consents."""

    county: Id
    unit: Id
    consents_to_transfer: bool


class WithdrawalForm(web.RequestBody):
    """The transfer is asked for no longer."""


def add(routes: APIRouter, service: Service) -> None:
    """The routes of transfers."""
    _asking(routes, service)
    _looking(routes, service)
    answering(routes, service)


def _asking(routes: APIRouter, service: Service) -> None:
    @routes.post(
        "/pregnancies/{pregnancy}/transfers",
        status_code=201,
        tags=["transfers"],
        openapi_extra=openapi.command(TransferForm, Action.TRANSFER_REQUEST, 404),
    )
    async def request(request: Request, caller: Caller, pregnancy: str) -> JSONResponse:
        """Ask a unit of another county, or of this one, to take over her care. Until it accepts, care stays here."""
        asked = await web.body(request, TransferForm)
        found = await known(service, pregnancy, caller, Action.TRANSFER_REQUEST)
        units = await seeing(service, found)
        may(caller, Action.TRANSFER_REQUEST, units)
        key = _reader_key(service, asked.model)
        identity, course = await run_in_threadpool(_so_far, service, pregnancy, found)
        told = asked.model.model_dump(exclude=ABOUT_REQUEST)
        about = {"person": found.person, "pregnancy": pregnancy, "by": own(caller, units), "told": course}
        stamp = service.stamp(caller, asked)
        outcome = await service.ask(transferring(told | about, identity, key, service.sealer, stamp), asked.digest)
        return neutral(outcome, **({"transfer": transfer_id(stamp)} if outcome.status == "done" else {}))

    @routes.post(
        "/pregnancies/{pregnancy}/transfers/withdrawal",
        status_code=201,
        tags=["transfers"],
        openapi_extra=openapi.command(WithdrawalForm, Action.TRANSFER_WITHDRAW, 404),
    )
    async def withdraw(request: Request, caller: Caller, pregnancy: str) -> JSONResponse:
        """Ask no longer: she stays. She herself may, and whoever may ask for her."""
        asked = await web.body(request, WithdrawalForm)
        found = await known(service, pregnancy, caller, Action.TRANSFER_WITHDRAW)
        await may_for_her(service, caller, Action.TRANSFER_WITHDRAW, found)
        command = WithdrawTransfer(**service.stamp(caller, asked), person=found.person, pregnancy=pregnancy)
        return neutral(await service.ask(command, asked.digest))


def _looking(routes: APIRouter, service: Service) -> None:
    @routes.get("/neighbours", tags=["transfers"], openapi_extra=openapi.look(Action.TRANSFER_REQUEST))
    async def neighbours(caller: Caller) -> dict[str, Any]:
        """The counties a transfer can be asked of, and their units that take pregnancies over."""
        caller.may(Action.TRANSFER_REQUEST, min(caller.principal.units, default=""))
        found = service.carrying.couriers.neighbours.values()
        named = {"code", "name_zh", "name_en", "units"}
        return {
            "county": service.settings.county,
            "neighbours": [neighbour.model_dump(mode="json", include=named) for neighbour in found],
        }

    @routes.get("/transfers", tags=["transfers"], openapi_extra=openapi.look(Action.TRANSFER_LIST, 409))
    async def transfers(
        caller: Caller,
        asked: tables.Asked,
        unit: Annotated[str | None, Query(max_length=128, description="The unit that is asked, or asks.")] = None,
        direction: Annotated[Direction | None, Query(description="Only those.")] = None,
        status: Annotated[Status | None, Query(description="Only those; `waiting` for an answer.")] = None,
    ) -> Response:
        """Transfers of a unit, newest first: those that wait for its answer, and what became of the others."""
        caller.may(Action.TRANSFER_LIST, unit or "")

        def found() -> Response:
            with service.view(TransferBook.name).connect() as db:
                rows, total = tables.asked_of(db, of_unit(unit, direction, status), asked)
            return tables.answer(BOOK, rows, total, asked)

        return await run_in_threadpool(found)


STATUS_WORDS = {
    "waiting": ("waits for an answer", "待答复"),
    "accepted": ("accepted", "已接收"),
    "declined": ("declined", "未接收"),
    "timed_out": ("nobody answered in time", "逾期未答复"),
    "withdrawn": ("withdrawn", "已撤回"),
    "pregnancy_ended": ("the pregnancy has ended", "妊娠已终结"),
    "cared_for_elsewhere": ("cared for elsewhere", "已由他处服务"),
}
DIRECTION_WORDS = {
    "outgoing": ("to another county", "转往外县"),
    "incoming": ("from another county", "外县转来"),
    "within": ("within the county", "县内"),
}
BOOK = tables.Sheet(
    "transfers",
    (
        tables.Column("transfer", "transfer", "转接编号"),
        tables.Column("direction", "direction", "方向", DIRECTION_WORDS),
        tables.Column("county", "county", "县"),
        tables.Column("unit", "unit asked", "接收单位"),
        tables.Column("asked_by", "asked by", "提出单位"),
        tables.Column("requested_on", "asked on", "提出日期"),
        tables.Column("answer_by", "answer by", "答复期限"),
        tables.Column("status", "status", "状态", STATUS_WORDS),
        tables.Column("changed_on", "since", "状态日期"),
    ),
)


def _reader_key(service: Service, form: TransferForm) -> Jwk | None:
    """The key of the reader over there, None within the county. Raises NeighbourUnknown, or UnknownUnit."""
    if form.county == service.settings.county:
        return None
    couriers = service.carrying.couriers
    if form.county not in couriers.neighbours:
        accepted = ", ".join([service.settings.county, *couriers.neighbours])
        raise NeighbourUnknown("no such neighbour county", pointer="/county", accepted=accepted)
    units = [unit.code for unit in couriers.neighbours[form.county].units]
    if units and form.unit not in units:
        raise UnknownUnit("no such unit takes over there", pointer="/unit", accepted=", ".join(units))
    return couriers.door(form.county).reader_key


def _so_far(service: Service, pregnancy: str, found: Pregnancy) -> tuple[Identity, CourseSoFar]:
    """Who she is, and her care up to now, with that of before we took it over. Raises RecordErased."""
    registered = first_fact(service, PREGNANCY.id(pregnancy), PregnancyRegistered)
    identity = service.sealer.open(registered.identity, WOMAN.id(found.person), Identity) if registered else Erased()
    if registered is None or isinstance(identity, Erased):
        raise RecordErased("the record was erased")
    course = service.states.of(WOMAN, found.person).course(pregnancy)
    seen = sorted(found.visits | found.seen_elsewhere, key=lambda visit: (visit.visited_on, visit.kind))
    contacts = tuple(PastContact(kind=visit.kind, seen_on=visit.visited_on) for visit in seen)
    return identity, CourseSoFar(
        registered_on=found.entered_on,
        last_menstrual_period=course.last_menstrual_period,
        contact_preference=registered.contact_preference,
        contacts=contacts,
    )
