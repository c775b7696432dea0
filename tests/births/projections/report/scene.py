"""What a report is made of in these tests: the source's quarter, and a county's year."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.births.domain.reference import County
from services.births.projections.indicators import Counts
from services.births.projections.lag import Cell
from services.births.projections.periods import quarter, statistical_year
from services.births.projections.quarterly_report import COUNTY, Place
from services.births.projections.report.findings import Findings
from services.births.projections.sex_ratio import Live
from tests.births.scene import FACILITIES, RULES, TOWNSHIPS

QUARTER, YEAR = quarter("2025Q1", 10), statistical_year("2025", 10)
REFERENCE = County(townships={each.code: each for each in TOWNSHIPS}, adopted=FACILITIES)
SOURCE: dict[str, Any] = {
    "where": Place("dayingxiang", "大营乡", "Dayingxiang"),
    "period": QUARTER,
    "known_on": date(2025, 1, 31),
    "policy": RULES,
    "county": REFERENCE,
    "births": {"1": Live(20, 15), "2": Live(7, 4), "3+": Live(0, 0)},
    "months": {"2024-10": Live(9, 6), "2024-11": Live(8, 7), "2024-12": Live(10, 6)},
    "before": [(quarter("2024Q4", 10), Live(21, 24)), (QUARTER, Live(27, 19))],
    "townships": {"dayingxiang": Live(27, 19), "hekou": Live(150, 132)},
    "facilities": {"county-hospital": Live(25, 17), "home": Live(2, 2)},
    "residences": {"resident": Live(15, 9), "returned": Live(9, 8), "unknown": Live(3, 2)},
    "delays": {0: Live(10, 8), 3: Live(14, 5), 20: Live(3, 3), 41: Live(0, 3)},
    "triangle": {
        Cell("2024-10", 0): Live(9, 4),
        Cell("2024-10", 1): Live(0, 2),
        Cell("2024-11", 0): Live(8, 6),
        Cell("2024-11", 4): Live(0, 1),
        Cell("2024-12", 0): Live(10, 6),
    },
    "counts": Counts(live=46, still=1, at_home=4, neonatal_deaths=1, maternal_deaths=None),
    "certified": 44,
}
NOTHING: dict[str, Any] = {
    "births": {order: Live(0, 0) for order in ("1", "2", "3+")},
    "months": dict.fromkeys(QUARTER.months, Live(0, 0)),
    "before": [(QUARTER, Live(0, 0))],
    "townships": {},
    "facilities": {},
    "residences": {},
    "delays": {},
    "triangle": {},
    "counts": Counts(0, 0, 0, 0, None),
    "certified": 0,
}
WHOLE: dict[str, Any] = {
    "where": COUNTY,
    "period": YEAR,
    "births": {"1": Live(1900, 1500), "2": Live(700, 600), "3+": Live(130, 70)},
    "months": {month: Live(220 + 5 * number, 190) for number, month in enumerate(YEAR.months)},
    "before": [(YEAR, Live(2730, 2170))],
    "townships": {"dayingxiang": Live(27, 19), "hekou": Live(2703, 2151)},
    "facilities": {"county-hospital": Live(1130, 870), "home": Live(1600, 1300)},
    "counts": Counts(live=4900, still=30, at_home=2900, neonatal_deaths=14, maternal_deaths=1),
}


def found(**other: Any) -> Findings:
    """The source's quarter, but for what is named."""
    return Findings(**(SOURCE | other))
