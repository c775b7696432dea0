"""HTTP of certificates on record: the list, what one prints, and its document. Each read of one is recorded."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from fastapi.concurrency import run_in_threadpool

from services.births.api.asking import ERASED, Caller, Code, birth_state, county_of, opened, record_read, shown
from services.births.api.sheets import CERTIFICATES, named
from services.births.domain.birth import BIRTH
from services.births.domain.events import CertificateIssued
from services.births.domain.particulars import Holder
from services.births.projections import certificate_document, issuance
from services.births.projections.issuance import Issuance, Wanted
from services.births.projections.periods import check_order
from shared import openapi, tables, web
from shared.access import Action
from shared.access.policy import EVERYWHERE
from shared.sealed import Erased

if TYPE_CHECKING:
    from shared.service import Service

GROUP = 4
"""Characters of a verification code that are printed together."""
Number = Annotated[str, Path(pattern=r"^[A-Z]{1,4}[0-9]{1,18}$", description="Number of a certificate.")]


def add_routes(routes: APIRouter, service: Service) -> None:
    """The routes of certificates that are on record."""
    _listing(routes, service)
    _reading(routes, service)


def _listing(routes: APIRouter, service: Service) -> None:
    @routes.get("/certificates", tags=["certificates"], openapi_extra=openapi.look(Action.CERTIFICATE_LIST, 409, 422))
    def listed(  # noqa: PLR0913 - one parameter per filter
        *,
        caller: Caller,
        asked: tables.Asked,
        unit: Code | None = None,
        township: Code | None = None,
        facility: Code | None = None,
        state: Literal["valid", "void"] | None = None,
        first: Annotated[date | None, Query(alias="from")] = None,
        last: Annotated[date | None, Query(alias="to")] = None,
    ) -> Response:
        """Certificates by number, the newest first: of a unit, or all. Whom they name is not in the list."""
        caller.may(Action.CERTIFICATE_LIST, unit or EVERYWHERE)
        county = county_of(service)
        _ = township and county.township(township), facility and county.facility(facility)
        check_order(first, last)
        days = (each.isoformat() if each else None for each in (first, last))
        with service.view(Issuance.name).connect() as db:
            wanted = Wanted(unit, township, facility, state, *days)
            rows, total = tables.asked_of(db, issuance.certificates(wanted), asked)
        return tables.answer(named(CERTIFICATES, county), rows, total, asked)


def _reading(routes: APIRouter, service: Service) -> None:
    looks = openapi.look(Action.BIRTH_READ, 404, 422)

    @routes.get("/certificates/{number}", tags=["certificates"], openapi_extra=looks)
    async def record(caller: Caller, number: Number) -> dict[str, Any]:
        """A certificate's record: what it prints, and whether it is valid. The read is recorded."""
        row = await _read(service, caller, number)
        return await run_in_threadpool(_printed, service, row)

    document = looks | {"responses": looks["responses"] | {"200": {"content": {"application/pdf": {}}}}}

    @routes.get("/certificates/{number}/document", tags=["certificates"], openapi_extra=document)
    async def printed(caller: Caller, number: Number) -> Response:
        """A certificate as a PDF to be printed; a void one says so across the page. The read is recorded."""
        row = await _read(service, caller, number)
        record = await run_in_threadpool(_printed, service, row)
        content = await run_in_threadpool(certificate_document.pdf, record, county_of(service))
        return Response(content, media_type="application/pdf")


async def _read(service: Service, caller: web.Caller, number: str) -> dict[str, Any]:
    """The row of a certificate, its read recorded. Raises AccessDenied, and Unknown to those who might read any."""
    row = await run_in_threadpool(_row, service, number)
    if row is None:
        caller.may(Action.BIRTH_READ, EVERYWHERE)  # others are answered as of a certificate that is not theirs to read
        raise web.Unknown("there is no such certificate")
    await record_read(service, caller, row["birth"], await birth_state(service, row["birth"]))
    return row


def _row(service: Service, number: str) -> dict[str, Any] | None:
    with service.view(Issuance.name).connect() as db:
        row = issuance.certificate_of(db, number)
    return row and row._asdict()


def _printed(service: Service, row: dict[str, Any]) -> dict[str, Any]:
    """What a certificate prints, as it was issued; who was erased is not named."""
    facts = (each.fact for each in service.log.case(BIRTH.id(row["birth"])))
    fact = next(
        each for each in facts if isinstance(each, CertificateIssued) and each.certificate == row["certificate"]
    )
    holder = service.sealer.open(fact.holder, BIRTH.id(fact.birth), Holder)
    return {
        "certificate": fact.certificate,
        "state": row["state"],
        "reason": row["reason"],
        "replaces": fact.replaces,
        "code": "-".join(fact.code[start : start + GROUP] for start in range(0, len(fact.code), GROUP)),
        "issued_on": fact.issued_on.isoformat(),
        "unit": fact.unit,
        "birth": fact.birth,
        "told": shown(fact.told),
        "holder": dict(ERASED) if isinstance(holder, Erased) else holder.model_dump(),
        "mother": opened(service, fact.mother, fact.birth),
    }
