"""Two distinct clinicians certify a termination."""

from __future__ import annotations

import pytest

from services.pregnancy_tracking.domain.termination_review import AlreadyDecided, CertifierNotDistinct, ReviewUnknown
from tests.pregnancy_tracking.review_scene import (
    APPROVED,
    CERTIFIED,
    ONCE,
    QUEUE_ID,
    QUEUED,
    R1,
    REQUESTED,
    certified,
    certify,
    ready,
    withdraw,
)


def test_a_clinician_certifies():
    ready(REQUESTED).when(certify("li")).then({R1: [certified("li", complete=False)]})


def test_the_second_certificate_starts_the_time_to_decide():
    ready(ONCE).when(certify("chen")).then({R1: [certified("chen", complete=True)], QUEUE_ID: [QUEUED]})


@pytest.mark.parametrize("history", [ONCE, CERTIFIED])
def test_nobody_certifies_twice(history):
    ready(history).when(certify("li")).then_refused(CertifierNotDistinct, "/certifier")


def test_a_third_certificate_is_not_needed():
    ready(CERTIFIED).when(certify("wu")).then_nothing()


def test_what_is_decided_is_not_certified():
    ready(CERTIFIED, APPROVED).when(certify("wu")).then_refused(AlreadyDecided)


def test_there_is_nothing_to_certify_without_a_request():
    ready().when(certify("li")).then_refused(ReviewUnknown)
    withdrawn = ready(REQUESTED)
    withdrawn.happened(withdrawn.when(withdraw()).decision())
    withdrawn.when(certify("li")).then_refused(ReviewUnknown)
