"""What benefits say to others.

Benefits know a household by its pseudonym, care knows a woman by hers, and neither may learn the other's. Both were
told a child's name among services by births, so an entitlement is told by the birth it came with and by nothing else.
One that came with no birth is not told.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from shared.contracts.cloudevents import Contract


class Standing(StrEnum):
    """Where an entitlement stands. `ended` is one word for declined, lapsed, moved away and all else."""

    OFFERED = "offered"
    APPLIED = "applied"
    GRANTED = "granted"
    PAID = "paid"
    ENDED = "ended"


class EntitlementChanged(Contract, type="evenborn.benefits.entitlement_changed.v1"):
    """On `household`: where an entitlement stands since a day, for the timeline of the birth's pregnancy.

    `birth` is the child's name among services. `programme` is a code for what is given ("insurance-premium"), never for
    the rule that made a household eligible: that would tell care a child's sex. No amount, no reason.
    """

    birth: str
    programme: str
    standing: Standing
    since: date
