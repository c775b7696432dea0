"""How many of those who gave birth had the care they are owed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.pregnancy_tracking.domain.birth_events import BirthRevised, BirthWithdrawn
from services.pregnancy_tracking.domain.care_events import DatingRevised
from services.pregnancy_tracking.domain.transfer_rules import PastContact
from services.pregnancy_tracking.domain.words import DatingBasis, VisitKind
from services.pregnancy_tracking.projections.coverage import Coverage, coverage
from tests.pregnancy_tracking.link_scene import LINKED, LINKED_OTHERWISE, PARTED
from tests.pregnancy_tracking.scene import BORN, LMP, P1, P2, RULES, birth, logged, noted, taken_under_care
from tests.pregnancy_tracking.transfer_scene import COURSE, TAKEN_OVER

SINCE, UNTIL = date(2024, 10, 1), date(2024, 10, 31)
NONE = dict.fromkeys(("early", "national", "who", "postnatal", "hospital"), 0)


@pytest.fixture
def covered(append, projector):
    def rows(*facts, since=SINCE, until=UNTIL):
        append(*facts)
        with projector().engine(Coverage.name).connect() as db:
            return coverage(db, since, until, RULES.reports, "home")

    return rows


def contacts(number):
    return [logged(LMP + timedelta(weeks=10 + week)) for week in range(number)]


def test_all_that_is_owed(covered):
    after = logged(BORN + timedelta(7), kind=VisitKind.HOME, unit="dongying-clinic")
    [row] = covered({P1: [*taken_under_care(), *contacts(8), noted(birth()), after]})
    assert row == {"township": "dayingxiang", "n": 1, "dated": 1} | dict.fromkeys(NONE, 1)


def test_each_by_its_own_rule(covered):
    late = LMP + timedelta(weeks=13)
    eighth = logged(BORN + timedelta(8), kind=VisitKind.HOME)
    [row] = covered(
        {P1: [*taken_under_care(registered_on=late), *contacts(5), noted(birth(facility="home")), eighth]},
        {P2: [*taken_under_care(registered_on=late - timedelta(1)), *contacts(4), noted(birth("b2"))]},
    )
    assert row == {"township": "dayingxiang", "n": 2, "dated": 2} | NONE | {"early": 1, "national": 1, "hospital": 1}


def test_an_undated_one_is_not_early_until_it_is_dated(covered):
    [row] = covered({P1: [*taken_under_care(due=None, last_menstrual_period=None), noted(birth())]})
    assert (row["n"], row["dated"], row["early"]) == (1, 0, 0)
    dated = DatingRevised(
        basis=DatingBasis.SCAN, established_on=date(2024, 3, 20), last_menstrual_period=LMP, estimated_due_on=BORN
    )
    [row] = covered({P1: [dated]})
    assert (row["n"], row["dated"], row["early"]) == (1, 1, 1)


def test_who_was_cared_for_elsewhere_before_was_so_from_there_on(covered):
    seen = tuple(PastContact(kind=VisitKind.ANTENATAL, seen_on=LMP + timedelta(weeks=10 + week)) for week in range(2))
    home = PastContact(kind=VisitKind.HOME, seen_on=LMP + timedelta(weeks=14))
    there = COURSE.model_copy(update={"registered_on": LMP + timedelta(weeks=9), "contacts": (*seen, home)})
    taken = TAKEN_OVER.model_copy(update={"before": there})
    late = LMP + timedelta(weeks=20)
    [row] = covered({P1: [*taken_under_care(registered_on=late), taken, *contacts(3), noted(birth())]})
    assert (row["early"], row["national"], row["who"]) == (1, 1, 0)


def test_only_births_of_the_period_as_they_are_told_last(covered):
    assert covered({P1: [*taken_under_care(), noted(birth())]}, since=BORN + timedelta(1)) == []
    later = birth(born_on=BORN + timedelta(3))
    assert len(covered({P1: [BirthRevised(birth=later)]}, since=BORN + timedelta(1))) == 1
    assert covered({P1: [BirthWithdrawn(birth="b1", born_on=later.born_on)]}) == []


def test_twins_are_one_pregnancy(covered):
    twins = [noted(birth()), noted(birth("b2", plurality=2, number=2, facility="home"))]
    [row] = covered({P1: [*taken_under_care(), *twins]})
    assert (row["n"], row["hospital"]) == (1, 0)


def test_two_records_of_one_pregnancy_are_one_until_they_are_parted(covered):
    late = LMP + timedelta(weeks=20)
    here = [*taken_under_care(registered_on=late), *contacts(4), noted(birth(facility="county-hospital"))]
    there = [*taken_under_care(), *contacts(1), logged(BORN + timedelta(3), kind=VisitKind.HOME)]
    for kept, joined in ((P1, P2), (P2, P1)):
        rows = covered({kept: here, joined: there}) if kept == P1 else covered()
        assert rows == [{"township": "dayingxiang", "n": 1, "dated": 1} | NONE | {"hospital": 1}]
        [row] = covered(LINKED if kept == P1 else LINKED_OTHERWISE)
        assert row == {"township": "dayingxiang", "n": 1, "dated": 1} | dict.fromkeys(NONE, 1) | {"who": 0}
        covered(PARTED)


def test_it_is_rebuilt_to_the_same_rows(covered, projector):
    covered({P1: [*taken_under_care(), *contacts(3), noted(birth())], P2: taken_under_care()}, LINKED)
    assert projector().rebuild(Coverage.name).same
