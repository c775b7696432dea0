"""What people look at: the cells of the sex ratio, the register, duplicates to review, certificates."""

from services.births.projections.duplicates import Duplicates
from services.births.projections.issuance import Issuance
from services.births.projections.register import Register
from services.births.projections.sex_ratio import SexRatio
from shared.projecting import View

VIEWS: tuple[View, ...] = (SexRatio(), Register(), Duplicates(), Issuance())
"""Every view of births."""
