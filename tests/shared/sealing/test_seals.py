"""Sealing: a value opens only in its place, with its own person's key, unaltered."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, StaticPool, create_engine

from shared.kernel import Value
from shared.sealing import KeyStore, SealBroken, Sealed, Sealer

MASTER = b"m" * 32
PURPOSES = {"care": b"c" * 32}
CANARY = "Canary-Zhang-13800138000"


class Name(Value):
    name: str


class Weight(Value):
    grams: int


def seal(sealer: Sealer, person: str = "p1", case: str = "birth:1", field: str = "name", name: str = CANARY) -> Sealed:
    return sealer.seal(person, case, field, Name(name=name))


def altered(box: str, at: int) -> str:
    raw = bytearray(urlsafe_b64decode(box))
    raw[at] ^= 1
    return urlsafe_b64encode(bytes(raw)).decode()


def _memory_engine() -> Engine:
    return create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})


def test_a_sealed_value_opens_before_and_after_the_flush_and_after_a_restart(sealer, restart):
    sealed = seal(sealer)
    assert sealer.open(sealed, "birth:1", Name) == Name(name=CANARY)
    sealer.flush()
    assert sealer.open(sealed, "birth:1", Name) == Name(name=CANARY)
    assert restart().open(sealed, "birth:1", Name) == Name(name=CANARY)


def test_a_sealed_value_survives_its_json(sealer):
    sealed = Sealed.model_validate_json(seal(sealer).model_dump_json())
    assert sealer.open(sealed, "birth:1", Name) == Name(name=CANARY)


def test_the_same_value_never_looks_the_same_twice(sealer):
    assert len({seal(sealer).box for _ in range(50)}) == 50


def test_a_box_opens_in_no_other_case(sealer):
    with pytest.raises(SealBroken):
        sealer.open(seal(sealer), "birth:2", Name)


def test_a_box_opens_in_no_other_field(sealer):
    sealed = seal(sealer)
    with pytest.raises(SealBroken):
        sealer.open(sealed.model_copy(update={"field": "address"}), "birth:1", Name)


def test_case_and_field_cannot_be_shifted_against_each_other(sealer):
    with pytest.raises(SealBroken):
        sealer.open(seal(sealer, case="birth:1", field="1name").model_copy(update={"field": "name"}), "birth:11", Name)
    for case, field in (("birth:1\0x", "name"), ("birth:1", "x\0name")):
        with pytest.raises(ValueError, match="NUL"):
            seal(sealer, case=case, field=field)


def test_a_box_opens_with_no_other_persons_key(sealer):
    mine, hers = seal(sealer), seal(sealer, person="p2")
    with pytest.raises(SealBroken):
        sealer.open(mine.model_copy(update={"key": hers.key}), "birth:1", Name)


def test_a_box_with_any_byte_altered_does_not_open(sealer):
    sealed = seal(sealer)
    for at in range(len(urlsafe_b64decode(sealed.box))):
        with pytest.raises(SealBroken):
            sealer.open(sealed.model_copy(update={"box": altered(sealed.box, at)}), "birth:1", Name)


@given(st.text(max_size=80))
def test_a_box_that_is_anything_else_is_broken_and_nothing_worse(box):
    sealer = Sealer(KeyStore(_memory_engine(), MASTER), PURPOSES, b"f" * 32)
    with pytest.raises(SealBroken):
        sealer.open(seal(sealer).model_copy(update={"box": box}), "birth:1", Name)


def test_a_key_the_store_never_had_is_broken_not_erased(sealer):
    with pytest.raises(SealBroken, match="does not have"):
        sealer.open(seal(sealer).model_copy(update={"key": "0" * 32}), "birth:1", Name)


def test_a_value_of_another_shape_is_refused_without_saying_what_it_was(sealer):
    with pytest.raises(SealBroken, match="Weight") as refused:
        sealer.open(seal(sealer), "birth:1", Weight)
    error: BaseException | None = refused.value
    while error:
        assert CANARY not in repr(error)
        error = error.__cause__ or error.__context__
