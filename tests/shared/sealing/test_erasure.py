"""Erasing a person: her key is destroyed for good, and nobody else's."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError

from shared.kernel import Value
from shared.sealing import Erased, ErasureUnfinished, Sealed, Sealer
from shared.stores import Stores

ON_SQLITE = pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
CANARY = "Canary-Zhang-13800138000"


class Name(Value):
    name: str


def seal(sealer: Sealer, person: str = "p1", case: str = "birth:1", field: str = "name", name: str = CANARY) -> Sealed:
    return sealer.seal(person, case, field, Name(name=name))


def _files(stores: Stores) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(stores.file("keys").parent.glob("keys.db*")))


def _lose_next_commit_reply(engine: Engine) -> list[int]:
    """The next commit reaches the store; its caller is told that it did not."""
    lost: list[int] = []
    original = engine.dialect.do_commit

    def commit(connection: object) -> None:
        original(connection)
        engine.dialect.do_commit = original
        lost.append(1)
        msg = "the reply was lost"
        raise engine.dialect.loaded_dbapi.OperationalError(msg)

    engine.dialect.do_commit = commit
    return lost


def test_an_erased_person_reads_as_erased_now_and_after_a_restart(sealer, restart):
    sealed = seal(sealer)
    sealer.flush()
    sealer.erase("p1")
    assert sealer.open(sealed, "birth:1", Name) == Erased()
    assert restart().open(sealed, "birth:1", Name) == Erased()


def test_erasing_takes_no_one_else_along(sealer):
    hers = seal(sealer, person="p2")
    seal(sealer)
    sealer.flush()
    sealer.erase("p1")
    assert sealer.open(hers, "birth:1", Name) == Name(name=CANARY)


def test_a_key_not_yet_flushed_is_erased_too(sealer, restart, engine, rows):
    sealed = seal(sealer)
    sealer.erase("p1")
    sealer.flush()
    assert sealer.open(sealed, "birth:1", Name) == Erased()
    assert restart().open(sealed, "birth:1", Name) == Erased()
    assert [row[2] for row in rows()] == [None]


def test_a_person_registered_again_gets_a_new_key_and_the_old_values_stay_erased(sealer, restart):
    old = seal(sealer)
    sealer.flush()
    sealer.erase("p1")
    new = seal(sealer)
    sealer.flush()
    assert new.key != old.key
    for each in (sealer, restart()):
        assert each.open(old, "birth:1", Name) == Erased()
        assert each.open(new, "birth:1", Name) == Name(name=CANARY)


def test_erasing_twice_or_someone_unknown_changes_nothing(sealer, engine, rows):
    seal(sealer)
    sealer.flush()
    sealer.erase("p1")
    before = rows()
    sealer.erase("p1")
    sealer.erase("nobody")
    assert rows() == before


def test_a_tombstone_stays_with_the_time_and_without_the_key(sealer, engine, rows):
    sealed = seal(sealer)
    sealer.flush()
    sealer.erase("p1")
    [(key, person, wrapped, erased_at)] = rows()
    assert (key, person, wrapped) == (sealed.key, "p1", None)
    assert erased_at


@ON_SQLITE
def test_a_destroyed_key_is_in_no_byte_of_the_sqlite_files(stores, sealer, engine, rows):
    for person in ("p0", "p1", "p2"):
        seal(sealer, person=person)
    sealer.flush()
    wrapped = next(row[2] for row in rows() if row[1] == "p1")
    assert wrapped
    assert wrapped in _files(stores)
    sealer.erase("p1")
    assert wrapped not in _files(stores)
    assert wrapped[12:28] not in _files(stores)


@ON_SQLITE
def test_an_erasure_whose_remains_a_reader_holds_says_so_and_can_be_finished(stores, sealer, engine):
    sealed = seal(sealer)
    sealer.flush()
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=50"))
    engine.dispose()
    with engine.connect() as reader:
        reader.exec_driver_sql("BEGIN")
        reader.execute(text("SELECT * FROM data_keys")).fetchone()
        with pytest.raises(ErasureUnfinished):
            sealer.erase("p1")
    assert sealer.open(sealed, "birth:1", Name) == Erased()
    sealer.erase("p1")


def test_an_erasure_whose_commit_was_not_answered_can_be_repeated(sealer, restart, engine):
    flushed, new = seal(sealer), seal(sealer, person="p2")
    sealer.flush()
    sealer.settle()
    new = seal(sealer, person="p3")
    for person in ("p1", "p3"):
        _lose_next_commit_reply(engine)
        with pytest.raises(OperationalError):
            sealer.erase(person)
    assert sealer.open(flushed, "birth:1", Name) == Erased()
    sealer.erase("p3")
    sealer.flush()
    for each in (sealer, restart()):
        assert each.open(new, "birth:1", Name) == Erased()
