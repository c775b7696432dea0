"""HTTP of what is owed: the list of a unit or post, what came up to the superior, and how much each post has to do."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from services.pregnancy_tracking.api.asking import ABOUT_REQUEST, Caller, county_of, few_told, known, neutral
from services.pregnancy_tracking.domain.commands import WaiveContact
from services.pregnancy_tracking.domain.duty_events import DutyKind
from services.pregnancy_tracking.projections.due_list import ESCALATED, DueList, State, due, escalated, workload
from shared import openapi, tables, web
from shared.access import EVERYWHERE, Action
from shared.kernel import Id
from shared.tables import Column, Sheet

if TYPE_CHECKING:
    from shared.service import Service

SHOWN = frozenset({State.DUE, State.OVERDUE, State.LAPSED})
"""States that are shown where nobody asks for others."""
Escalated = Literal[State.OVERDUE, State.LAPSED]
Unit = Annotated[str, Query(max_length=128, description="A unit of yours.")]
Post = Annotated[str | None, Query(max_length=128, description="Only of one of its posts.")]
KINDS: dict[str, tuple[str, str]] = {
    DutyKind.ANTENATAL: ("antenatal contact", "产前随访"),
    DutyKind.UNDATED: ("contact until dated", "孕周待定随访"),
    DutyKind.POST_TERM: ("contact past term", "过期妊娠随访"),
    DutyKind.OUTCOME_QUERY: ("question to the hospital", "结局询问"),
    DutyKind.REFERRAL: ("referral", "转诊"),
    DutyKind.REFERRAL_RESULT: ("referral's result", "转诊结果"),
    DutyKind.DANGER_FOLLOW_UP: ("follow-up of a danger sign", "危险征象随访"),
    DutyKind.RISK_FOLLOW_UP: ("follow-up of high risk", "高危随访"),
    DutyKind.DISCHARGE_NOTICE: ("notice of discharge", "出院通知"),
    DutyKind.FIRST_CONTACT: ("first contact after the birth", "产后首次随访"),
    DutyKind.HOME_VISIT: ("home visit", "产后访视"),
    DutyKind.POSTNATAL_CHECK: ("postnatal check", "产后检查"),
    DutyKind.LOSS_SUPPORT: ("support", "关怀随访"),
}
STATES: dict[str, tuple[str, str]] = {
    State.NOT_YET_OPEN: ("not yet open", "未到期"),
    State.DUE: ("due", "应访"),
    State.OVERDUE: ("overdue", "逾期"),
    State.LAPSED: ("lapsed", "失访"),
}
COLOURS: dict[str, tuple[str, str]] = {
    "red": ("red", "红"),
    "orange": ("orange", "橙"),
    "yellow": ("yellow", "黄"),
    "green": ("green", "绿"),
}
DUE_LIST = Sheet(
    "due-list",
    (
        Column("colour", "risk", "风险", COLOURS),
        Column("state", "state", "状态", STATES),
        Column("kind", "duty", "服务责任", KINDS),
        Column("opens_on", "from", "起始日"),
        Column("due_until", "before", "截止日"),
        Column("lapses_on", "lapses on", "失访日"),
        Column("village", "village", "村"),
        Column("holder", "post", "岗位"),
        Column("joint", "jointly with", "共同责任岗位"),
        Column("unit", "unit", "单位"),
        Column("pregnancy", "pregnancy", "妊娠编号"),
        Column("duty", "name", "责任编号"),
    ),
)
WORKLOAD = Sheet(
    "workload",
    (
        Column("holder", "post", "岗位"),
        Column("pregnancies", "pregnancies", "妊娠数"),
        *(Column(state, english, chinese) for state, (english, chinese) in STATES.items()),
    ),
)


class WaiverForm(web.RequestBody):
    """A contact, as its duty is named without the day ("antenatal-2"), and why: one of the policy's grounds."""

    contact: Id
    ground: Id
    waived_on: date


def add(routes: APIRouter, service: Service) -> None:
    """The routes of duties."""

    @routes.get("/duties", tags=["duties"], openapi_extra=openapi.look(Action.DUTY_LIST, 404, 409))
    async def listed(
        caller: Caller,
        asked: tables.Asked,
        unit: Unit,
        post: Post = None,
        state: Annotated[list[State] | None, Query(description="Those that are so; else due, overdue, lapsed.")] = None,
    ) -> Response:
        """What a unit's posts owe, by clinical risk and then the clock. By duty: whose it is, a record says."""
        caller.may(Action.DUTY_LIST, unit)
        holders = await _holders(service, unit, post)

        def found() -> Response:
            with service.view(DueList.name).connect() as db:
                today = service.clock.now().date()
                rows, total = due(db, holders, today, frozenset(state) if state else SHOWN, asked)
            return tables.answer(DUE_LIST, rows, total, asked)

        return await run_in_threadpool(found)

    @routes.get("/duties/escalated", tags=["duties"], openapi_extra=openapi.look(Action.DUTY_SUPERVISE, 409))
    async def supervised(
        caller: Caller,
        asked: tables.Asked,
        unit: Annotated[str | None, Query(max_length=128, description="Only of this unit's posts.")] = None,
        state: Annotated[list[Escalated] | None, Query(description="Only those; else both.")] = None,
    ) -> Response:
        """What has come up to the county superior: late duties of all townships, in the order of a unit's own list."""
        county = await county_of(service)
        caller.may(Action.DUTY_SUPERVISE, county.unit_of(county.superior))
        if unit:
            county.sees(unit)

        def found() -> Response:
            with service.view(DueList.name).connect() as db:
                today = service.clock.now().date()
                rows, total = escalated(db, unit, today, frozenset(state) if state else ESCALATED, asked)
            return tables.answer(DUE_LIST, rows, total, asked)

        return await run_in_threadpool(found)

    @routes.post(
        "/pregnancies/{pregnancy}/waivers",
        status_code=201,
        tags=["duties"],
        openapi_extra=openapi.command(WaiverForm, Action.DUTY_SUPERVISE, 404),
    )
    async def waive(request: Request, caller: Caller, pregnancy: str) -> JSONResponse:
        """Release the posts from a contact that they cannot make; nothing of it is held against anybody."""
        asked = await web.body(request, WaiverForm)
        county = await county_of(service)
        caller.may(Action.DUTY_SUPERVISE, county.unit_of(county.superior))
        found = await known(service, pregnancy, caller, Action.DUTY_SUPERVISE)
        told = asked.model.model_dump(exclude=ABOUT_REQUEST)
        command = WaiveContact(**service.stamp(caller, asked), **told, pregnancy=pregnancy, person=found.person)
        return neutral(await service.ask(command, asked.digest))

    @routes.get("/duties/workload", tags=["duties"], openapi_extra=openapi.look(Action.WORKLOAD_READ, 404, 409))
    async def load(
        caller: Caller, asked: tables.Asked, unit: Annotated[str | None, Query(max_length=128)] = None
    ) -> Response:
        """How much each post has to do: of a unit of yours in numbers, of the county with fewer than ten as "<10"."""
        caller.may(Action.WORKLOAD_READ, unit or EVERYWHERE)
        holders = await _holders(service, unit, None) if unit else None
        told = await few_told(service, caller, unit)

        def found() -> Response:
            with service.view(DueList.name).connect() as db:
                rows = workload(db, holders, service.clock.now().date())
            shown = [{name: told(value) for name, value in row.items()} for row in rows]
            return tables.answer(WORKLOAD, asked.of(shown), len(shown), asked)

        return await run_in_threadpool(found)


async def _holders(service: Service, unit: str, post: str | None) -> list[str]:
    """The codes under which a unit owes anything: its posts, and itself. Raises UnknownUnit, or Unknown for a post."""
    county = await county_of(service)
    county.sees(unit)
    posts = [each.code for each in county.posts if each.unit == unit]
    if post is None:
        return [*posts, unit]
    if post not in posts:
        raise web.Unknown("the unit has no such post")
    return [post]
