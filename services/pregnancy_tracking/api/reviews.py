"""HTTP of termination reviews: hospitals ask and certify, the reviewing body looks and decides, nobody else knows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import Field, model_validator

from services.pregnancy_tracking.api.asking import Caller, Document, policy_of, unit_of_facility
from services.pregnancy_tracking.domain.review_commands import (
    ApproveTermination,
    CertifyTermination,
    DeclineTermination,
    TerminationRequest,
    WithdrawTermination,
)
from services.pregnancy_tracking.domain.review_events import TerminationRequested
from services.pregnancy_tracking.domain.review_rules import ReviewRules
from services.pregnancy_tracking.domain.termination_review import REVIEW, Review, Status, review_key
from services.pregnancy_tracking.projections.review_register import ReviewRegister, reviews
from services.pregnancy_tracking.reactions import pseudonym
from services.pregnancy_tracking.reactions.registers import opened, requesting
from shared import openapi, tables, web
from shared.access import AccessDenied, Action, LogRead, Purpose, Role
from shared.clock import COUNTY_TIME
from shared.kernel import Id
from shared.sealed import Erased, Sealed

if TYPE_CHECKING:
    from shared.service import Service

STATES: dict[str, tuple[str, str]] = {
    Status.REQUESTED: ("certificates are missing", "待出具证明"),
    Status.CERTIFIED: ("to be decided", "待审核"),
    Status.SECOND_OPINION: ("to be decided again", "待复核"),
    Status.APPROVED: ("approved", "已批准"),
    Status.DECLINED: ("declined", "不予批准"),
}
BOOK = tables.Sheet(
    "reviews",
    (
        tables.Column("review", "review", "审核编号"),
        tables.Column("facility", "facility", "机构"),
        tables.Column("status", "status", "状态", STATES),
        tables.Column("escalated", "overdue", "逾期", {"true": ("yes", "是"), "false": ("no", "否")}),
        tables.Column("requested_at", "asked for at", "申请时间"),
        tables.Column("decide_by", "decide by", "审核期限"),
        tables.Column("approved_at_limit", "approved by silence at", "到期自动批准"),
        tables.Column("detail", "certificate or ground", "证明编号或理由"),
    ),
)


class ReviewForm(web.RequestBody):
    """A review is asked for, on a coarse ground of the policy's; `document` is the number of her identity document."""

    facility: Id
    document: Document
    pregnancy: Id | None = None
    gestation_weeks: int = Field(ge=1, le=46)
    ground: Id


class CertificateForm(web.RequestBody):
    """Whoever sends this certifies."""


class DecisionForm(web.RequestBody):
    """Approved under a certificate number, or declined on a lawful ground: one of them."""

    certificate: Id | None = None
    ground: Id | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> DecisionForm:
        if (self.certificate is None) is (self.ground is None):
            msg = "either a certificate or a ground"
            raise ValueError(msg)
        return self


class WithdrawalForm(web.RequestBody):
    """The request is taken back, and made unreadable for good."""


def add(routes: APIRouter, service: Service) -> None:
    """The routes of reviews."""
    _asking(routes, service)
    _deciding(routes, service)
    _looking(routes, service)


def _asking(routes: APIRouter, service: Service) -> None:
    @routes.post(
        "/reviews",
        status_code=201,
        tags=["reviews"],
        openapi_extra=openapi.command(ReviewForm, Action.REVIEW_REQUEST),
    )
    async def request(request: Request, caller: Caller) -> JSONResponse:
        """Ask for the review of a termination. It is kept by its number; what is asked is sealed."""
        asked = await web.body(request, ReviewForm)
        form = asked.model
        caller.may(Action.REVIEW_REQUEST, await unit_of_facility(service, form.facility))
        told = TerminationRequest(
            person=pseudonym(service.sealer, form.document),
            pregnancy=form.pregnancy,
            gestation_weeks=form.gestation_weeks,
            ground=form.ground,
        )
        command = requesting(form.facility, told, service.sealer, service.stamp(caller, asked))
        outcome = await service.ask(command, asked.digest)
        return web.answer(outcome, review=command.review)

    @routes.post(
        "/reviews/{review}/certificates",
        status_code=201,
        tags=["reviews"],
        openapi_extra=openapi.command(CertificateForm, Action.REVIEW_CERTIFY, 404),
    )
    async def certify(request: Request, caller: Caller, review: str) -> JSONResponse:
        """Certify a request, as the clinician who sends this."""
        asked = await web.body(request, CertificateForm)
        found = await _known(service, review)
        await _may_treat(service, caller, Action.REVIEW_CERTIFY, found)
        stamp = service.stamp(caller, asked)
        return web.answer(
            await service.ask(CertifyTermination(**stamp, review=review, certifier=stamp["actor"]), asked.digest)
        )

    @routes.post(
        "/reviews/{review}/withdrawal",
        status_code=201,
        tags=["reviews"],
        openapi_extra=openapi.command(WithdrawalForm, Action.REVIEW_WITHDRAW, 404),
    )
    async def withdraw(request: Request, caller: Caller, review: str) -> JSONResponse:
        """Take a request back: she herself, or the hospital or the reviewing body for her."""
        asked = await web.body(request, WithdrawalForm)
        found = await _known(service, review)
        match caller.principal.role:
            case Role.PERSON:
                caller.may(Action.REVIEW_WITHDRAW, person=await _whose(service, review, caller))
            case Role.REVIEWER:
                _may(caller, Action.REVIEW_WITHDRAW, _unit(caller, (await policy_of(service)).review, found))
            case _:
                await _may_treat(service, caller, Action.REVIEW_WITHDRAW, found)
        command = WithdrawTermination(**service.stamp(caller, asked), review=review)
        return web.answer(await service.ask(command, asked.digest))


def _deciding(routes: APIRouter, service: Service) -> None:
    @routes.post(
        "/reviews/{review}/decision",
        status_code=201,
        tags=["reviews"],
        openapi_extra=openapi.command(DecisionForm, Action.REVIEW_DECIDE, 404),
    )
    async def decide(request: Request, caller: Caller, review: str) -> JSONResponse:
        """Approve, or decline on a lawful ground, which opens a second opinion."""
        asked = await web.body(request, DecisionForm)
        found = await _known(service, review)
        _may(caller, Action.REVIEW_DECIDE, _unit(caller, (await policy_of(service)).review, found))
        stamp = service.stamp(caller, asked)
        command = (
            ApproveTermination(**stamp, review=review, certificate=asked.model.certificate)
            if asked.model.certificate
            else DeclineTermination(**stamp, review=review, ground=str(asked.model.ground))
        )
        return web.answer(await service.ask(command, asked.digest))


def _looking(routes: APIRouter, service: Service) -> None:
    @routes.get("/reviews", tags=["reviews"], openapi_extra=openapi.look(Action.REVIEW_READ, 404))
    async def register(
        caller: Caller,
        asked: tables.Asked,
        status: Annotated[Status | None, Query(description="Only those that are so.")] = None,
    ) -> Response:
        """The register of reviews, by number and clock. A superior sees those that were escalated."""
        rules = (await policy_of(service)).review
        only = rules.body not in caller.principal.units and rules.superior in caller.principal.units
        _may(caller, Action.REVIEW_READ, rules.superior if only else rules.body)

        def found() -> Response:
            with service.view(ReviewRegister.name).connect() as db:
                rows, total = tables.asked_of(db, reviews(status=status, escalated=only), asked)
            return tables.answer(BOOK, [_shown(row, rules) for row in rows], total, asked)

        return await run_in_threadpool(found)

    @routes.get("/reviews/{review}", tags=["reviews"], openapi_extra=openapi.look(Action.REVIEW_READ, 404))
    async def look(caller: Caller, review: str) -> dict[str, Any]:
        """One review with its ground and gestation; whose it is is not shown. The read is recorded before."""
        found, rules = await run_in_threadpool(service.states.of, REVIEW, review), (await policy_of(service)).review
        unit = _unit(caller, rules, found)
        _may(caller, Action.REVIEW_READ, unit)
        if found.status in {None, Status.WITHDRAWN}:
            raise _unknown()
        await service.ask(_read(service, caller, review, unit))
        told = opened(review, await _request(service, review), service.sealer)
        shown = {"erased": True} if isinstance(told, Erased) else told.model_dump(include={"ground", "gestation_weeks"})
        kept = found.model_dump(mode="json", include={"facility", "status", "escalated"})
        detail = found.certificate or found.ground or None
        return {"review": review, **kept, **_clock(found.since, rules), "detail": detail, "request": shown}

    @routes.get("/reviews/{review}/reads", tags=["reviews"], openapi_extra=openapi.look(Action.ACCESS_LOG_READ, 404))
    async def reads(caller: Caller, review: str, page: tables.AskedOlder) -> dict[str, Any]:
        """Who looked at her request, when and for what: she alone is told, for her own log keeps silent about it."""
        await _known(service, review)
        caller.may(Action.ACCESS_LOG_READ, person=await _whose(service, review, caller))
        await service.ask(_read(service, caller, review, ""))
        found = await run_in_threadpool(service.reads_of, review_key(review), page.limit, page.before)
        return {"review": review, "entries": found}


def _read(service: Service, caller: web.Caller, review: str, unit: str) -> LogRead:
    """Kept under the review's own name: under hers, it would tell whoever reads her log that there is a review."""
    return LogRead(
        command_id=uuid4().hex,
        actor=caller.principal.subject,
        at=service.clock.now(),
        person=review_key(review),
        record=REVIEW.id(review),
        purpose=Purpose(caller.purpose),
        role=caller.principal.role,
        unit=unit,
    )


def _shown(row: dict[str, Any], rules: ReviewRules) -> dict[str, Any]:
    since = row["since"] and datetime.fromisoformat(row["since"])
    requested = datetime.fromisoformat(row["requested_at"]).astimezone(COUNTY_TIME).isoformat()
    kept = {name: row[name] for name in ("review", "facility", "status", "detail")}
    kept["escalated"] = bool(row["escalated"])
    return kept | {"requested_at": requested, **_clock(since, rules)}


def _clock(since: datetime | None, rules: ReviewRules) -> dict[str, str | None]:
    """Until when it is to be decided, and when silence approves; None while no time runs."""

    def moment(after: timedelta) -> str | None:
        return (since + after).astimezone(COUNTY_TIME).isoformat() if since else None

    return {"decide_by": moment(rules.overdue), "approved_at_limit": moment(rules.limit)}


async def _known(service: Service, review: str) -> Review:
    """A review as the log has it. Raises Unknown, also for a withdrawn one but to those who may withdraw it again."""
    found = await run_in_threadpool(service.states.of, REVIEW, review)
    if found.status is None:
        raise _unknown()
    return found


async def _request(service: Service, review: str) -> Sealed:
    """The request as it is stored, sealed. Raises Unknown."""
    for recorded in await run_in_threadpool(service.log.case, REVIEW.id(review)):
        if isinstance(recorded.fact, TerminationRequested):
            return recorded.fact.request
    raise _unknown()


async def _whose(service: Service, review: str, caller: web.Caller) -> str:
    """Her pseudonym, if it is hers. Raises Unknown to everybody else, and once nobody can read it."""
    told = opened(review, await _request(service, review), service.sealer)
    if isinstance(told, Erased) or told.person != caller.principal.subject:
        raise _unknown()
    return told.person


async def _may_treat(service: Service, caller: web.Caller, action: Action, review: Review) -> None:
    _may(caller, action, await unit_of_facility(service, review.facility))


def _unit(caller: web.Caller, rules: ReviewRules, review: Review) -> str:
    """The reviewing body; its superior for what was escalated."""
    superior = review.escalated and rules.superior in caller.principal.units
    return rules.superior if superior else rules.body


def _may(caller: web.Caller, action: Action, unit: str) -> None:
    """Raises Unknown unless permitted: that there is a review is nobody else's to know. A purpose may be named."""
    try:
        caller.may(action, unit)
    except AccessDenied as denied:
        if denied.detail.startswith("purpose"):
            raise
        raise _unknown() from None


def _unknown() -> web.Unknown:
    return web.Unknown("there is no such review")
