"""Signatures of department messages: only the right key, bytes and time are accepted."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, OKPKey

from shared.clock import COUNTY_TIME
from shared.kernel import Refusal
from shared.signing import (
    Departments,
    SignatureExpired,
    SignatureInvalid,
    SignatureMissing,
    SignerUnknown,
    WrongDepartment,
    sign,
)

NOW = datetime(2024, 10, 15, 12, tzinfo=COUNTY_TIME)
HOUR = timedelta(hours=1)
BODY = '{"id":"1","name":"张"}'.encode()


def pair(curve: Any = "Ed25519") -> tuple[dict[str, Any], dict[str, Any]]:
    key = OKPKey.generate_key(curve)
    return dict(key.as_dict(private=True)), dict(key.as_dict(private=False))


HOSPITAL, HOSPITAL_PUBLIC = pair()
POLICE, POLICE_PUBLIC = pair()
SERVICE, SERVICE_PUBLIC = pair("X25519")
DEPARTMENTS = Departments({"h-1": ("hospital", HOSPITAL_PUBLIC), "p-1": ("police", POLICE_PUBLIC)})
SIGNATURE = sign(BODY, HOSPITAL, "h-1", NOW, HOUR)


def encoded(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def forged(header: Any, body: bytes = BODY, key: dict[str, Any] = HOSPITAL) -> str:
    """A detached signature with any header, valid for it: what only a key holder can make."""
    first = encoded(header)
    secret: Any = OKPKey.import_key(key).private_key
    return f"{first}..{encoded(secret.sign(f'{first}.{encoded(body)}'.encode()))}"


def header(**changes: Any) -> dict[str, Any]:
    seconds = int(NOW.timestamp())
    given = {"alg": "Ed25519", "kid": "h-1", "iat": seconds, "exp": seconds + 3600} | changes
    return {name: value for name, value in given.items() if value is not None}


def test_a_signature_tells_the_department_the_key_and_the_times():
    signed = DEPARTMENTS.verify(BODY, SIGNATURE, NOW, "hospital")
    assert (signed.department, signed.kid, signed.signature) == ("hospital", "h-1", SIGNATURE)
    assert (signed.issued_at, signed.expires_at) == (NOW, NOW + HOUR)


def test_a_signature_is_detached_and_has_exactly_the_four_fields():
    first, payload, _ = SIGNATURE.split(".")
    assert payload == ""
    assert json.loads(urlsafe_b64decode(first + "==")) == header()


def test_a_signature_made_by_another_library_is_accepted():
    assert DEPARTMENTS.verify(BODY, forged(header()), NOW).department == "hospital"


@pytest.mark.parametrize("body", [b"", b"\x00\xff" * 10, b"a.b", b"x" * 1024 * 1024])
def test_any_bytes_can_be_signed(body):
    assert DEPARTMENTS.verify(body, sign(body, HOSPITAL, "h-1", NOW, HOUR), NOW)


@pytest.mark.parametrize("signature", ["", None])
def test_a_message_without_signature_is_refused(signature):
    with pytest.raises(SignatureMissing):
        DEPARTMENTS.verify(BODY, signature, NOW)


@pytest.mark.parametrize("body", [BODY + b" ", BODY[:-1], b"", BODY.replace(b"1", b"2")])
def test_other_bytes_are_refused(body):
    with pytest.raises(SignatureInvalid):
        DEPARTMENTS.verify(body, SIGNATURE, NOW)


def test_every_character_of_the_signature_counts():
    for at, character in enumerate(SIGNATURE):
        changed = SIGNATURE[:at] + ("A" if character != "A" else "B") + SIGNATURE[at + 1 :]
        with pytest.raises((SignatureInvalid, SignerUnknown)):
            DEPARTMENTS.verify(BODY, changed, NOW)


def test_another_departments_key_under_this_departments_key_id_is_refused():
    with pytest.raises(SignatureInvalid):
        DEPARTMENTS.verify(BODY, sign(BODY, POLICE, "h-1", NOW, HOUR), NOW)


def test_an_unregistered_key_id_is_refused():
    with pytest.raises(SignerUnknown):
        DEPARTMENTS.verify(BODY, sign(BODY, HOSPITAL, "h-2", NOW, HOUR), NOW)


def test_a_department_cannot_use_anothers_door():
    with pytest.raises(WrongDepartment) as refused:
        DEPARTMENTS.verify(BODY, SIGNATURE, NOW, "police")
    assert refused.value.accepted == "police"


def test_a_forged_signature_is_invalid_before_it_is_anything_else():
    """Whose door it is, and the time, are only told to a key holder."""
    for changes in ({"exp": 1}, {}):
        with pytest.raises(SignatureInvalid):
            DEPARTMENTS.verify(BODY, forged(header(**changes), key=POLICE), NOW, "police")


def test_a_signature_holds_to_the_second_of_its_end():
    assert DEPARTMENTS.verify(BODY, SIGNATURE, NOW + HOUR - timedelta(seconds=1))
    for late in (HOUR, HOUR + timedelta(days=1)):
        with pytest.raises(SignatureExpired):
            DEPARTMENTS.verify(BODY, SIGNATURE, NOW + late)


def test_a_clock_five_minutes_ahead_is_tolerated_and_no_more():
    assert DEPARTMENTS.verify(BODY, SIGNATURE, NOW - timedelta(minutes=5))
    with pytest.raises(SignatureInvalid, match="future"):
        DEPARTMENTS.verify(BODY, SIGNATURE, NOW - timedelta(minutes=5, seconds=1))


@pytest.mark.parametrize("alg", ["none", "None", "EdDSA", "Ed448", "HS256", "ES256", "", 1, None])
def test_no_other_algorithm_is_accepted(alg):
    with pytest.raises(SignatureInvalid):
        DEPARTMENTS.verify(BODY, forged(header(alg=alg)), NOW)


def test_alg_none_without_signature_is_refused():
    with pytest.raises(SignatureInvalid):
        DEPARTMENTS.verify(BODY, f"{encoded(header(alg='none'))}..", NOW)


def test_the_public_key_is_no_hmac_secret():
    """The classic confusion: HS256 keyed with what everyone knows."""
    secret = OctKey.import_key(HOSPITAL_PUBLIC["x"])
    lax = jws.JWSRegistry(algorithms=["HS256"], strict_check_header=False)
    token = jws.detach_content(jws.serialize_compact(header(alg="HS256"), BODY, secret, registry=lax))
    with pytest.raises(SignatureInvalid):
        DEPARTMENTS.verify(BODY, token, NOW)


@pytest.mark.parametrize(
    "extra",
    [
        {"crit": ["exp"]},
        {"crit": []},
        {"b64": False, "crit": ["b64"]},
        {"b64": True},
        {"jwk": HOSPITAL_PUBLIC},
        {"jku": "https://example.org/keys"},
        {"x5u": "https://example.org/keys"},
        {"typ": "JOSE"},
        {"nbf": 1},
        {"iat": None},
        {"exp": None},
        {"kid": None},
        {"kid": "../../etc/passwd"},
        {"kid": "h-1\n"},
        {"kid": 7},
        {"iat": 1.5},
        {"iat": "1728964800"},
        {"exp": True},
        {"exp": -1},
        {"exp": 10**30},
        {"x": "y" * 600},
    ],
)
def test_a_header_with_anything_more_less_or_else_is_refused(extra):
    with pytest.raises(SignatureInvalid):
        DEPARTMENTS.verify(BODY, forged(header(**extra)), NOW)


@pytest.mark.parametrize("first", [[], "alg", None, 1, b"\xff\xfe", b"{", b"[" * 400, b"", b'{"alg":NaN}'])
def test_a_header_that_is_no_object_is_refused(first):
    with pytest.raises(SignatureInvalid):
        DEPARTMENTS.verify(BODY, forged(first), NOW)


def test_a_signature_that_brings_its_own_payload_is_refused():
    """joserfc would verify that payload and never look at the body."""
    first, _, last = SIGNATURE.split(".")
    with pytest.raises(SignatureInvalid, match="detached"):
        DEPARTMENTS.verify(b"anything", f"{first}.{encoded(BODY)}.{last}", NOW)


@given(st.text(max_size=200) | st.binary(max_size=60).map(lambda raw: f"{encoded(raw)}..{encoded(raw)}"))
def test_whatever_stands_for_a_signature_is_refused_by_name(signature):
    with pytest.raises(Refusal):
        DEPARTMENTS.verify(BODY, signature, NOW)


@pytest.mark.parametrize(
    "key",
    [
        HOSPITAL,
        SERVICE_PUBLIC,
        {},
        {"kty": "OKP", "crv": "Ed25519"},
        {"kty": "OKP", "crv": "Ed25519", "x": "short"},
        {"kty": "OKP", "crv": "Ed25519", "x": "!" * 43},
        dict(ECKey.generate_key("P-256").as_dict(private=False)),
        {"kty": "oct", "k": "c2VjcmV0"},
    ],
)
def test_only_public_ed25519_keys_are_registered(key):
    with pytest.raises(ValueError, match=r"key"):
        Departments({"k": ("hospital", key)})


def test_only_a_private_ed25519_key_signs():
    for key in (HOSPITAL_PUBLIC, SERVICE):
        with pytest.raises(ValueError, match=r"private|Ed25519"):
            sign(BODY, key, "h-1", NOW, HOUR)
