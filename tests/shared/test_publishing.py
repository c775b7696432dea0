"""What is enclosed in a saying is opened when it is said, and said no more once she is erased."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from shared.contracts.cloudevents import Contract
from shared.publishing import Enclosed, Letter, Saying, opened
from shared.sealing import KeyStore, Sealer

NOW = datetime(2024, 10, 15, 12, tzinfo=UTC)


class Told(Contract, type="evenborn.test.told.v1"):
    personal: str
    unit: str


@pytest.fixture
def sealer():
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    return Sealer(KeyStore(engine, b"m" * 32), {"care": b"c" * 32}, b"f" * 32)


def test_a_letter_is_enclosed_while_it_can_be_read(sealer):
    sealed = sealer.seal("w1", "woman:w1", "letter", Letter(jwe="a.b.c.d.e"))
    saying = Saying("courier.linshui", Told(personal="", unit="u"), NOW, enclosed=Enclosed(sealed, "woman:w1"))
    assert opened(saying, sealer).contract == Told(personal="a.b.c.d.e", unit="u")
    sealer.erase("w1")
    assert opened(saying, sealer) is None


def test_a_saying_without_one_is_said_as_it_is(sealer):
    saying = Saying("care", Told(personal="", unit="u"), NOW)
    assert opened(saying, sealer) is saying
