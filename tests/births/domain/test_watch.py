"""The watch: weeks observed, signals raised among many areas, cleared, dismissed, restated."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.births.domain.data_faults import (
    DataFault,
    Fault,
    FaultCleared,
    FaultNotExplained,
    FaultReason,
    NoSuchFault,
)
from services.births.domain.policy import POLICY, PolicyAdopted, PolicyMissing
from services.births.domain.watch import NoSignal, NotAMonday
from services.births.domain.watch_commands import Area
from services.births.domain.watch_events import AreaKind, DismissReason
from tests.births.scene import RULES, given
from tests.births.watching import (
    FIRST,
    HOSPITAL,
    TOWNSHIP,
    clear,
    cleared,
    dismiss,
    dismissed,
    observe,
    observed,
    raised,
    reset,
    taken_back,
    was_reset,
    week,
)

HIGH, USUAL = (200, 80), (103, 98)
KEY = f"watch:{HOSPITAL.key}"
SIGNALLED = {KEY: [observed(HOSPITAL, 0, *HIGH), raised(HOSPITAL, 0)]}
LATE = DataFault(fault=Fault.LATE_BY_SEX, place=HOSPITAL.key, found=20, accepted=10)
ENTERED = FaultCleared(fault=Fault.LATE_BY_SEX, place=HOSPITAL.key, reason=FaultReason.LATE_NOTICES_ENTERED)


def test_a_usual_week_is_observed():
    given().when(observe((HOSPITAL, 0, *USUAL))).then({KEY: [observed(HOSPITAL, 0, *USUAL)]})


def test_a_week_that_did_not_change_is_nothing_new():
    given({KEY: [observed(HOSPITAL, 0, *USUAL)]}).when(observe((HOSPITAL, 0, *USUAL))).then_nothing()


def test_a_level_at_the_threshold_is_a_signal():
    given().when(observe((HOSPITAL, 0, *HIGH))).then(SIGNALLED)


def test_each_area_has_its_own():
    decided = given().when(observe((HOSPITAL, 0, *HIGH), (TOWNSHIP, 0, *USUAL))).decision()
    assert decided == {**SIGNALLED, f"watch:{TOWNSHIP.key}": [observed(TOWNSHIP, 0, *USUAL)]}


def test_among_many_areas_a_level_must_stand_out():
    quiet = [Area(kind=AreaKind.TOWNSHIP, code=f"t{number}") for number in range(60)]
    told = [(area, 0, *USUAL) for area in quiet]
    assert given().when(observe((HOSPITAL, 0, *HIGH), *told)).decision()[KEY] == [observed(HOSPITAL, 0, *HIGH)]
    higher = given().when(observe((HOSPITAL, 0, 300, 80), *told)).decision()
    assert higher[KEY] == [observed(HOSPITAL, 0, 300, 80), raised(HOSPITAL, 0)]
    assert len(higher) == 61


def test_weeks_missed_are_judged_one_by_one():
    told = [(HOSPITAL, 0, *HIGH), (HOSPITAL, 1, 80, 200)]
    given().when(observe(*told)).then(
        {KEY: [observed(HOSPITAL, 0, *HIGH), observed(HOSPITAL, 1, 80, 200), raised(HOSPITAL, 0)]}
    )


def test_an_open_signal_is_not_raised_again():
    given(SIGNALLED).when(observe((HOSPITAL, 1, *HIGH))).then({KEY: [observed(HOSPITAL, 1, *HIGH)]})


def test_what_is_known_later_can_raise_a_signal():
    before = {KEY: [observed(HOSPITAL, 0, *USUAL)]}
    given(before).when(observe((HOSPITAL, 0, *HIGH))).then(SIGNALLED)


def test_what_is_known_later_can_undo_one():
    restated = dismissed(HOSPITAL, 0, DismissReason.RESTATED)
    given(SIGNALLED).when(observe((HOSPITAL, 0, *USUAL))).then({KEY: [observed(HOSPITAL, 0, *USUAL), restated]})


def test_a_signal_undone_leaves_the_path_as_it_is():
    undone = {KEY: [observed(HOSPITAL, 0, *USUAL), dismissed(HOSPITAL, 0, DismissReason.RESTATED)]}
    assert raised(HOSPITAL, 1) in given(SIGNALLED, undone).when(observe((HOSPITAL, 1, *HIGH))).decision()[KEY]


def test_a_later_week_leaves_a_signal_alone():
    given(SIGNALLED).when(observe((HOSPITAL, 1, 80, 200))).then({KEY: [observed(HOSPITAL, 1, 80, 200)]})


def test_a_signal_whose_data_are_sound_is_cleared():
    given(SIGNALLED).when(clear()).then({KEY: [cleared(HOSPITAL, 0)]})


def test_each_fault_found_is_explained_first():
    given(SIGNALLED).when(clear(found=(LATE,))).then_refused(FaultNotExplained, "/cleared", "late_by_sex")
    given(SIGNALLED).when(clear(cleared=(ENTERED,))).then_refused(NoSuchFault, "/cleared/0")
    explained = cleared(HOSPITAL, 0, (LATE,), (ENTERED,))
    given(SIGNALLED).when(clear(found=(LATE,), cleared=(ENTERED,))).then({KEY: [explained]})


def test_a_signal_that_the_data_explain_is_dismissed():
    given(SIGNALLED).when(dismiss()).then({KEY: [dismissed(HOSPITAL, 0)]})


@pytest.mark.parametrize("command", [clear(), dismiss()])
@pytest.mark.parametrize("before", [{}, {KEY: [observed(HOSPITAL, 0, *USUAL)]}, {**SIGNALLED, "": []}])
def test_only_an_open_signal_is_decided(command, before):
    if KEY in before and raised(HOSPITAL, 0) in before[KEY]:
        before = {KEY: [*before[KEY], cleared(HOSPITAL, 0)]}
    given(before).when(command).then_refused(NoSignal, "/area")


SAID = {KEY: [*SIGNALLED[KEY], cleared(HOSPITAL, 0)]}
CORRECTED = {KEY: [observed(HOSPITAL, 0, *USUAL), taken_back(HOSPITAL, 0)]}


def test_a_signal_that_was_said_is_taken_back_when_the_figures_do_not_bear_it():
    given(SAID).when(observe((HOSPITAL, 0, *USUAL))).then(CORRECTED)


def test_it_is_taken_back_once():
    given(SAID, CORRECTED).when(observe((HOSPITAL, 0, 102, 99))).then({KEY: [observed(HOSPITAL, 0, 102, 99)]})


def test_while_the_figures_bear_it_it_stays_said():
    given(SAID).when(observe((HOSPITAL, 0, 201, 80))).then({KEY: [observed(HOSPITAL, 0, 201, 80)]})


def test_what_comes_after_a_signal_does_not_take_it_back():
    given(SAID).when(observe((HOSPITAL, 1, 80, 200))).then({KEY: [observed(HOSPITAL, 1, 80, 200)]})


def test_each_signal_said_stands_on_the_weeks_it_was_found_in():
    """The second began to count after the first: what corrects the first leaves it."""
    second = {KEY: [observed(HOSPITAL, 1, *HIGH), raised(HOSPITAL, 1), cleared(HOSPITAL, 1)]}
    given(SAID, second).when(observe((HOSPITAL, 0, *USUAL))).then(CORRECTED)
    given(SAID, second).when(observe((HOSPITAL, 1, *USUAL))).then(
        {KEY: [observed(HOSPITAL, 1, *USUAL), taken_back(HOSPITAL, 1)]}
    )


def test_what_was_said_before_a_reset_can_be_taken_back_after_it():
    given(SAID, {KEY: [was_reset(HOSPITAL, week(3))]}).when(observe((HOSPITAL, 0, *USUAL))).then(CORRECTED)


@pytest.mark.parametrize("decided", [cleared(HOSPITAL, 0), dismissed(HOSPITAL, 0)])
def test_after_a_decision_the_watch_begins_anew(decided):
    after = given(SIGNALLED, {KEY: [decided]})
    after.when(observe((HOSPITAL, 1, *USUAL))).then({KEY: [observed(HOSPITAL, 1, *USUAL)]})
    assert raised(HOSPITAL, 1) in after.when(observe((HOSPITAL, 1, *HIGH))).decision()[KEY]


def test_after_a_reset_earlier_weeks_count_no_more():
    half = {KEY: [observed(HOSPITAL, 0, 100, 40)]}
    assert raised(HOSPITAL, 1) in given(half).when(observe((HOSPITAL, 1, 100, 40))).decision()[KEY]
    given(half, {KEY: [was_reset(HOSPITAL, week(1))]}).when(observe((HOSPITAL, 1, 100, 40))).then(
        {KEY: [observed(HOSPITAL, 1, 100, 40)]}
    )


def test_a_watch_is_reset_from_a_monday_on():
    given(SIGNALLED).when(reset()).then({KEY: [was_reset(HOSPITAL)]})
    given(SIGNALLED, {KEY: [was_reset(HOSPITAL)]}).when(reset()).then_nothing()
    given().when(reset(first=FIRST + timedelta(2))).then_refused(NotAMonday, "/first", str(FIRST))


def test_a_reset_ends_an_open_signal():
    given(SIGNALLED, {KEY: [was_reset(HOSPITAL, week(1))]}).when(clear()).then_refused(NoSignal, "/area")


def test_without_rules_for_it_everything_waits():
    bare = RULES.model_copy(update={"watch": None})
    with pytest.raises(PolicyMissing):
        given({POLICY.id("county"): [PolicyAdopted(policy=bare)]}).when(observe((HOSPITAL, 0, *HIGH))).decision()
