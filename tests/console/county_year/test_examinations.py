"""Registers of examinations: kept well everywhere but where faults are planted."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from itertools import pairwise

import pytest

from services.console.county_year.births import confinements
from services.console.county_year.county import SECOND_HOSPITAL
from services.console.county_year.courses import courses
from services.console.county_year.examinations import FIXED_ROSTER, entered, examinations, truth_of_registers


@pytest.fixture(scope="module", params=[40, 1_000])
def entries(request, ground):
    year = courses(7, confinements(7, request.param, ground), ground)
    return entered(examinations(7, year, ground), ground)


def by_device(entries):
    devices = defaultdict(list)
    for entry in entries:
        devices[entry.examination.facility, entry.device].append(entry)
    return devices


def test_a_device_counts_upward_in_the_order_of_time(entries):
    for found in by_device(entries).values():
        assert found == sorted(found, key=lambda each: (each.examination.at, each.counter))
        assert len({each.counter for each in found}) == len(found)


def test_two_different_people_attend_and_one_is_a_sonographer_of_the_facility(entries, ground):
    for entry in entries:
        facility = ground.facilities[entry.examination.facility]
        assert len(set(entry.operators)) == 2
        assert set(entry.operators) & set(facility.sonographers)
        assert set(entry.operators) <= {*facility.sonographers, *facility.nurses}


def test_faults_are_planted_in_two_facilities_and_in_no_other(entries):
    days = truth_of_registers(entries)
    faulty = {day["facility"] for day in days if day["anomalies"] or day["missing"] or day["late"]}
    assert faulty == {SECOND_HOSPITAL, FIXED_ROSTER}
    shown = {anomaly for day in days for anomaly in day["anomalies"]}
    assert shown == {"counter_gap", "operator_in_two_rooms", "roster_never_varies"}


def test_counters_are_missing_only_where_they_were_skipped(entries):
    for (facility, device), found in by_device(entries).items():
        skipped = sum(each.examination.skipped for each in found)
        counters = [each.counter for each in found]
        assert max(counters) - min(counters) + 1 - len(counters) == skipped, (facility, device)


def test_nobody_is_in_two_rooms_by_chance(entries):
    attended = defaultdict(list)
    for entry in entries:
        for operator in entry.operators:
            attended[operator].append(entry)
    for found in attended.values():
        found.sort(key=lambda each: each.examination.at)
        for one, other in pairwise(found):
            near = other.examination.at - one.examination.at < timedelta(minutes=5)
            assert not (near and one.device != other.device) or one.examination.shows == other.examination.shows


def test_a_roster_varies_everywhere_but_where_that_is_planted(entries):
    for found in by_device(entries).values():
        days = defaultdict(set)
        for entry in found:
            days[entry.examination.at.date()].add(entry.operators)
        ordered = sorted(days)
        for last in range(19, len(ordered)):
            rosters = set().union(*(days[day] for day in ordered[last - 19 : last + 1]))
            planted = any(
                "roster_never_varies" in e.examination.shows for e in found if e.examination.at.date() == ordered[last]
            )
            assert (len(rosters) == 1) is planted
