"""Facts in their envelopes, as a log would give them."""

from __future__ import annotations

from shared.eventstore import Recorded
from shared.kernel import Fact


def as_read(position: int, case: str, version: int, fact: Fact, head: bytes) -> Recorded:
    """A fact as if it were read from the log; `head` is what `envelope` makes."""
    return Recorded(position, case, version, fact, fact.model_dump_json().encode(), head)
