"""HTTP of figures, for inside: the sex ratio by any filter, areas side by side, lag, issuance, indicators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Depends, Query, Response

from services.births.api.asking import Caller, Code, county_of, policy_of
from services.births.api.sheets import AREAS, CROSS_TABLE, ISSUANCE, LAG, RATES, named
from services.births.domain.policy import Policy
from services.births.projections import cross_table
from services.births.projections import issuance as certificates
from services.births.projections.areas import limits, pooled, standing
from services.births.projections.cross_table import Cut, Cutting, lines
from services.births.projections.indicators import Indicators, counts, measures
from services.births.projections.intervals import Interval, exact, proportion, ratio, wilson
from services.births.projections.issuance import Issuance
from services.births.projections.lag import Lag, delays, late, median, triangle
from services.births.projections.periods import Span, check_order
from services.births.projections.quarterly_report import CONFIDENCE, described, figures_of, rounded
from services.births.projections.sex_ratio import Filters, Live, SexRatio, live_births, live_by, live_cells, total
from shared import openapi, tables
from shared.access import Action

if TYPE_CHECKING:
    from shared.service import Service

Month = Annotated[str, Query(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", description="YYYY-MM")]
COUNTING = openapi.look(Action.BIRTH_COUNT, 409, 422)


def filters(
    first: Annotated[Month | None, Query(alias="from")] = None,
    last: Annotated[Month | None, Query(alias="to")] = None,
    township: Code | None = None,
    facility: Code | None = None,
    birth_order: Literal["1", "2", "3+"] | None = None,
) -> Filters:
    """Which births, as every question about figures takes it. Raises EndsBeforeItBegins."""
    check_order(first, last)
    return Filters(first, last, township, facility, birth_order)


def cut(
    by: Annotated[tuple[Cut, ...], Query(description="Any of these, each once or not at all.", max_length=3)] = (),
    period: Annotated[Span | None, Query(description="Quarters and years are of the statistical year.")] = None,
) -> Cutting:
    """What figures are cut by; by nothing, it is one line."""
    return Cutting(period, by)


Wanted = Annotated[Filters, Depends(filters)]
By = Annotated[Cutting, Depends(cut)]
Pool = Annotated[bool, Query(description="Places too small to stand alone together, in each period and birth order.")]
Shown = TypeVar("Shown")
"""A row of a table."""


def add_routes(routes: APIRouter, service: Service) -> None:
    """The routes of figures."""
    _ratios(routes, service)
    _records(routes, service)


def _ratios(routes: APIRouter, service: Service) -> None:
    @routes.get("/sex-ratio", tags=["figures"], openapi_extra=COUNTING)
    def sex_ratio(caller: Caller, wanted: Wanted) -> dict[str, Any]:
        """Live births by sex and birth order in some months, with exact and Wilson 95 % intervals; for inside."""
        _may_count(service, caller, wanted)
        with service.view(SexRatio.name).connect() as db:
            births = live_births(db, wanted)
        asked = dict(zip(("from", "to", "township", "facility", "birth_order"), wanted, strict=True))
        by_order = {order: figures(live) for order, live in births.items()}
        return asked | figures(total(births)) | {"by_birth_order": by_order}

    @routes.get("/sex-ratio/areas", tags=["figures"], openapi_extra=COUNTING)
    def areas(
        caller: Caller, wanted: Wanted, asked: tables.Asked, by: Literal["township", "facility"] = "township"
    ) -> Response:
        """Townships or facilities side by side in a funnel, small ones together; for inside."""
        _may_count(service, caller, wanted)
        policy = policy_of(service)
        with service.view(SexRatio.name).connect() as db:
            found = pooled(live_by(db, wanted, by), policy.of_statistics)
        rows = [{"areas": each.codes, **_in_funnel(each.live, policy)} for each in found]
        return tables.answer(named(AREAS, county_of(service)), *_page(rows, asked), asked)

    @routes.get("/sex-ratio/table", tags=["figures"], openapi_extra=COUNTING)
    def table(caller: Caller, wanted: Wanted, asked: tables.Asked, cutting: By, *, pool: Pool = False) -> Response:
        """The sex ratio by period, township, facility and birth order at once, each line in the funnel; for inside."""
        _may_count(service, caller, wanted)
        policy = policy_of(service)
        with service.view(SexRatio.name).connect() as db:
            found = live_cells(db, wanted, cutting.by)
        made = lines(found, cutting, policy.statistical_year_starts_in)
        page, whole = _page(cross_table.pooled(made, policy.of_statistics) if pool else made, asked)
        rows = [line._asdict() | _in_funnel(line.live, policy) for line in page]
        return tables.answer(named(CROSS_TABLE, county_of(service)), rows, whole, asked)


def _records(routes: APIRouter, service: Service) -> None:
    @routes.get("/lag", tags=["figures"], openapi_extra=COUNTING)
    def lag(caller: Caller, wanted: Wanted, asked: tables.Asked) -> Response:
        """Live births by sex, month of birth and months until registration; by which day half, how many late."""
        _may_count(service, caller, wanted)
        with service.view(Lag.name).connect() as db:
            cells, waited = triangle(db, wanted), delays(db, wanted)
        rows = [{"month": cell.month, "later": cell.later, **live._asdict()} for cell, live in cells.items()]
        after = policy_of(service).of_records.late_after_days
        more: dict[str, Any] = {
            "late_after_days": after,
            "median_days": median(waited),
            "late": late(waited, after)._asdict(),
        }
        return tables.answer(LAG, *_page(rows, asked), asked, **more)

    @routes.get("/indicators", tags=["figures"], openapi_extra=COUNTING)
    def indicators(caller: Caller, wanted: Wanted, asked: tables.Asked) -> Response:
        """Certificates, hospital deliveries, stillbirths, deaths, each with its count and exact 95 % interval."""
        _may_count(service, caller, wanted)
        with service.view(Indicators.name).connect() as db:
            found = counts(db, wanted, county_of(service).homes())
        certified = sum(having for _, having in _issued(service, wanted).values())
        rows = [_rate(name, *measure) for name, measure in measures(found, certified).items()]
        return tables.answer(RATES, *_page(rows, asked), asked)

    @routes.get("/issuance", tags=["figures"], openapi_extra=COUNTING)
    def issuance(caller: Caller, wanted: Wanted, asked: tables.Asked) -> Response:
        """Live births by month, and how many of them have a valid certificate; for inside."""
        _may_count(service, caller, wanted)
        months = _issued(service, wanted)
        rows = [
            {"month": month, "live_births": live, "certificates": having} for month, (live, having) in months.items()
        ]
        live, having = (sum(counted) for counted in zip(*months.values(), strict=True)) if months else (0, 0)
        rate = round(100 * having / live, 1) if live else None
        more: dict[str, Any] = {"live_births": live, "certificates": having, "rate": rate}
        return tables.answer(ISSUANCE, *_page(rows, asked), asked, **more)


def figures(live: Live) -> dict[str, Any]:
    """Counts, ratio, exact and Wilson interval of some births."""
    interval = wilson(*live, CONFIDENCE)
    return {"births": live.births} | described(figures_of(live)) | {"wilson95": rounded(interval)}


def _may_count(service: Service, caller: Any, wanted: Filters) -> None:
    """Raises AccessDenied, UnknownTownship, UnknownFacility."""
    caller.may(Action.BIRTH_COUNT)
    county = county_of(service)
    _ = wanted.township and county.township(wanted.township), wanted.facility and county.facility(wanted.facility)


def _issued(service: Service, wanted: Filters) -> Mapping[str, tuple[int, int]]:
    with service.view(Issuance.name).connect() as db:
        return certificates.issuance(db, wanted)


def _page(rows: Sequence[Shown], asked: tables.Paging) -> tuple[Sequence[Shown], int]:
    """The rows asked for of a table that is small as a whole, and how many it has."""
    return asked.of(rows), len(rows)


def _in_funnel(live: Live, policy: Policy) -> dict[str, Any]:
    inner, outer = limits(live.births, policy)
    intervals = {
        "exact": exact(*live, CONFIDENCE),
        "wilson": wilson(*live, CONFIDENCE),
        "inner": inner,
        "outer": outer,
    }
    ends = {f"{name}_{end}": value for name, each in intervals.items() for end, value in _ends(each).items()}
    found = ratio(*live)
    shown = {"births": live.births, **live._asdict()}
    return shown | {"ratio": None if found is None else round(found, 1), **ends, "standing": standing(live, policy)}


def _ends(interval: Interval) -> dict[str, float | None]:
    low, high = rounded(interval)
    return {"low": low, "high": high}


def _rate(name: str, count: int, whole: int, per: int) -> dict[str, Any]:
    """An indicator; without a value where there is nothing it could be of."""
    low, high = (round(per * end, 1) for end in proportion(count, whole, CONFIDENCE)) if whole else (None, None)
    value = round(per * count / whole, 1) if whole else None
    return {"indicator": name, "count": count, "of": whole, "per": per, "value": value, "low": low, "high": high}
