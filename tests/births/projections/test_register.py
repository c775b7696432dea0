"""The register of births: what is on record of one birth."""

from __future__ import annotations

import pytest

from services.births.domain.particulars import Sex
from services.births.projections.register import BIRTHS, Register, birth_of
from shared.sealed import Sealed
from tests.births.records import IDENTITY, corrected, died, late, reinstated, told, voided_birth, withdrawn
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
        "residence": "unknown",
        "recorded_at": clock.now().isoformat(),
        "late_days": None,
        "corrected_at": None,
        "died_on": None,
        "duplicate_of": None,
    }
    assert Sealed.model_validate_json(row.mother) == SEALED


def test_a_suspected_duplicate_has_no_row(append, registered):
    append(birth_on_record(), {"duplicate:b1": [suspected()]})
    assert registered("b2") is None


def test_a_corrected_birth_shows_what_it_is_now(append, registered, clock):
    after = {"sex": Sex.BOY, "weight_grams": None}
    append(birth_on_record(), {"birth:b1": [corrected(after=after), corrected(before=told(**after), mother=IDENTITY)]})
    row = registered("b1")
    assert (row.sex, row.weight_grams, row.corrected_at) == ("girl", 3200, clock.now().isoformat())
    assert Sealed.model_validate_json(row.mother) == IDENTITY


def test_a_correction_keeps_the_mothers_identity_unless_that_was_wrong(append, registered):
    append(birth_on_record(), {"birth:b1": [corrected(after={"birth_order": 3})]})
    row = registered("b1")
    assert row.birth_order == 3
    assert Sealed.model_validate_json(row.mother) == SEALED


def test_late_registration_and_a_neonatal_death_show(append, registered):
    append(birth_on_record(), {"birth:b1": [late(40), died()]})
    assert (registered("b1").late_days, registered("b1").died_on) == (40, "2024-11-05")


def test_a_death_taken_back_does_not_show(append, registered):
    append(birth_on_record(), {"birth:b1": [died(), withdrawn()]})
    assert registered("b1").died_on is None


def test_a_duplicate_says_of_which_until_it_counts_again(append, registered):
    append(birth_on_record(birth="b2", person="m2"), {"birth:b2": [voided_birth()]})
    assert registered("b2").duplicate_of == "b1"
    append({"birth:b2": [reinstated()]})
    assert registered("b2").duplicate_of is None


def test_a_rebuilt_register_has_the_same_rows(append, projector):
    append(birth_on_record(), {"birth:b1": [late(40), corrected(after={"sex": Sex.BOY}), died()]})
    append(birth_on_record(birth="b2", person="m2"), {"birth:b2": [voided_birth()]})
    following = projector()
    before = following.digest(Register.name)
    following.rebuild(Register.name)
    assert following.digest(Register.name) == before


def test_the_register_can_be_searched_by_birth_only():
    assert [column.name for column in BIRTHS.primary_key] == ["birth"]
    assert not BIRTHS.indexes
