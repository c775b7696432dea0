"""What a service tells operators of itself."""

from __future__ import annotations

import pytest

from shared import reporting
from shared.projecting import follower
from tests.births.api.doors import as_, post


@pytest.mark.parametrize("births", [1, 3])
def test_what_views_merely_let_gather_is_no_lag(client, monkeypatch, births):
    """Whoever waits until everything has caught up, as a scenario does at every step, would wait for each gathering."""
    monkeypatch.setattr(follower, "GATHER", 3600)
    monkeypatch.setattr(reporting, "SETTLING", 60)
    for number in range(births):
        assert post(client, sex="boy", plurality=births, number=number + 1).status_code == 201
        views = client.get("/status", headers=as_("operator")).json()["views"]
        assert {name: about["lag"] for name, about in views.items() if about["lag"]} == {}
