"""HTTP of following her: how far she is, risk, attempts, what she declines, who answers, discharge and death."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, Field

from services.pregnancy_tracking.api.asking import ABOUT_REQUEST, Caller, Document, known, may_for_her, neutral
from services.pregnancy_tracking.domain.commands import (
    ArrangeCompanion,
    DeclineContact,
    LogAttempt,
    NoteDischarge,
    ReassignCare,
    RecordMaternalDeath,
    RequestCounselling,
    ReviseDating,
)
from services.pregnancy_tracking.domain.words import DatingBasis, RiskColour, VisitKind
from services.pregnancy_tracking.reactions import grading, pseudonym
from shared import openapi, web
from shared.access import Action
from shared.kernel import Command, Id

if TYPE_CHECKING:
    from shared.service import Service


class DatingForm(web.RequestBody):
    """How many days she was along on a day, by an early scan or by her period."""

    basis: DatingBasis
    established_on: date
    gestation_days: int = Field(ge=0, le=330)


class RiskForm(web.RequestBody):
    """Her clinical risk; an infection is kept sealed, whatever is said of it."""

    colour: RiskColour
    graded_on: date
    unit: Id
    infectious: bool = False


class AttemptForm(web.RequestBody):
    """A post tried to see her and met no one."""

    kind: VisitKind
    attempted_on: date
    unit: Id


class ContactDeclineForm(web.RequestBody):
    """She wants no such contact; without `contact`, none from this day on."""

    contact: Id | None = None
    declined_on: date


class CompanionForm(web.RequestBody):
    """Somebody will be with her at the delivery: one of the policy's codes."""

    companion: Id
    arranged_on: date
    unit: Id


class PostsForm(web.RequestBody):
    """Other posts answer for her care from a day on."""

    township_post: Id
    village_post: Id
    assigned_on: date


class DischargeForm(web.RequestBody):
    """She left the hospital after the birth; this is its notice."""

    facility: Id
    discharged_at: AwareDatetime


class DeathForm(web.RequestBody):
    """She died."""

    died_on: date


class CounsellingForm(web.RequestBody):
    """She asked for counselling before a pregnancy, and was given it."""

    document: Document
    unit: Id
    given_on: date
    topics: Annotated[tuple[Id, ...], Field(min_length=1, max_length=20)]


Making = Callable[[dict[str, Any], dict[str, Any]], Command]
"""A command, of what was told with whose it is, and of the fields every command takes from its request."""


def add(routes: APIRouter, service: Service) -> None:
    """The routes of following."""
    for path, form, command, title in (
        ("dating", DatingForm, ReviseDating, "Date her anew; duties are put in the place of others."),
        ("attempts", AttemptForm, LogAttempt, "Log that nobody was met."),
        ("companion", CompanionForm, ArrangeCompanion, "Say who will be with her at the delivery."),
        ("posts", PostsForm, ReassignCare, "Let other posts answer for her, and for what is open."),
        ("death", DeathForm, RecordMaternalDeath, "Record that she died, until 42 days after the end."),
    ):
        _add(routes, service, path, form, _plain(command), title)
    _add(routes, service, "discharge", DischargeForm, _discharge, "Give notice that she left the hospital.")
    _add(routes, service, "risk", RiskForm, _risk(service), "Grade her clinical risk.")
    _add(
        routes,
        service,
        "declines",
        ContactDeclineForm,
        _plain(DeclineContact),
        "Decline a contact, or all: she herself, or who cares for her; nobody asks why.",
        Action.CONTACT_DECLINE,
    )
    _counselling(routes, service)


def _add(  # noqa: PLR0913, PLR0917 - a route in one line
    routes: APIRouter,
    service: Service,
    path: str,
    form: type[web.RequestBody],
    making: Making,
    title: str,
    action: Action = Action.VISIT_LOG,
) -> None:
    async def tell(request: Request, caller: Caller, pregnancy: str) -> JSONResponse:
        asked = await web.body(request, form)
        found = await known(service, pregnancy, caller, action)
        await may_for_her(service, caller, action, found)
        told = asked.model.model_dump(exclude=ABOUT_REQUEST) | {"pregnancy": pregnancy, "person": found.person}
        return neutral(await service.ask(making(told, service.stamp(caller, asked)), asked.digest))

    tell.__doc__ = title
    routes.add_api_route(
        f"/pregnancies/{{pregnancy}}/{path}",
        tell,
        methods=["POST"],
        name=path,
        status_code=201,
        tags=["care"],
        openapi_extra=openapi.command(form, action, 404),
    )


def _plain(command: Callable[..., Command]) -> Making:
    return lambda told, stamp: command(**stamp, **told)


def _discharge(told: dict[str, Any], stamp: dict[str, Any]) -> Command:
    return NoteDischarge(**stamp, **told, noticed_at=stamp["at"])


def _risk(service: Service) -> Making:
    def make(told: dict[str, Any], stamp: dict[str, Any]) -> Command:
        infectious, person = told.pop("infectious"), told.pop("person")
        return grading(told, person, service.sealer, stamp, infectious=infectious)

    return make


def _counselling(routes: APIRouter, service: Service) -> None:
    @routes.post(
        "/counselling",
        status_code=201,
        tags=["care"],
        openapi_extra=openapi.command(CounsellingForm, Action.VISIT_LOG),
    )
    async def counsel(request: Request, caller: Caller) -> JSONResponse:
        """Log that she was counselled as she asked, before a pregnancy."""
        asked = await web.body(request, CounsellingForm)
        caller.may(Action.VISIT_LOG, asked.model.unit)
        told = asked.model.model_dump(exclude={"document", *ABOUT_REQUEST})
        person = pseudonym(service.sealer, asked.model.document)
        command = RequestCounselling(**service.stamp(caller, asked), **told, person=person)
        return neutral(await service.ask(command, asked.digest))
