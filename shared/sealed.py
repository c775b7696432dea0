"""Sealed values: what personal data looks like to everyone who may not open it."""

from __future__ import annotations

from shared.kernel import Value


class Sealed(Value):
    """Ciphertext of a personal field: the id of the key, the stable field id, the box (base64)."""

    key: str
    field: str
    box: str


class Erased(Value):
    """What a sealed value reads as once the person's key is destroyed."""
