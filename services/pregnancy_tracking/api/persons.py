"""HTTP of what a person is owed: erasure, and a neutral answer to whether she is registered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from services.pregnancy_tracking.api.asking import Caller, Document, neutral
from services.pregnancy_tracking.domain.commands import ErasePerson
from services.pregnancy_tracking.reactions import pseudonym
from shared import openapi, web
from shared.access import Action
from shared.kernel import Id
from shared.naming import person_of

if TYPE_CHECKING:
    from shared.service import Service

NEUTRAL = "This question is recorded. Whoever cares for her can tell."
"""The answer to whether somebody is registered, whatever is so."""


class PersonForm(web.RequestBody):
    """A person: her pseudonym, or the number of her identity document."""

    person: Id | None = None
    document: Document | None = None


class DocumentForm(web.RequestBody):
    """A person by the number of her identity document."""

    document: Document


def add(routes: APIRouter, service: Service) -> None:
    """The routes of persons."""

    @routes.post("/persons/erase", tags=["persons"], openapi_extra=openapi.command(PersonForm, Action.PERSON_ERASE))
    async def erase(request: Request, caller: Caller) -> JSONResponse:
        """Destroy what identifies a person here and, by message, in every service of care."""
        asked = await web.body(request, PersonForm)
        person = person_of(service, asked.model.person, asked.model.document)
        caller.may(Action.PERSON_ERASE, person=person)
        command = ErasePerson(**service.stamp(caller, asked), person=person)
        return neutral(await service.ask(command, asked.digest))

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
