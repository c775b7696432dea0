"""The cells of the sex ratio: which births count where."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from itertools import combinations, product

import pytest

from services.births.domain.particulars import Sex, Vital
from services.births.projections.sex_ratio import (
    ORDERS,
    Filters,
    Live,
    SexRatio,
    live_births,
    live_by,
    live_cells,
    total,
)
from shared.clock import COUNTY_TIME
from tests.births.records import corrected, reinstated, told, voided_birth
from tests.births.scene import birth_on_record, suspected

NONE = Live(0, 0)


@pytest.fixture
def counted(projector):
    """Live births by order after following the log."""

    def count(**filters):
        with projector().engine(SexRatio.name).connect() as db:
            return live_births(db, Filters(**filters))

    return count


def births(*described):
    return [birth_on_record(**({"birth": f"b{n}", "person": f"m{n}"} | each)) for n, each in enumerate(described)]


def test_an_empty_log_has_no_births(counted):
    assert counted() == {"1": NONE, "2": NONE, "3+": NONE}


def test_live_births_are_counted_by_sex_and_birth_order(append, counted):
    told = [{"sex": Sex.BOY, "birth_order": order} for order in (1, 1, 2, 3, 4, 9)] + [{"birth_order": 2}]
    append(*births(*told))
    assert counted() == {"1": Live(2, 0), "2": Live(1, 1), "3+": Live(3, 0)}


def test_a_stillbirth_is_no_live_birth(append, counted):
    append(*births({}, {"vital": Vital.STILL}))
    assert total(counted()) == Live(0, 1)


def test_a_suspected_duplicate_is_not_counted(append, counted):
    append(birth_on_record(), {"duplicate:b1": [suspected(sex=Sex.BOY)]})
    assert total(counted()) == Live(0, 1)


def test_a_correction_moves_the_birth_to_its_cell(append, counted):
    append(birth_on_record(), {"birth:b1": [corrected(after={"sex": Sex.BOY, "birth_order": 1})]})
    assert counted() == {"1": Live(1, 0), "2": NONE, "3+": NONE}
    append({"birth:b1": [corrected(before=told(sex=Sex.BOY, birth_order=1), after={"vital": Vital.STILL})]})
    assert total(counted()) == NONE


def test_a_duplicate_leaves_its_cell_and_comes_back(append, counted):
    append(birth_on_record(birth="b2"), {"birth:b2": [voided_birth()]})
    assert total(counted()) == NONE
    append({"birth:b2": [reinstated()]})
    assert total(counted()) == Live(0, 1)


@pytest.mark.parametrize(
    ("filters", "girls"),
    [
        ({}, 4),
        ({"township": "dayingxiang"}, 3),
        ({"facility": "home"}, 1),
        ({"birth_order": "2"}, 3),
        ({"first": "2024-11"}, 3),
        ({"last": "2024-11"}, 3),
        ({"first": "2024-10", "last": "2024-10"}, 1),
        ({"first": "2025-01"}, 0),
        ({"township": "dayingxiang", "facility": "home", "first": "2024-12", "last": "2024-12"}, 0),
    ],
)
def test_filters_narrow_what_is_counted(append, counted, filters, girls):
    append(
        *births(
            {"born_at": datetime(2024, 10, 31, 23, 59, tzinfo=COUNTY_TIME)},
            {"facility": "home"},
            {"township": "hekou", "birth_order": 5},
            {"born_at": datetime(2024, 12, 1, tzinfo=COUNTY_TIME)},
        )
    )
    assert total(counted(**filters)) == Live(0, girls)


def test_a_rebuilt_view_has_the_same_rows(append, projector):
    append(*births(*[{"sex": sex, "birth_order": order} for sex in Sex for order in (1, 2, 3)] * 5))
    following = projector()
    before = following.digest(SexRatio.name)
    following.rebuild(SexRatio.name)
    assert following.digest(SexRatio.name) == before


MIXED = [
    {"township": township, "facility": facility, "sex": sex, "vital": vital, "birth_order": order, "born_at": at}
    for township, facility in (("dayingxiang", "home"), ("dayingxiang", "county-hospital"), ("hekou", "home"))
    for sex in Sex
    for vital in Vital
    for order in (1, 2, 4)
    for at in (datetime(2024, month, 3, tzinfo=COUNTY_TIME) for month in (9, 10, 11))
]
KEYS = {
    "month": lambda each: f"{each['born_at']:%Y-%m}",
    "township": lambda each: each["township"],
    "facility": lambda each: each["facility"],
    "birth_order": lambda each: ORDERS[min(each["birth_order"], 3) - 1],
}


CUTS = [cuts for size in range(len(KEYS) + 1) for cuts in combinations(KEYS, size)]


@pytest.mark.parametrize("places", [*product((None, "dayingxiang"), (None, "home"), (None, "3+"), (None, "2024-10"))])
def test_any_filter_and_any_cut_count_what_the_births_say(append, projector, places):
    append(*births(*MIXED))
    wanted = Filters("2024-10" if places[3] else None, places[3], *places[:3])
    births_wanted = [
        each
        for each in MIXED
        if each["vital"] is Vital.LIVE
        and wanted.township in {None, each["township"]}
        and wanted.facility in {None, each["facility"]}
        and wanted.birth_order in {None, KEYS["birth_order"](each)}
        and wanted.first in {None, KEYS["month"](each)}
    ]
    with projector().engine(SexRatio.name).connect() as db:
        for cuts in CUTS:
            assert live_cells(db, wanted, cuts) == _counted(births_wanted, cuts)
        for cut in KEYS:
            assert live_by(db, wanted, cut) == {key: live for (key,), live in _counted(births_wanted, (cut,)).items()}


def _counted(births_wanted, cuts):
    counts = Counter((tuple(KEYS[cut](each) for cut in cuts), each["sex"]) for each in births_wanted)
    return {key: Live(counts[key, Sex.BOY], counts[key, Sex.GIRL]) for key, _ in sorted(counts)}
