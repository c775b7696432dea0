"""What people look at: the timeline of a pregnancy, and how many there are."""

from services.pregnancy_tracking.projections.registrations import Registrations
from services.pregnancy_tracking.projections.timeline import Timeline
from shared.projecting import View

VIEWS: tuple[View, ...] = (Timeline(), Registrations())
"""Every view of pregnancy_tracking."""
