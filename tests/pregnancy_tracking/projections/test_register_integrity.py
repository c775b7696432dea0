"""How the registers are kept, as it was last told."""

from __future__ import annotations

from datetime import date

import pytest

from services.pregnancy_tracking.projections.register_integrity import (
    RegisterIntegrity,
    device_days,
    procedure_periods,
    with_anomalies,
)
from tests.explaining import scanned
from tests.pregnancy_tracking.review_scene import DEVICE_DAY, MONTH, PROCEDURES, SCANS, WEEK

SINCE, UNTIL = date(2025, 6, 1), date(2025, 6, 30)
CLEAN = DEVICE_DAY.model_copy(update={"device": "us-2", "missing": 0, "anomalies": ()})


@pytest.fixture
def view(append, projector):
    def connection(*facts):
        append({SCANS: [each for each in facts if each.stored_as == DEVICE_DAY.stored_as]})
        append({PROCEDURES: [each for each in facts if each.stored_as != DEVICE_DAY.stored_as]})
        return projector().engine(RegisterIntegrity.name).connect()

    return connection


def shown(db, *asked, **more):
    return [with_anomalies(row) for row in db.execute(device_days(*asked, **more)).mappings()]


def test_a_devices_day_shows_its_range_and_what_was_found(view):
    with view(DEVICE_DAY) as db:
        [row] = shown(db, None, SINCE, UNTIL)
    assert row == {
        "position": 1,
        "facility": "county-hospital",
        "device": "us-1",
        "day": date(2025, 6, 2),
        "first_counter": 1,
        "last_counter": 4,
        "entries": 3,
        "late": 1,
        "missing": 1,
        "anomalies": ["counter_gap", "roster_never_varies"],
    }


def test_what_was_told_last_of_a_day_counts(view):
    with view(DEVICE_DAY, DEVICE_DAY.model_copy(update={"entries": 4, "missing": 0, "anomalies": ()})) as db:
        [row] = shown(db, "county-hospital", SINCE, UNTIL)
    assert (row["entries"], row["missing"], row["anomalies"]) == (4, 0, [])


def test_days_are_asked_for_by_facility_time_and_anomaly(view):
    with view(DEVICE_DAY, CLEAN) as db:
        assert len(shown(db, "county-hospital", SINCE, UNTIL)) == 2
        assert [row["device"] for row in shown(db, None, SINCE, UNTIL, only_anomalies=True)] == ["us-1"]
        assert [row["device"] for row in shown(db, None, SINCE, UNTIL)] == ["us-1", "us-2"]
        assert shown(db, "elsewhere", SINCE, UNTIL) == []
        assert shown(db, None, date(2025, 6, 3), UNTIL) == []


@pytest.mark.parametrize("facility", [None, "county-hospital"])
def test_days_are_found_without_looking_through_all_years(view, facility):
    with view(DEVICE_DAY, CLEAN) as db:
        assert scanned(db, lambda db: db.execute(device_days(facility, SINCE, UNTIL))) == set()


def test_months_and_weeks_are_those_told_last(view):
    more = WEEK.model_copy(update={"without_certificate": 3})
    few = MONTH.model_copy(update={"procedures": None, "facility": "dayingxiang-hospital"})
    with view(MONTH, WEEK, more, few) as db:
        rows, [last] = (
            db.execute(procedure_periods(facility, SINCE, UNTIL)).mappings().all()
            for facility in (None, "dayingxiang-hospital")
        )
        assert last == rows[-1]
    names = ("facility", "period", "procedures", "without_certificate", "unauthorised", "late")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("county-hospital", "month", 12, None, None, None),
        ("county-hospital", "week", None, 3, 1, None),
        ("dayingxiang-hospital", "month", None, None, None, None),
    ]
