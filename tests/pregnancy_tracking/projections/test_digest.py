"""The monthly digest: what was done, as it was known when it was frozen."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from services.pregnancy_tracking.domain.care_events import AttemptLogged
from services.pregnancy_tracking.domain.duty_events import (
    Answerable,
    DutyAttempted,
    DutyDeclined,
    DutyKind,
    DutyLapsed,
    DutyMet,
    DutyOpened,
    DutyOverdue,
    DutySuperseded,
    Hop,
)
from services.pregnancy_tracking.domain.policy import IN_FORCE, POLICY
from services.pregnancy_tracking.domain.transfer_events import ResidenceChanged
from services.pregnancy_tracking.domain.words import VisitKind
from services.pregnancy_tracking.projections.digest import DONE, MEASURES, Digest, digest, frozen_on
from shared.clock import COUNTY_TIME
from tests.explaining import scanned
from tests.pregnancy_tracking.link_scene import LINKED, PARTED
from tests.pregnancy_tracking.scene import P1, P2, RULES, PolicyAdopted, logged, taken_under_care

MAY = date(2024, 5, 1)
DAY = date(2024, 5, 20)
RULED = {POLICY.id(IN_FORCE): [PolicyAdopted(policy=RULES)]}
UNIT = "dongying-clinic"
OVERDUE = DutyOverdue(duty="a", overdue_on=DAY, hop=Hop.ACTION, unit=UNIT)
LAPSED = DutyLapsed(duty="a", lapsed_on=date(2024, 5, 27), hop=Hop.ACTION, unit=UNIT)
MET = DutyMet(duty="a", met_on=date(2024, 5, 19), unit=UNIT)
MET_LATE = DutyMet(duty="a", met_on=DAY, unit=UNIT)
OPENED = DutyOpened(
    duty="a",
    kind=DutyKind.ANTENATAL,
    contact="a",
    opens_on=date(2024, 5, 6),
    due_until=DAY,
    lapses_on=LAPSED.lapsed_on,
    known_on=date(2024, 5, 6),
    answerable=Answerable(unit=UNIT, post=None, township_post="t", village_post="v", superior="s"),
)
HERE = {P1: taken_under_care(registered_on=DAY), P2: taken_under_care(registered_on=DAY, village="xiying")}


@pytest.fixture
def month(append, projector):
    def rows(*facts, by_village=False, of=MAY, township="dayingxiang"):
        append(*facts)
        with projector().engine(Digest.name).connect() as db:
            return [dict(row) for row in db.execute(digest(township, of, by_village=by_village)).mappings()]

    return rows


def counts(row):
    return {name: value for name, value in row.items() if value}


@pytest.mark.parametrize("township", [None, "dayingxiang"])
def test_a_month_is_found_without_looking_through_all_years(projector, township):
    with projector().engine(Digest.name).connect() as db:
        assert scanned(db, lambda db: db.execute(digest(township, MAY, by_village=False))) == set()


def test_what_was_done_is_counted_in_its_own_month_by_place(month, clock):
    clock.set(datetime(2024, 5, 31, tzinfo=COUNTY_TIME))
    done = [
        logged(DAY),
        logged(DAY, kind=VisitKind.HOME),
        logged(DAY, kind=VisitKind.POSTNATAL),
        logged(date(2024, 4, 30)),
        AttemptLogged(kind=VisitKind.HOME, attempted_on=DAY, unit="dongying-clinic"),
        DutyMet(duty="a", met_on=DAY, unit="dongying-clinic"),
        DutyOverdue(duty="b", overdue_on=DAY, hop=Hop.ACTION, unit="dongying-clinic"),
        DutyLapsed(duty="b", lapsed_on=DAY, hop=Hop.ACTION, unit="dongying-clinic"),
    ]
    [row] = month(RULED, HERE, {P1: done, P2: [logged(DAY)]})
    assert counts(row) == {
        "place": "dayingxiang",
        "registered": 2,
        "antenatal_visits": 2,
        **dict.fromkeys(("home_visits", "postnatal_visits", "attempts", "met", "overdue", "lapsed"), 1),
    }
    villages = {row["place"]: row["antenatal_visits"] for row in month(by_village=True)}
    assert villages == {"dongying": 1, "xiying": 1}
    [april] = month(of=date(2024, 4, 1))
    assert counts(april) == {"place": "dayingxiang", "came_late": 1}
    assert month(township="qinghezhen") == []


def test_what_becomes_known_after_it_was_frozen_changes_nothing_and_is_told_beside(month, clock):
    clock.set(datetime(2024, 6, 7, 23, 59, tzinfo=COUNTY_TIME))
    month(RULED, HERE, {P1: [logged(DAY)]})
    clock.set(datetime(2024, 6, 8, tzinfo=COUNTY_TIME))
    [row] = month({P1: [logged(DAY, unit="dongying-clinic")]})
    assert counts(row) == {"place": "dayingxiang", "registered": 2, "antenatal_visits": 1, "came_late": 1}


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ((MET,), {"met": 1}),
        ((MET_LATE,), {"overdue": 1, "met": 1}),
        ((DutyDeclined(duty="a", declined_on=date(2024, 5, 19)),), {}),
        ((DutyAttempted(duty="a", attempts=3, attempted_on=DAY),), {"overdue": 1}),
        ((DutySuperseded(duty="a", superseded_on=date(2024, 5, 31)),), {}),
        ((OPENED, OVERDUE), {"overdue": 1}),
        ((MET, LAPSED), {"lapsed": 1}),
        ((MET, DutySuperseded(duty="a", superseded_on=date(2024, 5, 31))), {}),
    ],
)
def test_a_duty_is_counted_as_what_it_was_known_to_be_when_the_month_was_frozen(month, clock, told, known):
    clock.set(datetime(2024, 5, 31, tzinfo=COUNTY_TIME))
    [row] = month(RULED, HERE, {P1: [OPENED, OVERDUE, LAPSED]})
    assert counts(row) == {"place": "dayingxiang", "registered": 2, "overdue": 1, "lapsed": 1}
    [row] = month({P1: told})
    assert counts(row) == {"place": "dayingxiang", "registered": 2} | known


def test_what_is_found_out_of_a_duty_after_the_freeze_is_told_beside(month, clock):
    clock.set(datetime(2024, 5, 31, tzinfo=COUNTY_TIME))
    month(RULED, HERE, {P1: [OPENED, OVERDUE, LAPSED]})
    clock.set(datetime(2024, 6, 8, tzinfo=COUNTY_TIME))
    [row] = month({P1: [MET]})
    frozen = {"place": "dayingxiang", "registered": 2, "overdue": 1, "lapsed": 1}
    assert counts(row) == frozen | {"came_late": 1, "taken_back": 2}
    [june] = month({P1: [DutyMet(duty="b", met_on=date(2024, 6, 3), unit=UNIT)]}, of=date(2024, 6, 1))
    assert counts(june) == {"place": "dayingxiang", "met": 1}


def test_what_is_taken_back_is_taken_from_where_it_was_counted(month, clock):
    clock.set(datetime(2024, 5, 31, tzinfo=COUNTY_TIME))
    month(RULED, HERE, {P1: [OPENED, OVERDUE, LAPSED]})
    moved = ResidenceChanged(township="qinghezhen", village="beiguan", changed_on=date(2024, 5, 31))
    month({P1: [moved, MET]})
    assert [counts(row) for row in month()] == [{"place": "dayingxiang", "registered": 2}]
    assert [counts(row) for row in month(township="qinghezhen")] == [{"place": "qinghezhen", "met": 1}]


def test_two_records_of_one_pregnancy_are_registered_once_until_they_are_parted(month, clock):
    clock.set(datetime(2024, 5, 31, tzinfo=COUNTY_TIME))
    [row] = month(RULED, HERE, LINKED)
    assert counts(row) == {"place": "dayingxiang", "registered": 1}
    [row] = month(PARTED)
    assert counts(row) == {"place": "dayingxiang", "registered": 2}
    clock.set(datetime(2024, 6, 8, tzinfo=COUNTY_TIME))
    [row] = month(LINKED)
    assert counts(row) == {"place": "dayingxiang", "registered": 2, "taken_back": 1}
    assert [each["place"] for each in month(by_village=True)] == ["dongying", "xiying"]


@pytest.mark.parametrize(("of", "last"), [(MAY, date(2024, 6, 7)), (date(2024, 12, 1), date(2025, 1, 7))])
def test_it_is_frozen_on_the_policys_day_of_the_next_month(of, last):
    assert frozen_on(of, RULES.reports.digest_day) == last


def test_nothing_is_counted_of_what_she_declined(month, clock):
    clock.set(datetime(2024, 5, 31, tzinfo=COUNTY_TIME))
    [row] = month(RULED, HERE, {P1: [DutyDeclined(duty="a", declined_on=DAY)]})
    assert set(counts(row)) == {"place", "registered"}
    assert not [name for name in MEASURES if "decline" in name or "loss" in name or "birth" in name]
    assert "pregnancy" not in DONE.columns


def test_it_is_rebuilt_to_the_same_rows(month, projector):
    month(RULED, HERE, {P1: [logged(DAY), OPENED, OVERDUE, LAPSED]})
    month(LINKED, {P1: [MET]})
    assert projector().rebuild(Digest.name).same
