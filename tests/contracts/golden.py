"""The golden files: of every type ever published one event, byte for byte as it lies on its stream."""

from __future__ import annotations

import hashlib
from pathlib import Path

from services.births.main import DEFINITION as BIRTHS
from services.pregnancy_tracking.main import DEFINITION as PREGNANCY_TRACKING
from shared.contracts import (
    benefits,
    births,
    births_household,
    births_statistics,
    counties,
    departments,
    enforcement,
    pregnancy_tracking,
)
from shared.contracts.cloudevents import Contract, Event, decode
from shared.contracts.receipts import Receipt, receipt_type

MODULES = (
    benefits,
    births,
    births_household,
    births_statistics,
    pregnancy_tracking,
    enforcement,
    departments,
    counties,
)
"""Where contracts are."""
FOLDER = Path(__file__).parent / "golden"
SUMS = FOLDER / "SHA256SUMS"
HOW = """
A contract that was published never changes: others have readers, and messages in their journals, by it.
  · Anything that breaks a reader: keep {type} as it is and add a class with the next version beside it (type="….v2").
    The service says the old one and then the new one; readers that know the newer take that. `python -m
    tests.contracts.write` makes the new golden file. Drop the old class and its file when no journal holds it.
  · One more field that every reader may ignore: add it, with a default, to the class, and a golden file of the new
    form beside this one, `{type}+<what>.json`, with its line in SHA256SUMS. The old form still has to be read.
  · To agree to a changed file: correct its line in tests/contracts/golden/SHA256SUMS. That is the conscious act.
"""


def published() -> dict[str, type[Contract]]:
    """Every contract by its type; each service has receipts of its own."""
    spoken = [each for module in MODULES for each in vars(module).values()]
    kinds = [each for each in spoken if isinstance(each, type) and issubclass(each, Contract) and each.type]
    receipts = {receipt_type(definition.name): Receipt for definition in (BIRTHS, PREGNANCY_TRACKING)}
    return {**{kind.type: kind for kind in kinds}, **receipts}


def kind_of(form: str) -> str:
    """The type of a golden file: one that gained a field since has a file for each form, `<type>+<what>`."""
    return form.partition("+")[0]


def path_of(kind: str) -> Path:
    return FOLDER / f"{kind}.json"


def raw(kind: str) -> bytes:
    return path_of(kind).read_bytes()


def event(kind: str) -> Event:
    return decode(raw(kind))


def sums() -> dict[str, str]:
    """The digests that were agreed upon, by file name."""
    lines = (line.split("  ") for line in SUMS.read_text().splitlines())
    return {name: digest for digest, name in lines}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def how(kind: str) -> str:
    """What a failing test says to whoever changed something."""
    return HOW.format(type=kind)
