"""What posts owe: by clinical risk, then by the clock; nothing about anybody."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.pregnancy_tracking.domain.care_events import RecordClosed, RiskGraded
from services.pregnancy_tracking.domain.duty_events import (
    Answerable,
    DutyAttempted,
    DutyCancelled,
    DutyDeclined,
    DutyKind,
    DutyMet,
    DutyMoved,
    DutyOpened,
    DutyReassigned,
    DutySuperseded,
    DutyWaived,
)
from services.pregnancy_tracking.domain.words import RiskColour
from services.pregnancy_tracking.projections.due_list import DUTIES, ESCALATED, DueList, State, due, escalated, workload
from shared.tables import paging
from tests.pregnancy_tracking.scene import P1, P2, SEEN, taken_under_care

TODAY = date(2024, 5, 6)
DAY = timedelta(days=1)
POSTS = {"township_post": "midwife", "village_post": "doctor", "superior": "officer"}
BY_DOCTOR = Answerable(unit="dongying-clinic", post="doctor", **POSTS)
BY_MIDWIFE = Answerable(unit="dayingxiang-hospital", post="midwife", **POSTS)
BY_HOSPITAL = Answerable(unit="county-hospital", post=None, **POSTS)
OPEN = frozenset({State.DUE, State.OVERDUE, State.LAPSED})


def duty(name="antenatal-2", opens_on=TODAY, by=BY_DOCTOR):
    due_until = opens_on + 35 * DAY
    return DutyOpened.model_construct(
        duty=f"{name}@{opens_on}",
        kind=DutyKind.ANTENATAL,
        contact=name,
        opens_on=opens_on,
        due_until=due_until,
        lapses_on=due_until + 14 * DAY,
        known_on=date(2024, 3, 4),
        answerable=by,
    )


def graded(colour):
    return RiskGraded(colour=colour, graded_on=TODAY, unit="dayingxiang-hospital", infectious=SEEN)


@pytest.fixture
def look(append, projector):
    """What a holder or several owe after these facts."""

    def rows(*facts, holders=("doctor",), states=OPEN, limit=100, offset=0):
        append(*facts)
        with projector().engine(DueList.name).connect() as db:
            return due(db, holders, TODAY, states, paging(limit, offset, "json", "code"))

    return rows


def named(found):
    return [(row["pregnancy"], row["duty"].partition("@")[0], row["state"].value) for row in found[0]]


def test_a_duty_shows_what_is_owed_by_whom_and_until_when(look):
    [row], total = look({P1: [*taken_under_care(), duty()]})
    assert total == 1
    assert row == {
        "pregnancy": "p1",
        "duty": "antenatal-2@2024-05-06",
        "kind": "antenatal",
        "opens_on": TODAY,
        "due_until": TODAY + 35 * DAY,
        "lapses_on": TODAY + 49 * DAY,
        "unit": "dongying-clinic",
        "holder": "doctor",
        "joint": "midwife",
        "open": True,
        "priority": 3,
        "village": "dongying",
        "state": State.DUE,
        "colour": "green",
    }


def test_each_of_its_days_is_the_first_of_the_next_state(look):
    ahead, begins = duty("a", TODAY + DAY), duty("b", TODAY)
    ends, over = duty("c", TODAY - 35 * DAY), duty("d", TODAY - 49 * DAY)
    last = duty("e", TODAY - 48 * DAY)
    found = look({P1: [*taken_under_care(), ahead, begins, ends, over, last]}, states=frozenset(State))
    assert {name: state for _, name, state in named(found)} == {
        "a": "not_yet_open",
        "b": "due",
        "c": "overdue",
        "d": "lapsed",
        "e": "overdue",
    }
    for state in State:
        [*rows], total = look(states=frozenset({state}))
        assert {row["state"] for row in rows} == {state}
        assert total == len(rows)


def test_clinical_risk_comes_first_and_then_the_clock(look):
    first, second = duty("a", TODAY - 40 * DAY), duty("b", TODAY - 3 * DAY)
    found = look(
        {P1: [*taken_under_care(), second, first], P2: [*taken_under_care(), second, graded(RiskColour.ORANGE)]},
        {"pregnancy:p3": [*taken_under_care(), graded(RiskColour.GREEN), graded(RiskColour.RED), first]},
    )
    assert [(pregnancy, name) for pregnancy, name, _ in named(found)] == [
        ("p3", "a"),
        ("p2", "b"),
        ("p1", "a"),
        ("p1", "b"),
    ]


def test_both_posts_see_a_duty_and_a_unit_sees_it_once(look):
    facts = {P1: [*taken_under_care(), duty("a"), duty("b", by=BY_MIDWIFE), duty("c", by=BY_HOSPITAL)]}
    assert [name for _, name, _ in named(look(facts))] == ["a", "b"]
    assert [name for _, name, _ in named(look(holders=("midwife",)))] == ["a", "b"]
    both = look(holders=("midwife", "doctor", "dayingxiang-hospital"))
    assert ([name for _, name, _ in named(both)], both[1]) == (["a", "b"], 2)
    assert [name for _, name, _ in named(look(holders=("county-hospital",)))] == ["c"]
    assert look(holders=("officer",)) == ([], 0)


@pytest.mark.parametrize(
    "closing",
    [
        DutyMet(duty="a@2024-05-06", met_on=TODAY, unit="dongying-clinic"),
        DutyAttempted(duty="a@2024-05-06", attempts=3, attempted_on=TODAY),
        DutyDeclined(duty="a@2024-05-06", declined_on=TODAY),
        DutyMoved(duty="a@2024-05-06", moved_on=TODAY),
        DutyCancelled(duty="a@2024-05-06", cancelled_on=TODAY),
        DutySuperseded(duty="a@2024-05-06", superseded_on=TODAY),
        DutyWaived(duty="a@2024-05-06", ground="road_closed", waived_on=TODAY),
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_what_is_closed_leaves_the_list_without_a_mark_and_may_come_back(look, closing):
    assert named(look({P1: [*taken_under_care(), duty("a"), duty("b"), closing]})) == [("p1", "b", "due")]
    assert named(look(states=frozenset(State))) == [("p1", "b", "due")]
    assert [name for _, name, _ in named(look({P1: [duty("a")]}))] == ["a", "b"]


def test_of_who_was_erased_nothing_is_left_in_the_list(look):
    facts = {P1: [*taken_under_care(), duty("a")], P2: [*taken_under_care(), duty("b")]}
    assert named(look(facts, {P1: [RecordClosed(closed_on=TODAY)]})) == [("p2", "b", "due")]


def test_who_answers_from_now_on_sees_it(look):
    reassigned = DutyReassigned(duty="a@2024-05-06", answerable=BY_MIDWIFE.model_copy(update={"village_post": "other"}))
    assert named(look({P1: [*taken_under_care(), duty("a"), reassigned]})) == []
    assert [row["holder"] for row in look(holders=("other",))[0]] == ["midwife"]


def test_a_page_is_a_part_of_the_whole_and_knows_it(look):
    facts = {P1: [*taken_under_care(), *(duty(f"a{number}", TODAY - number * DAY) for number in range(5))]}
    whole = named(look(facts))
    assert named(look(limit=2)) == whole[:2]
    assert (named(look(limit=2, offset=3)), look(limit=2, offset=3)[1]) == (whole[3:], 5)


def test_what_is_late_comes_up_to_the_superior_from_every_unit(append, projector):
    late, over = duty("late", TODAY - 35 * DAY), duty("over", TODAY - 49 * DAY, by=BY_MIDWIFE)
    met = DutyMet(duty=late.duty, met_on=TODAY, unit="dongying-clinic")
    append(
        {P1: [*taken_under_care(), duty("due"), late, over], P2: [*taken_under_care(), graded(RiskColour.RED), late]}
    )
    append({"pregnancy:p3": [*taken_under_care(), late, met]})

    def look(unit=None, states=ESCALATED, limit=100):
        return escalated(db, unit, TODAY, states, paging(limit, 0, "json", "code"))

    with projector().engine(DueList.name).connect() as db:
        everything = look()
        assert named(everything) == [("p2", "late", "overdue"), ("p1", "over", "lapsed"), ("p1", "late", "overdue")]
        assert (named(look(limit=1)), look(limit=1)[1]) == (named(everything)[:1], 3)
        assert named(look("dayingxiang-hospital")) == [("p1", "over", "lapsed")]
        assert named(look(states=frozenset({State.LAPSED}))) == [("p1", "over", "lapsed")]


def test_how_much_each_post_has_to_do(append, projector):
    late = duty("b", TODAY - 40 * DAY, by=BY_MIDWIFE)
    append({P1: [*taken_under_care(), duty("a"), late], P2: [*taken_under_care(), duty("a", TODAY + DAY)]})
    with projector().engine(DueList.name).connect() as db:
        rows = workload(db, None, TODAY)
        assert workload(db, ["doctor"], TODAY) == rows[:1]
    load = {"pregnancies": 2, "not_yet_open": 1, "due": 1, "overdue": 1, "lapsed": 0}
    assert rows == [{"holder": "doctor"} | load, {"holder": "midwife"} | load]


def test_nothing_in_it_is_about_children_scans_ends_infections_or_who_she_is():
    assert {column.name for column in DUTIES.columns} == {
        *("pregnancy", "duty", "kind", "opens_on", "due_until", "lapses_on"),
        *("unit", "holder", "joint", "open", "priority", "village"),
    }


def test_it_is_rebuilt_to_the_same_rows(append, projector):
    append({P1: [*taken_under_care(), duty("a"), duty("b")]})
    append({P1: [graded(RiskColour.RED), DutyMet(duty="a@2024-05-06", met_on=TODAY, unit="dongying-clinic")]})
    assert projector().rebuild(DueList.name).same
