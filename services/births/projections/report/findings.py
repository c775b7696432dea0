"""What a report tells: everything the views say of a period and a place, before any words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.births.domain.policy import Policy
from services.births.domain.reference import County
from services.births.projections.areas import Area, pooled
from services.births.projections.indicators import Counts
from services.births.projections.lag import Cell
from services.births.projections.periods import Period
from services.births.projections.quarterly_report import Place
from services.births.projections.sex_ratio import Live, total


@dataclass(frozen=True)
class Findings:
    """Live births of a period and place. `births` are by birth order, `months` of every month of the period.

    `before` are the periods up to and with this one, `townships` and `facilities` what each had (townships always of
    the whole county), `residences` by where the mother lived before, `delays` by days until they were registered,
    `triangle` by month of birth and months later. `certified` are those with a valid certificate.
    """

    where: Place
    period: Period
    known_on: date
    policy: Policy
    county: County
    births: Mapping[str, Live]
    months: Mapping[str, Live]
    before: Sequence[tuple[Period, Live]]
    townships: Mapping[str, Live]
    facilities: Mapping[str, Live]
    residences: Mapping[str, Live]
    delays: Mapping[int, Live]
    triangle: Mapping[Cell, Live]
    counts: Counts
    certified: int

    @property
    def all(self) -> Live:
        """All birth orders together."""
        return total(self.births)

    def areas(self, areas: Mapping[str, Live]) -> list[Area]:
        """Areas, the small ones together; the township the report is about stays alone."""
        own = {code: live for code, live in areas.items() if code == self.where.code}
        rest = {code: live for code, live in areas.items() if code not in own}
        return [Area((code,), live) for code, live in own.items()] + pooled(rest, self.policy.of_statistics)
