"""The master key: it alone opens the store, each key only in its row, and it can be replaced."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import Engine, event, text

from shared.eventstore import StartRefused
from shared.kernel import Value
from shared.sealing import Erased, KeyStore, SealBroken, Sealed, Sealer, keystore

MASTER, OTHER = b"m" * 32, b"o" * 32
PURPOSES = {"care": b"c" * 32}
CANARY = "Canary-Zhang-13800138000"


class Name(Value):
    name: str


def seal(sealer: Sealer, person: str = "p1", case: str = "birth:1", field: str = "name", name: str = CANARY) -> Sealed:
    return sealer.seal(person, case, field, Name(name=name))


def _unproved(engine: Engine) -> KeyStore:
    class Unproved(KeyStore):
        def _prove(self) -> None: ...

    return Unproved(engine, MASTER)


def test_a_look_up_that_began_before_a_rewrap_reads_again_under_the_new_master_key(sealer, restart, engine):
    sealed = seal(sealer)
    sealer.flush()
    fresh = restart()
    read, rewrapped = threading.Event(), threading.Event()

    def pause(*_: object) -> None:
        if threading.current_thread().name == "reader" and not read.is_set():
            read.set()
            assert rewrapped.wait(10)

    event.listen(engine, "checkin", pause)
    answers: list[object] = []
    reader = threading.Thread(target=lambda: answers.append(fresh.open(sealed, "birth:1", Name)), name="reader")
    reader.start()
    assert read.wait(10)
    fresh._keys.rewrap(OTHER)
    rewrapped.set()
    reader.join(10)
    assert answers == [Name(name=CANARY)]


def test_after_rewrapping_only_the_new_master_key_opens_the_store(sealer, restart, engine):
    kept, gone = seal(sealer), seal(sealer, person="p2")
    sealer.flush()
    sealer.erase("p2")
    unflushed = seal(sealer, person="p3")
    assert sealer._keys.rewrap(OTHER) == 1
    assert sealer.open(kept, "birth:1", Name) == Name(name=CANARY)
    sealer.flush()
    with pytest.raises(StartRefused, match="master key"):
        restart()
    fresh = restart(OTHER)
    assert fresh.open(kept, "birth:1", Name) == fresh.open(unflushed, "birth:1", Name) == Name(name=CANARY)
    assert fresh.open(gone, "birth:1", Name) == Erased()


def test_rewrapping_is_all_or_nothing(sealer, restart, engine, monkeypatch, rows):
    monkeypatch.setattr(keystore, "CHUNK", 2)
    for number in range(5):
        seal(sealer, person=f"p{number}")
    sealer.flush()
    last = max(row[0] for row in rows())
    with engine.begin() as db:
        db.execute(text("UPDATE data_keys SET wrapped = :w WHERE key = :k"), {"w": b"x" * 60, "k": last})
    before = rows()
    with pytest.raises(SealBroken):
        sealer._keys.rewrap(OTHER)
    assert rows() == before


def test_rewrapping_reaches_every_page_of_keys(sealer, restart, engine, monkeypatch):
    monkeypatch.setattr(keystore, "CHUNK", 3)
    sealed = [seal(sealer, person=f"p{number}") for number in range(10)]
    sealer.flush()
    assert sealer._keys.rewrap(OTHER) == 10
    fresh = restart(OTHER)
    assert all(fresh.open(each, "birth:1", Name) == Name(name=CANARY) for each in sealed)


def test_a_wrapped_key_put_into_another_row_does_not_open(sealer, restart, engine, rows):
    mine, hers = seal(sealer), seal(sealer, person="p2")
    sealer.flush()
    wrapped = {row[1]: row[2] for row in rows()}
    with engine.begin() as db:
        db.execute(text("UPDATE data_keys SET wrapped = :w WHERE key = :k"), {"w": wrapped["p2"], "k": mine.key})
    fresh = Sealer(_unproved(engine), PURPOSES, b"f" * 32)
    with pytest.raises(SealBroken, match="wrapped key"):
        fresh.open(mine, "birth:1", Name)
    assert fresh.open(hers, "birth:1", Name) == Name(name=CANARY)


@pytest.mark.parametrize("master", [b"", b"short", b"m" * 16, b"m" * 33])
def test_a_master_key_of_another_size_is_refused(engine, master):
    with pytest.raises(ValueError, match="32 bytes"):
        KeyStore(engine, master)
