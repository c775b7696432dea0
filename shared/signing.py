"""Department messages: a detached signature over the exact bytes, and personal parts only the addressee can open.

Signatures are compact JWS (RFC 7515, appendix F) with Ed25519 (RFC 9864); personal parts are compact JWE
(RFC 7516) with ECDH-ES on X25519 and A256GCM (RFC 7518, RFC 8037). joserfc makes both. Of all that it can
read, one algorithm each is accepted here, so what comes in is verified and opened with the primitives themselves:
a service does that for every message, and joserfc's way there costs as much again as the primitives do.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Annotated, Any, Literal, NamedTuple, TypeVar

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from joserfc.registry import HeaderParameter
from joserfc.util import urlsafe_b64decode, urlsafe_b64encode
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.kernel import Id, Refusal
from shared.settings import Jwk

TOLERANCE = timedelta(minutes=5)
"""How far a department's clock may be ahead of ours."""
LONGEST_HEADER = 512
"""Characters of a protected header: `alg`, `kid`, two moments, or one ephemeral key."""
NONCE, TAG = 12, 16
"""Bytes of the nonce and of the tag of A256GCM (RFC 7518, section 5.3)."""
Curve = Literal["Ed25519", "X25519"]
Moment = Annotated[int, Field(ge=0, le=253_402_300_799)]
"""Whole seconds since 1970, up to the year 9999."""


class SignatureMissing(Refusal):
    """The message carries no signature."""


class SignatureInvalid(Refusal):
    """The signature is not one of these bytes by that key, or not of the one kind that is accepted."""


class SignatureExpired(Refusal):
    """The signature's time is over: send the message again, signed anew."""


class SignerUnknown(Refusal):
    """No department is registered with that key id."""


class WrongDepartment(Refusal):
    """The signer is not the department whose door this is."""


class PersonalPartUnreadable(Refusal):
    """The personal part was not encrypted to this service, or was altered."""


class Header(BaseModel):
    """A protected header with exactly the fields named: `crit`, `b64`, `zip`, `jwk`, … are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class SignatureHeader(Header):
    """What a signature says of itself."""

    alg: Literal["Ed25519"]
    kid: Id
    iat: Moment
    exp: Moment


class EphemeralKey(Header):
    """The sender's one-time key."""

    kty: Literal["OKP"]
    crv: Literal["X25519"]
    x: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]


class PersonalHeader(Header):
    """What a personal part says of itself; no compression, which could say something about its content."""

    alg: Literal["ECDH-ES"]
    enc: Literal["A256GCM"]
    epk: EphemeralKey
    kid: Id | None = None


class Signed(NamedTuple):
    """Whose message it is. The signature is kept beside the facts the message causes."""

    department: str
    kid: str
    issued_at: datetime
    expires_at: datetime
    signature: str


AnyHeader = TypeVar("AnyHeader", bound=Header)

_SIGNATURES = jws.JWSRegistry(
    {name: HeaderParameter("seconds since 1970", "int", required=True) for name in ("iat", "exp")}, ["Ed25519"]
)
_PERSONAL = {"alg": "ECDH-ES", "enc": "A256GCM"}
_PERSONAL_PARTS = jwe.JWERegistry(algorithms=list(_PERSONAL.values()))
_ROUND = (1).to_bytes(4, "big")
_OTHER_INFO = (7).to_bytes(4, "big") + b"A256GCM" + bytes(4) + bytes(4) + (256).to_bytes(4, "big")
"""Concat KDF with SHA-256 (RFC 7518, section 4.6.2): one round; algorithm, nobody's party info, bits of the key."""


def sign(body: bytes, key: Jwk, kid: str, now: datetime, lifetime: timedelta) -> str:
    """A detached signature (`header..signature`) over exactly these bytes, valid from `now` for `lifetime`."""
    issued = int(now.timestamp())
    header = {"alg": "Ed25519", "kid": kid, "iat": issued, "exp": issued + int(lifetime.total_seconds())}
    return jws.detach_content(jws.serialize_compact(header, body, private_key("Ed25519", key), registry=_SIGNATURES))


class Departments:
    """The registered signers: which key id is whose."""

    def __init__(self, signers: Mapping[str, tuple[str, Jwk]]) -> None:
        """`signers` maps a key id to (department, public JWK). Raises ValueError unless all are public Ed25519 keys."""
        self._signers: dict[str, tuple[str, Any]] = {
            kid: (name, public_key("Ed25519", key).public_key) for kid, (name, key) in signers.items()
        }

    def verify(self, body: bytes, signature: str | None, now: datetime, department: str | None = None) -> Signed:
        """Who signed these bytes; with `department`, that it was that one.

        Raises SignatureMissing, SignatureInvalid, SignerUnknown, SignatureExpired, WrongDepartment.
        """
        if not signature:
            raise SignatureMissing("the message is not signed", accepted="a detached JWS, Ed25519")
        header = _signature_header(signature)
        if header.kid not in self._signers:
            raise SignerUnknown("no department is registered with this key id")
        signer, key = self._signers[header.kid]
        first, _, last = signature.partition("..")
        try:
            key.verify(urlsafe_b64decode(last.encode()), first.encode() + b"." + urlsafe_b64encode(body))
        except (InvalidSignature, ValueError):
            raise SignatureInvalid("the signature does not belong to these bytes and this key") from None
        _in_time(header, now)
        if department is not None and department != signer:
            raise WrongDepartment(f"signed by {signer}", accepted=department)
        return Signed(signer, header.kid, _moment(header.iat), _moment(header.exp), signature)


def encrypt_for(public_jwk: Jwk, value_json: bytes) -> str:
    """A personal part that only the holder of the private key can open."""
    return jwe.encrypt_compact(dict(_PERSONAL), value_json, public_key("X25519", public_jwk), registry=_PERSONAL_PARTS)


def decrypt(private_jwk: Jwk, token: str) -> bytes:
    """The bytes of a personal part. Raises PersonalPartUnreadable, which says nothing of why."""
    key = private_key("X25519", private_jwk).private_key
    try:
        return _opened(token, key)
    except (InvalidTag, ValueError):
        detail = "the personal part does not open with this service's key"
    raise PersonalPartUnreadable(detail, pointer="/data/personal", accepted="a compact JWE, ECDH-ES, A256GCM")


def _opened(token: str, key: Any) -> bytes:
    """RFC 7516, section 5.2, for the one kind there is: the agreed key encrypts, so no encrypted key is given."""
    first, none, *rest = token.split(".")
    header = read_header(first, PersonalHeader)
    nonce, text, tag = (urlsafe_b64decode(part.encode()) for part in rest)
    if none or (len(nonce), len(tag)) != (NONCE, TAG):
        msg = "not the parts of ECDH-ES with A256GCM"
        raise ValueError(msg)
    agreed = key.exchange(X25519PublicKey.from_public_bytes(urlsafe_b64decode(header.epk.x.encode())))
    secret = sha256(_ROUND + agreed + _OTHER_INFO).digest()
    return AESGCM(secret).decrypt(nonce, text + tag, first.encode())


def read_header(segment: str, shape: type[AnyHeader]) -> AnyHeader:
    """The protected header in the first part of a token. Raises ValueError unless it is exactly of that shape."""
    if len(segment) > LONGEST_HEADER:
        msg = "the header is too long"
        raise ValueError(msg)
    return shape.model_validate_json(urlsafe_b64decode(segment.encode()))


def private_key(curve: Curve, jwk: Jwk) -> OKPKey:
    """The private key of a JWK. Raises ValueError for any other kind of key."""
    if "d" not in jwk:
        msg = "this needs a private key"
        raise ValueError(msg)
    return _key(curve, jwk.get("kty"), jwk.get("crv"), jwk.get("x"), jwk["d"])


def public_key(curve: Curve, jwk: Jwk) -> OKPKey:
    """The public key of a JWK. Raises ValueError for any other kind of key, a private one included."""
    if "d" in jwk:
        msg = "a private key was given where the public one belongs"
        raise ValueError(msg)
    return _key(curve, jwk.get("kty"), jwk.get("crv"), jwk.get("x"))


@lru_cache(maxsize=256)
def _key(curve: Curve, kty: str, crv: str, x: str, d: str | None = None) -> OKPKey:
    """Reading a JWK takes half as long as using it, so it is done once."""
    if (kty, crv) != ("OKP", curve):
        msg = f"this needs a key of kty OKP and crv {curve}"
        raise ValueError(msg)
    private = {"d": d} if d else {}
    try:
        return OKPKey.import_key({"kty": kty, "crv": crv, "x": x, **private})
    except (JoseError, ValueError):
        msg = f"not a readable {curve} key"
        raise ValueError(msg) from None


def _signature_header(signature: str) -> SignatureHeader:
    """Refuses a signature that brings its own payload: that would be verified instead of the body."""
    match signature.split("."):
        case [first, "", _]:
            try:
                return read_header(first, SignatureHeader)
            except ValueError:
                detail = "the signature's header is not accepted"
        case _:
            detail = "the signature is not detached"
    raise SignatureInvalid(detail, accepted="header..signature; alg Ed25519, kid, iat and exp in whole seconds")


def _in_time(header: SignatureHeader, now: datetime) -> None:
    seconds = now.timestamp()
    if header.iat > seconds + TOLERANCE.total_seconds():
        raise SignatureInvalid("the signature is from the future", accepted=f"iat up to {int(seconds)}")
    if header.exp <= seconds:
        raise SignatureExpired(f"the signature was valid until {_moment(header.exp).isoformat()}")


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
