"""The register of reviews: what the reviewing body sees of each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.pregnancy_tracking.domain.review_events import TerminationReviewEscalated, TerminationWithdrawn
from services.pregnancy_tracking.domain.termination_review import REVIEW, Status
from services.pregnancy_tracking.projections.review_register import TABLES, ReviewRegister, reviews
from tests.pregnancy_tracking.review_scene import (
    APPROVED,
    BOX,
    CERTIFIED,
    DECLINED,
    ONCE,
    R1,
    REQUESTED,
    requested,
)
from tests.pregnancy_tracking.scene import NOW

ESCALATED = {R1: [TerminationReviewEscalated(superior="county-health", escalated_at=NOW + timedelta(hours=72))]}
WITHDRAWN = {R1: [TerminationWithdrawn(review_key="review:r1")]}
SINCE = "2025-06-30T01:00:00+00:00"


@pytest.fixture
def shown(append, projector):
    def rows(*facts, **asked):
        append(*facts)
        with projector().engine(ReviewRegister.name).connect() as db:
            return [dict(row) for row in db.execute(reviews(**asked)).mappings()]

    return rows


HISTORIES = [
    ([REQUESTED], ("requested", None, None, False)),
    ([ONCE], ("requested", None, None, False)),
    ([CERTIFIED], ("certified", SINCE, None, False)),
    ([CERTIFIED, ESCALATED], ("certified", SINCE, None, True)),
    ([CERTIFIED, APPROVED], ("approved", SINCE, "c-77", False)),
    ([CERTIFIED, DECLINED], ("second_opinion", SINCE, "certificates_invalid", False)),
    ([CERTIFIED, DECLINED, APPROVED], ("approved", SINCE, "c-77", False)),
]


@pytest.mark.parametrize(("facts", "expected"), HISTORIES)
def test_a_review_is_as_far_as_it_is(shown, facts, expected):
    [row] = shown(*facts)
    assert (row["status"], row["since"], row["detail"], row["escalated"]) == expected
    assert (row["review"], row["facility"], row["requested_at"]) == ("r1", "county-hospital", SINCE)
    assert row["request"] == BOX.model_dump_json()


def test_a_withdrawn_review_is_gone(shown):
    assert shown(CERTIFIED, WITHDRAWN) == []


def test_reviews_are_asked_for_in_their_order_and_by_status(shown):
    more = {REVIEW.id("r2"): [requested()], REVIEW.id("r3"): [requested()]}
    assert [each["review"] for each in shown(CERTIFIED, ESCALATED, more)] == ["r1", "r2", "r3"]
    assert [each["review"] for each in shown(status=Status.REQUESTED)] == ["r2", "r3"]
    assert [each["review"] for each in shown(escalated=True)] == ["r1"]


def test_it_has_no_place_for_anybody():
    columns = {column.name for table in TABLES.tables.values() for column in table.columns}
    assert not columns & {"person", "pregnancy", "document", "name", "certifier", "ground", "gestation_weeks"}
