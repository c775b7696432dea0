"""What happened to a release: prepared, its data faults cleared, published, restated."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from services.births.domain.data_faults import DataFault, FaultCleared
from services.births.domain.release_figures import Figures, Words
from shared.kernel import Fact, Id


class RestatementReason(StrEnum):
    """Why figures are published anew."""

    CORRECTIONS = "corrections"
    LATE_REGISTRATIONS = "late_registrations"
    DUPLICATES_RESOLVED = "duplicates_resolved"
    METHOD = "method"


class OfRelease(Fact):
    """Which release: the period's figures, in an edition. The first is published, later ones are restatements."""

    period: Id
    edition: int


class ReleasePrepared(OfRelease, stored_as="births.ReleasePrepared"):
    """On the release: this is what the next edition would print, and what is to be cleared before."""

    figures: Figures
    words: Words
    faults: tuple[DataFault, ...]
    prepared_by: Id


class DataFaultsCleared(OfRelease, stored_as="births.DataFaultsCleared"):
    """On the release: somebody looked at each data fault of what is prepared, and what became of it."""

    cleared: tuple[FaultCleared, ...]
    cleared_by: Id


class ReleasePublished(OfRelease, stored_as="births.ReleasePublished"):
    """On the release: these figures are published."""

    figures: Figures
    words: Words
    published_on: date
    published_by: Id


class ReleaseRestated(OfRelease, stored_as="births.ReleaseRestated"):
    """On the release: these figures stand for those of the edition before."""

    figures: Figures
    words: Words
    published_on: date
    published_by: Id
    reason: RestatementReason


class CellsReleased(OfRelease, stored_as="births.CellsReleased"):
    """On the released cells of a statistical year: another edition is public, so whatever comes is checked with it."""


RELEASE_FACTS: tuple[type[Fact], ...] = (
    ReleasePrepared,
    DataFaultsCleared,
    ReleasePublished,
    ReleaseRestated,
    CellsReleased,
)
"""Everything that is stored of releases."""
