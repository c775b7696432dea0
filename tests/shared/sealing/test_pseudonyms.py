"""Pseudonyms and fingerprints: stable, keyed, per purpose, the same however a document is spelt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, StaticPool, create_engine

from shared.sealing import KeyStore, PurposeUnknown, Sealer
from shared.sealing.sealer import normalised

MASTER = b"m" * 32
PURPOSES = {"care": b"c" * 32, "household": b"h" * 32}
DOCUMENT = "11010519491231002X"


def _memory_engine() -> Engine:
    return create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})


KEYED = Sealer(KeyStore(_memory_engine(), MASTER), PURPOSES, b"f" * 32)


@pytest.mark.parametrize(
    "spelt",
    [
        "11010519491231002x",
        " 110105 19491231 002X ",
        "110105-19491231-002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105\u201319491231\u2014002X",
        "110105\u300019491231\u00a0002X\u200b\ufeff\n",
    ],
)
def test_a_document_has_one_pseudonym_however_it_is_spelt(spelt):
    assert KEYED.pseudonym("care", spelt) == KEYED.pseudonym("care", DOCUMENT)


def test_a_pseudonym_is_stable_and_short_and_says_nothing():
    assert KEYED.pseudonym("care", DOCUMENT) == "e2jcatet5tdzmt7tdhb2defxwz"


def test_pseudonyms_of_two_purposes_cannot_be_joined():
    assert KEYED.pseudonym("care", DOCUMENT) != KEYED.pseudonym("household", DOCUMENT)


@pytest.mark.parametrize("purpose", ["enforcement", "", "Care"])
def test_a_purpose_without_a_key_raises(purpose):
    with pytest.raises(PurposeUnknown):
        KEYED.pseudonym(purpose, DOCUMENT)


@pytest.mark.parametrize("document", ["", "   ", " - \u200b"])
def test_a_document_of_nothing_has_no_pseudonym(document):
    with pytest.raises(ValueError, match="letters or digits"):
        KEYED.pseudonym("care", document)


@given(st.text(alphabet="0123456789abcdefXYZ -\u3000", min_size=1, max_size=40).filter(normalised))
def test_pseudonyms_are_26_characters_of_base32_and_follow_the_normalised_document(document):
    pseudonym = KEYED.pseudonym("care", document)
    assert len(pseudonym) == 26
    assert set(pseudonym) <= set("abcdefghijklmnopqrstuvwxyz234567")
    assert pseudonym == KEYED.pseudonym("care", normalised(document))


def test_a_fingerprint_is_keyed_and_is_no_pseudonym():
    other = Sealer(KeyStore(_memory_engine(), MASTER), PURPOSES, b"g" * 32)
    assert KEYED.fingerprint(DOCUMENT) == KEYED.fingerprint(DOCUMENT.encode())
    assert KEYED.fingerprint(DOCUMENT) != KEYED.fingerprint(DOCUMENT + " ")
    assert KEYED.fingerprint(DOCUMENT) != other.fingerprint(DOCUMENT)
    assert len(KEYED.fingerprint("")) == 64


@pytest.mark.parametrize("purposes", [{"care": b"short"}, {"care": b"f" * 32}, {"a": b"x" * 32, "b": b"x" * 32}])
def test_weak_or_shared_pseudonym_keys_are_refused(purposes):
    with pytest.raises(ValueError, match="of their own"):
        Sealer(KeyStore(_memory_engine(), MASTER), purposes, b"f" * 32)
