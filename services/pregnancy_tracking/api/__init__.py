"""HTTP of pregnancy_tracking: registrations, visits and ends in; a timeline, and counts, out."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, Field

from services.pregnancy_tracking.api import registers, reviews
from services.pregnancy_tracking.api.asking import ABOUT_REQUEST, Caller, Document, caught_up
from services.pregnancy_tracking.domain.commands import EndPregnancy, ErasePerson
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY, Pregnancy
from services.pregnancy_tracking.domain.reference import ADOPTED, COUNTY, County
from services.pregnancy_tracking.domain.words import ContactPreference, Identity, Line, Outcome, VisitKind
from services.pregnancy_tracking.projections.registrations import Registrations, counts
from services.pregnancy_tracking.projections.timeline import Timeline, opened, shown_to, timeline
from services.pregnancy_tracking.reactions import pseudonym, registering, visiting
from shared import openapi, web
from shared.access import EVERYWHERE, Action
from shared.endpoints import person_of
from shared.kernel import Id, Value

if TYPE_CHECKING:
    from shared.outcomes import Outcome as Answered
    from shared.service import Service

NEUTRAL = "This question is recorded. Whoever cares for her can tell."
"""The answer to whether somebody is registered, whatever is so."""

Moment = Annotated[AwareDatetime | date | None, Query(description="A day (to its end), or a moment with its offset.")]


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
    """A visit; observations are numbers by the policy's codes."""

    kind: VisitKind
    visited_on: date
    unit: Id
    observations: Annotated[dict[Id, float], Field(default_factory=dict, max_length=40)]


class EndForm(web.RequestBody):
    """How and when the pregnancy ended."""

    outcome: Outcome
    ended_on: date


class PersonForm(web.RequestBody):
    """A person: her pseudonym, or the number of her identity document."""

    person: Id | None = None
    document: Document | None = None


class DocumentForm(web.RequestBody):
    """A person by the number of her identity document."""

    document: Document


def router(service: Service) -> APIRouter:
    """The routes of pregnancy_tracking."""
    routes = APIRouter()
    _telling(routes, service)
    _looking(routes, service)
    _persons(routes, service)
    reviews.add(routes, service)
    registers.add(routes, service)
    return routes


def _telling(routes: APIRouter, service: Service) -> None:
    @routes.post(
        "/pregnancies",
        status_code=201,
        tags=["care"],
        openapi_extra=openapi.command(RegistrationForm, Action.PREGNANCY_REGISTER),
    )
    async def register(request: Request, caller: Caller) -> JSONResponse:
        """Take a pregnancy under care. The answer is the same when another one of hers is under care already."""
        asked = await web.body(request, RegistrationForm)
        county = await run_in_threadpool(service.states.of, COUNTY, ADOPTED)
        _may(caller, Action.PREGNANCY_REGISTER, county.serving(asked.model.township))
        told = asked.model.model_dump(exclude={"identity", *ABOUT_REQUEST})
        identity = Identity(**asked.model.identity.model_dump())
        command = registering(told, identity, service.sealer, service.stamp(caller, asked))
        outcome = await service.ask(command, asked.digest)
        return _neutral(outcome, **({"pregnancy": command.pregnancy} if outcome.status == "done" else {}))

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
        person = (await _known(service, pregnancy, caller, Action.VISIT_LOG)).person
        told = asked.model.model_dump(exclude={"observations", *ABOUT_REQUEST}) | {"pregnancy": pregnancy}
        command = visiting(told, person, asked.model.observations, service.sealer, service.stamp(caller, asked))
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
        found = await _known(service, pregnancy, caller, Action.PREGNANCY_REGISTER)
        _may(caller, Action.PREGNANCY_REGISTER, await _seeing(service, found))
        told = asked.model.model_dump(exclude=ABOUT_REQUEST)
        command = EndPregnancy(**service.stamp(caller, asked), **told, pregnancy=pregnancy, person=found.person)
        return _neutral(await service.ask(command, asked.digest))


def _looking(routes: APIRouter, service: Service) -> None:
    @routes.get(
        "/pregnancies/{pregnancy}/timeline", tags=["care"], openapi_extra=openapi.look(Action.PREGNANCY_READ, 404)
    )
    async def read(caller: Caller, pregnancy: str, as_of: Moment = None, known_at: Moment = None) -> dict[str, Any]:
        """What happened by `as_of` as it was known at `known_at`. The read is recorded before it happens."""
        found = await _known(service, pregnancy, caller, Action.PREGNANCY_READ)
        await service.record_read(
            caller,
            person=found.person,
            record=PREGNANCY.id(pregnancy),
            action=Action.PREGNANCY_READ,
            unit=_own(caller, await _seeing(service, found)),
        )

        def entries() -> list[dict[str, Any]]:
            with caught_up(service, Timeline.name).connect() as db:
                rows = timeline(db, pregnancy, as_of, known_at)
            herself = caller.principal.subject == found.person
            rows = shown_to(rows, caller.principal.units, herself=herself)
            return [opened(row, found.person, service.sealer) for row in rows]

        shown = await run_in_threadpool(entries)
        return {"pregnancy": pregnancy, "as_of": as_of, "known_at": known_at, "entries": shown}

    @routes.get("/pregnancies", tags=["figures"], openapi_extra=openapi.look(Action.BIRTH_COUNT, 409))
    def count(caller: Caller, township: Annotated[str | None, Query(max_length=128)] = None) -> dict[str, Any]:
        """How many pregnancies were registered and are under care, per township; for inside."""
        caller.may(Action.BIRTH_COUNT)  # who may count births may count what leads to them
        _ = township and service.states.of(COUNTY, ADOPTED).serving(township)
        with caught_up(service, Registrations.name).connect() as db:
            return {"townships": counts(db, township)}


def _persons(routes: APIRouter, service: Service) -> None:
    @routes.post("/persons/erase", tags=["persons"], openapi_extra=openapi.command(PersonForm, Action.PERSON_ERASE))
    async def erase(request: Request, caller: Caller) -> JSONResponse:
        """Destroy what identifies a person here and, by message, in every service of care."""
        asked = await web.body(request, PersonForm)
        person = person_of(service, asked.model.person, asked.model.document)
        caller.may(Action.PERSON_ERASE, person=person)
        command = ErasePerson(**service.stamp(caller, asked), person=person)
        return _neutral(await service.ask(command, asked.digest))

    @routes.post(
        "/persons/registered", tags=["persons"], openapi_extra=openapi.question(DocumentForm, Action.PREGNANCY_READ)
    )
    async def registered(request: Request, caller: Caller) -> dict[str, str]:
        """Ask whether a person is registered: the answer is always the same, and the question counts as a read."""
        asked = await web.body(request, DocumentForm)
        person = pseudonym(service.sealer, asked.model.document)
        unit = min(caller.principal.units, default="")
        await service.record_read(caller, person=person, record="registered", action=Action.PREGNANCY_READ, unit=unit)
        return {"answer": NEUTRAL}


def _neutral(outcome: Answered, **more: Any) -> JSONResponse:
    """The outcome without its facts, which would tell what else is known of her."""
    return web.answer(outcome.model_copy(update={"results": ()}), **more)


def _may(caller: web.Caller, action: str, units: tuple[str, ...]) -> None:
    caller.may(action, _own(caller, units))


def _own(caller: web.Caller, units: tuple[str, ...]) -> str:
    """Of the units concerned, one the caller is of; else the first."""
    return next((unit for unit in units if unit in caller.principal.units), units[0])


async def _known(service: Service, pregnancy: str, caller: web.Caller, action: Action) -> Pregnancy:
    """A pregnancy as the log has it.

    Raises Unknown; AccessDenied to those who could not be told apart from who may not know of this one.
    """
    found = await run_in_threadpool(service.states.of, PREGNANCY, pregnancy)
    if found.person:
        return found
    caller.may(action, EVERYWHERE)
    raise web.Unknown("there is no such pregnancy")


async def _seeing(service: Service, pregnancy: Pregnancy) -> tuple[str, ...]:
    """The places and units that take part in her care: where she lives, whose posts answer, who has seen her."""
    county: County = await run_in_threadpool(service.states.of, COUNTY, ADOPTED)
    posts = (county.unit_of(pregnancy.township_post), county.unit_of(pregnancy.village_post))
    visits = sorted(visit.unit for visit in pregnancy.visits)
    births = (birth.facility for birth in pregnancy.births)
    treated = (*sorted(pregnancy.scanned_at), *sorted(facility for facility, _ in pregnancy.terminated))
    return (pregnancy.township, pregnancy.village, *posts, *visits, *births, *treated)
