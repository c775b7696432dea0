"""What people look at: the timeline of a pregnancy, how many there are, reviews, and how registers are kept."""

from services.pregnancy_tracking.projections.register_integrity import RegisterIntegrity
from services.pregnancy_tracking.projections.registrations import Registrations
from services.pregnancy_tracking.projections.review_register import ReviewRegister
from services.pregnancy_tracking.projections.timeline import Timeline
from services.pregnancy_tracking.projections.transfers import TransferBook
from shared.projecting import View

VIEWS: tuple[View, ...] = (Timeline(), Registrations(), ReviewRegister(), RegisterIntegrity(), TransferBook())
"""Every view of pregnancy_tracking."""
