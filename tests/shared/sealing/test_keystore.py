"""The key store: new keys are durable together, one per person, under the master key of the day."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError

from shared.kernel import Value
from shared.sealing import Erased, Sealed, Sealer, keystore
from shared.stores import Stores

MASTER = b"m" * 32
PURPOSES = {"care": b"c" * 32}
DOCUMENT = "11010519491231002X"
CANARY = "Canary-Zhang-13800138000"


class Name(Value):
    name: str


class Questions:
    """The statements a store was asked to run."""

    def __init__(self, engine: Engine) -> None:
        self.asked: list[str] = []
        event.listen(engine, "before_cursor_execute", lambda *args: self.asked.append(args[2]))

    def take(self) -> list[str]:
        taken, self.asked = self.asked, []
        return taken


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


def test_a_key_is_one_persons_alone_and_used_for_all_of_hers(sealer):
    first = seal(sealer)
    sealer.flush()
    assert first.key == seal(sealer, case="birth:2").key
    assert first.key != seal(sealer, person="p2").key


def test_sealing_for_a_person_never_seen_asks_the_store_nothing(sealer, engine):
    questions = Questions(engine)
    seal(sealer, person="new")
    assert questions.take() == []


def test_erasing_destroys_every_key_a_person_came_to_have(sealer, restart, rows):
    sealed = [seal(sealer)]
    sealer.flush()
    for _ in range(2):
        again = restart()
        sealed.append(seal(again))
        again.flush()
    assert len({each.key for each in sealed}) == len(rows()) == 3
    last = restart()
    assert all(last.open(each, "birth:1", Name) == Name(name=CANARY) for each in sealed)
    last.erase("p1")
    assert all(row[2] is None and row[3] for row in rows())
    assert all(each.open(one, "birth:1", Name) == Erased() for one in sealed for each in (last, restart()))


def test_no_plaintext_document_or_secret_is_in_the_key_store(stores, sealer, engine, rows):
    person = sealer.pseudonym("care", DOCUMENT)
    seal(sealer, person=person)
    sealer.flush()
    dump = repr(rows()).encode()
    stored = dump if stores.is_postgres else dump + _files(stores)
    secret = sealer._keys.key_of(person).secret
    for canary in (CANARY.encode(), DOCUMENT.encode(), secret, MASTER, PURPOSES["care"]):
        assert canary not in stored
    assert secret.hex() not in repr(rows())


def test_new_keys_are_in_the_store_only_after_the_flush_in_one_transaction(sealer, engine, rows):
    questions = Questions(engine)
    for number in range(20):
        seal(sealer, person=f"p{number}")
    assert rows() == []
    commits: list[int] = []
    event.listen(engine, "commit", lambda _: commits.append(1))
    questions.take()
    sealer.flush()
    assert len(rows()) == 20
    assert len(commits) == 1


def test_a_flush_with_nothing_new_asks_the_store_nothing(sealer, engine):
    seal(sealer)
    sealer.flush()
    sealer.settle()
    questions = Questions(engine)
    sealer.flush()
    assert questions.take() == []


def test_a_flush_that_fails_writes_no_key_and_keeps_all_for_the_next(sealer, restart, engine, rows):
    sealed = [seal(sealer, person=person) for person in "ab"]
    with engine.begin() as db:
        db.execute(text("ALTER TABLE data_keys RENAME TO away"))
    with pytest.raises(DBAPIError):
        sealer.flush()
    assert all(sealer.open(each, "birth:1", Name) == Name(name=CANARY) for each in sealed)
    with engine.begin() as db:
        db.execute(text("ALTER TABLE away RENAME TO data_keys"))
    assert rows() == []
    sealer.flush()
    assert all(restart().open(each, "birth:1", Name) == Name(name=CANARY) for each in sealed)


def test_a_flush_whose_commit_was_not_answered_can_be_repeated(sealer, restart, engine, rows):
    sealed = [seal(sealer, person=f"p{number}") for number in range(3)]
    lost = _lose_next_commit_reply(engine)
    with pytest.raises(OperationalError):
        sealer.flush()
    assert lost
    seal(sealer, person="later")
    sealer.flush()
    assert len(rows()) == 4
    assert all(restart().open(each, "birth:1", Name) == Name(name=CANARY) for each in sealed)


def test_keys_whose_facts_were_not_committed_are_written_again(sealer, restart, engine, rows):
    """On PostgreSQL their commit waits for no disk: a server that ended before that of the facts has lost it."""
    sealed = [seal(sealer, person=person) for person in "ab"]
    sealer.flush()
    with engine.begin() as db:
        db.execute(text("DELETE FROM data_keys"))
    sealed.append(seal(sealer, person="c"))
    sealer.flush()
    assert len(rows()) == 3
    assert all(restart().open(each, "birth:1", Name) == Name(name=CANARY) for each in sealed)


def test_what_became_new_during_a_commit_is_not_settled_by_it(sealer, rows):
    seal(sealer, person="a")
    sealer.flush()
    seal(sealer, person="b")
    sealer.settle()
    assert len(rows()) == 1
    sealer.flush()
    assert len(rows()) == 2


def test_who_was_erased_during_a_commit_stays_erased(sealer, rows):
    sealed = seal(sealer)
    sealer.flush()
    sealer.erase("p1")
    sealer.settle()
    assert sealer.open(sealed, "birth:1", Name) == Erased()
    assert seal(sealer).key != sealed.key


def test_what_is_remembered_is_bounded_and_what_is_forgotten_is_read_again(sealer, monkeypatch):
    monkeypatch.setattr(keystore, "REMEMBERED", 10)
    sealed = [seal(sealer, person=f"p{number}") for number in range(40)]
    sealer.flush()
    sealer.settle()
    assert len(sealer._keys._persons) <= 10
    assert len(sealer._keys._secrets) <= 10
    assert all(sealer.open(each, "birth:1", Name) == Name(name=CANARY) for each in sealed)


def test_new_keys_are_never_forgotten_before_they_are_settled(sealer, restart, monkeypatch):
    monkeypatch.setattr(keystore, "REMEMBERED", 1)
    sealed = [seal(sealer, person=f"p{number}") for number in range(30)]
    sealer.flush()
    assert all(restart().open(each, "birth:1", Name) == Name(name=CANARY) for each in sealed)


def test_threads_that_seal_flush_and_read_agree_on_one_key_per_person(sealer, restart, engine, rows):
    def work(number: int) -> list[tuple[str, Sealed]]:
        made = []
        for round_ in range(30):
            person = f"p{(number + round_) % 12}"
            made.append((person, seal(sealer, person=person)))
            if round_ % 5 == 0:
                sealer.flush()
            if round_ % 7 == 0:
                sealer.settle()
        return made

    with ThreadPoolExecutor(6) as pool:
        made = [each for part in pool.map(work, range(6)) for each in part]
    sealer.flush()
    assert len(rows()) == 12
    assert len({(person, sealed.key) for person, sealed in made}) == 12
    fresh = restart()
    assert all(fresh.open(sealed, "birth:1", Name) == Name(name=CANARY) for _, sealed in made)


def test_a_look_up_that_began_before_an_erasure_brings_no_key_back(sealer, restart, engine):
    """The row is read, then she is erased, and only then does the reader go on."""
    sealed = seal(sealer)
    sealer.flush()
    fresh = restart()
    read, erased = threading.Event(), threading.Event()

    def pause(*_: object) -> None:
        if threading.current_thread().name == "reader" and not read.is_set():
            read.set()
            assert erased.wait(10)

    event.listen(engine, "checkin", pause)
    answers: list[object] = []
    reader = threading.Thread(target=lambda: answers.append(fresh.open(sealed, "birth:1", Name)), name="reader")
    reader.start()
    assert read.wait(10)
    fresh.erase("p1")
    erased.set()
    reader.join(10)
    assert answers == [Erased()]
    assert fresh.open(sealed, "birth:1", Name) == Erased()
    assert seal(fresh).key != sealed.key


def test_a_row_can_be_neither_live_without_a_key_nor_erased_with_one(sealer, engine):
    seal(sealer)
    sealer.flush()
    for change in ("wrapped = NULL", "erased_at = 'now'"):
        with pytest.raises(DBAPIError), engine.begin() as db:
            db.execute(text(f"UPDATE data_keys SET {change}"))
