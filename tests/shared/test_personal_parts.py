"""Personal parts of messages: only the addressed service opens them, and nothing else is told."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwe
from joserfc.jwk import ECKey, JWKRegistry, OKPKey

from shared.signing import (
    PersonalPartUnreadable,
    decrypt,
    encrypt_for,
)


def pair(curve: Any = "Ed25519") -> tuple[dict[str, Any], dict[str, Any]]:
    key = OKPKey.generate_key(curve)
    return dict(key.as_dict(private=True)), dict(key.as_dict(private=False))


def encoded(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


SERVICE, SERVICE_PUBLIC = pair("X25519")
HOSPITAL, HOSPITAL_PUBLIC = pair()
BODY = '{"id":"1","name":"张"}'.encode()
TOKEN = encrypt_for(SERVICE_PUBLIC, BODY)


@pytest.mark.parametrize("value", [b"", BODY, b"\x00" * 12_000])
def test_a_personal_part_opens_for_its_service(value):
    assert decrypt(SERVICE, encrypt_for(SERVICE_PUBLIC, value)) == value


def test_a_personal_part_shows_nothing_and_never_looks_the_same():
    assert encoded("张") not in TOKEN
    assert encrypt_for(SERVICE_PUBLIC, BODY) != encrypt_for(SERVICE_PUBLIC, BODY)


def test_a_personal_part_of_another_library_may_name_the_key():
    token = jwe.encrypt_compact(
        {"alg": "ECDH-ES", "enc": "A256GCM", "kid": "births-1"}, BODY, OKPKey.import_key(SERVICE_PUBLIC)
    )
    assert decrypt(SERVICE, token) == BODY


def test_a_personal_part_for_another_service_does_not_open():
    other, _ = pair("X25519")
    with pytest.raises(PersonalPartUnreadable) as refused:
        decrypt(other, TOKEN)
    assert refused.value.pointer == "/data/personal"


def test_every_character_of_a_personal_part_counts():
    for at, character in enumerate(TOKEN):
        with pytest.raises(PersonalPartUnreadable):
            decrypt(SERVICE, TOKEN[:at] + ("A" if character != "A" else "B") + TOKEN[at + 1 :])


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"alg": "ECDH-ES", "enc": "A256GCM", "zip": "DEF"}, SERVICE_PUBLIC),
        ({"alg": "ECDH-ES", "enc": "A128GCM"}, SERVICE_PUBLIC),
        ({"alg": "ECDH-ES", "enc": "A256CBC-HS512"}, SERVICE_PUBLIC),
        ({"alg": "ECDH-ES+A256KW", "enc": "A256GCM"}, SERVICE_PUBLIC),
        ({"alg": "dir", "enc": "A256GCM"}, {"kty": "oct", "k": encoded(b"k" * 32)}),
    ],
)
def test_no_other_encryption_is_accepted(more, key):
    names = [more["alg"], more["enc"], *([more["zip"]] if "zip" in more else [])]
    token = jwe.encrypt_compact(more, BODY, JWKRegistry.import_key(key), registry=jwe.JWERegistry(algorithms=names))
    with pytest.raises(PersonalPartUnreadable):
        decrypt(SERVICE, token)


GOOD: dict[str, Any] = json.loads(urlsafe_b64decode(TOKEN.split(".")[0] + "=="))


@pytest.mark.parametrize(
    "first",
    [
        [],
        "alg enc",
        {"alg": "ECDH-ES", "enc": "A256GCM"},
        GOOD | {"epk": None},
        GOOD | {"epk": "x"},
        GOOD | {"epk": {"kty": "OKP", "crv": "X25519", "x": encoded(b"\0" * 32)}},
        GOOD | {"epk": {"kty": "OKP", "crv": "X25519", "x": encoded(b"\x01" + b"\0" * 31)}},
        GOOD | {"epk": {"kty": "OKP", "crv": "Ed25519", "x": HOSPITAL_PUBLIC["x"]}},
        GOOD | {"epk": dict(ECKey.generate_key("P-256").as_dict(private=False))},
        GOOD | {"epk": SERVICE},
        GOOD | {"crit": ["exp"]},
        GOOD | {"apu": 7},
    ],
)
def test_a_personal_part_with_a_strange_header_is_unreadable(first):
    rest = TOKEN.partition(".")[2]
    with pytest.raises(PersonalPartUnreadable):
        decrypt(SERVICE, f"{encoded(first)}.{rest}")


def test_an_encrypted_key_where_none_belongs_is_refused():
    parts = TOKEN.split(".")
    parts[1] = encoded(b"k" * 40)
    with pytest.raises(PersonalPartUnreadable):
        decrypt(SERVICE, ".".join(parts))


def test_an_oversize_personal_part_is_refused():
    parts = TOKEN.split(".")
    parts[3] = "A" * 100_000
    with pytest.raises(PersonalPartUnreadable):
        decrypt(SERVICE, ".".join(parts))


@given(st.text(max_size=200) | st.lists(st.binary(max_size=40).map(encoded), max_size=6).map(".".join))
def test_whatever_stands_for_a_personal_part_is_refused_by_name(token):
    with pytest.raises(PersonalPartUnreadable):
        decrypt(SERVICE, token)


@given(st.lists(st.binary(max_size=40).map(encoded), min_size=0, max_size=5))
def test_a_good_header_before_anything_is_refused_by_name(parts):
    with pytest.raises(PersonalPartUnreadable):
        decrypt(SERVICE, ".".join([TOKEN.split(".")[0], *parts]))


def test_why_a_personal_part_does_not_open_is_not_told():
    reasons = set()
    for token in ("", "a.b.c.d.e", TOKEN[:-1], TOKEN + "AAAA"):
        with pytest.raises(PersonalPartUnreadable) as refused:
            decrypt(SERVICE, token)
        reasons.add((refused.value.detail, refused.value.__cause__))
    assert len(reasons) == 1


def test_only_x25519_keys_encrypt_and_decrypt():
    for wrong in (HOSPITAL_PUBLIC, SERVICE):
        with pytest.raises(ValueError, match=r"X25519|private"):
            encrypt_for(wrong, BODY)
    for wrong in (HOSPITAL, SERVICE_PUBLIC):
        with pytest.raises(ValueError, match=r"X25519|private"):
            decrypt(wrong, TOKEN)
