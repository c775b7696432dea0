"""What duties come to, reckoned by days alone: each rule at its edge."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from services.console.county_year.births import Child, Confinement
from services.console.county_year.course import NONE, Contact, Course, Danger, Fate
from services.console.county_year.truth_of_duties import duties_of
from services.console.people import Woman
from services.console.places import Village
from shared.clock import COUNTY_TIME
from shared.contracts.departments import RiskColour, Sex, Vital

PERIOD = date(2024, 3, 4)
BORN = PERIOD + timedelta(weeks=39)
LEFT = BORN + timedelta(3)
DAY = timedelta(1)
WOMAN = Woman(document="990101199001010028", name="王芳", phone="19900000001", address="1组1号", village="v")
VILLAGE = Village("v", "村", "v-clinic", "v-doctor")


def delivered(vital=Vital.LIVE, facility="county-hospital"):
    at = datetime.combine(BORN, datetime.min.time(), COUNTY_TIME)
    child = Child(vital, Sex.GIRL, 1, 3_200)
    return Confinement(1, "1", WOMAN, "t", VILLAGE, facility, at, 273, (child,))


def course(*, contacts=(), home_visits=(), confinement=None, told=NONE):
    confinement = confinement or delivered()
    return Course(
        key="1",
        woman=WOMAN,
        township="t",
        village=VILLAGE,
        last_period=PERIOD,
        registered_on=PERIOD + timedelta(70),
        written_on=PERIOD + timedelta(70),
        contacts=contacts,
        away=None,
        confinement=confinement,
        discharged_on=None if confinement.facility == "home" else LEFT,
        home_visits=home_visits,
        details=replace(told, noticed_on=told.noticed_on or LEFT) if confinement.facility != "home" else told,
    )


@pytest.mark.parametrize(
    ("number", "fate", "comes_to"),
    [
        (2, Fate.SEEN, "met"),
        (2, Fate.ELSEWHERE, "met"),
        (2, Fate.DECLINED, "declined"),
        (3, Fate.MISSED, "lapsed"),
        (4, Fate.AWAY, "lapsed"),  # on the very day of the birth
        (5, Fate.MISSED, "cancelled"),
        (5, Fate.OVER, "cancelled"),
    ],
)
def test_a_contact_lapses_two_weeks_after_its_window_unless_the_end_comes_first(number, fate, comes_to):
    found = duties_of(course(contacts=(Contact(number, fate),)))
    assert found[f"antenatal-{number}"] == comes_to


@pytest.mark.parametrize(
    ("day", "comes_to"),
    [(LEFT, "met"), (LEFT + 14 * DAY, "met"), (LEFT + 15 * DAY, "lapsed"), (LEFT - DAY, "lapsed")],
)
def test_the_first_home_visit_counts_from_the_discharge_until_it_lapses(day, comes_to):
    assert duties_of(course(home_visits=(day,)))["home_visit-1"] == comes_to


def test_a_late_notice_gives_the_post_more_time_and_is_the_hospitals():
    late = replace(NONE, noticed_on=LEFT + 10 * DAY)
    found = duties_of(course(home_visits=(LEFT + 17 * DAY,), told=late))
    assert (found["discharge_notice-1"], found["home_visit-1"]) == ("lapsed", "met")


def test_a_birth_at_home_has_no_notice_and_counts_from_the_birth():
    found = duties_of(course(confinement=delivered(facility="home"), home_visits=(BORN + 14 * DAY,)))
    assert "discharge_notice-1" not in found
    assert found["home_visit-1"] == "met"


@pytest.mark.parametrize(("tries", "comes_to"), [(3, "attempted"), (2, "lapsed")])
def test_three_attempts_close_a_visit(tries, comes_to):
    attempts = tuple(BORN + timedelta(28 + 2 * number) for number in range(tries))
    assert duties_of(course(told=replace(NONE, attempts=attempts)))["home_visit-2"] == comes_to


def test_after_her_death_nothing_is_owed():
    found = duties_of(course(told=replace(NONE, died_on=BORN + 25 * DAY)))
    assert (found["home_visit-1"], found["home_visit-2"], found["postnatal_check-1"]) == (
        *("lapsed", "cancelled", "cancelled"),
    )


def test_after_a_stillbirth_whoever_sees_her_supports_her():
    still = delivered(vital=Vital.STILL)
    assert duties_of(course(confinement=still))["loss_support-1"] == "lapsed"
    assert duties_of(course(confinement=still, home_visits=(BORN + 8 * DAY,)))["loss_support-1"] == "met"
    assert "loss_support-1" not in duties_of(course())


def test_a_danger_sign_is_referred_followed_up_and_answered():
    found_on = PERIOD + timedelta(weeks=30)
    danger = Danger(found_on, "high_fever", "t-hospital", "county-hospital", found_on + 21 * DAY, found_on + 10 * DAY)
    seen = course(told=replace(NONE, danger=danger), home_visits=(found_on + 10 * DAY,))
    assert _of(duties_of(seen)) == {"referral": "met", "danger_follow_up": "met", "referral_result": "met"}
    late = replace(danger, answered_on=found_on + 22 * DAY, followed_on=None)
    unseen = course(told=replace(NONE, danger=late))
    assert _of(duties_of(unseen)) == {"referral": "met", "danger_follow_up": "lapsed", "referral_result": "lapsed"}
    nowhere = course(told=replace(NONE, danger=replace(late, referred_to="", answered_on=None)))
    assert _of(duties_of(nowhere)) == {"referral": "lapsed", "danger_follow_up": "lapsed"}


@pytest.mark.parametrize(("colour", "owed"), [(RiskColour.RED, True), (RiskColour.YELLOW, False)])
def test_high_risk_is_followed_up(colour, owed):
    graded = replace(NONE, graded=(PERIOD + timedelta(70), colour))
    assert ("risk_follow_up-2024-05-13" in duties_of(course(told=graded))) is owed


def _of(found):
    return {duty.partition("-")[0]: what for duty, what in found.items() if duty.startswith(("referral", "danger"))}
