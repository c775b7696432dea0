"""The watch's arithmetic: its weights, its run lengths, and how many areas are told apart."""

from __future__ import annotations

from datetime import date, timedelta
from math import exp, isclose, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.births.domain import cusum
from services.births.domain.cusum import Week
from tests.births.scene import RULES as POLICY

RULES = POLICY.of_watch
AT_ONCE = 500
MONDAY = date(2024, 10, 7)
COUNTS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=30)


def weeks(*counts):
    return [Week(MONDAY + timedelta(weeks=number), *each) for number, each in enumerate(counts)]


def mean_run(ratio, batch, runs, seed=20241001):
    """Births until a sum reaches the threshold at a true ratio, on average over simulated runs (and its error).

    A sum that never falls below zero is a walk less the lowest it ever was (Lindley 1952), so that AT_ONCE steps of
    all runs that go on are one calculation.
    """
    random, (boy, girl) = np.random.default_rng(seed), cusum.weights(105, RULES.alternative)
    level, births, lengths = np.zeros(runs), 0, []
    while level.size:
        boys = random.binomial(batch, ratio / (100 + ratio), size=(level.size, AT_ONCE))
        walk = level[:, None] + np.cumsum(boys * boy + (batch - boys) * girl, axis=1)
        levels = walk - np.minimum(0, np.minimum.accumulate(walk, axis=1))
        over = levels >= RULES.threshold
        ends = over.any(axis=1)
        lengths += list(births + batch * (over[ends].argmax(axis=1) + 1))
        level, births = levels[~ends, -1], births + batch * AT_ONCE
    return np.mean(lengths), np.std(lengths) / runs**0.5


@pytest.mark.parametrize(
    ("ratio", "length", "runs"), [(105, 50_000, 500), (107, 20_600, 500), (115, 2_960, 2_000), (130, 990, 2_000)]
)
def test_run_lengths_are_those_the_domain_states(ratio, length, runs):
    mean, error = mean_run(ratio, 1, runs)
    assert abs(mean - length) < 3 * error


def test_weekly_batches_make_false_alarms_rarer_than_declared():
    mean, error = mean_run(105, 40, 500)
    assert mean - 3 * error > RULES.false_alarm_births * 0.9
    slow, _ = mean_run(130, 40, 2_000)
    assert slow < 990 + 3 * 40


def test_one_birth_weighs_what_it_is_likelier_by():
    boy, girl = cusum.weights(105, 115)
    assert isclose(boy, log((115 / 215) / (105 / 205)))
    assert isclose(girl, log((100 / 215) / (100 / 205)))
    assert girl < 0 < boy


def test_the_level_never_falls_below_zero():
    assert list(cusum.path(weeks((0, 50)), 105, RULES).values()) == [0]


def test_small_weeks_are_judged_together():
    levels = cusum.path(weeks((5, 3), (1, 0), (4, 0), (2, 2)), 105, RULES)
    boy, girl = cusum.weights(105, 115)
    assert list(levels) == [MONDAY + timedelta(weeks=2)]
    assert isclose(levels[MONDAY + timedelta(weeks=2)], 10 * boy + 3 * girl)


@given(COUNTS)
def test_a_path_depends_on_its_past_only(counts):
    whole = cusum.path(weeks(*counts), 105, RULES)
    half = cusum.path(weeks(*counts[: len(counts) // 2]), 105, RULES)
    assert half == {monday: whole[monday] for monday in half}


def test_chance_bounds_how_often_the_steady_state_is_that_high():
    random = np.random.default_rng(7)
    boy, girl = cusum.weights(105, 115)
    level = np.zeros(4_000)
    for _ in range(3_000):
        level = np.maximum(0, level + np.where(random.random(4_000) < 105 / 205, boy, girl))
    for height in (1, 2, 3):
        assert (level >= height).mean() <= cusum.chance(height) == exp(-height)


def test_of_many_areas_only_those_stand_out_that_do_so_among_many():
    assert cusum.discoveries({"a": 0.018}, 0.1) == {"a"}
    many = {f"quiet {number}": 0.5 for number in range(99)}
    assert cusum.discoveries({"a": 0.018, **many}, 0.1) == frozenset()
    assert cusum.discoveries({"a": 0.0005, "b": 0.0015, **many}, 0.1) == {"a", "b"}
    assert cusum.discoveries({}, 0.1) == frozenset()


@settings(max_examples=50)
@given(st.dictionaries(st.text(min_size=1, max_size=3), st.floats(0, 1), max_size=20))
def test_whatever_is_likelier_than_a_discovery_is_one_only_with_it(chances):
    found = cusum.discoveries(chances, 0.1)
    assert all(chances[name] >= max((chances[each] for each in found), default=0) for name in chances.keys() - found)
