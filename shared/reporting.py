"""What a service tells operators of itself: its status, and its metrics brought up to what is so now."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING, Any

from shared.access import AccessLog, unreviewed_glass
from shared.messaging.effects import STORE

if TYPE_CHECKING:
    from shared.service import Service


SETTLING = 0.1
"""Seconds that views get to take in what they merely let gather: that is no lag."""


def status(service: Service) -> dict[str, Any]:
    """Positions and lags of everything that follows something."""
    head, (held, parked) = service.log.head(), _asides(service)
    service.projector.wait_for(head, SETTLING)
    return {
        "service": service.definition.name,
        "time": service.clock.now().isoformat(),
        "swept": service.sweeping.swept and service.sweeping.swept.isoformat(),
        "position": head,
        "views": {name: service.rebuilds.status(name, head) for name in service.projector.positions()},
        "glass_to_review": _glass_to_review(service),
        "held": held,
        "parked": parked,
        **service.carrying.status(head),
    }


def measure(service: Service) -> None:
    """Bring the metrics up to now; what only the store knows is not a number while it is away."""
    service.carrying.measure()
    metrics = service.metrics
    try:
        found: tuple[float, ...] = (*_asides(service), _glass_to_review(service))
        metrics.store_away.set(0)
    except (*STORE, OSError):
        found = (nan, nan, nan)
        metrics.store_away.set(1)
    for gauge, value in zip((metrics.held, metrics.parked, metrics.glass_to_review), found, strict=True):
        gauge.set(value)


def _asides(service: Service) -> tuple[int, int]:
    """Messages that are held, and those that are parked."""
    asides = service.log.asides()
    return asides.pop("held", 0), sum(asides.values())


def _glass_to_review(service: Service) -> int:
    with service.projector.engine(AccessLog.name).connect() as db:
        return unreviewed_glass(db)
