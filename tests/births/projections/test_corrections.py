"""Corrections to decide: which wait, and what was decided of the others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.births.domain.particulars import Sex
from services.births.projections.corrections import CORRECTIONS, Corrections, State, Wanted, corrections
from shared.tables import Paging, asked_of
from tests.births.records import corrected, reinstated, rejected, requested, told, voided_birth
from tests.births.scene import birth_on_record

BOY = {"sex": Sex.BOY}


@pytest.fixture
def listed(projector):
    """Corrections and what became of them, after following the log."""

    def find(limit=10, offset=0, **wanted):
        with projector().engine(Corrections.name).connect() as db:
            rows, count = asked_of(db, corrections(Wanted(**wanted)), Paging(limit, offset, "json", "code"))
        return [(row["correction"], row["state"]) for row in rows], count

    return find


def test_a_correction_waits_until_it_is_decided(append, listed, projector, clock):
    append(birth_on_record(), {"birth:b1": [requested(after=BOY)]})
    assert listed() == ([("r1", "waiting")], 1)
    asked = clock.now()
    clock.set(asked + timedelta(hours=1))
    append({"birth:b1": [corrected(after=BOY)]})
    with projector().engine(Corrections.name).connect() as db:
        [row] = db.execute(corrections(Wanted())).all()
    assert row._asdict() == {
        "correction": "r1",
        "birth": "b1",
        "facility": "county-hospital",
        "township": "dayingxiang",
        "reason": "facility_book",
        "requested_by": "clerk",
        "requested_at": asked.isoformat(),
        "state": "approved",
        "decided_by": "tester",
        "decided_at": clock.now().isoformat(),
        "rejected_because": None,
    }


def test_a_rejection_says_why(append, listed, projector):
    append(birth_on_record(), {"birth:b1": [requested(after=BOY), rejected()]})
    assert listed(state=State.REJECTED) == ([("r1", "rejected")], 1)
    with projector().engine(Corrections.name).connect() as db:
        assert db.execute(corrections(Wanted())).one().rejected_because == "not_proven"


def test_nobody_waits_for_a_birth_that_is_void(append, listed):
    append({"birth:b2": [requested(birth="b2", after=BOY)]})
    append({"birth:b2": [voided_birth()]})
    assert listed() == ([], 0)
    append({"birth:b2": [reinstated()]})
    assert listed() == ([("r1", "waiting")], 1)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["r3", "r2", "r1"]),
        ({"state": State.WAITING}, ["r3", "r2"]),
        ({"facility": "home"}, ["r2"]),
        ({"township": "hekou"}, ["r3"]),
        ({"township": "hekou", "state": State.APPROVED}, []),
    ],
)
def test_corrections_are_filtered_the_longest_waiting_first(append, listed, clock, wanted, found):
    append({"birth:b1": [requested(after=BOY), corrected(after=BOY)]})
    for number, place in ((3, {"township": "hekou"}), (2, {"facility": "home"})):
        clock.set(clock.now() + timedelta(hours=1))
        asked = requested(birth=f"b{number}", correction=f"r{number}")
        append({f"birth:b{number}": [asked.model_copy(update={"before": told(**place)})]})
    rows, count = listed(**wanted)
    assert ([correction for correction, _ in rows], count) == (found, len(found))
    assert [correction for correction, _ in listed(limit=1, offset=1)[0]] == ["r2"]


def test_a_rebuilt_list_is_the_same(append, projector):
    append(birth_on_record(), {"birth:b1": [requested(after=BOY), rejected(), requested(correction="r2")]})
    append({"birth:b2": [requested(birth="b2", correction="r3"), voided_birth()]})
    following = projector()
    before = following.digest(Corrections.name)
    following.rebuild(Corrections.name)
    assert following.digest(Corrections.name) == before


def test_the_list_holds_nothing_of_her_and_not_what_would_change():
    assert not {"person", "mother", "household", "sex", "before", "after"} & set(CORRECTIONS.columns.keys())
