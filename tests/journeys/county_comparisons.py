"""Everything a county year's truth can be compared with, whatever its size: one specification for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.journeys.conftest import Life
from tests.journeys.county_births import corrected, watched
from tests.journeys.county_care import (
    Records,
    charged_for_notices,
    counted_duties,
    days_of,
    digests,
    duties,
    lapses,
    records,
    seen,
    set_aside,
    told_to_enforcement,
    told_to_superiors,
    transferred,
    true_digests,
    true_records,
    true_visits,
)
from tests.journeys.county_year import (
    counted_cells,
    coverage,
    decided_reviews,
    device_days,
    indicators,
    issuance,
    lapsed_contacts,
    late,
    registered,
    reviews,
    transfers,
    true_cells,
    true_device_days,
    true_indicators,
    true_lapsed_contacts,
    true_reviews,
    true_totals,
    true_transfers,
    truth_of,
    uncertified,
)

Truth = Mapping[str, Any]
FEWEST = 10
"""Smaller numbers leave a unit as fewer."""
LAST_MONTH = "2025-12"
"""It is not over for long enough when the scenario ends."""
FAULTY = {"second-hospital", "baishizhen-hospital"}
"""The facilities in whose registers faults are planted."""


class BirthsOfTheYear:
    """The births of a year lived through as the fixture `life` of whoever names its size."""

    @pytest.fixture(scope="class")
    @classmethod
    def truth(cls, life: Life) -> Truth:
        return truth_of(life)

    def test_births_are_counted_as_the_truth_has_them(self, life, truth):
        assert counted_cells(life, truth) == true_cells(truth)

    def test_nothing_is_set_aside_in_the_end(self, life):
        for status in life.status().values():
            assert (status["parked"], status["held"]) == (0, 0)

    def test_what_was_told_twice_is_reviewed_as_planted(self, life, truth):
        planted = truth["duplicates"]
        expected = {"open": "open", "confirmed": "confirmed", "dismissed": "twin_untold"}
        assert reviews(life) == {state: len(planted[kind]) for state, kind in expected.items()}

    def test_certificates_are_those_issued(self, life, truth):
        counted = issuance(life)
        assert counted["live_births"] == truth["births"]
        assert counted["certificates"] == truth["certificates"]["valid"]

    def test_indicators_and_late_notices_are_those_of_the_truth(self, life, truth):
        assert indicators(life) == true_indicators(truth)
        assert late(life, truth) == truth["late"]

    def test_what_was_told_wrongly_is_right_in_the_end(self, life, truth):
        assert corrected(life, truth) == [each["true"] for each in truth["corrections"]["approved"]]

    def test_the_watch_has_counted_every_birth_and_signals_no_place_but_that_of_130(self, life, truth):
        areas = watched(life)
        for kind in ("township", "facility"):
            counted = {code: row["births"] for (of, code), row in areas.items() if of == kind and row["births"]}
            assert counted == {code: sum(sexes.values()) for code, sexes in true_totals(truth, kind).items()}
        signalling = {area for area, row in areas.items() if row["state"] in {"raised", "cleared"}}
        assert signalling <= {("facility", truth["facility_at_130"]["facility"])}


class CountyYear(BirthsOfTheYear):
    """The same year with all the care in it."""

    @pytest.fixture(scope="class")
    @classmethod
    def found(cls, life: Life, truth: dict[str, Any]) -> Records:
        return records(life, truth)

    def test_every_pregnancy_is_under_care_once(self, life, truth):
        assert registered(life) == truth["care"]["registered"]

    def test_registers_show_what_was_planted_in_two_facilities_and_nothing_else(self, life, truth):
        found = device_days(life)
        assert found == true_device_days(truth)
        assert {facility for (facility, *_), day in found.items() if day["anomalies"] or day["late"]} == FAULTY

    def test_procedures_without_their_certificate_are_counted_per_week(self, life, truth):
        planted = truth["care"]["without_certificate"]
        assert uncertified(life) == {(each["facility"], each["week"]): each["procedures"] for each in planted}

    def test_reviews_end_on_every_path_as_planned(self, life, truth):
        assert decided_reviews(life) == true_reviews(life, truth)

    def test_care_reaches_as_far_as_in_truth(self, life, truth):
        assert coverage(life, truth) == truth["care"]["coverage"]

    def test_contacts_lapse_where_nobody_saw_her_and_nowhere_else(self, life, truth):
        assert lapsed_contacts(life, truth) == true_lapsed_contacts(life, truth)

    def test_every_duty_comes_to_what_it_does_in_truth(self, found, truth):
        true = {name: each["duties"] for name, each in true_records(truth).items()}
        assert {name: duties(found[name], true[name]) for name in true} == true

    def test_timelines_hold_every_visit_and_the_birth_on_its_day(self, found, truth):
        for name, true in true_records(truth).items():
            assert seen(found[name]) == true_visits(true), name
        for true in truth["care"]["pregnancies"]:
            assert days_of(found[true["registration"]], "BirthNoted")[-1] == true["ended_on"], true

    def test_timelines_hold_counselling_danger_signs_companions_and_deaths(self, found, truth):
        for true in truth["care"]["pregnancies"]:
            entries = found[true["registration"]]
            assert days_of(entries, "CounsellingGiven") == true["counselled"], true
            assert days_of(entries, "DangerSignRaised") == true["danger_signs"], true
            assert len(days_of(entries, "CompanionArranged")) == bool(true["companion"]), true
            assert days_of(entries, "MaternalDeathRecorded") == [true["died_on"]] * bool(true["died_on"]), true

    def test_every_month_is_told_as_it_was_known_when_it_was_frozen(self, life, found, truth):
        """What was done is compared with the truth; how duties stood, with what the timelines say and when."""
        frozen, true, told = digests(life, truth), true_digests(truth), counted_duties(found)
        assert set(frozen) == {*true, *told}
        for month, row in frozen.items():
            parts = (true.get(month, {}), told.get(month, {}))
            assert row == {name: sum(part.get(name, 0) for part in parts) for name in row}, month

    def test_who_was_registered_twice_is_found_out(self, life, found, truth):
        twice = truth["care"]["registered_twice"]
        aside = {each["again"]: each["seen_to"] for each in twice if each["seen_to"] != "apart"}
        assert set_aside(life, truth) == aside
        linked = {each["registration"] for each in twice if each["seen_to"] != "dismissed"}
        assert {name for name in true_records(truth) if days_of(found[name], "PregnanciesLinked")} == linked

    def test_transfers_get_the_answers_planned(self, life, found, truth):
        assert transfers(life) == true_transfers(truth)
        planned = {each["registration"]: [(each["asked_on"], each["status"])] for each in truth["care"]["transfers"]}
        assert {name: ends for name in true_records(truth) if (ends := transferred(found[name]))} == planned

    def test_late_notices_of_discharge_are_charged_to_the_hospital(self, found, truth):
        for true in truth["care"]["pregnancies"]:
            late = true["duties"].get("discharge_notice-1") == "lapsed"
            assert charged_for_notices(found[true["registration"]]) == [("notice", true["facility"])] * late, true

    def test_superiors_are_told_how_many_duties_units_let_lapse_and_never_few(self, life, found):
        counted, told = lapses(found), told_to_superiors(life)
        few = {unit: str(counted[unit]) if counted[unit] >= FEWEST else f"<{FEWEST}" for unit in told}
        assert told == few
        assert {unit for unit in counted if unit[1] < LAST_MONTH} <= set(told)

    def test_enforcement_is_told_of_every_device_day_what_is_true_of_it(self, life, truth):
        told = {day: each | {"anomalies": sorted(each["anomalies"])} for day, each in told_to_enforcement(life).items()}
        assert told == true_device_days(truth)
