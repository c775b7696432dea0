"""What births says about figures: of facilities, areas and days, never of anybody. The channel is `statistics`."""

from __future__ import annotations

from enum import StrEnum

from shared.contracts.cloudevents import Contract


class AreaKind(StrEnum):
    """What a signal is about: where children are born, or where their mothers live."""

    FACILITY = "facility"
    TOWNSHIP = "township"


class SignalCleared(Contract, type="evenborn.births.signal_cleared.v1"):
    """On `statistics`: a hint whom to inspect first, never a case. Its data were checked.

    The watch over the sex ratio of the area signalled. Of one area such a signal is false once in about
    `false_alarm_births` births; of all signals about the share `false_discovery_rate` is expected to be.
    """

    area: AreaKind
    code: str
    false_alarm_births: int
    false_discovery_rate: float
