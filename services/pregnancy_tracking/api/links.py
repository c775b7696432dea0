"""HTTP of records that are of one pregnancy: what was set aside, what a link would change, linking and parting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from services.pregnancy_tracking.api.asking import Caller, known, neutral, own, seeing
from services.pregnancy_tracking.domain.events import SecondRegistrationSetAside
from services.pregnancy_tracking.domain.linking import DismissRegistration, LinkPregnancies, UnlinkPregnancies
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY, Pregnancy, evolve
from services.pregnancy_tracking.domain.woman import WOMAN
from services.pregnancy_tracking.domain.words import Identity
from services.pregnancy_tracking.handling import HANDLERS
from services.pregnancy_tracking.projections.timeline import Timeline, timeline
from services.pregnancy_tracking.projections.timeline_entries import INSIDE
from shared import openapi, web
from shared.access import Action
from shared.kernel import Case, Decision, Id, State, fold
from shared.sealed import Erased

if TYPE_CHECKING:
    from shared.service import Service


class LinkForm(web.RequestBody):
    """The other record, or the registration set aside, by its pregnancy id."""

    other: Id


class PreviewForm(web.RequestBody):
    """The record to try a link with; without one, parting is tried."""

    other: Id | None = None


class UnlinkForm(web.RequestBody):
    """The two are not of one pregnancy after all."""


class DismissalForm(web.RequestBody):
    """A registration set aside that needs nothing more."""

    proposed: Id


def add(routes: APIRouter, service: Service) -> None:
    """The routes of links."""
    _looking(routes, service)
    _linking(routes, service)


def _looking(routes: APIRouter, service: Service) -> None:
    @routes.get(
        "/pregnancies/{pregnancy}/set-aside", tags=["links"], openapi_extra=openapi.look(Action.PREGNANCY_LINK, 404)
    )
    async def set_aside(caller: Caller, pregnancy: str) -> dict[str, Any]:
        """Registrations set aside while this pregnancy is under care, to be linked or dismissed. Recorded as a read."""
        found = await _of_caller(service, caller, pregnancy)
        return {"pregnancy": pregnancy, "registrations": await run_in_threadpool(_aside, service, pregnancy, found)}

    @routes.post(
        "/pregnancies/{pregnancy}/links/preview",
        tags=["links"],
        openapi_extra=openapi.question(PreviewForm, Action.PREGNANCY_LINK, 404),
    )
    async def preview(request: Request, caller: Caller, pregnancy: str) -> dict[str, Any]:
        """What linking, or parting, would change in both records; nothing is changed. Looking at both is recorded."""
        asked = await web.body(request, PreviewForm)
        found = await _of_caller(service, caller, pregnancy)
        other = asked.model.other or found.linked.other
        stamp = {"command_id": uuid4().hex, "actor": caller.principal.subject, "at": service.clock.now()}
        about: dict[str, Any] = stamp | {"person": found.person, "pregnancy": pregnancy}
        if other:
            await _other(service, caller, found, other)
        command = LinkPregnancies(**about, other=other) if asked.model.other else UnlinkPregnancies(**about)

        def tried() -> dict[str, Any]:
            decision = HANDLERS[type(command)](command, _Latest(service))
            records = [_changed(service, each, decision) for each in (pregnancy, other) if each]
            return {"pregnancy": pregnancy, "other": other, "changes": bool(decision), "records": records}

        return await run_in_threadpool(tried)


def _linking(routes: APIRouter, service: Service) -> None:
    @routes.post(
        "/pregnancies/{pregnancy}/links",
        status_code=201,
        tags=["links"],
        openapi_extra=openapi.command(LinkForm, Action.PREGNANCY_LINK, 404),
    )
    async def link(request: Request, caller: Caller, pregnancy: str) -> JSONResponse:
        """Join the other record to this one: both are shown, and end, as one. It can be undone."""
        asked = await web.body(request, LinkForm)
        found = await _of_caller(service, caller, pregnancy)
        await _other(service, caller, found, asked.model.other)
        stamp = service.stamp(caller, asked)
        command = LinkPregnancies(**stamp, person=found.person, pregnancy=pregnancy, other=asked.model.other)
        return neutral(await service.ask(command, asked.digest))

    @routes.post(
        "/pregnancies/{pregnancy}/links/undo",
        status_code=201,
        tags=["links"],
        openapi_extra=openapi.command(UnlinkForm, Action.PREGNANCY_LINK, 404),
    )
    async def unlink(request: Request, caller: Caller, pregnancy: str) -> JSONResponse:
        """Part this record from the one it is linked with: each is again as its own facts tell it."""
        asked = await web.body(request, UnlinkForm)
        found = await _of_caller(service, caller, pregnancy)
        command = UnlinkPregnancies(**service.stamp(caller, asked), person=found.person, pregnancy=pregnancy)
        return neutral(await service.ask(command, asked.digest))

    @routes.post(
        "/pregnancies/{pregnancy}/set-aside/dismissal",
        status_code=201,
        tags=["links"],
        openapi_extra=openapi.command(DismissalForm, Action.PREGNANCY_LINK, 404),
    )
    async def dismiss(request: Request, caller: Caller, pregnancy: str) -> JSONResponse:
        """Say that a registration set aside has been seen to and needs nothing more."""
        asked = await web.body(request, DismissalForm)
        found = await _of_caller(service, caller, pregnancy)
        about = service.stamp(caller, asked) | {"person": found.person, "pregnancy": pregnancy}
        command = DismissRegistration(**about, proposed=asked.model.proposed)
        return neutral(await service.ask(command, asked.digest))


class _Latest:
    """Cases as the log has them, for a decision that is only tried."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def __getitem__(self, which: tuple[Case[State], str]) -> State:
        return self._service.states.of(*which)

    def several(self, case: Case[State], keys: Iterable[str]) -> Mapping[str, State]:
        return {key: self[case, key] for key in keys}


async def _of_caller(service: Service, caller: web.Caller, pregnancy: str) -> Pregnancy:
    """A record of the caller's units, or of the county's for those who see to all; looking at it is recorded."""
    found = await known(service, pregnancy, caller, Action.PREGNANCY_LINK)
    unit = own(caller, await seeing(service, found))
    record = PREGNANCY.id(pregnancy)
    await service.record_read(caller, person=found.person, record=record, action=Action.PREGNANCY_LINK, unit=unit)
    return found


async def _other(service: Service, caller: web.Caller, found: Pregnancy, other: str) -> None:
    """The other record has to be the caller's as well, unless it is a registration of hers that was set aside."""
    record = await run_in_threadpool(service.states.of, PREGNANCY, other)
    hers = await run_in_threadpool(service.states.of, WOMAN, found.person)
    if not (record.linked.set_aside and record.linked.set_aside in hers.set_aside):
        await _of_caller(service, caller, other)


def _aside(service: Service, pregnancy: str, found: Pregnancy) -> list[dict[str, Any]]:
    facts = (recorded.fact for recorded in service.log.case(WOMAN.id(found.person)))
    aside = [fact for fact in facts if isinstance(fact, SecondRegistrationSetAside) and fact.pregnancy == pregnancy]
    return [_registration(service, found.person, each) for each in aside]


def _registration(service: Service, person: str, aside: SecondRegistrationSetAside) -> dict[str, Any]:
    link = service.states.of(PREGNANCY, aside.proposed).linked
    status = "linked" if link.other else "dismissed" if link.dismissed else "open"
    identity = service.sealer.open(aside.registration.identity, WOMAN.id(person), Identity)
    shown = {"erased": True} if isinstance(identity, Erased) else identity.model_dump()
    told = aside.registration.model_dump(mode="json", exclude={"identity"})
    return {"proposed": aside.proposed, "status": status, "identity": shown, **told}


def _changed(service: Service, pregnancy: str, decision: Decision) -> dict[str, Any]:
    """A record before and after: its course, the facts that would be written on it, the entries of its timeline."""
    before = service.states.of(PREGNANCY, pregnancy)
    facts = decision.get(PREGNANCY.id(pregnancy), ())
    with service.view(Timeline.name).connect() as db:
        entries = len(timeline(db, pregnancy))
    written = [{"kind": type(fact).__name__, "body": fact.model_dump(mode="json", exclude=INSIDE)} for fact in facts]
    return {
        "pregnancy": pregnancy,
        "before": _course(before),
        "after": _course(fold(evolve, before, facts)),
        "written": written,
        "entries": entries,
    }


def _course(record: Pregnancy) -> Mapping[str, Any]:
    return record.model_dump(mode="json", include={"outcome", "ended_on"}) | {"linked": record.linked.other}
