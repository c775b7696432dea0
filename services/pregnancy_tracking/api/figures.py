"""HTTP of what is counted: the monthly digest of a township and its villages, and how far care reaches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.concurrency import run_in_threadpool

from services.pregnancy_tracking.api.asking import Caller, county_of, few_told, own, policy_of, span
from services.pregnancy_tracking.projections.coverage import SHARES, Coverage, coverage
from services.pregnancy_tracking.projections.digest import Digest, digest, frozen_on
from shared import openapi, tables, web
from shared.access import EVERYWHERE, Action
from shared.tables import Column, Sheet

if TYPE_CHECKING:
    from shared.service import Service

DIGEST = Sheet(
    "digest",
    (
        Column("place", "place", "地点"),
        Column("registered", "registered", "登记"),
        Column("antenatal_visits", "antenatal visits", "产前随访"),
        Column("home_visits", "home visits", "访视"),
        Column("postnatal_visits", "postnatal visits", "产后随访"),
        Column("referral_results", "referral results", "转诊结果"),
        Column("attempts", "nobody met", "未遇"),
        Column("danger_signs", "danger signs", "危险征象"),
        Column("referrals", "referrals", "转诊"),
        Column("met", "duties met", "已履行"),
        Column("overdue", "became overdue", "新增逾期"),
        Column("lapsed", "lapsed", "失访"),
        Column("came_late", "known after it was frozen", "冻结后补报"),
        Column("taken_back", "turned out otherwise after it was frozen", "冻结后核减"),
    ),
)
COVERAGE = Sheet(
    "coverage",
    (
        Column("township", "township", "乡镇"),
        Column("n", "births counted (pregnancies)", "分娩妊娠数"),
        Column("dated", "dated", "孕周明确"),
        Column("early", "registered early", "早孕登记"),
        Column("national", "national contacts", "国家规范随访"),
        Column("who", "WHO contacts", "世卫组织随访"),
        Column("postnatal", "seen soon after the birth", "产后访视"),
        Column("hospital", "born in a hospital", "住院分娩"),
        *(Column(f"{share}_percent", f"{share}, %", f"{share}，%") for share in SHARES),
    ),
)
YEAR = 365
"""Days that are looked at where nobody asks for others."""
Township = Annotated[str | None, Query(max_length=128, description="A township of yours; else all.")]


def add(routes: APIRouter, service: Service) -> None:
    """The routes of figures."""

    @routes.get("/digest", tags=["figures"], openapi_extra=openapi.look(Action.DIGEST_READ, 409))
    async def monthly(
        caller: Caller,
        asked: tables.Asked,
        *,
        township: Township = None,
        month: Annotated[str, Query(pattern=r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$", description="2025-06")],
        by_village: Annotated[bool, Query(description="A row per village.")] = False,
    ) -> Response:
        """What was done for a township's pregnancies, or for all, in a month, frozen on the 7th of the next one."""
        told = await _told(service, caller, Action.DIGEST_READ, township)
        begins = date.fromisoformat(f"{month}-01")
        frozen = frozen_on(begins, (await policy_of(service)).reports.digest_day)

        def found() -> Response:
            with service.view(Digest.name).connect() as db:
                rows, total = tables.asked_of(db, digest(township, begins, by_village=by_village), asked)
            shown = [{name: told(value) for name, value in row.items()} for row in rows]
            about = {"month": month, "frozen_on": frozen, "frozen": service.clock.now().date() > frozen}
            return tables.answer(DIGEST, shown, total, asked, **about)

        return await run_in_threadpool(found)

    @routes.get("/coverage", tags=["figures"], openapi_extra=openapi.look(Action.COVERAGE_READ, 409))
    async def covered(
        caller: Caller,
        asked: tables.Asked,
        since: Annotated[date | None, Query(description="First day; else a year before the last.")] = None,
        until: Annotated[date | None, Query(description="Last day; else today.")] = None,
        township: Township = None,
    ) -> Response:
        """How many of the pregnancies that ended in a birth had the care they are owed, with n."""
        told = await _told(service, caller, Action.COVERAGE_READ, township)
        policy = await policy_of(service)
        first, last = span(service, since, until, YEAR)

        def found() -> Response:
            with service.view(Coverage.name).connect() as db:
                rows = coverage(db, first, last, policy.reports, policy.care.home)
            shown = [_with_shares(row, told) for row in rows if township in {None, row["township"]}]
            return tables.answer(COVERAGE, asked.of(shown), len(shown), asked, since=first, until=last)

        return await run_in_threadpool(found)


def _with_shares(row: dict[str, Any], told: Any) -> dict[str, Any]:
    """Each count with its share of `n` (early: of those dated), where neither it nor the rest of them are few."""
    shown = {"township": row["township"], "n": told(row["n"]), "dated": told(row["dated"])}
    for share in SHARES:
        n = row["dated"] if share == "early" else row["n"]
        kept = told(row[share])
        open_to_tell = n > 0 and kept == row[share] and told(n - row[share]) == n - row[share]
        shown[share] = kept if open_to_tell or isinstance(kept, str) or n == 0 else None
        shown[f"{share}_percent"] = round(100 * row[share] / n, 1) if open_to_tell else None
    return shown


async def _told(service: Service, caller: web.Caller, action: Action, township: str | None) -> Callable[[Any], Any]:
    """How a number of a township, or of all, is told. Raises AccessDenied, UnknownUnit."""
    if township is None:
        caller.may(action, EVERYWHERE)
        return await few_told(service, caller, None)
    county = await county_of(service)
    unit = own(caller, county.serving(township))
    caller.may(action, unit)
    return await few_told(service, caller, county.within(township, unit))
