"""Bearer tokens: what a caller is, signed by the county's issuer (JWT, RFC 7519, with Ed25519, RFC 9864)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal

from joserfc import jws
from joserfc.errors import JoseError
from pydantic import ValidationError

from shared.access.policy import Principal, Purpose, Role
from shared.clock import SystemClock
from shared.kernel import Id, Refusal, Value
from shared.settings import Jwk
from shared.signing import TOLERANCE, Header, Moment, private_key, public_key, read_header

LONGEST = 8_192
"""Characters of a token; a request header holds no more."""
REMEMBERED = 1_024
"""Verified tokens whose claims stay in memory: a signature takes 150 µs, and callers keep their token."""
_ALGORITHMS = ["Ed25519"]


class TokenMissing(Refusal):
    """The request carries no bearer token."""


class TokenInvalid(Refusal):
    """The token is not one of this county's issuer."""


class TokenExpired(Refusal):
    """The token's time is over."""


class TokenHeader(Header):
    """A token's protected header: `none`, other algorithms, embedded keys and `crit` are refused."""

    alg: Literal["Ed25519"]
    typ: Literal["JWT"] = "JWT"
    kid: str | None = None


class Claims(Value):
    """What a token says. `iss` names the county: another county's token is not ours, whoever signed it."""

    iss: str
    sub: Id
    role: Role
    units: tuple[str, ...]
    purposes: tuple[Purpose, ...]
    iat: Moment
    exp: Moment


class Issuer:
    """Issues tokens of one county (the local issuer of the embedded default)."""

    def __init__(self, private_jwk: Jwk, county: str) -> None:
        """Raises ValueError unless it is a private Ed25519 key."""
        self._key, self._county, self._clock = private_key("Ed25519", private_jwk), county, SystemClock()

    def issue(self, subject: str, role: str, units: Iterable[str], purposes: Iterable[str], lifetime: timedelta) -> str:
        """A token valid from now, by the wall clock. Raises pydantic.ValidationError for what no token may say."""
        now = self._clock.now()
        claims = Claims(
            iss=_issuer(self._county),
            sub=subject,
            role=Role(role),
            units=tuple(sorted(units)),
            purposes=tuple(Purpose(purpose) for purpose in sorted(purposes)),
            iat=int(now.timestamp()),
            exp=int((now + lifetime).timestamp()),
        )
        header = {"alg": "Ed25519", "typ": "JWT"}
        return jws.serialize_compact(header, claims.model_dump_json(), self._key, _ALGORITHMS)


class Verifier:
    """Knows the tokens of one county's issuer."""

    def __init__(self, public_jwk: Jwk, county: str) -> None:
        """Raises ValueError unless it is a public Ed25519 key."""
        self._key, self._issuer, self._county = public_key("Ed25519", public_jwk), _issuer(county), county
        self._claims = lru_cache(maxsize=REMEMBERED)(self._verify)

    def principal(self, token: str | None, now: datetime) -> Principal:
        """Whose token it is. `now` is the wall clock's, also in a scenario.

        Raises TokenMissing, TokenInvalid, TokenExpired.
        """
        if not token:
            raise TokenMissing("the request carries no bearer token")
        claims, principal = self._claims(token)
        if claims.iat > (now + TOLERANCE).timestamp():
            raise TokenInvalid("the token is from the future")
        if claims.exp <= now.timestamp():
            raise TokenExpired("the token has expired")
        return principal

    def _verify(self, token: str) -> tuple[Claims, Principal]:
        if len(token) > LONGEST:
            raise TokenInvalid(f"a token has at most {LONGEST} characters")
        try:
            read_header(token.partition(".")[0], TokenHeader)
            payload = jws.deserialize_compact(token, self._key, _ALGORITHMS).payload
        except (JoseError, ValueError):
            raise TokenInvalid("the token was not signed by this county's issuer") from None
        claims = _claims(payload)
        if claims.iss != self._issuer:
            raise TokenInvalid("the token is another county's")
        units, purposes = frozenset(claims.units), frozenset(claims.purposes)
        return claims, Principal(
            subject=claims.sub, role=claims.role, county=self._county, units=units, purposes=purposes
        )


def _claims(payload: bytes) -> Claims:
    try:
        return Claims.model_validate_json(payload)
    except ValidationError:
        raise TokenInvalid("the token does not say who this is") from None


def _issuer(county: str) -> str:
    return f"evenborn:{county}"
