"""Personal values in and out of their seals, and the keyed digests that stand for an identity document."""

from __future__ import annotations

import hmac
import os
import unicodedata
from base64 import b32encode, b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import ValidationError

from shared.kernel import Value
from shared.sealed import Erased, Sealed
from shared.sealing.keystore import KeyStore
from shared.sealing.wrapping import NONCE, SealBroken

T = TypeVar("T", bound=Value)

KEY = 32
"""Bytes of a pseudonym or fingerprint key at least (HMAC-SHA256, RFC 2104: no shorter than the digest)."""
PSEUDONYM = 26
"""Characters of a pseudonym: 130 bits in base32."""
ENOUGH = 20
"""Bytes of a digest that give them: eight characters for five bytes."""


class PurposeUnknown(Exception):
    """This service holds no key for that purpose, so it can never compute the pseudonym."""


class Sealer:
    """Seals and opens personal values of one service, and names persons by purpose."""

    def __init__(self, keys: KeyStore, purposes: Mapping[str, bytes], fingerprint: bytes) -> None:
        """`purposes` and `fingerprint` are HMAC keys.

        Raises ValueError for a key shorter than 32 bytes or one used twice: pseudonyms of two purposes under
        one key would be the same.
        """
        self._keys, self._purposes, self._fingerprint = keys, dict(purposes), fingerprint
        hmac_keys = [*self._purposes.values(), fingerprint]
        if min(map(len, hmac_keys)) < KEY or len(set(hmac_keys)) < len(hmac_keys):
            msg = f"each purpose, and the fingerprints, need an HMAC key of their own of at least {KEY} bytes"
            raise ValueError(msg)

    def pseudonym(self, purpose: str, document: str) -> str:
        """A person's name for one purpose: 26 letters and digits, the same however the document is spelt.

        Raises PurposeUnknown, and ValueError if nothing of the document is left.
        """
        if purpose not in self._purposes:
            raise PurposeUnknown(purpose)
        plain = normalised(document)
        if not plain:
            msg = "an identity document has letters or digits"
            raise ValueError(msg)
        digest = hmac.digest(self._purposes[purpose], plain.encode(), "sha256")
        return b32encode(digest[:ENOUGH]).decode().lower()[:PSEUDONYM]

    def fingerprint(self, content: str | bytes) -> str:
        """A digest of a request's content (hex). Keyed: a plain hash of an identity number can be enumerated."""
        raw = content.encode() if isinstance(content, str) else content
        return hmac.digest(self._fingerprint, raw, "sha256").hex()

    def seal(self, person: str, case_id: str, field: str, value: Value) -> Sealed:
        """Seal a value of a person for one field of one case; only there it opens again.

        A person without a key gets one, which `flush` writes. Raises ValueError for a NUL in the ids.
        """
        key = self._keys.key_of(person)
        nonce = os.urandom(NONCE)
        box = nonce + AESGCM(key.secret).encrypt(nonce, value.model_dump_json().encode(), _place(case_id, field))
        return Sealed(key=key.id, field=field, box=urlsafe_b64encode(box).decode())

    def flush(self) -> None:
        """Write new keys, in one transaction; the writer calls it before it commits facts."""
        self._keys.flush()

    def settle(self) -> None:
        """Those facts are committed, and so is what they are sealed under."""
        self._keys.settle()

    def open(self, sealed: Sealed, case_id: str, shape: type[T]) -> T | Erased:
        """The value, or Erased if the person's key was destroyed.

        Raises SealBroken if the box was altered or belongs to another case, field or shape. Its message, and
        those of its causes, never holds what was sealed.
        """
        secret = self._keys.secret(sealed.key)
        if secret is None:
            return Erased()
        try:
            box = b64decode(sealed.box, b"-_", validate=True)
            plain = AESGCM(secret).decrypt(box[:NONCE], box[NONCE:], _place(case_id, sealed.field))
        except (InvalidTag, ValueError):
            raise SealBroken("a sealed value was altered, or moved to another case or field") from None
        try:
            return shape.model_validate_json(plain)
        except ValidationError:
            detail = f"a sealed value does not have the shape {shape.__name__}"
        raise SealBroken(detail)

    def erase(self, person: str) -> None:
        """Destroy the person's key: whatever was ever sealed for her reads as Erased. Raises ErasureUnfinished."""
        self._keys.erase(person)


def normalised(document: str) -> str:
    """An identity document without spelling: NFKC, no spaces, hyphens or invisible characters, upper case."""
    if document.isascii() and document.isalnum():
        return document.upper()
    compact = "".join(c for c in unicodedata.normalize("NFKC", document) if unicodedata.category(c) not in IGNORED)
    return compact.upper()


IGNORED = frozenset({"Zs", "Zl", "Zp", "Pd", "Cf", "Cc"})
"""Unicode categories of separators, dashes and what has no width."""


def _place(case_id: str, field: str) -> bytes:
    """What a box is bound to. Not the fact's name: upcasting may change that."""
    if "\0" in case_id or "\0" in field:
        msg = "case and field ids hold no NUL: it parts them"
        raise ValueError(msg)
    return f"{case_id}\0{field}".encode()
