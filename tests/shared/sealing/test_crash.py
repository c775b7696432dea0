"""Keys and the facts they seal, where the server ends between the two: real servers, real signals."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

import psycopg
import pytest
from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import DBAPIError

from shared.eventstore import FactNames, Ledger, Log, Recording, VersionConflict, envelope
from shared.kernel import Fact, Value
from shared.sealing import KeyStore, Sealer
from shared.stores import Stores
from tests.conftest import own_postgres
from tests.shared.projecting.scene import eventually


class Noted(Fact, stored_as="test.NotedInTheCrash"):
    pass


class Name(Value):
    name: str


@pytest.fixture
def server() -> Iterator[str]:
    """The URL of a PostgreSQL that may be ended: it brings itself up again."""
    with own_postgres() as url:
        yield url


def sealer_on(stores: Stores) -> Sealer:
    return Sealer(KeyStore(stores.engine("keys"), b"k" * 32), {}, b"f" * 32)


def test_no_fact_outlives_the_key_it_is_sealed_under(server):
    """Its commit waits for no disk, so a crash loses it; and the facts' commit is tried again on the new server."""
    stores = Stores.open(server, "births", "crashing")
    log, sealer = Log(stores, FactNames([Noted])), sealer_on(stores)
    about = envelope(at=datetime.now(UTC), by="tester", command="c")
    victim, crashes = psycopg.connect(server), iter([True])

    def write(person: str) -> None:
        log.append([Recording(f"n:{person}", 1, Noted(), about)], Ledger({person: ("", b"{}")}), flushed)
        sealer.settle()

    def flushed() -> None:
        sealer.flush()
        if written and next(crashes, False):
            os.kill(victim.info.backend_pid, signal.SIGKILL)

    def succeeds() -> bool:
        with suppress(PersistenceError, DBAPIError):
            with suppress(VersionConflict):  # the commit before it was not answered
                write("p2")
            return True
        return False

    written: list[str] = []
    sealer.seal("p1", "n:p1", "name", Name(name="a"))
    write("p1")
    written.append("p1")
    sealed = sealer.seal("p2", "n:p2", "name", Name(name="b"))
    eventually(succeeds)
    assert next(crashes, False) is False
    log.close()
    stores.close()
    again, read = Stores("births", url=stores.url), list[object]()

    def reads() -> bool:
        with suppress(psycopg.OperationalError, DBAPIError):  # the server may still be coming up
            read.append(sealer_on(again).open(sealed, "n:p2", Name))
        return bool(read)

    eventually(reads)
    assert read == [Name(name="b")]
    again.close()
