"""HTTP of reports, for inside: a quarter or a year of a township, or of the whole county."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from services.births.api.asking import Caller, Code, county_of, policy_of
from services.births.projections import periods
from services.births.projections.indicators import Indicators, counts
from services.births.projections.issuance import Issuance, issuance
from services.births.projections.lag import Lag, delays, triangle
from services.births.projections.periods import Period
from services.births.projections.quarterly_report import COUNTY, Place, report
from services.births.projections.report.chapters import document
from services.births.projections.report.findings import Findings
from services.births.projections.report.page import html, policy
from services.births.projections.report.typeset import pdf
from services.births.projections.report.words import Lang
from services.births.projections.sex_ratio import Live, SexRatio, live_births, live_by, live_by_residence, total
from shared import openapi
from shared.access import Action

if TYPE_CHECKING:
    from shared.service import Service

COUNTING = openapi.look(Action.BIRTH_COUNT, 409)


DOCUMENT = COUNTING | {
    "responses": COUNTING["responses"]
    | {"200": {"content": {"application/json": {}, "text/html": {}, "application/pdf": {}}}}
}
KINDS: Mapping[str, str] = {"application/pdf": "pdf", "text/html": "html"}
"""What a caller may want (`Accept`) instead of figures, where no format is named."""
Form = Annotated[
    Literal["json", "html", "pdf"] | None, Query(description="`html` or `pdf` is the document; else as `Accept` says.")
]
Language = Annotated[Lang, Query(description="Of the document; the figures as JSON have both.")]
EARLIER = 7
"""Periods before this one to compare it with."""


class Wanted(NamedTuple):
    """Of which township, else of the whole county, and in what form and language."""

    township: str | None
    form: str
    lang: Lang


def wanted(
    request: Request,
    township: Code | None = None,
    format: Form = None,  # noqa: A002 - the parameter's name
    lang: Language = "zh",
) -> Wanted:
    """As every report takes it. Without a format: the first that the caller accepts; figures to who does not say."""
    accepted = (kind.partition(";")[0].strip() for kind in request.headers.get("accept", "").split(","))
    return Wanted(township, format or next((KINDS[kind] for kind in accepted if kind in KINDS), "json"), lang)


Asked = Annotated[Wanted, Depends(wanted)]


def add_routes(routes: APIRouter, service: Service) -> None:
    """The routes of reports."""

    @routes.get("/reports/quarter", tags=["figures"], openapi_extra=DOCUMENT)
    def quarter(caller: Caller, quarter: Code, asked: Asked) -> Response:
        """The report of a quarter, of a township or of the whole county, for inside: too fine to be published."""
        caller.may(Action.BIRTH_COUNT)
        return _report(service, periods.quarter(quarter, policy_of(service).statistical_year_starts_in), asked)

    @routes.get("/reports/year", tags=["figures"], openapi_extra=DOCUMENT)
    def year(caller: Caller, year: Code, asked: Asked) -> Response:
        """The report of a statistical year, of a township or of the whole county, for inside."""
        caller.may(Action.BIRTH_COUNT)
        return _report(service, periods.statistical_year(year, policy_of(service).statistical_year_starts_in), asked)


def _report(service: Service, period: Period, asked: Wanted) -> Response:
    where = _place(service, asked.township)
    if asked.form == "json":
        with service.view(SexRatio.name).connect() as db:
            births = live_births(db, period.births_in(where.code))
        return JSONResponse(report(where, period, births, policy_of(service)))
    made = document(_findings(service, period, where), asked.lang)
    if asked.form == "pdf":
        return Response(pdf(made), media_type="application/pdf")
    return HTMLResponse(html(made), headers={"content-security-policy": policy()})


def _place(service: Service, township: str | None) -> Place:
    """The township, or the county. Raises UnknownTownship."""
    if township is None:
        return COUNTY
    found = county_of(service).township(township)
    return Place(found.code, found.name_zh, found.name_en)


def _findings(service: Service, asked: Period, where: Place) -> Findings:
    """What every view says of the period and place."""
    mine, whole = asked.births_in(where.code), asked.births_in()
    with service.view(SexRatio.name).connect() as db:
        births, months = live_births(db, mine), live_by(db, mine, "month")
        townships, facilities = live_by(db, whole, "township"), live_by(db, mine, "facility")
        before = [
            (each, total(live_births(db, each.births_in(where.code)))) for each in islice(asked.before(), EARLIER)
        ]
        residences = live_by_residence(db, mine)
    with service.view(Lag.name).connect() as db:
        waited, told = delays(db, mine), triangle(db, mine)
    county = county_of(service)
    with service.view(Indicators.name).connect() as db:
        found = counts(db, mine, county.homes())
    with service.view(Issuance.name).connect() as db:
        issued = issuance(db, mine)
    return Findings(
        where=where,
        period=asked,
        known_on=service.clock.now().date(),
        policy=policy_of(service),
        county=county,
        births=births,
        months={month: months.get(month, Live(0, 0)) for month in asked.months},
        before=[*(each for each in reversed(before) if each[1].births), (asked, total(births))],
        townships=townships,
        facilities=facilities,
        residences=residences,
        delays=waited,
        triangle=told,
        counts=found,
        certified=sum(having for _, having in issued.values()),
    )
