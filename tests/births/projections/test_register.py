"""The register of births: what is on record of one birth."""

from __future__ import annotations

import pytest

from services.births.projections.register import BIRTHS, Register, birth_of
from shared.sealed import Sealed
from tests.births.scene import SEALED, birth_on_record, suspected


@pytest.fixture
def registered(projector):
    def row(birth):
        with projector().engine(Register.name).connect() as db:
            return birth_of(db, birth)

    return row


def test_a_recorded_birth_has_a_row(append, registered, clock):
    append(birth_on_record(pregnancy="p1", weight_grams=None))
    row = registered("b1")
    assert row._asdict() == {
        "birth": "b1",
        "person": "m1",
        "mother": row.mother,
        "pregnancy": "p1",
        "facility": "county-hospital",
        "township": "dayingxiang",
        "born_at": "2024-11-03T04:30:00+08:00",
        "vital": "live",
        "sex": "girl",
        "weight_grams": None,
        "gestation_weeks": 39,
        "plurality": 1,
        "number": 1,
        "birth_order": 2,
        "recorded_at": clock.now().isoformat(),
    }
    assert Sealed.model_validate_json(row.mother) == SEALED


def test_a_suspected_duplicate_has_no_row(append, registered):
    append(birth_on_record(), {"duplicate:b1": [suspected()]})
    assert registered("b2") is None


def test_the_register_can_be_searched_by_birth_only():
    assert [column.name for column in BIRTHS.primary_key] == ["birth"]
    assert not BIRTHS.indexes
