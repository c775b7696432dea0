"""One writer per service: a second process is told so, and a dead one leaves the place free."""

from __future__ import annotations

import pytest

from shared.eventstore import StartRefused
from shared.lease import acquire


def test_a_second_writer_is_refused_until_the_first_lets_go(stores):
    first = acquire(stores)
    assert first.held()
    with pytest.raises(StartRefused, match="another process already writes for births"):
        acquire(stores)
    first.release()
    second = acquire(stores)
    assert second.held()
    second.release()


def test_a_lease_that_was_let_go_is_not_held(stores):
    lease = acquire(stores)
    lease.release()
    assert not lease.held()
