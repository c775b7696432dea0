"""One fact of each kind, as its golden file has it."""

from __future__ import annotations

from pathlib import Path

from shared.kernel import Fact

FOLDER = Path(__file__).parent / "stored_events"


def as_stored(kind: type[Fact]) -> Fact:
    """The fact of today's golden file of a kind."""
    return kind.model_validate_json(FOLDER.joinpath(f"{kind.stored_as}.{kind.shape}.json").read_bytes())
