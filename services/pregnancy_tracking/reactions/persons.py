"""Whom a message is about: her name inside care."""

from __future__ import annotations

from shared.kernel import Refusal
from shared.sealing import Sealer


class DocumentUnreadable(Refusal):
    """An identity document's number has letters or digits."""


def pseudonym(sealer: Sealer, document: str) -> str:
    """Her name inside care. Raises DocumentUnreadable."""
    try:
        return sealer.pseudonym("care", document)
    except ValueError:
        raise DocumentUnreadable("the document has no letters or digits", pointer="/document") from None
