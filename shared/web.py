"""HTTP as every service speaks it: strict bodies, problem documents (RFC 9457), callers with a purpose."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import uuid4

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.access import AccessDenied, Action, Principal, TokenExpired, TokenInvalid, TokenMissing, permit
from shared.contracts.cloudevents import Malformed, malformed
from shared.guarding import GUARDS
from shared.kernel import Id, NotYet, Refusal
from shared.messaging.effects import STORE, store_is_away
from shared.messaging.opening import LARGEST, Oversize
from shared.outcomes import Outcome, RefusedWith

if TYPE_CHECKING:
    from shared.service import Service

RETRY_AFTER = "2"
"""Seconds until a store that is away may be back: what a restart of it takes."""
Model = TypeVar("Model", bound=BaseModel)


logger = structlog.get_logger(__name__)


class Unknown(Refusal):
    """There is no such thing, or none that you may know of: the answer is the same."""


class RequestBody(BaseModel):
    """What a request body is made of: strict, and nothing that nobody asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    command_id: Id | None = None
    expected_version: int | None = None


STATUS: dict[type[Refusal], int] = {
    TokenMissing: 401,
    TokenInvalid: 401,
    TokenExpired: 401,
    AccessDenied: 403,
    Unknown: 404,
    Oversize: 413,
}
"""HTTP status per refusal; a refusal of the domain is a conflict with a rule (409), NotYet may come true (425)."""


@dataclass(frozen=True)
class Asked(Generic[Model]):
    """A request body, understood: the model, a keyed digest of its bytes, the id that makes it repeatable."""

    model: Model
    digest: str
    command_id: str


@dataclass(frozen=True)
class Caller:
    """Who asks, and for which purpose they say they do."""

    principal: Principal
    purpose: str

    def may(self, action: Action, unit: str = "", person: str = "") -> None:
        """Raises AccessDenied unless the policy function permits it."""
        permit(self.principal, action, purpose=self.purpose, unit=unit, person=person)


async def caller(request: Request) -> Caller:
    """The caller of a request, from its bearer token and `Purpose` header. Raises the Token… refusals."""
    service: Service = request.app.state.service
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    principal = service.principal(token if scheme.lower() == "bearer" else "")
    return Caller(principal, request.headers.get("purpose", ""))


async def raw_body(request: Request) -> bytes:
    """The bytes of a request.

    Raises Oversize as soon as more than 1 MiB came, whatever was announced, and Malformed for a body that breaks off.
    """
    taken = bytearray()
    try:
        async for chunk in request.stream():
            taken += chunk
            if len(taken) > LARGEST:
                raise Oversize("the body is larger than 1 MiB", accepted=f"at most {LARGEST} bytes")
    except ClientDisconnect:
        raise Malformed("the body breaks off") from None
    return bytes(taken)


async def body(request: Request, model: type[Model]) -> Asked[Model]:
    """The body of a request as a model. Raises Malformed naming the place, or Oversize."""
    service: Service = request.app.state.service
    raw = await raw_body(request)
    try:
        asked = model.model_validate_json(raw)
    except ValidationError as error:
        raise malformed(error) from None
    given = getattr(asked, "command_id", None) or request.headers.get("idempotency-key")
    return Asked(asked, service.sealer.fingerprint(raw.hex()), _usable(given) if given else uuid4().hex)


def request_key(subject: str, key: str) -> str:
    """The command id of a request: nobody's keys meet another's, nor the ids of commands that messages cause."""
    named = f"{len(subject)}:{subject}{key}"
    return f"request:{hashlib.sha256(named.encode()).hexdigest()[:40]}"


class _Key(BaseModel):
    key: Id


def _usable(key: str) -> str:
    try:
        return _Key(key=key).key
    except ValidationError:
        detail = "an idempotency key is 1 to 128 letters, digits and . _ : / @ -"
        raise Malformed(detail, "/command_id") from None


def answer(outcome: Outcome, status: int = 201, **more: Any) -> JSONResponse:
    """The outcome of a command: 201 with its facts, 200 when it was already so, or the problem."""
    if outcome.refusal:
        return problem(409, outcome.refusal)
    code = status if outcome.status == "done" else 200
    return JSONResponse(outcome.model_dump(mode="json", exclude={"refusal"}) | more, code)


def problem(status: int, why: RefusedWith) -> JSONResponse:
    """A problem document; `refusal` is the rule's name, `pointer` the place in the request."""
    about = {
        "type": f"urn:evenborn:refusal:{why.name}",
        "title": why.name,
        "status": status,
        "detail": why.detail,
        "refusal": why.name,
        "pointer": why.pointer,
        "accepted": why.accepted,
    }
    shown = {key: value for key, value in about.items() if value != ""}
    return JSONResponse(shown, status, media_type="application/problem+json")


def explain_refusals(app: FastAPI) -> None:
    """Turn whatever is refused anywhere into a problem document."""
    app.add_middleware(_Printable)

    @app.exception_handler(Refusal)
    async def refused(_: Request, refusal: Refusal) -> JSONResponse:
        status = STATUS.get(type(refusal), 425 if isinstance(refusal, NotYet) else 409)
        return problem(status, RefusedWith(
            name=refusal.name, detail=refusal.detail, pointer=refusal.pointer, accepted=refusal.accepted
        ))  # fmt: skip

    @app.exception_handler(Malformed)
    async def unreadable(_: Request, fault: Malformed) -> JSONResponse:
        return problem(422, RefusedWith(name="Malformed", detail=fault.detail, pointer=fault.pointer))

    @app.exception_handler(RequestValidationError)
    async def misasked(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        place = "/".join(str(part) for part in first["loc"])
        return problem(422, RefusedWith(name="Malformed", detail=first["msg"], pointer=f"/{place}"))

    @app.exception_handler(HTTPException)
    async def other(_: Request, error: HTTPException) -> JSONResponse:
        detail = str(error.detail)
        return problem(error.status_code, RefusedWith(name=detail.title().replace(" ", ""), detail=detail))

    async def away(_: Request, error: Exception) -> JSONResponse:
        """Nothing was promised; what was asked with a command id may be asked again without being done twice."""
        if not store_is_away(error):
            raise error
        logger.warning("store away", error=type(error).__name__)
        answer = problem(
            503, RefusedWith(name="StoreAway", detail="the store is away; the same request may be repeated")
        )
        answer.headers["retry-after"] = RETRY_AFTER
        return answer

    for kind in (*STORE, OSError):
        app.add_exception_handler(kind, away)

    @app.exception_handler(Exception)
    async def failed(_: Request, _error: Exception) -> JSONResponse:
        """Our own fault, which is logged; nothing of it is told, for it may be about a person."""
        answer = problem(500, RefusedWith(name="Failed", detail="the service failed; the same request may be repeated"))
        answer.headers.update(GUARDS)  # it is sent from outside of every middleware
        return answer


class _Printable:
    """Paths with control characters name nothing, and no store is asked: some fail on a NUL."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].isprintable():
            nothing = problem(404, RefusedWith(name=Unknown.__name__, detail="a path has no control characters"))
            await nothing(scope, receive, send)
        else:
            await self._app(scope, receive, send)
