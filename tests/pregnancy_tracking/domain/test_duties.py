"""Duties: how each is opened, closed, and charged when it lapses."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.pregnancy_tracking.domain.duty_events import DutyLapsed, DutyOverdue, Hop
from services.pregnancy_tracking.domain.outcome import NotMaternalDeath
from services.pregnancy_tracking.domain.reference import County
from services.pregnancy_tracking.domain.words import Outcome, RiskColour, VisitKind, Vital
from tests.pregnancy_tracking.duty_scene import (
    SIGNS,
    Course,
    attempt,
    death,
    decline,
    discharge,
    graded,
    morning,
    named,
    reassign,
    waive,
)
from tests.pregnancy_tracking.scene import (
    BORN,
    LMP,
    OWING,
    P1,
    PLACES,
    REGISTERED,
    RULES,
    WOMAN_1,
    birth,
    end,
    erase,
    note,
    register,
    visit,
)

WHO = OWING.model_copy(update={"care": OWING.care.model_copy(update={"schedule": "who_2016"})})
DAY = date(2024, 5, 6)
DISCHARGED = BORN + timedelta(2)
FIRST = f"antenatal-1@{LMP}"


def after(days: int, day: date = DAY) -> date:
    return day + timedelta(days)


def born(policy=OWING, **other) -> Course:
    """The usual pregnancy, and a birth told on its day."""
    course = Course(policy)
    course.told(note(birth(**other)), on=BORN)
    return course


def status(course: Course, contact: str) -> str:
    return course.kept(contact).status


# Time


def test_time_makes_a_duty_overdue_and_lets_it_lapse_and_writes_only_that():
    course = Course()
    due_until, lapses_on = course.kept("antenatal-1")[3:5]
    assert course.scheduled(due_until)
    assert named(course.swept(after(-1, due_until)), P1) == []
    charged = {"duty": FIRST, "hop": Hop.ACTION, "unit": "dayingxiang-hospital"}
    assert course.swept(due_until)[P1] == [DutyOverdue(**charged, overdue_on=due_until)]
    assert course.scheduled(lapses_on)
    assert course.swept(lapses_on)[P1] == [DutyLapsed(**charged, lapsed_on=lapses_on)]


def test_days_on_which_nobody_looked_are_made_up_for():
    course = Course()
    course.swept(REGISTERED, after(200, REGISTERED))
    assert [state for _, state in course.of("antenatal")] == ["lapsed", "lapsed", "lapsed", "overdue", "open"]
    assert "AgendaCleared" in named(course.swept(after(201, REGISTERED)), "agenda_cleared:county")


def test_a_visit_told_late_takes_a_lapse_back():
    course = Course()
    course.swept_daily(date(2024, 5, 1))
    assert status(course, "antenatal-1") == "lapsed"
    course.told(visit(after(3, REGISTERED)), on=date(2024, 5, 2))
    assert status(course, "antenatal-1") == "done"


def test_what_nobody_could_know_in_time_is_charged_to_who_told_late():
    course = Course()
    course.cases, told = Course(registered_on=REGISTERED).cases.without(P1, WOMAN_1), date(2024, 6, 1)
    decision = course.told(register(registered_on=REGISTERED), on=told)
    assert [fact for fact in decision[P1] if isinstance(fact, DutyLapsed)] == [
        DutyLapsed(duty=FIRST, lapsed_on=date(2024, 4, 15), hop=Hop.NOTICE, unit="dayingxiang-hospital")
    ]


# Closing


def test_after_so_many_attempts_nobody_comes_again():
    course = born()
    tried = [attempt(after(day, BORN)) for day in (4, 5, 6)]
    course.told(*tried[:2], on=after(6, BORN))
    assert status(course, "home_visit-1") == "open"
    course.told(tried[2])
    assert status(course, "home_visit-1") == "attempted"


def test_she_may_decline_one_contact_or_all_and_nothing_else_happens():
    course = Course()
    course.swept(DAY)
    assert named(course.told(decline(DAY, "antenatal-2")), P1) == ["ContactDeclined", "DutyDeclined"]
    assert "antenatal-2" not in course.open()
    assert "antenatal-3" in course.open()
    assert set(named(course.told(decline(DAY)), P1)) == {"ContactDeclined", "DutyDeclined"}
    assert course.open() <= {"outcome_query-1"}
    course.swept_daily(after(60))
    assert course.open() <= {"outcome_query-1"}


def test_a_superior_may_waive_a_contact():
    course = Course()
    course.swept(DAY)
    assert named(course.told(waive(DAY, "antenatal-2")), P1) == ["ContactWaived", "DutyWaived"]


def test_duties_move_with_the_posts():
    course = Course()
    posts = (*PLACES.posts, PLACES.posts[2].model_copy(update={"code": "doctor-2", "unit": "xiying-clinic"}))
    county = County(townships=PLACES.townships, units=PLACES.units, posts=posts)
    course.cases.happened({"reference:county": [_adopted(county)]})
    course.told(graded(DAY), on=DAY)
    told = named(course.told(reassign(after(1), village_post="doctor-2"), on=after(1)), P1)
    assert set(told) == {"CareAssigned", "DutyReassigned"}
    assert course.kept(f"risk_follow_up-{DAY}").answerable.unit == "xiying-clinic"
    assert course.kept("antenatal-2").answerable.village_post == "doctor-2"


def _adopted(county: County):
    from services.pregnancy_tracking.domain.reference import ReferenceAdopted

    return ReferenceAdopted(county=county)


# What follows from what was found


def test_on_a_danger_sign_she_is_referred_at_once_and_followed_up_in_three_days():
    course = Course()
    danger = visit(DAY, kind=VisitKind.HOME, unit="dongying-clinic", danger_signs=SIGNS, danger=("convulsions",))
    told = course.told(danger, on=DAY)
    assert named(told, P1)[:2] == ["VisitLogged", "DangerSignRaised"]
    referral, follow_up = course.kept(f"referral-{DAY}"), course.kept(f"danger_follow_up-{DAY}")
    assert (referral.opens_on, referral.due_until) == (DAY, after(1))
    assert (referral.answerable.unit, referral.answerable.post) == ("dongying-clinic", "doctor")
    assert (follow_up.opens_on, follow_up.due_until) == (after(1), after(4))
    course.told(visit(DAY, unit="dongying-clinic", kind=VisitKind.HOME, referred_to="county-hospital"))
    assert status(course, f"referral-{DAY}") == "done"
    course.told(visit(after(3), kind=VisitKind.HOME), on=after(3))
    assert status(course, f"danger_follow_up-{DAY}") == "done"


def test_the_result_of_a_referral_is_owed_by_who_got_it_within_two_weeks():
    course = Course()
    course.told(visit(DAY, referred_to="county-hospital"), on=DAY)
    contact = f"referral_result-{DAY}-county-hospital"
    owed = course.kept(contact)
    assert (owed.due_until, owed.answerable.unit, owed.answerable.post) == (after(15), "county-hospital", None)
    course.told(visit(after(2), kind=VisitKind.REFERRAL_RESULT), on=after(2))
    assert status(course, contact) == "open"
    course.told(visit(after(2), kind=VisitKind.REFERRAL_RESULT, unit="county-hospital"))
    assert status(course, contact) == "done"


@pytest.mark.parametrize("colour", RiskColour)
def test_high_risk_is_followed_up_within_a_week(colour):
    course = Course()
    course.told(graded(DAY, colour), on=DAY)
    high = colour in {RiskColour.ORANGE, RiskColour.RED}
    assert (f"risk_follow_up-{DAY}" in course.open()) == high
    if high:
        assert course.kept(f"risk_follow_up-{DAY}")[2:4] == (after(1), after(8))


# After the end


def test_the_end_cancels_antenatal_duties_and_opens_postnatal_ones_in_the_same_decision():
    course = Course()
    told = course.told(note(birth()), on=BORN)
    assert {"PregnancyEnded", "DutyCancelled", "DutyOpened"} <= set(named(told, P1))
    assert course.open() == {"discharge_notice-1", "home_visit-1", "home_visit-2", "postnatal_check-1"}


def test_no_reminder_comes_after_delivery():
    course = born()
    course.swept_daily(after(70, BORN))
    assert {state for _, state in course.of("antenatal")} <= {"lapsed", "ended"}
    assert status(course, "antenatal-5") == "ended"


def test_the_first_home_visit_has_two_clocks():
    course = born()
    course.told(discharge(DISCHARGED), on=after(9, DISCHARGED))
    visit_1 = course.kept("home_visit-1")
    assert (visit_1.opens_on, visit_1.due_until) == (DISCHARGED, after(8, DISCHARGED))
    assert visit_1.lapses_on == after(9 + 8, DISCHARGED)


def test_a_notice_in_time_is_done_and_the_post_is_charged_if_nobody_comes():
    course = born()
    course.told(discharge(DISCHARGED), on=after(1, DISCHARGED))
    assert status(course, "discharge_notice-1") == "done"
    course.swept_daily(after(20, DISCHARGED))
    assert charged(course, "home_visit-1") == {(Hop.ACTION, "dongying-clinic")}


def test_a_late_notice_is_charged_to_the_hospital_and_the_post_has_its_own_time():
    course = born()
    course.told(discharge(DISCHARGED, timedelta(hours=25)), on=after(2, DISCHARGED))
    assert charged(course, "discharge_notice-1") == {(Hop.NOTICE, "county-hospital")}
    course.swept_daily(after(8, DISCHARGED))
    assert charged(course, "home_visit-1") == {(Hop.NOTICE, "county-hospital")}
    course.told(visit(after(9, DISCHARGED), kind=VisitKind.HOME), on=after(9, DISCHARGED))
    assert status(course, "home_visit-1") == "done"


def test_a_notice_that_was_long_on_its_way_is_charged_to_the_township():
    course = born()
    course.told(discharge(DISCHARGED), on=after(5, DISCHARGED))
    course.swept_daily(after(8, DISCHARGED))
    assert charged(course, "home_visit-1") == {(Hop.RECEIPT, "dayingxiang-hospital")}


def test_without_any_notice_the_hospital_is_charged():
    course = born()
    course.swept_daily(after(30, BORN))
    assert charged(course, "discharge_notice-1") == {(Hop.NOTICE, "county-hospital")}
    assert charged(course, "home_visit-1") == {(Hop.NOTICE, "county-hospital")}


def charged(course: Course, contact: str) -> set[tuple[Hop, str]]:
    """Whom lateness of a contact was charged to, as time was looked at."""
    facts = course.cases.facts(P1)
    late = [each for each in facts if isinstance(each, (DutyOverdue, DutyLapsed))]
    return {(each.hop, each.unit) for each in late if each.duty.startswith(contact)}


def test_after_a_birth_at_home_the_birth_is_the_anchor_and_no_hospital_owes_anything():
    course = born(facility="home")
    assert course.open() == {"home_visit-1", "home_visit-2", "postnatal_check-1"}
    assert course.kept("home_visit-1").opens_on == BORN
    course.swept_daily(after(30, BORN))
    assert charged(course, "home_visit-1") == {(Hop.ACTION, "dongying-clinic")}


def test_the_second_visit_and_the_check_count_from_the_birth():
    course = born()
    assert course.kept("home_visit-2")[2:4] == (after(28, BORN), after(35, BORN))
    assert course.kept("postnatal_check-1")[2:4] == (after(42, BORN), after(56, BORN))
    course.told(visit(after(30, BORN), kind=VisitKind.HOME), on=after(30, BORN))
    course.told(visit(after(43, BORN), kind=VisitKind.POSTNATAL), on=after(43, BORN))
    assert (status(course, "home_visit-2"), status(course, "postnatal_check-1")) == ("done", "done")


def test_who_asks_for_a_first_contact_within_a_day():
    contact = born(WHO).kept("first_contact-1")
    assert (contact.opens_on, contact.due_until, contact.answerable.unit) == (BORN, after(2, BORN), "county-hospital")
    at_home = born(WHO, facility="home").kept("first_contact-1")
    assert at_home.answerable.post == "midwife"


def test_after_a_loss_whoever_treated_her_owes_her_support_and_never_the_village():
    for unit, answers in (
        ("county-hospital", "county-hospital"),
        ("dongying-clinic", "dayingxiang-hospital"),
        (None, "dayingxiang-hospital"),
    ):
        course = Course()
        course.told(end(Outcome.LOSS, DAY).model_copy(update={"unit": unit}), on=DAY)
        assert course.open() == {"loss_support-1"}
        assert course.kept("loss_support-1").answerable.unit == answers


def test_after_a_stillbirth_she_is_owed_both():
    assert {"loss_support-1", "home_visit-1"} <= born(vital=Vital.STILL).open()
    course = Course()
    course.told(end(Outcome.STILLBIRTH, BORN), on=BORN)
    assert {"loss_support-1", "home_visit-1"} <= course.open()
    assert "discharge_notice-1" not in course.open()
    course.told(discharge(DISCHARGED), on=after(1, DISCHARGED))
    assert status(course, "discharge_notice-1") == "done"


def test_a_death_closes_everything_also_after_the_end():
    course = born()
    told = course.told(death(after(10, BORN)), on=after(11, BORN))
    assert named(told, P1)[0] == "MaternalDeathRecorded"
    assert not course.open()
    assert course.told(death(after(10, BORN))) == {}
    late = death(after(43, BORN)).model_copy(update={"at": morning(after(50, BORN))})
    born().cases.when(late).then_refused(NotMaternalDeath, "/died_on", f"{BORN} to {after(42, BORN)}")


def test_a_death_in_pregnancy_ends_it():
    course = Course()
    told = course.told(death(DAY), on=DAY)
    assert named(told, P1)[:2] == ["PregnancyEnded", "MaternalDeathRecorded"]
    assert named(told, WOMAN_1) == ["CourseClosed"]
    assert (course.pregnancy.outcome, course.open()) == (Outcome.MATERNAL_DEATH, set())
    other = Course()
    assert "MaternalDeathRecorded" in named(other.told(end(Outcome.MATERNAL_DEATH, DAY), on=DAY), P1)


def test_nothing_is_owed_after_an_erasure():
    course = Course()
    told = course.told(erase(), on=DAY)
    assert named(told, P1)[0] == "RecordClosed"
    assert set(named(told, P1)[1:]) == {"DutyCancelled"}
    course.swept_daily(after(400))
    assert not course.open()
    assert course.pregnancy.outcome is None


def test_a_later_birth_told_after_an_unknown_end_puts_the_right_duties_in_place():
    course = Course()
    course.swept_daily(LMP + timedelta(weeks=44, days=1))
    assert course.pregnancy.outcome is Outcome.UNKNOWN
    course.told(note(birth()))
    assert "home_visit-2" in {kept.contact for kept in course.duties.values()}


def test_a_policy_without_duties_opens_none():
    course = Course(RULES)
    course.swept(after(400))
    assert not course.duties
