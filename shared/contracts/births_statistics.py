"""What births says about figures: of facilities, areas and days, never of anybody. The channel is `statistics`.

Nothing here leads back to what was counted: no position in a log, no time but the day, no number that is suppressed.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from shared.contracts.cloudevents import Contract


class AreaKind(StrEnum):
    """What a signal is about: where children are born, or where their mothers live."""

    FACILITY = "facility"
    TOWNSHIP = "township"


class SignalCleared(Contract, type="evenborn.births.signal_cleared.v1"):
    """On `statistics`: a hint whom to inspect first, never a case. Its data were checked.

    The watch over the sex ratio of the area signalled. Of one area such a signal is false once in about
    `false_alarm_births` births; of all signals about the share `false_discovery_rate` is expected to be.
    """

    area: AreaKind
    code: str
    false_alarm_births: int
    false_discovery_rate: float


class SignalWithdrawn(Contract, type="evenborn.births.signal_withdrawn.v1"):
    """On `statistics`: corrected figures do not bear a signal that was said of this area; it is a hint no more."""

    area: AreaKind
    code: str


class Axis(StrEnum):
    """What the areas of a row are; of the county there is one row, which names none."""

    COUNTY = "county"
    TOWNSHIP = "township"
    FACILITY = "facility"


class ReleasedRow(Contract):
    """Live births of an area, or of several small ones together; what is None is suppressed.

    `ratio` is boys per 100 girls with its exact 95 % interval from `low` to `high`: never without its counts.
    """

    axis: Axis
    areas: tuple[str, ...]
    births: int | None
    boys: int | None
    girls: int | None
    ratio: float | None
    low: float | None
    high: float | None


class Released(Contract):
    """Figures of a period, `2025Q1` or `2025` of the statistical year, from `first` to `last`, in an edition."""

    period: str
    edition: int
    first: date
    last: date
    published_on: date
    rows: tuple[ReleasedRow, ...]


class ReleasePublished(Released, type="evenborn.births.release_published.v1"):
    """On `statistics`: a period's figures are public."""


class RestatementReason(StrEnum):
    """Why figures are published anew."""

    CORRECTIONS = "corrections"
    LATE_REGISTRATIONS = "late_registrations"
    DUPLICATES_RESOLVED = "duplicates_resolved"
    METHOD = "method"


class ReleaseRestated(Released, type="evenborn.births.release_restated.v1"):
    """On `statistics`: these figures stand for those of the edition before."""

    reason: RestatementReason
