"""Stores, keys and views for the tests of births: all real, keys in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from services.births.domain.events import FACTS
from services.births.projections import VIEWS
from shared.eventstore import FactNames, Log
from shared.projecting import View
from shared.sealing import KeyStore, Sealer
from shared.stores import Stores


@pytest.fixture
def sealer() -> Sealer:
    """Keys that live as long as the test."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    return Sealer(KeyStore(engine, b"m" * 32), {"care": b"c" * 32, "household": b"h" * 32}, b"f" * 32)


@pytest.fixture
def log(stores: Stores) -> Iterator[Log]:
    log = Log(stores, FactNames(FACTS))
    yield log
    log.close()


@pytest.fixture
def views() -> Sequence[View]:
    """The views that follow the log."""
    return VIEWS
