"""Counts by position: what was known of births when the log was so far, on both stores."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from services.births.domain.data_faults import Registered
from services.births.domain.particulars import Sex, Vital
from services.births.domain.release_figures import Axis
from services.births.projections.release_counts import Asked, ReleaseCounts, births_at, changed_births, registered_at
from shared.clock import COUNTY_TIME
from tests.births.records import corrected, reinstated, told, voided_birth
from tests.births.scene import NOW, recorded

QUARTER = (date(2024, 10, 1), date(2024, 12, 31))
BOY = {"sex": Sex.BOY, "birth_order": 4, "township": "hekou"}


@pytest.fixture
def counted(append, projector, clock):
    """Five facts of three births, one of them born before the quarter."""
    clock.set(NOW)
    append({"birth:b1": [recorded()]}, {"birth:b2": [recorded(birth="b2", **BOY, weight_grams=None)]})
    append({"birth:b1": [corrected(before=told(), after={"facility": "home"})]})
    append({"birth:b2": [voided_birth(told=BOY), reinstated(told=BOY)]})
    before = datetime(2024, 9, 30, 23, tzinfo=COUNTY_TIME)
    append(
        {"birth:b3": [recorded(birth="b3", born_at=before)]}, {"birth:b4": [recorded(birth="b4", vital=Vital.STILL)]}
    )
    with projector().engine(ReleaseCounts.name).connect() as db:
        yield lambda ask, position, *more: ask(db, Asked(*QUARTER, position), *more)


GIRL = (0, 0, 0, 1, 0, 0)
LATER_BOY = (0, 0, 0, 0, 1, 0)


@pytest.mark.parametrize(
    ("position", "townships", "facilities"),
    [
        (0, {}, {}),
        (1, {"dayingxiang": GIRL}, {"county-hospital": GIRL}),
        (2, {"dayingxiang": GIRL, "hekou": LATER_BOY}, {"county-hospital": (0, 0, 0, 1, 1, 0)}),
        (3, {"dayingxiang": GIRL, "hekou": LATER_BOY}, {"county-hospital": LATER_BOY, "home": GIRL}),
        (4, {"dayingxiang": GIRL}, {"home": GIRL}),
        (99, {"dayingxiang": GIRL, "hekou": LATER_BOY}, {"county-hospital": LATER_BOY, "home": GIRL}),
    ],
)
def test_births_are_counted_as_they_were_known(counted, position, townships, facilities):
    assert counted(births_at, position) == {Axis.TOWNSHIP: townships, Axis.FACILITY: facilities}


@pytest.mark.parametrize(("first", "later", "changes"), [(1, 1, 0), (1, 2, 1), (2, 3, 1), (2, 4, 2), (0, 3, 2)])
def test_what_changed_between_two_positions_is_counted_in_births(counted, first, later, changes):
    assert counted(changed_births, first, Asked(*QUARTER, later)) == changes


def test_how_births_were_registered(counted):
    found = {each.place: each for each in counted(registered_at, 2)}
    girl, boy = {"girls": 1}, {"boys": 1, "incomplete": 1}
    assert found == {
        "county": Registered(place="county", **girl, **boy),
        "township:dayingxiang": Registered(place="township:dayingxiang", **girl),
        "township:hekou": Registered(place="township:hekou", **boy),
        "facility:county-hospital": Registered(place="facility:county-hospital", **girl, **boy),
    }
    assert found["county"].births == 2
