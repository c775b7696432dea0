"""Which cases each command needs: binds the rules to the writer, a module per theme."""

from __future__ import annotations

from collections.abc import Mapping

from services.pregnancy_tracking.handling import (
    births,
    care,
    duties,
    erasing,
    lapses,
    links,
    reference,
    registers,
    reviews,
    transfers,
)
from services.pregnancy_tracking.handling.standing import policy_version
from shared.kernel import Command, Handler

__all__ = ["HANDLERS", "SWEEPS", "policy_version"]
HANDLERS: Mapping[type[Command], Handler] = {
    **lapses.counting(
        {
            **links.ending_together({**care.HANDLERS, **births.HANDLERS, **registers.HANDLERS}),
            **links.HANDLERS,
            **transfers.HANDLERS,
            **duties.HANDLERS,
            **erasing.HANDLERS,
        }
    ),
    **lapses.HANDLERS,
    **reviews.HANDLERS,
    **reference.HANDLERS,
}
SWEEPS = (*duties.SWEEPS, *reviews.SWEEPS, *registers.SWEEPS, *transfers.SWEEPS, *lapses.SWEEPS)
"""What time does here."""
