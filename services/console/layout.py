"""What a county's deployment consists of: services, what they say and hear, and the departments of a scenario."""

from __future__ import annotations

from pathlib import Path

COUNTY = "demo"
PORT_BASE = 8700
SERVICES = {"births": 1, "pregnancy_tracking": 2}
"""Services in the order they are started; a service's port is the base plus its number."""
PURPOSES = {"births": ("care", "household"), "pregnancy_tracking": ("care",)}
"""Which pseudonyms a service can compute."""
CHANNELS = {
    "births": ("care", "household", "statistics"),
    "pregnancy_tracking": ("care", "oversight", "supervision"),
}
"""What each service says; a service writes these streams and no others."""
HEARS = {
    "births": ("pregnancy_tracking.care", "enforcement.registry"),
    "pregnancy_tracking": ("births.care", "benefits.household", "enforcement.registry"),
}
"""What each service hears of others; it reads these streams and cannot write them."""
BRINGS = ("pregnancy_tracking",)
"""The services that send messages to neighbour counties."""
ROOT = Path(__file__).resolve().parents[2]
"""Where services are started: modules and `deploy/` are found from here."""
REFERENCE = ROOT / "deploy" / "county"
