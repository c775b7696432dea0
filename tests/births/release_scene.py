"""Facts and commands of a release, as usual but for what is named."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.births.domain import release, release_events
from services.births.domain.data_faults import DataFault, Fault, FaultCleared, FaultReason
from services.births.domain.release_events import RestatementReason
from services.births.domain.release_figures import Axis, Figures, Row, Sexes, Words
from tests.births.scene import ASKED, NOW

PERIOD = {"period": "2024Q4"}
WORDS = Words(zh="2024年第四季度", en="Live births 2024Q4")
FAULT = DataFault(fault=Fault.LATE_BY_SEX, place="county", found=12, accepted=10)


def rows(births: int = 250) -> tuple[Row, ...]:
    """The county with its sexes, a township with them, one with its total, and one that is suppressed."""
    sexes = Sexes(boys=128, girls=births - 128, ratio=104.9, low=81.0, high=136.0)
    return (
        Row(axis=Axis.COUNTY, areas=(), births=births, sexes=sexes),
        Row(axis=Axis.TOWNSHIP, areas=("hekou",), births=46),
        Row(axis=Axis.FACILITY, areas=("home",)),
    )


def figures(**other: Any) -> Figures:
    """Of a quarter that is over on 20 November 2024."""
    fields = {**PERIOD, "year": 2024, "first": date(2024, 7, 1), "last": date(2024, 9, 30), "know_at": 70}
    fields |= {"policy": "test-1", "rows": rows(other.pop("births", 250))}
    return Figures.model_validate(fields | other)


FIGURES = figures()


# Commands


def prepare(**other: Any) -> release.PrepareRelease:
    fields = ASKED | {"actor": "statistician-1", "figures": FIGURES, "words": WORDS, "faults": (), "changes": None}
    return release.PrepareRelease.model_validate(fields | other)


def clear(*explained: FaultCleared, **other: Any) -> release.ClearDataFaults:
    return release.ClearDataFaults.model_validate(ASKED | PERIOD | {"cleared": explained} | other)


def publish(**other: Any) -> release.PublishRelease:
    fields = ASKED | PERIOD | {"actor": "county-1", "year": 2024, "against": 0, "revealed": ()}
    return release.PublishRelease.model_validate(fields | other)


def restate(**other: Any) -> release.RestateRelease:
    fields = ASKED | PERIOD | {"actor": "county-1", "year": 2024, "against": 0, "revealed": ()}
    return release.RestateRelease.model_validate(fields | {"reason": RestatementReason.CORRECTIONS} | other)


# Facts


def prepared(**other: Any) -> release_events.ReleasePrepared:
    fields = PERIOD | {"edition": 1, "figures": FIGURES, "words": WORDS, "faults": (), "prepared_by": "statistician-1"}
    return release_events.ReleasePrepared.model_validate(fields | other)


def explained(fault: Fault = Fault.LATE_BY_SEX) -> FaultCleared:
    return FaultCleared(fault=fault, place="county", reason=FaultReason.LATE_NOTICES_ENTERED)


def cleared(*explained: FaultCleared, **other: Any) -> release_events.DataFaultsCleared:
    fields = PERIOD | {"edition": 1, "cleared": explained, "cleared_by": "clerk"}
    return release_events.DataFaultsCleared.model_validate(fields | other)


def published(**other: Any) -> release_events.ReleasePublished:
    fields = PERIOD | {"edition": 1, "figures": FIGURES, "words": WORDS}
    fields |= {"published_on": NOW.date(), "published_by": "county-1"}
    return release_events.ReleasePublished.model_validate(fields | other)


def restated(**other: Any) -> release_events.ReleaseRestated:
    fields = PERIOD | {"edition": 2, "figures": figures(know_at=90), "words": WORDS}
    fields |= {"published_on": NOW.date(), "published_by": "county-1", "reason": RestatementReason.CORRECTIONS}
    return release_events.ReleaseRestated.model_validate(fields | other)


def cells(**other: Any) -> release_events.CellsReleased:
    return release_events.CellsReleased.model_validate(PERIOD | {"edition": 1} | other)
