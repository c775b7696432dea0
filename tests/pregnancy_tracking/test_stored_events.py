"""Every shape of every fact ever stored loads for ever, and today's shape is written as it always was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from services.pregnancy_tracking.domain.events import FACTS, UPCASTERS
from shared.eventstore import FactNames

FILES = sorted(Path(__file__).parent.joinpath("stored_events").glob("*.json"))
NAMES = FactNames(FACTS, UPCASTERS)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_stored_fact_loads_and_is_written_the_same(file):
    name, _, shape = file.stem.rpartition(".")
    stored = file.read_bytes()
    fact = NAMES.decode(name, int(shape), stored)
    assert fact.stored_as == name
    if int(shape) == fact.shape:
        assert json.loads(fact.model_dump_json()) == json.loads(stored)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.stored_as)
def test_every_fact_has_a_file_for_every_shape_it_ever_had(fact):
    kept = {file.stem for file in FILES}
    assert {f"{fact.stored_as}.{shape}" for shape in range(1, fact.shape + 1)} <= kept


def test_every_name_is_of_this_service_and_used_once():
    names = [fact.stored_as for fact in FACTS]
    assert len(set(names)) == len(names)
    assert all(name.startswith("pregnancy_tracking.") for name in names)
