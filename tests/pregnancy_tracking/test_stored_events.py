"""Every shape of every fact ever stored loads for ever, and today's shape is written as it always was.

A file is named by a fact and its shape; a field that a shape gained later has a file of its own (`<shape>+<field>`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from services.pregnancy_tracking.domain.events import FACTS, UPCASTERS
from shared.eventstore import FactNames
from shared.kernel import Fact

FILES = sorted(Path(__file__).parent.joinpath("stored_events").glob("*.json"))
NAMES = FactNames(FACTS, UPCASTERS)


def read(file: Path) -> tuple[Fact, dict[str, Any], dict[str, Any]]:
    """The fact of a file, what is stored there, and what would be stored today."""
    name, _, shape = file.stem.partition("+")[0].rpartition(".")
    stored = file.read_bytes()
    fact = NAMES.decode(name, int(shape), stored)
    assert fact.stored_as == name
    today = json.loads(fact.model_dump_json())
    return fact, json.loads(stored) if int(shape) == fact.shape else today, today


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_stored_fact_loads_and_is_written_the_same(file):
    fact, stored, today = read(file)
    assert today | stored == today
    later = {name: fact.__class__.model_fields[name].default for name in today.keys() - stored.keys()}
    assert {name: getattr(fact, name) for name in later} == later


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.stored_as)
def test_every_fact_has_a_file_for_every_shape_it_ever_had_and_one_with_all_its_fields(fact):
    kept = {file.stem for file in FILES}
    assert {f"{fact.stored_as}.{shape}" for shape in range(1, fact.shape + 1)} <= kept
    forms = [read(file) for file in FILES if file.stem.startswith(f"{fact.stored_as}.{fact.shape}")]
    assert any(stored == today for _, stored, today in forms)


def test_every_name_is_of_this_service_and_used_once():
    names = [fact.stored_as for fact in FACTS]
    assert len(set(names)) == len(names)
    assert all(name.startswith("pregnancy_tracking.") for name in names)
