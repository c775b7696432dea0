"""HTTP of corrections: what changes a record, asked for by one and decided by another."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, field_validator

from services.births.api.asking import Caller, Key, MotherForm, in_calendar, may
from services.births.domain.birth import BIRTH, Birth
from services.births.domain.commands import ApproveCorrection, RejectCorrection, RequestCorrection
from services.births.domain.particulars import Identity, Residence, Sex, Told, Vital
from services.births.domain.reasons import CorrectionReason, RejectionReason
from services.births.reactions import MOTHER_FIELD
from shared import openapi, web
from shared.access import Action
from shared.kernel import Id, Refusal
from shared.sealed import Sealed

if TYPE_CHECKING:
    from shared.service import Service

CORRECTION_IDS = UUID("0f6a3a0e-2c53-4c3b-8f5e-6a6b7d0f4c55")
"""The namespace of correction ids (RFC 9562, version 5)."""


class AnotherMother(Refusal):
    """A correction does not make it another woman's birth: record hers, and confirm this one as its duplicate."""


UNKNOWABLE = ("weight_grams", "gestation_weeks")
"""What may be corrected to unknown."""
KNOWN = ("mother", *(name for name in Told.model_fields if name not in UNKNOWABLE))
"""What there always is of a birth."""


class CorrectionForm(web.RequestBody):
    """What is wrong: only the fields that differ are told; null where a measure is not known after all.

    `mother` is told whole if anything of her identity but the document is wrong.
    """

    reason: CorrectionReason
    mother: MotherForm | None = None
    facility: Id | None = None
    township: Id | None = None
    born_at: AwareDatetime | None = None
    vital: Vital | None = None
    sex: Sex | None = None
    weight_grams: int | None = None
    gestation_weeks: int | None = None
    plurality: int | None = None
    number: int | None = None
    birth_order: int | None = None
    residence: Residence | None = None

    @field_validator(*KNOWN)
    @classmethod
    def _there(cls, told: object) -> object:
        if told is None:
            msg = "never unknown: leave it out where it is right"
            raise ValueError(msg)
        return told


class RejectionForm(web.RequestBody):
    """Why the record stays as it is."""

    reason: RejectionReason


def add_routes(routes: APIRouter, service: Service) -> None:
    """The routes of corrections."""
    _requesting(routes, service)
    _deciding(routes, service)


def _requesting(routes: APIRouter, service: Service) -> None:
    asks = openapi.command(CorrectionForm, Action.CORRECTION_REQUEST)

    @routes.post("/births/{birth}/corrections", status_code=201, tags=["records"], openapi_extra=asks)
    async def request(request: Request, caller: Caller, birth: Key) -> JSONResponse:
        """Ask for a correction. It is made when somebody else approves it."""
        asked = await web.body(request, CorrectionForm)
        found = await may(service, caller, Action.CORRECTION_REQUEST, birth)
        stamp = service.stamp(caller, asked)
        command = RequestCorrection(
            **stamp,
            birth=birth,
            correction=uuid5(CORRECTION_IDS, stamp["command_id"]).hex,
            after=_after(found.recorded, asked.model),
            mother=_sealed(service, birth, found, asked.model.mother),
            reason=asked.model.reason,
        )
        outcome = await service.ask(command, asked.digest)
        return web.answer(outcome, correction=command.correction) if outcome.results else web.answer(outcome)


def _deciding(routes: APIRouter, service: Service) -> None:
    decides = openapi.command(web.RequestBody, Action.CORRECTION_DECIDE)
    where = "/births/{birth}/corrections/{correction}"

    @routes.post(f"{where}/approve", status_code=201, tags=["records"], openapi_extra=decides)
    async def approve(request: Request, caller: Caller, birth: Key, correction: Key) -> JSONResponse:
        """Make a correction somebody else asked for: the record, the figures and whom it concerns follow."""
        asked = await web.body(request, web.RequestBody)
        await may(service, caller, Action.CORRECTION_DECIDE, birth)
        command = ApproveCorrection(**service.stamp(caller, asked), birth=birth, correction=correction)
        return web.answer(await service.ask(command, asked.digest))

    rejects = openapi.command(RejectionForm, Action.CORRECTION_DECIDE)

    @routes.post(f"{where}/reject", status_code=201, tags=["records"], openapi_extra=rejects)
    async def reject(request: Request, caller: Caller, birth: Key, correction: Key) -> JSONResponse:
        """Leave the record as it is."""
        asked = await web.body(request, RejectionForm)
        await may(service, caller, Action.CORRECTION_DECIDE, birth)
        stamp = service.stamp(caller, asked)
        command = RejectCorrection(**stamp, birth=birth, correction=correction, reason=asked.model.reason)
        return web.answer(await service.ask(command, asked.digest))


def _after(before: Told, form: CorrectionForm) -> Told:
    """The record with what the form tells. Raises OutsideCalendar."""
    changed = {name: getattr(form, name) for name in Told.model_fields if name in form.model_fields_set}
    if form.born_at is not None:
        in_calendar(form.born_at)
    return before.model_copy(update=changed)


def _sealed(service: Service, birth: str, found: Birth, mother: MotherForm | None) -> Sealed | None:
    """Her identity sealed anew. Raises AnotherMother, DocumentUnreadable."""
    if mother is None:
        return None
    if service.sealer.pseudonym("care", mother.document) != found.person:
        raise AnotherMother("the document is another woman's", pointer="/mother/document")
    return service.sealer.seal(found.person, BIRTH.id(birth), MOTHER_FIELD, Identity(**mother.model_dump()))
