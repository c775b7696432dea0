"""HTTP of figures, for inside: the sex ratio by any filter, areas side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query

from services.births.api.asking import Caller, Code, county_of
from services.births.projections.intervals import wilson
from services.births.projections.quarterly_report import CONFIDENCE, described, figures_of, rounded
from services.births.projections.sex_ratio import Filters, Live, SexRatio, live_births, total
from shared import openapi
from shared.access import Action

if TYPE_CHECKING:
    from shared.service import Service

Month = Annotated[str, Query(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", description="YYYY-MM")]
COUNTING = openapi.look(Action.BIRTH_COUNT, 409)


def add_routes(routes: APIRouter, service: Service) -> None:
    """The routes of figures."""

    @routes.get("/sex-ratio", tags=["figures"], openapi_extra=COUNTING)
    def sex_ratio(  # noqa: PLR0913 - one parameter per filter
        *,
        caller: Caller,
        first: Annotated[Month | None, Query(alias="from")] = None,
        last: Annotated[Month | None, Query(alias="to")] = None,
        township: Code | None = None,
        facility: Code | None = None,
        birth_order: Literal["1", "2", "3+"] | None = None,
    ) -> dict[str, Any]:
        """Live births by sex and birth order in some months, with exact and Wilson 95 % intervals; for inside."""
        caller.may(Action.BIRTH_COUNT)
        county = county_of(service)
        _ = township and county.township(township), facility and county.facility(facility)
        filters = Filters(first, last, township, facility, birth_order)
        with service.view(SexRatio.name).connect() as db:
            births = live_births(db, filters)
        asked = dict(zip(("from", "to", "township", "facility", "birth_order"), filters, strict=True))
        by_order = {order: figures(live) for order, live in births.items()}
        return asked | figures(total(births)) | {"by_birth_order": by_order}


def figures(live: Live) -> dict[str, Any]:
    """Counts, ratio, exact and Wilson interval of some births."""
    interval = wilson(*live, CONFIDENCE)
    return {"births": live.births} | described(figures_of(live)) | {"wilson95": rounded(interval)}
