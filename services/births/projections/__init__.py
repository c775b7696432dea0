"""What people look at: figures, the register, corrections, duplicates, certificates, the watch, releases."""

from services.births.projections.corrections import Corrections
from services.births.projections.duplicates import Duplicates
from services.births.projections.indicators import Indicators
from services.births.projections.issuance import Issuance
from services.births.projections.lag import Lag
from services.births.projections.register import Register
from services.births.projections.release_counts import ReleaseCounts
from services.births.projections.releases import Releases
from services.births.projections.sex_ratio import SexRatio
from services.births.projections.watch_board import WatchBoard
from services.births.projections.weekly import Weekly
from shared.projecting import View

VIEWS: tuple[View, ...] = (
    SexRatio(),
    Lag(),
    Indicators(),
    Register(),
    Corrections(),
    Duplicates(),
    Issuance(),
    Weekly(),
    WatchBoard(),
    ReleaseCounts(),
    Releases(),
)
"""Every view of births."""
