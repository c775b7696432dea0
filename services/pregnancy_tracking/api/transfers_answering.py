"""HTTP of transfers that wait for one of our units: whose it is, and taking over her care or leaving it where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid5

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from services.pregnancy_tracking.api.asking import ABOUT_REQUEST, Caller, first_fact, neutral
from services.pregnancy_tracking.domain.events import PregnancyRegistered
from services.pregnancy_tracking.domain.incoming_transfer import INCOMING_TRANSFER, IncomingStatus
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY
from services.pregnancy_tracking.domain.transfer_commands import (
    AcceptTransfer,
    AcceptTransferWithin,
    DeclineTransfer,
    NoteTransferAnswer,
)
from services.pregnancy_tracking.domain.transfer_events import CareTransferRequested, IncomingTransferReceived
from services.pregnancy_tracking.domain.transfer_rules import DeclineGround, HandbookMissing, TransferOver, Transferred
from services.pregnancy_tracking.domain.transfers import TRANSFER, TransferStatus
from services.pregnancy_tracking.domain.woman import WOMAN
from services.pregnancy_tracking.domain.words import Identity, Registration
from services.pregnancy_tracking.reactions import IDENTITY, PREGNANCY_IDS
from services.pregnancy_tracking.reactions.transfers import opened
from shared import openapi, web
from shared.access import AccessDenied, Action
from shared.kernel import Id
from shared.sealed import Erased

if TYPE_CHECKING:
    from shared.service import Service


class AcceptanceForm(web.RequestBody):
    """Where she lives here, who will care for her, her new handbook (not needed within the county), her consent."""

    township: Id
    village: Id
    township_post: Id
    village_post: Id
    handbook: Id | None = None
    consents_to_care: bool


class DeclineForm(web.RequestBody):
    """Why the unit does not take over her care."""

    ground: DeclineGround


class Waiting(BaseModel):
    """A transfer that was asked of one of our units. `status` is `waiting`, or what became of it."""

    model_config = ConfigDict(frozen=True)

    transfer: str
    county: str
    unit: str
    answer_by: str
    status: str
    person: str
    about: Transferred | None
    pregnancy: str
    within: bool


def answering(routes: APIRouter, service: Service) -> None:
    """The routes of those who are asked."""

    @routes.get("/transfers/{transfer}", tags=["transfers"], openapi_extra=openapi.look(Action.TRANSFER_READ, 404, 409))
    async def look(caller: Caller, transfer: str) -> dict[str, Any]:
        """Whose care is to be taken over, and what was told of it. The read is recorded before it happens."""
        found = await _asked_of(service, caller, Action.TRANSFER_READ, transfer)
        if found.about is None:
            raise TransferOver("what was told of her is gone: it was answered, or is over")
        await service.record_read(
            caller, person=found.person, record=f"transfer:{transfer}", action=Action.TRANSFER_READ, unit=found.unit
        )
        shown = found.model_dump(mode="json", include={"transfer", "county", "unit", "answer_by", "status"})
        return shown | found.about.model_dump(mode="json")

    @routes.post(
        "/transfers/{transfer}/acceptance",
        status_code=201,
        tags=["transfers"],
        openapi_extra=openapi.command(AcceptanceForm, Action.TRANSFER_ANSWER, 404),
    )
    async def accept(request: Request, caller: Caller, transfer: str) -> JSONResponse:
        """Take over her care: from now on it is ours. The county that asked is told."""
        asked = await web.body(request, AcceptanceForm)
        found = await _asked_of(service, caller, Action.TRANSFER_ANSWER, transfer)
        stamp = service.stamp(caller, asked)
        command = _accepting(service, found, asked.model, stamp)
        outcome = await service.ask(command, asked.digest)
        pregnancy = found.pregnancy or getattr(command, "pregnancy", "")
        return neutral(outcome, **({"pregnancy": pregnancy} if outcome.status == "done" else {}))

    @routes.post(
        "/transfers/{transfer}/decline",
        status_code=201,
        tags=["transfers"],
        openapi_extra=openapi.command(DeclineForm, Action.TRANSFER_ANSWER, 404),
    )
    async def decline(request: Request, caller: Caller, transfer: str) -> JSONResponse:
        """Leave her care where it is. What was told of her is made unreadable for good."""
        asked = await web.body(request, DeclineForm)
        found = await _asked_of(service, caller, Action.TRANSFER_ANSWER, transfer)
        stamp, ground = service.stamp(caller, asked), asked.model.ground
        if found.within:
            today = service.clock.now().date()
            answer = NoteTransferAnswer(
                **stamp, answered_on=today, county=found.county, transfer=transfer, ground=ground
            )
            return neutral(await service.ask(answer, asked.digest))
        county, _, theirs = transfer.partition(":")
        command = DeclineTransfer(**stamp, county=county, transfer=theirs, ground=ground)
        return neutral(await service.ask(command, asked.digest))


def _accepting(
    service: Service, found: Waiting, form: AcceptanceForm, stamp: dict[str, Any]
) -> AcceptTransfer | AcceptTransferWithin:
    """The command of an acceptance. Raises TransferOver when nothing is known of her any more."""
    if found.within:
        told = form.model_dump(exclude={"handbook", "consents_to_care", *ABOUT_REQUEST})
        return AcceptTransferWithin(**stamp, **told, transfer=found.transfer, consents_to_care=form.consents_to_care)
    if found.about is None:
        raise TransferOver("what was told of her is gone: it was answered, or is over")
    if form.handbook is None:
        raise HandbookMissing("she gets a handbook here", pointer="/handbook", accepted="its number")
    identity = service.sealer.seal(found.person, WOMAN.id(found.person), IDENTITY, found.about.identity)
    registration = Registration(
        **form.model_dump(include={"township", "village", "township_post", "village_post", "handbook"}),
        identity=identity,
        registered_on=service.clock.now().date(),
        last_menstrual_period=found.about.course.last_menstrual_period,
        contact_preference=found.about.course.contact_preference,
    )
    county, _, theirs = found.transfer.partition(":")
    return AcceptTransfer(
        **stamp,
        county=county,
        transfer=theirs,
        person=found.person,
        pregnancy=uuid5(PREGNANCY_IDS, stamp["command_id"]).hex,
        registration=registration,
        consents_to_care=form.consents_to_care,
        before=found.about.course,
    )


async def _asked_of(service: Service, caller: web.Caller, action: Action, transfer: str) -> Waiting:
    """A transfer that was asked of the caller's unit. Raises Unknown to everybody else: that there is one tells."""
    found = await run_in_threadpool(_incoming if ":" in transfer else _within, service, transfer)
    try:
        caller.may(action, found.unit if found else "")
    except AccessDenied as denied:
        if not denied.detail.startswith("scope"):
            raise
        found = None
    if found is None:
        raise web.Unknown("there is no such transfer")
    return found


def _incoming(service: Service, transfer: str) -> Waiting | None:
    state = service.states.of(INCOMING_TRANSFER, transfer)
    received = first_fact(service, INCOMING_TRANSFER.id(transfer), IncomingTransferReceived)
    if received is None:
        return None
    told = opened(transfer, received.about, service.sealer)
    waits = state.status is IncomingStatus.WAITING
    person, about = ("", None) if isinstance(told, Erased) or not waits else told
    return Waiting(
        transfer=transfer,
        county=state.county,
        unit=state.unit,
        answer_by=state.answer_by.isoformat(),
        status=state.status or "",
        person=person,
        about=about,
        pregnancy=state.pregnancy,
        within=False,
    )


def _within(service: Service, transfer: str) -> Waiting | None:
    key = service.states.of(TRANSFER, transfer)
    if key.county != service.settings.county:
        return None
    asked = service.states.of(PREGNANCY, key.pregnancy).transfers.of(transfer)
    waits = asked.status is TransferStatus.REQUESTED
    registered = first_fact(service, PREGNANCY.id(key.pregnancy), PregnancyRegistered)
    facts = (recorded.fact for recorded in service.log.case(PREGNANCY.id(key.pregnancy)))
    told = next(f.told for f in facts if isinstance(f, CareTransferRequested) and f.transfer == transfer)
    identity = service.sealer.open(registered.identity, WOMAN.id(key.person), Identity) if registered else Erased()
    about = None if isinstance(identity, Erased) or not waits else Transferred(identity=identity, course=told)
    return Waiting(
        transfer=transfer,
        county=asked.county,
        unit=asked.unit,
        answer_by=asked.answer_by.isoformat(),
        status="waiting" if waits else asked.status,
        person=key.person,
        about=about,
        pregnancy=key.pregnancy,
        within=True,
    )
