"""Releases: prepared by one, cleared, published by another, restated; and everything that is refused on the way."""

from __future__ import annotations

from datetime import date

import pytest

from services.births.domain import release
from services.births.domain.data_faults import Fault, FaultNotExplained, NoSuchFault
from services.births.domain.policy import PolicyMissing
from services.births.domain.release_events import RestatementReason
from tests.births.release_scene import (
    FAULT,
    FIGURES,
    cells,
    clear,
    cleared,
    explained,
    figures,
    prepare,
    prepared,
    publish,
    published,
    restate,
    restated,
)
from tests.births.scene import NOW, POLICY, RULES, PolicyAdopted, given

READY = {"release:2024Q4": [prepared(), cleared()]}
PUBLIC = {"release:2024Q4": [*READY["release:2024Q4"], published()], "released:2024": [cells()]}
AGAIN = {"release:2024Q4": [prepared(edition=2, figures=figures(know_at=90)), cleared(edition=2)]}


# Preparing


def test_a_release_is_prepared():
    given().when(prepare()).then({"release:2024Q4": [prepared()]})


def test_the_same_again_changes_nothing():
    given(READY).when(prepare(figures=figures(know_at=80))).then_nothing()


def test_other_figures_replace_what_was_prepared():
    other = figures(births=251)
    given(READY).when(prepare(figures=other)).then({"release:2024Q4": [prepared(figures=other)]})


def test_other_faults_replace_what_was_prepared():
    given(READY).when(prepare(faults=(FAULT,))).then({"release:2024Q4": [prepared(faults=(FAULT,))]})


def test_a_period_that_is_not_over_is_not_prepared():
    running = figures(last=NOW.date())
    given().when(prepare(figures=running)).then_refused(release.PeriodNotOver, "/period", "over")


def test_what_is_public_is_prepared_anew_once_enough_births_differ():
    given(PUBLIC).when(prepare(changes=3)).then({"release:2024Q4": [prepared(edition=2)]})


@pytest.mark.parametrize("changes", [0, 2])
def test_a_difference_of_few_births_is_not_published(changes):
    given(PUBLIC).when(prepare(changes=changes)).then_refused(release.ChangesTooFew, "/period", "from 3 on")


def test_without_rules_for_releases_nothing_is_prepared():
    older = PolicyAdopted(policy=RULES.model_copy(update={"releases": None}))
    given({POLICY.id("county"): [older]}).when(prepare()).then_refused(PolicyMissing)


# Clearing


def test_that_there_is_no_fault_is_recorded_as_well():
    given({"release:2024Q4": [prepared()]}).when(clear()).then({"release:2024Q4": [cleared()]})


def test_a_fault_is_cleared_with_what_became_of_it():
    facts = {"release:2024Q4": [prepared(faults=(FAULT,))]}
    given(facts).when(clear(explained())).then({"release:2024Q4": [cleared(explained())]})


def test_the_same_said_again_changes_nothing():
    given(READY).when(clear()).then_nothing()


def test_a_fault_left_out_is_not_cleared():
    facts = {"release:2024Q4": [prepared(faults=(FAULT,))]}
    given(facts).when(clear()).then_refused(FaultNotExplained, "/cleared", "late_by_sex at county")
    given(facts).when(clear(explained(Fault.INCOMPLETE))).then_refused(NoSuchFault, "/cleared/0", "late_by_sex")


def test_nothing_prepared_is_nothing_to_clear():
    given().when(clear()).then_refused(release.NothingPrepared, "/period")
    given(PUBLIC).when(clear()).then_refused(release.NothingPrepared, "/period")


# Publishing


def test_a_release_is_published_by_somebody_else():
    given(READY).when(publish()).then({"release:2024Q4": [published()], "released:2024": [cells()]})


def test_nobody_publishes_what_they_prepared():
    given(READY).when(publish(actor="statistician-1")).then_refused(release.PublisherIsPreparer, "", "somebody else")


def test_uncleared_faults_are_not_published():
    given({"release:2024Q4": [prepared()]}).when(publish()).then_refused(release.DataFaultsUncleared, "/period")


def test_what_is_prepared_anew_is_cleared_anew():
    facts = {"release:2024Q4": [*READY["release:2024Q4"], prepared(figures=figures(births=251))]}
    given(facts).when(publish()).then_refused(release.DataFaultsUncleared, "/period")


def test_nothing_prepared_is_nothing_to_publish():
    given().when(publish()).then_refused(release.NothingPrepared, "/period")


def test_what_another_release_made_unsafe_is_not_published():
    revealed = publish(revealed=("boys in A, 2024Q4",))
    given(READY).when(revealed).then_refused(release.DifferencingRevealsCell, "", "anew")


def test_a_check_from_before_another_release_does_not_count():
    facts = {**READY, "released:2024": [cells(period="2024Q3")]}
    given(facts).when(publish()).then_refused(release.ReleasedMeanwhile)
    given(facts).when(publish(against=1)).then({"release:2024Q4": [published()], "released:2024": [cells()]})


def test_a_period_is_published_once():
    given(PUBLIC, AGAIN).when(publish(against=1)).then_refused(release.AlreadyPublished, "/period", "restatement")


# Restating


def test_a_release_is_restated_with_the_reason():
    given(PUBLIC, AGAIN).when(restate(against=1)).then(
        {"release:2024Q4": [restated()], "released:2024": [cells(edition=2)]}
    )


def test_what_was_never_public_is_not_restated():
    given(READY).when(restate()).then_refused(release.NotPublished, "/period", "first")


def test_a_restatement_keeps_every_rule_of_a_publication():
    given(PUBLIC).when(restate(against=1)).then_refused(release.NothingPrepared, "/period")
    uncleared = {"release:2024Q4": [prepared(edition=2)]}
    given(PUBLIC, uncleared).when(restate(against=1)).then_refused(release.DataFaultsUncleared, "/period")
    mine = restate(against=1, actor="statistician-1")
    given(PUBLIC, AGAIN).when(mine).then_refused(release.PublisherIsPreparer, "", "somebody else")
    given(PUBLIC, AGAIN).when(restate()).then_refused(release.ReleasedMeanwhile)
    leaking = restate(against=1, revealed=("boys in A, 2024Q4",))
    given(PUBLIC, AGAIN).when(leaking).then_refused(release.DifferencingRevealsCell, "", "anew")


def test_states_know_what_is_public_and_what_is_next():
    state = given(PUBLIC, AGAIN)[release.RELEASE, "2024Q4"]
    assert [each.know_at for each in state.editions] == [70]
    assert state.prepared.figures.know_at == 90
    assert release.evolve_release(release.Release(), cleared()) == release.Release()
    assert release.evolve_released(release.ReleasedCells(), cleared()) == release.ReleasedCells()
    assert release.evolve_release(state, cells()) == state
    assert FIGURES.last == date(2024, 9, 30)
    assert {each.value for each in RestatementReason} == {
        "corrections",
        "late_registrations",
        "duplicates_resolved",
        "method",
    }
