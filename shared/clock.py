"""Clocks: the county's wall clock, and the scenario clock that a runner moves."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

COUNTY_TIME = timezone(timedelta(hours=8))
"""The one legal time of the country (UTC+8, no daylight saving since 1991)."""


class SystemClock:
    """The wall clock, in county time."""

    def now(self) -> datetime:
        return datetime.now(COUNTY_TIME)


class ScenarioClock:
    """A clock kept in a file, so that every service of a deployment lives the same moment.

    Only `ScenarioClock.move` changes it, and only forwards. Raises FileNotFoundError at the first
    `now` if no runner has set it: a data directory that is not a scenario has no such file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = (0, 0)
        self._now: datetime | None = None

    def now(self) -> datetime:
        seen = self._path.stat()
        stamp = (seen.st_mtime_ns, seen.st_ino)
        if self._now is None or stamp != self._stamp:
            self._now = datetime.fromisoformat(self._path.read_text())
            self._stamp = stamp
        return self._now

    def move(self, to: datetime) -> None:
        """Set the time; a moment before the present one is ignored."""
        if self._path.exists() and to < self.now():
            return
        beside = self._path.with_suffix(".next")
        beside.write_text(to.astimezone(COUNTY_TIME).isoformat())
        beside.replace(self._path)
