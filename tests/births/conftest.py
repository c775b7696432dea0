"""Stores, keys and views for the tests of births: all real, keys in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from services.births.domain.events import FACTS
from services.births.projections import VIEWS
from shared.eventstore import FactNames, Ledger, Log, Recording, envelope
from shared.kernel import Fact
from shared.projecting import Projector
from shared.sealing import KeyStore, Sealer
from shared.stores import Stores

Facts = Mapping[str, Sequence[Fact]]


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
def append(log: Log, clock: Any) -> Callable[..., None]:
    """Write facts by case id, as commands would have decided them."""

    def write(*facts: Facts) -> None:
        for each in facts:
            about = envelope(at=clock.now(), by="tester", command="c-1")
            recordings = [
                Recording(case_id, len(log.case(case_id)) + version, fact, about)
                for case_id, kept in each.items()
                for version, fact in enumerate(kept, 1)
            ]
            log.append(recordings, Ledger({}, {}, [], []))

    return write


@pytest.fixture
def projector(stores: Stores, log: Log) -> Iterator[Callable[[], Projector]]:
    """Start following the log with all views; wait until they are at its head."""
    with ExitStack() as running:

        def follow() -> Projector:
            projector = Projector(stores, log, VIEWS)
            projector.start()
            running.callback(projector.stop)
            assert projector.wait_for(log.head(), 10)
            return projector

        yield follow
