"""What benefits tell of entitlements that came with a birth."""

from __future__ import annotations

from collections.abc import Sequence

from services.pregnancy_tracking.domain.birth import NoteBenefit
from services.pregnancy_tracking.domain.birth_events import Standing
from shared.contracts import benefits
from shared.kernel import Command
from shared.reacting import Hearing, Reactions


def note_benefit(message: benefits.EntitlementChanged, hearing: Hearing) -> Sequence[Command]:
    """An entitlement stands so. Idempotent by birth, programme and sequence; its birth may become known later."""
    return [
        NoteBenefit(
            **hearing.stamp(),
            birth=message.birth,
            programme=message.programme,
            standing=Standing(message.standing),
            since=message.since,
            sequence=hearing.event.sequence or 0,
        )
    ]


REACTIONS: Reactions = {benefits.EntitlementChanged: note_benefit}
