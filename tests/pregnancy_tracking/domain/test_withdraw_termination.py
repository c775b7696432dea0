"""Taking a request back."""

from __future__ import annotations

import pytest

from services.pregnancy_tracking.domain.review_events import TerminationWithdrawn
from services.pregnancy_tracking.domain.termination_review import ReviewUnknown
from tests.pregnancy_tracking.review_scene import (
    APPROVED,
    CERTIFIED,
    DECLINED,
    ONCE,
    QUEUE_ID,
    R1,
    REQUESTED,
    UNQUEUED,
    approve,
    ready,
    withdraw,
)

WITHDRAWN = TerminationWithdrawn(review_key="review:r1")


@pytest.mark.parametrize("history", [[REQUESTED], [ONCE], [CERTIFIED, APPROVED]])
def test_a_request_may_be_withdrawn_at_any_time(history):
    ready(*history).when(withdraw()).then({R1: [WITHDRAWN]})


@pytest.mark.parametrize("history", [[CERTIFIED], [CERTIFIED, DECLINED]])
def test_no_time_runs_for_a_withdrawn_request(history):
    ready(*history).when(withdraw()).then({R1: [WITHDRAWN], QUEUE_ID: [UNQUEUED]})


def test_withdrawing_again_changes_nothing():
    ready(REQUESTED, {R1: [WITHDRAWN]}).when(withdraw()).then_nothing()


def test_a_withdrawn_request_is_as_one_that_never_was():
    ready(CERTIFIED, {R1: [WITHDRAWN]}).when(approve()).then_refused(ReviewUnknown)
    ready().when(withdraw()).then_refused(ReviewUnknown)
