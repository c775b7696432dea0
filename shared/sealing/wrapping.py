"""Data keys and how the master key wraps them."""

from __future__ import annotations

import os
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SECRET = 32
"""Bytes of a data key and of the master key (AES-256)."""
NONCE = 12
"""Bytes of the random nonce before every box (AES-GCM, NIST SP 800-38D)."""


class SealBroken(Exception):
    """A sealed value is not what was sealed, or not where: altered, moved, or its key is missing."""


class DataKey(NamedTuple):
    """A person's key of today."""

    id: str
    secret: bytes


def new_key() -> DataKey:
    """A key nobody had before; its id says nothing."""
    return DataKey(os.urandom(16).hex(), os.urandom(SECRET))


class Master:
    """The key that wraps keys. What it wrapped opens only for the same key id and person."""

    def __init__(self, key: bytes) -> None:
        """Raises ValueError unless the key has 32 bytes."""
        if len(key) != SECRET:
            msg = f"a master key has {SECRET} bytes"
            raise ValueError(msg)
        self._cipher = AESGCM(key)

    def wrap(self, key: DataKey, person: str) -> bytes:
        """Nonce and ciphertext of a data key."""
        nonce = os.urandom(NONCE)
        return nonce + self._cipher.encrypt(nonce, key.secret, _row(key.id, person))

    def unwrap(self, key_id: str, person: str, wrapped: bytes) -> DataKey:
        """The data key. Raises SealBroken if it was altered, moved, or wrapped by another master key."""
        try:
            return DataKey(key_id, self._cipher.decrypt(wrapped[:NONCE], wrapped[NONCE:], _row(key_id, person)))
        except (InvalidTag, ValueError):
            raise SealBroken("a wrapped key does not open") from None


def _row(key_id: str, person: str) -> bytes:
    return f"{key_id}\0{person}".encode()
