"""HTTP of certificates: numbers for units, issue, void, reissue, and whether one is valid."""

from __future__ import annotations

from base64 import b32encode
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import StringConstraints

from services.births.api.asking import Caller, Document, Key, Line, may
from services.births.domain.birth import BIRTH, Birth
from services.births.domain.commands import IssueCertificate, OpenSeries, ReissueCertificate, VoidCertificate
from services.births.domain.events import CertificateIssued
from services.births.domain.particulars import Holder, Parent
from services.births.domain.reasons import VoidReason
from services.births.projections import issuance
from services.births.projections.issuance import Issuance
from shared import openapi, web
from shared.access import Action
from shared.kernel import Id, Value

if TYPE_CHECKING:
    from shared.outcomes import Outcome
    from shared.service import Service

HOLDER_FIELD = "holder"
"""The sealed field's stable id: what is sealed opens only under it."""
CODE = 16
"""Characters of a verification code: 80 bits in base32, more than anyone can try out."""


class FatherForm(Value):
    """Who the father is, if the family wants him named."""

    name: Line
    document: Document


class HolderForm(web.RequestBody):
    """Whom a certificate names beside the mother."""

    child: Line
    father: FatherForm | None = None


class ReissueForm(HolderForm):
    """Whom the new certificate names, and why the old one is not valid any more."""

    reason: VoidReason


class VoidForm(web.RequestBody):
    """Which certificate is not valid any more, and why."""

    certificate: Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,4}[0-9]{1,18}$")]
    reason: VoidReason


class SeriesForm(web.RequestBody):
    """Numbers a unit may give: from `first` to `last` under a prefix of capital letters."""

    unit: Id
    prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,4}$")]
    first: int
    last: int


def add_routes(routes: APIRouter, service: Service) -> None:
    """The routes of certificates."""
    _series(routes, service)
    _issuing(routes, service)
    _verifying(routes, service)


def _series(routes: APIRouter, service: Service) -> None:
    opens = openapi.command(SeriesForm, Action.SERIES_OPEN)

    @routes.post("/certificates/series", status_code=201, tags=["certificates"], openapi_extra=opens)
    async def open_series(request: Request, caller: Caller) -> JSONResponse:
        """Give a unit certificate numbers nobody else has."""
        asked = await web.body(request, SeriesForm)
        caller.may(Action.SERIES_OPEN)
        numbers = asked.model.model_dump(exclude=set(web.RequestBody.model_fields))
        command = OpenSeries(**service.stamp(caller, asked), **numbers)
        return web.answer(await service.ask(command, asked.digest))


def _issuing(routes: APIRouter, service: Service) -> None:
    issues = openapi.command(HolderForm, Action.CERTIFICATE_ISSUE)

    @routes.post("/births/{birth}/certificate", status_code=201, tags=["certificates"], openapi_extra=issues)
    async def issue(request: Request, caller: Caller, birth: Key) -> JSONResponse:
        """Give a live birth its certificate. Whom it names is sealed before anything is decided or stored."""
        asked = await web.body(request, HolderForm)
        found = await may(service, caller, Action.CERTIFICATE_ISSUE, birth)
        stamp = service.stamp(caller, asked)
        named = _named(service, birth, found, asked.model, stamp["command_id"])
        outcome = await service.ask(IssueCertificate(**stamp, birth=birth, **named), asked.digest)
        return await run_in_threadpool(_answer, service, birth, outcome)

    reissues = openapi.command(ReissueForm, Action.CERTIFICATE_ISSUE)

    @routes.post("/births/{birth}/certificate/reissue", status_code=201, tags=["certificates"], openapi_extra=reissues)
    async def reissue(request: Request, caller: Caller, birth: Key) -> JSONResponse:
        """Replace a certificate by one that prints the record as it is now."""
        asked = await web.body(request, ReissueForm)
        found = await may(service, caller, Action.CERTIFICATE_ISSUE, birth)
        stamp = service.stamp(caller, asked)
        named = _named(service, birth, found, asked.model, stamp["command_id"]) | {"reason": asked.model.reason}
        outcome = await service.ask(ReissueCertificate(**stamp, birth=birth, **named), asked.digest)
        return await run_in_threadpool(_answer, service, birth, outcome)

    voids = openapi.command(VoidForm, Action.CERTIFICATE_ISSUE)

    @routes.post("/births/{birth}/certificate/void", status_code=201, tags=["certificates"], openapi_extra=voids)
    async def void(request: Request, caller: Caller, birth: Key) -> JSONResponse:
        """Declare a certificate not valid any more."""
        asked = await web.body(request, VoidForm)
        await may(service, caller, Action.CERTIFICATE_ISSUE, birth)
        form, stamp = asked.model, service.stamp(caller, asked)
        command = VoidCertificate(**stamp, birth=birth, certificate=form.certificate, reason=form.reason)
        return web.answer(await service.ask(command, asked.digest))


def _verifying(routes: APIRouter, service: Service) -> None:
    @routes.get("/certificates/verify/{code}", tags=["certificates"], openapi_extra=openapi.OPEN)
    def verify(
        code: Annotated[str, Path(max_length=64)],
        number: Annotated[
            str | None, Query(max_length=64, description="Also: whether it is the code of this one.")
        ] = None,
    ) -> dict[str, bool]:
        """Whether a valid certificate has this code. A code that is void, or nobody's, gets the same answer."""
        plain = code.replace("-", "").replace(" ", "").upper()
        with service.view(Issuance.name).connect() as db:
            return {"valid": issuance.verified(db, plain, number)}


def _named(service: Service, birth: str, found: Birth, form: HolderForm, command_id: str) -> dict[str, Any]:
    """Whom the certificate names, sealed under the mother's key, and the code that the command id gives."""
    father = Parent(**form.father.model_dump()) if form.father else None
    holder = Holder(child=form.child, father=father)
    digest = bytes.fromhex(service.sealer.fingerprint(f"certificate:{birth}:{command_id}"))
    sealed = service.sealer.seal(found.person, BIRTH.id(birth), HOLDER_FIELD, holder)
    return {"holder": sealed, "code": b32encode(digest).decode()[:CODE]}


def _answer(service: Service, birth: str, outcome: Outcome) -> JSONResponse:
    """The outcome; with the certificate's number if one was issued."""
    if not any(each.name == CertificateIssued.stored_as for each in outcome.results):
        return web.answer(outcome)
    versions = {each.version for each in outcome.results if each.name == CertificateIssued.stored_as}
    facts = [each.fact for each in service.log.case(BIRTH.id(birth)) if each.version in versions]
    [number] = [fact.certificate for fact in facts if isinstance(fact, CertificateIssued)]
    return web.answer(outcome, certificate=number)
