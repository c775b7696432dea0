"""States of reviews, registers and the registry: facts that are none of theirs change nothing."""

from __future__ import annotations

import pytest

from services.pregnancy_tracking.domain.events import PersonErased
from services.pregnancy_tracking.domain.procedure_register import PROCEDURE_REGISTER
from services.pregnancy_tracking.domain.registry import REGISTRY
from services.pregnancy_tracking.domain.scan_register import SCAN_REGISTER
from services.pregnancy_tracking.domain.termination_review import CERTIFICATE, QUEUE, REVIEW


@pytest.mark.parametrize("case", [REVIEW, QUEUE, CERTIFICATE, REGISTRY, SCAN_REGISTER, PROCEDURE_REGISTER])
def test_another_fact_changes_nothing(case):
    assert case.evolve(case.initial, PersonErased(person="w1")) == case.initial
