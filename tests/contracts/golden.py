"""The golden files: of every type ever published one event, byte for byte as it lies on its stream."""

from __future__ import annotations

import hashlib
from pathlib import Path

from services.births.main import DEFINITION as BIRTHS
from services.pregnancy_tracking.main import DEFINITION as PREGNANCY_TRACKING
from shared.contracts import births, departments, pregnancy_tracking
from shared.contracts.cloudevents import Contract, Event, decode
from shared.contracts.receipts import Receipt, receipt_type

FOLDER = Path(__file__).parent / "golden"
SUMS = FOLDER / "SHA256SUMS"
HOW = """
A contract that was published never changes: others have readers, and messages in their journals, by it.
  · One more field that readers may ignore: give it a default, so that this file still parses, and leave the file alone.
  · Anything else: keep {type} as it is, add a class with the next version beside it (type="….v2"), let the service say
    the old one and then the new one, let readers that know both take the newer; `python -m tests.contracts.write` writes
    the golden file of the new type. Drop the old class when nobody reads it any more; its golden file stays.
  · The file was wrong and nobody has ever read it: correct it, and its line in golden/SHA256SUMS. That is the conscious act.
"""


def published() -> dict[str, type[Contract]]:
    """Every contract by its type; each service has receipts of its own."""
    spoken = [each for module in (births, pregnancy_tracking, departments) for each in vars(module).values()]
    kinds = [each for each in spoken if isinstance(each, type) and issubclass(each, Contract) and each.type]
    receipts = {receipt_type(definition.name): Receipt for definition in (BIRTHS, PREGNANCY_TRACKING)}
    return {**{kind.type: kind for kind in kinds}, **receipts}


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
