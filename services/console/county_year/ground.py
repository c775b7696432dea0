"""Where the scenario happens: the townships with their villages and posts, the facilities with devices and staff."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from services.console.places import Places, read

HOME = "home"
"""The facility of births outside any."""


@dataclass(frozen=True)
class Facility:
    """Where births and examinations happen; `unit` answers for its records."""

    code: str
    unit: str
    devices: tuple[str, ...]
    sonographers: tuple[str, ...]
    nurses: tuple[str, ...]


@dataclass(frozen=True)
class Ground:
    """Townships and facilities by code, in the order of the reference data."""

    townships: dict[str, Places]
    facilities: dict[str, Facility]

    @property
    def hospitals(self) -> tuple[str, ...]:
        """They have systems of their own that write to the broker; clinics post over HTTP."""
        return tuple(facility.unit for facility in self.facilities.values() if facility.code != HOME)

    @property
    def departments(self) -> tuple[str, ...]:
        clinics = (village.clinic for township in self.townships.values() for village in township.villages)
        return (*self.hospitals, *clinics)

    @classmethod
    def load(cls, reference: Path) -> Self:
        """Read the reference data. Raises FileNotFoundError, or KeyError for what is missing in it."""
        files = [read(reference, name) for name in ("townships", "units", "calendar")]
        codes = [township["code"] for township in files[0]["townships"]]
        return cls(
            townships={code: Places.of(code, *files) for code in codes},
            facilities={each["code"]: _facility(each) for each in read(reference, "facilities")["facilities"]},
        )


def _facility(facility: dict[str, Any]) -> Facility:
    staff = {each["code"]: bool(each["licences"]) for each in facility["staff"]}
    return Facility(
        code=facility["code"],
        unit=facility["unit"],
        devices=tuple(device["code"] for device in facility["devices"]),
        sonographers=tuple(code for code, licensed in staff.items() if licensed),
        nurses=tuple(code for code, licensed in staff.items() if not licensed),
    )
