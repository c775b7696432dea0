"""What people look at: timelines, what is owed, what was done and how far care reaches, reviews, registers."""

from services.pregnancy_tracking.projections.coverage import Coverage
from services.pregnancy_tracking.projections.digest import Digest
from services.pregnancy_tracking.projections.due_list import DueList
from services.pregnancy_tracking.projections.register_integrity import RegisterIntegrity
from services.pregnancy_tracking.projections.registrations import Registrations
from services.pregnancy_tracking.projections.review_register import ReviewRegister
from services.pregnancy_tracking.projections.timeline import Timeline
from services.pregnancy_tracking.projections.transfers import TransferBook
from shared.projecting import View

VIEWS: tuple[View, ...] = (
    *(Timeline(), DueList(), Digest(), Coverage()),
    *(Registrations(), ReviewRegister(), RegisterIntegrity(), TransferBook()),
)
"""Every view of pregnancy_tracking."""
