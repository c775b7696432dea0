"""HTTP of care: registrations, visits and ends in."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from services.pregnancy_tracking.api.asking import (
    ABOUT_REQUEST,
    Caller,
    Document,
    county_of,
    known,
    may,
    neutral,
    seeing,
)
from services.pregnancy_tracking.domain.commands import EndPregnancy
from services.pregnancy_tracking.domain.words import ContactPreference, Identity, Line, Outcome, VisitKind
from services.pregnancy_tracking.reactions import registering, visiting
from shared import openapi, web
from shared.access import Action
from shared.kernel import Id, Value

if TYPE_CHECKING:
    from shared.service import Service


class IdentityForm(Value):
    """Who she is. `document` is the number of her identity document."""

    document: Document
    name: Line
    phone: Line | None = None
    address: Line | None = None


class RegistrationForm(web.RequestBody):
    """A pregnancy to be taken under care; undated without a last menstrual period."""

    identity: IdentityForm
    registered_on: date
    last_menstrual_period: date | None = None
    township: Id
    village: Id
    township_post: Id
    village_post: Id
    contact_preference: ContactPreference
    handbook: Id
    consents_to_care: bool


class VisitForm(web.RequestBody):
    """A visit; observations are numbers by the policy's codes, danger signs are its codes.

    `referred_to` is the unit she was sent to, if any.
    """

    kind: VisitKind
    visited_on: date
    unit: Id
    observations: Annotated[dict[Id, float], Field(default_factory=dict, max_length=40)]
    danger_signs: Annotated[tuple[Id, ...], Field(default=(), max_length=20)]
    referred_to: Id | None = None


class EndForm(web.RequestBody):
    """How and when the pregnancy ended; `unit` is who treated her and owes her support after a loss."""

    outcome: Outcome
    ended_on: date
    unit: Id | None = None


def add(routes: APIRouter, service: Service) -> None:
    """The routes of care."""

    @routes.post(
        "/pregnancies",
        status_code=201,
        tags=["care"],
        openapi_extra=openapi.command(RegistrationForm, Action.PREGNANCY_REGISTER),
    )
    async def register(request: Request, caller: Caller) -> JSONResponse:
        """Take a pregnancy under care. The answer is the same when another one of hers is under care already."""
        asked = await web.body(request, RegistrationForm)
        serving = (await county_of(service)).serving(asked.model.township)
        may(caller, Action.PREGNANCY_REGISTER, serving)
        told = asked.model.model_dump(exclude={"identity", *ABOUT_REQUEST})
        identity = Identity(**asked.model.identity.model_dump())
        command = registering(told, identity, service.sealer, service.stamp(caller, asked))
        outcome = await service.ask(command, asked.digest)
        return neutral(outcome, **({"pregnancy": command.pregnancy} if outcome.status == "done" else {}))

    @routes.post(
        "/pregnancies/{pregnancy}/visits",
        status_code=201,
        tags=["care"],
        openapi_extra=openapi.command(VisitForm, Action.VISIT_LOG, 404),
    )
    async def visit(request: Request, caller: Caller, pregnancy: str) -> JSONResponse:
        """Log that she was seen."""
        asked = await web.body(request, VisitForm)
        caller.may(Action.VISIT_LOG, asked.model.unit)
        person = (await known(service, pregnancy, caller, Action.VISIT_LOG)).person
        found = (asked.model.observations, asked.model.danger_signs)
        told = asked.model.model_dump(exclude={"observations", "danger_signs", *ABOUT_REQUEST})
        command = visiting(told | {"pregnancy": pregnancy}, person, found, service.sealer, service.stamp(caller, asked))
        return web.answer(await service.ask(command, asked.digest))

    @routes.post(
        "/pregnancies/{pregnancy}/end",
        status_code=201,
        tags=["care"],
        openapi_extra=openapi.command(EndForm, Action.PREGNANCY_REGISTER, 404),
    )
    async def end(request: Request, caller: Caller, pregnancy: str) -> JSONResponse:
        """Tell how a pregnancy ended that no birth will end."""
        asked = await web.body(request, EndForm)
        found = await known(service, pregnancy, caller, Action.PREGNANCY_REGISTER)
        may(caller, Action.PREGNANCY_REGISTER, await seeing(service, found))
        told = asked.model.model_dump(exclude=ABOUT_REQUEST)
        command = EndPregnancy(**service.stamp(caller, asked), **told, pregnancy=pregnancy, person=found.person)
        return neutral(await service.ask(command, asked.digest))
