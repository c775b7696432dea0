"""Dating a pregnancy anew."""

from __future__ import annotations

from datetime import date, timedelta

from services.pregnancy_tracking.domain.care_events import CourseRedated, DatingRevised
from services.pregnancy_tracking.domain.outcome import AlreadyEnded
from services.pregnancy_tracking.domain.pregnancy import InFuture
from services.pregnancy_tracking.domain.registration import DatingImplausible
from services.pregnancy_tracking.domain.woman import WOMAN, PregnancyUnknown
from services.pregnancy_tracking.domain.words import DatingBasis
from tests.pregnancy_tracking.duty_scene import Course, dating, named
from tests.pregnancy_tracking.scene import BORN, LMP, OWING, P1, UNDER_CARE, WOMAN_1, after_birth, given, visit

SCANNED = date(2024, 3, 25)
BEGINS = SCANNED - timedelta(81)
REVISED = DatingRevised(
    basis=DatingBasis.SCAN,
    established_on=SCANNED,
    last_menstrual_period=BEGINS,
    estimated_due_on=BEGINS + timedelta(280),
)


def test_an_early_scan_dates_it_anew():
    decision = given(UNDER_CARE, policy=OWING).when(dating(SCANNED, 81)).decision()
    assert decision[P1][0] == REVISED
    assert decision[WOMAN_1] == [
        CourseRedated(
            pregnancy="p1", person="w1", last_menstrual_period=BEGINS, estimated_due_on=BEGINS + timedelta(280)
        )
    ]


def test_the_same_again_changes_nothing():
    given(UNDER_CARE, {P1: [REVISED]}, policy=OWING).when(dating(SCANNED, 81)).then_nothing()


def test_a_later_scan_and_what_she_says_then_are_kept_but_count_for_nothing():
    told = given(UNDER_CARE, {P1: [REVISED]}, policy=OWING)
    assert named(told.when(dating(SCANNED + timedelta(14), 100)).decision(), WOMAN_1) == []
    said = dating(SCANNED + timedelta(14), 99, DatingBasis.LAST_MENSTRUAL_PERIOD)
    assert named(told.when(said).decision(), WOMAN_1) == []


def test_what_is_implausible_is_refused():
    told = given(UNDER_CARE, policy=OWING)
    told.when(dating(date(2025, 7, 1), 81)).then_refused(InFuture, "/established_on", "2025-06-30")
    told.when(dating(SCANNED, 330)).then_refused(DatingImplausible, "/gestation_days", "less than 168 days")
    told.when(dating(SCANNED, 20)).then_refused(DatingImplausible, "/gestation_days", "21 to")
    late = dating(SCANNED, 330, DatingBasis.LAST_MENSTRUAL_PERIOD)
    told.when(late).then_refused(DatingImplausible, "/gestation_days", "to 329 days")
    given(after_birth(), policy=OWING).when(dating(BORN + timedelta(1), 167)).then_refused(
        AlreadyEnded, "/established_on"
    )
    given(policy=OWING).when(dating(SCANNED, 81)).then_refused(PregnancyUnknown, "/established_on")


def test_duties_are_put_in_the_place_of_others_and_what_was_done_stays():
    course = Course()
    course.told(visit(date(2024, 3, 20)), on=date(2024, 3, 20))
    before = course.duties
    told = course.told(dating(SCANNED, 81), on=SCANNED)
    assert named(told, P1)[0] == "DatingRevised"
    assert {"DutySuperseded", "DutyOpened"} == set(named(told, P1)[1:])
    assert before.keys() < course.duties.keys()
    assert course.kept("antenatal-1").status == "done"
    assert course.kept("antenatal-2").opens_on == BEGINS + timedelta(weeks=16)
    assert course.duties[f"antenatal-2@{LMP + timedelta(weeks=16)}"].status == "superseded"


def test_a_visit_before_the_scan_counts_where_the_scan_finds_a_contact_owed_that_day():
    registered = LMP + timedelta(94)
    course = Course(registered_on=registered)
    course.told(visit(registered), on=registered)
    assert not [name for name in course.duties if name.startswith("antenatal-1")]
    course.told(dating(registered + timedelta(7), 90), on=registered + timedelta(7))
    assert course.kept("antenatal-1").status == "done"
    assert course.kept("antenatal-2").status == "open"


def test_an_undated_pregnancy_counts_from_the_scan_on():
    course = Course(last_menstrual_period=None)
    course.told(dating(SCANNED, 81), on=SCANNED)
    assert {contact.partition("-")[0] for contact in course.open()} == {"antenatal", "post_term", "outcome_query"}
    [hers] = course.cases[WOMAN, "w1"].courses
    assert hers.begins == BEGINS
