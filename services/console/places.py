"""Where a scenario happens: the township's villages, clinics and posts, from the county's reference data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Self

import yaml

COUNTY_HOSPITAL = "county-hospital"


@dataclass(frozen=True)
class Village:
    """A village, the clinic that serves it, and that clinic's post."""

    code: str
    name: str
    clinic: str
    post: str


@dataclass(frozen=True)
class Places:
    """A township. Hospitals and clinics are the departments that write, each under its unit's code."""

    township: str
    township_post: str
    township_hospital: str
    county_hospital: str
    villages: tuple[Village, ...]
    holidays: frozenset[date]
    worked_weekend_days: frozenset[date]

    @property
    def on_broker(self) -> tuple[str, ...]:
        """The hospitals have systems of their own that write to the broker; clinics post over HTTP."""
        return self.township_hospital, self.county_hospital

    @property
    def departments(self) -> tuple[str, ...]:
        return *self.on_broker, *(village.clinic for village in self.villages)

    def is_working_day(self, day: date) -> bool:
        return day not in self.holidays and (day.weekday() < 5 or day in self.worked_weekend_days)  # noqa: PLR2004

    @classmethod
    def load(cls, reference: Path, township: str) -> Self:
        """Read the reference data. Raises FileNotFoundError, or KeyError where a unit or post is missing in it."""
        return cls.of(township, *(read(reference, name) for name in ("townships", "units", "calendar")))

    @classmethod
    def of(cls, township: str, townships: Any, units: Any, calendar: Any) -> Self:
        """One township of the county, from the contents of these files. Raises as `load`."""
        here = next(each for each in townships["townships"] if each["code"] == township)
        units = units["units"]
        hospital = next(u for u in units if u["kind"] == "township_hospital" and u["township"] == township)
        clinics = {code: unit for unit in units for code in unit.get("villages", ())}
        return cls(
            township=township,
            township_post=_post(hospital, "township"),
            township_hospital=hospital["code"],
            county_hospital=next(unit["code"] for unit in units if unit["code"] == COUNTY_HOSPITAL),
            villages=tuple(_village(village, clinics[village["code"]]) for village in here["villages"]),
            holidays=frozenset(day for holiday in calendar["holidays"] for day in _days(holiday)),
            worked_weekend_days=frozenset(calendar["worked_weekend_days"]),
        )


def read(reference: Path, name: str) -> Any:
    """What a file of the reference data says. Raises FileNotFoundError."""
    return yaml.safe_load((reference / f"{name}.yaml").read_text())


def codes(reference: Path) -> frozenset[str]:
    """The codes of all units and facilities. Raises FileNotFoundError."""
    return frozenset(each["code"] for name in ("units", "facilities") for each in read(reference, name)[name])


def _village(village: dict[str, Any], clinic: dict[str, Any]) -> Village:
    return Village(village["code"], village["name_zh"], clinic["code"], _post(clinic, "village"))


def _post(unit: dict[str, Any], tier: str) -> str:
    return next(str(post["code"]) for post in unit["posts"] if post["tier"] == tier)


def _days(holiday: dict[str, Any]) -> Iterator[date]:
    first, last = holiday["from"], holiday["to"]
    return (first + timedelta(days=day) for day in range((last - first).days + 1))
