"""Bearer tokens: only this county's issuer, only its algorithm, only in their time."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey
from pydantic import ValidationError

from shared.access import Issuer, Principal, Purpose, Role, TokenExpired, TokenInvalid, TokenMissing, Verifier
from shared.clock import SystemClock

KEY = OKPKey.generate_key("Ed25519")
PRIVATE, PUBLIC = dict(KEY.as_dict(private=True)), dict(KEY.as_dict(private=False))
STRANGER = dict(OKPKey.generate_key("Ed25519").as_dict(private=True))
ISSUER, VERIFIER = Issuer(PRIVATE, "demo"), Verifier(PUBLIC, "demo")
HOUR = timedelta(hours=1)


def now() -> datetime:
    return SystemClock().now()


def issued(issuer: Issuer = ISSUER, lifetime: timedelta = HOUR) -> str:
    return issuer.issue("midwife-1", "midwife", ["t1", "t2"], ["care"], lifetime)


def encoded(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def claims(**changes: Any) -> dict[str, Any]:
    seconds = int(now().timestamp())
    given = {"iss": "evenborn:demo", "sub": "m", "role": "midwife", "units": ["t1"], "purposes": ["care"]}
    given |= {"iat": seconds, "exp": seconds + 600} | changes
    return {name: value for name, value in given.items() if value is not None}


def signed(payload: Any, header: Any = None) -> str:
    """A token with any header and claims, validly signed by the issuer's key."""
    front = f"{encoded({'alg': 'Ed25519', 'typ': 'JWT'} if header is None else header)}.{encoded(payload)}"
    secret: Any = KEY.private_key
    return f"{front}.{encoded(secret.sign(front.encode()))}"


def test_a_token_says_who_what_where_and_why():
    assert VERIFIER.principal(issued(), now()) == Principal(
        subject="midwife-1",
        role=Role.MIDWIFE,
        county="demo",
        units=frozenset({"t1", "t2"}),
        purposes=frozenset({Purpose.CARE}),
    )


def test_a_token_of_the_same_issuer_made_elsewhere_is_accepted():
    token = jwt.encode({"alg": "Ed25519", "kid": "county-1"}, claims(), KEY, algorithms=["Ed25519"])
    assert VERIFIER.principal(token, now()).subject == "m"


@pytest.mark.parametrize("token", ["", None])
def test_no_token_is_missing(token):
    with pytest.raises(TokenMissing):
        VERIFIER.principal(token, now())


def test_a_token_ends_on_the_wall_clock_however_often_it_was_seen():
    token = issued()
    for _ in range(3):
        assert VERIFIER.principal(token, now())
    for late in (HOUR, timedelta(days=400)):
        with pytest.raises(TokenExpired):
            VERIFIER.principal(token, now() + late)


def test_a_token_issued_expired_is_expired():
    with pytest.raises(TokenExpired):
        VERIFIER.principal(issued(lifetime=timedelta(seconds=-1)), now())


def test_a_token_from_the_future_is_invalid_beyond_five_minutes():
    assert VERIFIER.principal(issued(), now() - timedelta(minutes=4))
    with pytest.raises(TokenInvalid, match="future"):
        VERIFIER.principal(issued(), now() - timedelta(minutes=6))


def test_another_countys_token_is_invalid_even_under_the_same_key():
    with pytest.raises(TokenInvalid, match="county"):
        VERIFIER.principal(issued(Issuer(PRIVATE, "neighbour")), now())
    with pytest.raises(TokenInvalid):
        VERIFIER.principal(issued(Issuer(STRANGER, "neighbour")), now())


def test_a_strangers_token_for_this_county_is_invalid():
    with pytest.raises(TokenInvalid):
        VERIFIER.principal(issued(Issuer(STRANGER, "demo")), now())


def test_every_character_of_a_token_counts():
    token = issued()
    for at, character in enumerate(token):
        with pytest.raises(TokenInvalid):
            VERIFIER.principal(token[:at] + ("A" if character != "A" else "B") + token[at + 1 :], now())


def test_a_role_raised_in_the_payload_is_noticed():
    first, payload, last = issued().split(".")
    raised = json.loads(urlsafe_b64decode(payload + "==")) | {"role": "auditor", "units": ["*"]}
    with pytest.raises(TokenInvalid):
        VERIFIER.principal(f"{first}.{encoded(raised)}.{last}", now())


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "EdDSA"},
        {"alg": "Ed448"},
        {"alg": "Ed25519", "typ": "at+jwt"},
        {"alg": "Ed25519", "crit": ["exp"]},
        {"alg": "Ed25519", "b64": False, "crit": ["b64"]},
        {"alg": "Ed25519", "jwk": PUBLIC},
        {"alg": "Ed25519", "jku": "https://example.org"},
        {"typ": "JWT"},
        [],
        "alg",
        {},
    ],
)
def test_no_other_header_is_accepted(header):
    with pytest.raises(TokenInvalid):
        VERIFIER.principal(signed(claims(), header), now())


def test_alg_none_without_signature_is_invalid():
    with pytest.raises(TokenInvalid):
        VERIFIER.principal(f"{encoded({'alg': 'none'})}.{encoded(claims())}.", now())


def test_the_public_key_is_no_hmac_secret():
    token = jwt.encode({"alg": "HS256"}, claims(), OctKey.import_key(PUBLIC["x"]))
    with pytest.raises(TokenInvalid):
        VERIFIER.principal(token, now())


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": None},
        {"iss": "evenborn:demo2"},
        {"iss": ["evenborn:demo"]},
        {"sub": None},
        {"sub": ""},
        {"sub": "a b"},
        {"sub": 7},
        {"role": None},
        {"role": "admin"},
        {"role": "Midwife"},
        {"units": None},
        {"units": "*"},
        {"units": [1]},
        {"purposes": None},
        {"purposes": ["everything"]},
        {"purposes": "care"},
        {"iat": None},
        {"exp": None},
        {"exp": "9999999999"},
        {"exp": 1e10},
        {"exp": 10**40},
        {"county": "demo"},
    ],
)
def test_claims_with_anything_more_less_or_else_are_invalid(changes):
    with pytest.raises(TokenInvalid):
        VERIFIER.principal(signed(claims(**changes)), now())


@pytest.mark.parametrize("payload", [b"", b"\xff", b"{", [], None, b"[" * 2000])
def test_a_payload_that_is_no_claims_is_invalid(payload):
    with pytest.raises(TokenInvalid):
        VERIFIER.principal(signed(payload if payload is not None else b"null"), now())


def test_a_token_of_any_length_is_answered():
    with pytest.raises(TokenInvalid, match="characters"):
        VERIFIER.principal("a" * 1_000_000, now())


@given(st.text(min_size=1, max_size=200))
def test_whatever_stands_for_a_token_is_invalid(token):
    with pytest.raises(TokenInvalid):
        VERIFIER.principal(token, now())


@pytest.mark.parametrize(
    ("role", "purposes", "subject"), [("admin", [], "a"), ("midwife", ["fun"], "a"), ("midwife", [], "")]
)
def test_nothing_is_issued_that_would_not_be_accepted(role, purposes, subject):
    with pytest.raises((ValueError, ValidationError)):
        ISSUER.issue(subject, role, [], purposes, HOUR)


def test_issuing_takes_the_private_key_and_verifying_the_public_one():
    with pytest.raises(ValueError, match="private"):
        Issuer(PUBLIC, "demo")
    with pytest.raises(ValueError, match="private"):
        Verifier(PRIVATE, "demo")
