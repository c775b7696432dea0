"""Replay: a case passes over facts it does not know."""

from __future__ import annotations

import pytest

from services.births.domain.birth import BIRTH
from services.births.domain.duplicate import DUPLICATE
from services.births.domain.mother import MOTHER
from services.births.domain.policy import POLICY
from services.births.domain.reference import COUNTY
from services.births.domain.series import PREFIX, SERIES
from services.births.domain.watch import WATCH
from shared.kernel import Fact


class Unheard(Fact, stored_as="test.Unheard"):
    """A fact of some later version."""


@pytest.mark.parametrize(
    "case", [BIRTH, MOTHER, DUPLICATE, SERIES, PREFIX, POLICY, COUNTY, WATCH], ids=lambda case: case.kind
)
def test_a_fact_of_another_kind_changes_nothing(case):
    assert case.evolve(case.initial, Unheard()) == case.initial
