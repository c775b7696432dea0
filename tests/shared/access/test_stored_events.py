"""Every shape of every fact of the access log loads for ever, and today's shape is written as it always was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shared.access import AccessLog
from shared.eventstore import FactNames

FILES = sorted(Path(__file__).parent.joinpath("stored_events").glob("*.json"))
NAMES = FactNames(AccessLog.facts)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_stored_fact_loads_and_is_written_the_same(file):
    name, _, shape = file.stem.rpartition(".")
    fact = NAMES.decode(name, int(shape), file.read_bytes())
    assert fact.stored_as == name
    assert json.loads(fact.model_dump_json()) == json.loads(file.read_bytes())


def test_every_fact_has_a_file_for_every_shape_it_ever_had():
    kept = {file.stem for file in FILES}
    assert kept == {f"{fact.stored_as}.{shape}" for fact in AccessLog.facts for shape in range(1, fact.shape + 1)}
