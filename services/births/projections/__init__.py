"""What people look at: the cells of the sex ratio, and the register of births."""

from services.births.projections.register import Register
from services.births.projections.sex_ratio import SexRatio
from shared.projecting import View

VIEWS: tuple[View, ...] = (SexRatio(), Register())
"""Every view of births."""
