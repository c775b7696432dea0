"""Joining two records of one pregnancy, parting them again, and seeing to what was set aside."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from services.pregnancy_tracking.domain.birth import BIRTH
from services.pregnancy_tracking.domain.birth_events import CourseReopened, PregnancyReopened
from services.pregnancy_tracking.domain.care_events import RecordClosed
from services.pregnancy_tracking.domain.commands import AssessDuties, NoteBirth
from services.pregnancy_tracking.domain.duty_events import DutyMet
from services.pregnancy_tracking.domain.duty_state import UNDER_WAY, Status
from services.pregnancy_tracking.domain.events import (
    BirthNoted,
    BirthPlaced,
    CareAssigned,
    CourseClosed,
    CourseOpened,
    HandbookIssued,
    PersonErased,
    PregnancyEnded,
    PregnancyRegistered,
    RegistrationSetAside,
    VisitLogged,
)
from services.pregnancy_tracking.domain.lapse_book import LAPSE_BOOK
from services.pregnancy_tracking.domain.link_events import (
    EndShared,
    PregnanciesLinked,
    RegistrationDismissed,
)
from services.pregnancy_tracking.domain.linking import (
    AlreadyLinked,
    DismissRegistration,
    LinkPregnancies,
    NotSetAside,
    PregnanciesApart,
    SamePregnancy,
    UnlinkPregnancies,
)
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY
from services.pregnancy_tracking.domain.woman import WOMAN, PregnancyUnknown, RecordErased
from services.pregnancy_tracking.domain.words import Outcome
from shared.clock import COUNTY_TIME
from tests.pregnancy_tracking.link_scene import ABOUT, LINKED, LINKED_1, LINKED_2, PARTED
from tests.pregnancy_tracking.scene import (
    ASKED,
    BORN,
    NOW,
    OWING,
    P1,
    P2,
    UNDER_CARE,
    WOMAN_1,
    birth,
    end,
    erase,
    given,
    opened,
    register,
    registration,
    set_aside,
    taken_under_care,
    visit,
)

TODAY = NOW.date()
WOMAN_2 = WOMAN.id("w2")
TOLD = registration(handbook="h2", registered_on=date(2024, 5, 6))


def record_of_hers(person: str = "w2", pregnancy: str = "p2", **other):
    """The same pregnancy under another document of hers."""
    told = registration(**({"handbook": "h2", "registered_on": date(2024, 5, 6)} | other))
    registered, assigned, issued = taken_under_care(**({"handbook": "h2", "registered_on": date(2024, 5, 6)} | other))
    assert isinstance(registered, PregnancyRegistered)
    assert isinstance(assigned, CareAssigned)
    assert isinstance(issued, HandbookIssued)
    course = CourseOpened(
        pregnancy=pregnancy,
        handbook=told.handbook,
        registered_on=told.registered_on,
        last_menstrual_period=told.last_menstrual_period,
    )
    registered = registered.model_copy(update={"person": person})
    return {PREGNANCY.id(pregnancy): [registered, assigned, issued], WOMAN.id(person): [course]}


BOTH = (UNDER_CARE, record_of_hers())
ASIDE = {
    WOMAN_1: [set_aside(handbook="h2", registered_on=date(2024, 5, 6))],
    P2: [RegistrationSetAside(handbook="h2")],
}
LINKED_ASIDE = {P1: [PregnanciesLinked(**ABOUT, other="p2", person="w1")], P2: [LINKED_2]}


def link(other: str = "p2", pregnancy: str = "p1", person: str = "w1") -> LinkPregnancies:
    return LinkPregnancies(**ASKED, person=person, pregnancy=pregnancy, other=other)


def unlink(pregnancy: str = "p1", person: str = "w1") -> UnlinkPregnancies:
    return UnlinkPregnancies(**ASKED, person=person, pregnancy=pregnancy)


def dismiss(proposed: str = "p2") -> DismissRegistration:
    return DismissRegistration(**ASKED, person="w1", pregnancy="p1", proposed=proposed)


def born_to(person: str) -> NoteBirth:
    return NoteBirth(**ASKED, person=person, birth=birth(), sequence=1)


def ended_for(
    person: str, outcome: Outcome = Outcome.BIRTH, day: date = BORN, *, shared: bool = False
) -> PregnancyEnded:
    return PregnancyEnded(person=person, outcome=outcome, ended_on=day, shared=shared)


# Linking


def test_two_records_of_one_pregnancy_are_linked():
    given(*BOTH).when(link()).then(LINKED)
    given(*BOTH, LINKED).when(link()).then_nothing()


def test_a_registration_set_aside_is_linked_with_the_pregnancy_under_care():
    given(UNDER_CARE, ASIDE).when(link()).then(LINKED_ASIDE)
    given(UNDER_CARE, ASIDE, LINKED_ASIDE).when(link()).then_nothing()


def test_a_record_is_linked_with_one_other_of_its_time():
    third = record_of_hers("w3", "p3", handbook="h3")
    given(*BOTH, LINKED, third).when(link("p3")).then_refused(AlreadyLinked, "/other")
    given(*BOTH, LINKED, third).when(link("p2", "p3", "w3")).then_refused(AlreadyLinked, "/other")
    later = {"registered_on": date(2025, 5, 6), "last_menstrual_period": date(2025, 3, 3)}
    given(UNDER_CARE, record_of_hers(**later)).when(link()).then_refused(PregnanciesApart, "/other")
    given(*BOTH).when(link("p1")).then_refused(SamePregnancy, "/other")


def test_what_is_not_there_or_erased_is_not_linked():
    given(*BOTH).when(link("p9")).then_refused(NotSetAside, "/other")
    given().when(link()).then_refused(PregnancyUnknown, "/pregnancy")
    given(*BOTH, {WOMAN_2: [PersonErased(person="w2")]}).when(link()).then_refused(RecordErased)


def test_what_was_set_aside_of_another_woman_is_not_linked():
    others = {WOMAN_2: ASIDE[WOMAN_1], P2: ASIDE[P2]}
    given(UNDER_CARE, others).when(link()).then_refused(NotSetAside, "/other")


# Their end


def test_a_birth_told_of_one_ends_the_other_too():
    decision = given(*BOTH, LINKED).when(born_to("w2")).decision()
    assert {case: facts for case, facts in decision.items() if case != BIRTH.id("b1")} == {
        P2: [BirthNoted(birth=birth()), ended_for("w2")],
        WOMAN_2: [CourseClosed(pregnancy="p2", ended_on=BORN), BirthPlaced(birth="b1", pregnancy="p2")],
        P1: [EndShared(other="p2"), ended_for("w1", shared=True)],
        WOMAN_1: [CourseClosed(pregnancy="p1", ended_on=BORN)],
    }


def test_an_end_told_of_one_is_the_others():
    day = date(2024, 9, 2)
    given(*BOTH, LINKED).when(end(Outcome.LOSS, day)).then(
        {
            P1: [ended_for("w1", Outcome.LOSS, day)],
            WOMAN_1: [CourseClosed(pregnancy="p1", ended_on=day)],
            P2: [EndShared(other="p1"), ended_for("w2", Outcome.LOSS, day, shared=True)],
            WOMAN_2: [CourseClosed(pregnancy="p2", ended_on=day)],
        }
    )


def test_what_had_ended_when_it_is_linked_ends_the_other():
    after = given(*BOTH)
    after.happened(after.when(born_to("w2")).decision())
    after.when(link()).then(
        {
            P1: [LINKED_1, EndShared(other="p2"), ended_for("w1", shared=True)],
            P2: [LINKED_2],
            WOMAN_1: [CourseClosed(pregnancy="p1", ended_on=BORN)],
        }
    )


def test_linked_with_what_was_set_aside_a_pregnancy_ends_alone():
    alone = given(UNDER_CARE, ASIDE, LINKED_ASIDE).when(born_to("w1")).decision()
    assert set(alone) == {P1, WOMAN_1, BIRTH.id("b1")}


# Parting


def test_parted_each_is_again_as_its_own_facts_tell_it():
    given(*BOTH, LINKED).when(unlink()).then(PARTED)
    given(*BOTH, LINKED, PARTED).when(unlink()).then_nothing()
    given(*BOTH).when(unlink()).then_nothing()
    given(UNDER_CARE, ASIDE, LINKED_ASIDE).when(unlink()).then(PARTED)


@pytest.mark.parametrize("told", [born_to("w2"), born_to("w1"), end(Outcome.LOSS, date(2024, 9, 2))])
@pytest.mark.parametrize("first", [True, False])
def test_an_end_that_was_only_the_others_is_taken_back(told, first):
    """Whether it was told before the link or while it was there, only the record it was told of keeps it."""
    apart, together = given(*BOTH), given(*BOTH)
    apart.happened(apart.when(told).decision())
    for command in (told, link()) if first else (link(), told):
        together.happened(together.when(command).decision())
    assert together[PREGNANCY, "p1"].ended_on == together[PREGNANCY, "p2"].ended_on != None  # noqa: E711
    together.happened(together.when(unlink()).decision())
    for key in ("p1", "p2"):
        kept, own = together[PREGNANCY, key], apart[PREGNANCY, key]
        assert (kept.outcome, kept.ended_on, kept.supposed) == (own.outcome, own.ended_on, own.supposed)
    for key in ("w1", "w2"):
        assert together[WOMAN, key].courses == apart[WOMAN, key].courses


def test_what_is_taken_back_says_so():
    linked = given(*BOTH, LINKED)
    linked.happened(linked.when(born_to("w2")).decision())
    decision = linked.when(unlink()).decision()
    assert decision[P1][1:] == [PregnancyReopened(person="w1", ended_on=BORN, shared=True)]
    assert decision[WOMAN_1] == [CourseReopened(pregnancy="p1")]


# What was set aside


def test_a_registration_set_aside_may_be_dismissed():
    dismissed = {P2: [RegistrationDismissed(dismissed_on=TODAY)]}
    given(UNDER_CARE, ASIDE).when(dismiss()).then(dismissed)
    given(UNDER_CARE, ASIDE, dismissed).when(dismiss()).then_nothing()
    given(UNDER_CARE, ASIDE, LINKED_ASIDE).when(dismiss()).then_refused(AlreadyLinked, "/proposed")
    given(*BOTH).when(dismiss("p2")).then_refused(NotSetAside, "/proposed")


# Erasing


def test_erasing_her_erases_what_is_linked():
    closed = RecordClosed(closed_on=TODAY)
    first, second = PersonErased(person="w1"), PersonErased(person="w2")
    given(*BOTH, LINKED).when(erase()).then({WOMAN_1: [first], P1: [closed], WOMAN_2: [second], P2: [closed]})
    given(UNDER_CARE, ASIDE, LINKED_ASIDE).when(erase()).then({WOMAN_1: [first], P1: [closed]})
    given(*BOTH).when(erase()).then({WOMAN_1: [first], P1: [closed]})


# Duties

THEN = datetime(2024, 6, 3, 9, tzinfo=COUNTY_TIME)


@pytest.fixture
def owed():
    """Both registered while duties are owed, as they were decided."""
    county = given(policy=OWING)
    hers = register("p2", at=THEN, handbook="h2").model_copy(update={"person": "w2"})
    for command in (register(at=THEN), hers):
        county.happened(county.when(command).decision())
    return county


def tell(county, command):
    decision = county.when(command.model_copy(update={"at": THEN})).decision()
    county.happened(decision)
    return decision


def under_way(county, key):
    return {name for name, kept in county[PREGNANCY, key].duties.items() if kept.status in UNDER_WAY}


def test_what_is_owed_is_owed_once_and_again_by_each_when_they_are_parted(owed):
    before = under_way(owed, "p2")
    assert before == under_way(owed, "p1") != set()
    tell(owed, link())
    assert (under_way(owed, "p1"), under_way(owed, "p2")) == (before, set())
    tell(owed, unlink())
    assert (under_way(owed, "p1"), under_way(owed, "p2")) == (before, before)


def test_what_lapsed_of_both_lapsed_once_and_of_each_when_they_are_parted(owed):
    def lapsed(key):
        return {name for name, kept in owed[PREGNANCY, key].duties.items() if kept.status is Status.LAPSED}

    book = LAPSE_BOOK.id("dayingxiang-hospital")
    before = lapsed("p1")
    assert before == lapsed("p2") != set()
    assert book in tell(owed, link())
    assert (lapsed("p1"), lapsed("p2")) == (before, set())
    assert sum(owed[LAPSE_BOOK, "dayingxiang-hospital"].months.values()) == len(before)
    tell(owed, unlink())
    assert (lapsed("p1"), lapsed("p2")) == (before, before)
    assert sum(owed[LAPSE_BOOK, "dayingxiang-hospital"].months.values()) == 2 * len(before)


def test_a_contact_told_of_either_is_one(owed):
    tell(owed, link())
    met = tell(owed, visit(date(2024, 6, 3), person="w2"))
    assert [type(fact) for fact in met[P1]] == [DutyMet]
    assert [type(fact) for fact in met[P2]] == [VisitLogged]
    swept = owed.when(AssessDuties(**(ASKED | {"at": THEN + timedelta(days=1)}))).decision()
    assert not swept.get(P1), "what was met there would be owed again"


def test_an_end_told_of_either_closes_what_is_owed(owed):
    tell(owed, link())
    tell(owed, end(Outcome.LOSS, date(2024, 6, 3), "p2").model_copy(update={"person": "w2"}))
    antenatal = {name for name in under_way(owed, "p1") if name.startswith("antenatal")}
    assert (antenatal, under_way(owed, "p2")) == (set(), set())


def test_two_courses_are_kept_as_they_were_told():
    there = given(*BOTH, LINKED)
    assert there[WOMAN, "w2"].courses[0].handbook == TOLD.handbook
    assert there[PREGNANCY, "p1"].linked.kept
    assert not there[PREGNANCY, "p2"].linked.kept
    assert there[WOMAN, "w1"].courses[0].handbook == opened().handbook
