"""Duplicates to review: pairs, and what was decided of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.births.domain.particulars import Sex
from services.births.projections.duplicates import PAIRS, Duplicates, Wanted, pairs
from shared.tables import Paging, asked_of
from tests.births.records import confirmed, dismissed
from tests.births.scene import birth_on_record, suspected

BOY = {"sex": Sex.BOY}


@pytest.fixture
def listed(projector):
    """Pairs by what was decided, after following the log."""

    def find(limit=10, offset=0, **wanted):
        with projector().engine(Duplicates.name).connect() as db:
            rows, count = asked_of(db, pairs(Wanted(**wanted)), Paging(limit, offset, "json", "code"))
        return [(row["of"], row["birth"], row["review"]) for row in rows], count

    return find


def test_a_suspected_duplicate_is_open(append, listed, projector, clock):
    append(birth_on_record(), {"duplicate:b1": [suspected(**BOY)]})
    assert listed() == ([("b1", "b2", "open")], 1)
    with projector().engine(Duplicates.name).connect() as db:
        [row] = db.execute(pairs(Wanted())).all()
    assert row._asdict() == {
        "of": "b1",
        "birth": "b2",
        "review": "open",
        "facility": "county-hospital",
        "township": "dayingxiang",
        "born_on": "2024-11-03",
        "changed_at": clock.now().isoformat(),
    }


def test_what_was_decided_last_shows(append, listed):
    append({"duplicate:b1": [suspected(**BOY), dismissed(told=BOY)]})
    assert listed()[0] == [("b1", "b2", "dismissed")]
    append({"duplicate:b1": [confirmed(told=BOY)]})
    assert listed()[0] == [("b1", "b2", "confirmed")]


def test_a_pair_nobody_suspected_shows_once_confirmed(append, listed):
    append({"duplicate:b1": [confirmed(birth="b7")]})
    assert listed() == ([("b1", "b7", "confirmed")], 1)


@pytest.mark.parametrize(
    ("wanted", "births"),
    [
        ({}, ["b2", "b3", "b4"]),
        ({"review": "open"}, ["b2", "b3"]),
        ({"facility": "home"}, ["b3"]),
        ({"township": "hekou"}, ["b4"]),
        ({"township": "hekou", "review": "open"}, []),
    ],
)
def test_pairs_are_filtered(append, listed, wanted, births):
    append({"duplicate:b1": [suspected(**BOY), suspected(birth="b3", facility="home")]})
    append({"duplicate:b9": [dismissed(of="b9", birth="b4", told={"township": "hekou"})]})
    rows, count = listed(**wanted)
    assert ([birth for _, birth, _ in rows], count) == (births, len(births))


def test_pairs_are_paged_the_longest_undecided_first(append, listed, clock):
    for number in (5, 4, 3):
        append({"duplicate:b1": [suspected(birth=f"b{number}")]})
        clock.set(clock.now() + timedelta(hours=1))
    assert [birth for _, birth, _ in listed(limit=2)[0]] == ["b5", "b4"]
    assert listed(limit=2, offset=2) == ([("b1", "b3", "open")], 3)


def test_pairs_are_told_apart_by_births_and_by_nothing_of_the_mother():
    assert [column.name for column in PAIRS.primary_key] == ["of", "birth"]
    assert not {"person", "mother", "household", "sex"} & set(PAIRS.columns.keys())
