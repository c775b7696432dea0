"""The scene of these tests as a fixture."""

from __future__ import annotations

import pytest

from tests.shared.messaging.scene import World


@pytest.fixture
def world(stores, clock):
    world = World(stores, clock)
    yield world
    world.close()
