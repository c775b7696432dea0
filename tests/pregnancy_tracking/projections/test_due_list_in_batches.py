"""The due list is the same however the log is cut into batches."""

from __future__ import annotations

from datetime import timedelta
from itertools import count, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.pregnancy_tracking.domain.care_events import RecordClosed
from services.pregnancy_tracking.domain.duty_events import (
    DutyAttempted,
    DutyCancelled,
    DutyDeclined,
    DutyMet,
    DutyMoved,
    DutyReassigned,
    DutySuperseded,
    DutyWaived,
)
from services.pregnancy_tracking.domain.transfer_events import ResidenceChanged
from services.pregnancy_tracking.domain.words import RiskColour
from services.pregnancy_tracking.projections.due_list import DueList
from shared.eventstore import Recorded
from shared.projecting.generations import Generation, Registry
from shared.projecting.tables import digest
from tests.pregnancy_tracking.projections.test_due_list import (
    BY_DOCTOR,
    BY_HOSPITAL,
    BY_MIDWIFE,
    DAY,
    TODAY,
    duty,
    graded,
)
from tests.pregnancy_tracking.scene import taken_under_care

NUMBERS = count(1)
ANSWERABLE = st.sampled_from([BY_DOCTOR, BY_MIDWIFE, BY_HOSPITAL])
OPENED = st.builds(duty, st.sampled_from("ab"), st.sampled_from([TODAY, TODAY + DAY]), ANSWERABLE)
NAMES = OPENED.map(lambda fact: fact.duty)
FACTS = st.one_of(
    OPENED,
    OPENED,
    st.builds(lambda name, by: DutyReassigned(duty=name, answerable=by), NAMES, ANSWERABLE),
    NAMES.map(lambda name: DutyMet(duty=name, met_on=TODAY, unit="dongying-clinic")),
    NAMES.map(lambda name: DutyAttempted(duty=name, attempts=3, attempted_on=TODAY)),
    NAMES.map(lambda name: DutyDeclined(duty=name, declined_on=TODAY)),
    NAMES.map(lambda name: DutyMoved(duty=name, moved_on=TODAY)),
    NAMES.map(lambda name: DutyCancelled(duty=name, cancelled_on=TODAY)),
    NAMES.map(lambda name: DutySuperseded(duty=name, superseded_on=TODAY)),
    NAMES.map(lambda name: DutyWaived(duty=name, ground="road_closed", waived_on=TODAY)),
    st.sampled_from(RiskColour).map(graded),
    st.just(taken_under_care()[0]),
    st.sampled_from(["dongying", "xiying"]).map(
        lambda village: ResidenceChanged(township="dayingxiang", village=village, changed_on=TODAY)
    ),
    st.just(RecordClosed(closed_on=TODAY + timedelta(days=1))),
)
LOGS = st.lists(st.tuples(st.sampled_from(["pregnancy:p1", "pregnancy:p2"]), FACTS), min_size=20, max_size=60)


@pytest.fixture
def shown(stores):
    """The digest of a due list that was given facts in batches that end at these positions."""
    registry = Registry(stores)

    def project(facts, ends):
        built = Generation(stores, DueList(), DueList.version, next(NUMBERS))
        for begin, end in pairwise([0, *ends]):
            built.take(facts[begin:end], end)
        with built.snapshot() as db:
            found = digest(db, DueList.tables)
        registry.drop(built)
        return found

    return project


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=LOGS, data=st.data())
def test_how_the_log_is_cut_does_not_matter(shown, told, data):
    facts = [Recorded(number, case, 1, fact, b"", b"") for number, (case, fact) in enumerate(told, 1)]
    cuts = data.draw(st.sets(st.integers(1, len(facts))))
    whole = shown(facts, [len(facts)])
    assert shown(facts, sorted(cuts | {len(facts)})) == whole
    assert shown(facts, range(1, len(facts) + 1)) == whole
