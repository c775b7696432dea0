"""What was published once stays readable for ever: a golden file per contract, changed by nobody in passing."""

from __future__ import annotations

import json

import pytest
from pydantic_core import to_json

from shared.asyncapi import EXAMPLES
from shared.contracts.cloudevents import encode
from tests.contracts.golden import FOLDER, digest, event, how, kind_of, path_of, published, raw, sums

KINDS = published()
FILES = sorted(path.stem for path in FOLDER.glob("*.json"))


def test_every_contract_has_a_golden_file_and_every_file_a_contract():
    assert set(KINDS) == {*map(kind_of, FILES)} <= {*FILES}, "`python -m tests.contracts.write` writes what is missing"


@pytest.mark.parametrize("kind", FILES)
def test_a_golden_file_is_as_it_was_agreed(kind):
    assert sums().get(f"{kind}.json") == digest(path_of(kind)), how(kind)


def test_no_agreed_file_is_gone():
    assert set(sums()) == {f"{kind}.json" for kind in FILES}


@pytest.mark.parametrize("kind", FILES)
def test_a_golden_file_parses_and_is_written_the_same(kind):
    data = KINDS[kind_of(kind)].model_validate_json(to_json(event(kind).data))
    same = event(kind).model_copy(update={"data": data.model_dump(mode="json", exclude_unset=True)})
    assert encode(same) == raw(kind), how(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_the_documents_show_one_of_its_forms_as_example(kind):
    shown = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    assert shown[kind]["event"] in [json.loads(raw(form)) for form in FILES if kind_of(form) == kind]


def test_whoever_changes_a_contract_is_told_what_to_do_instead():
    told = how("evenborn.births.birth_recorded.v1")
    assert "keep evenborn.births.birth_recorded.v1 as it is" in told
    assert ".v2" in told
    assert "SHA256SUMS" in told
