"""A key store with a sealer on it, on each kind of store."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, text

from shared.sealing import KeyStore, Sealer
from shared.stores import Stores


@pytest.fixture
def engine(stores: Stores) -> Engine:
    return stores.engine("keys")


@pytest.fixture
def restart(engine: Engine) -> Callable[..., Sealer]:
    """A sealer as after a start: nothing in memory."""
    return lambda master=b"m" * 32: Sealer(
        KeyStore(engine, master), {"care": b"c" * 32, "household": b"h" * 32}, b"f" * 32
    )


@pytest.fixture
def sealer(restart: Callable[..., Sealer]) -> Sealer:
    return restart()


@pytest.fixture
def rows(engine: Engine) -> Callable[[], list[Any]]:
    """Reads what is in the key store: key, person, wrapped, erased_at."""

    def read() -> list[Any]:
        with engine.connect() as db:
            return [tuple(row) for row in db.execute(text("SELECT key, person, wrapped, erased_at FROM data_keys"))]

    return read
