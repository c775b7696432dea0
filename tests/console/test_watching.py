"""Having caught up: nothing waits anywhere between a fact and the last who should know it."""

from __future__ import annotations

import copy

import pytest

from services.console.watching import behind

NOW, EARLIER = "2024-10-05T20:00:00+08:00", "2024-10-04T20:00:00+08:00"
STATUS = {
    "time": NOW,
    "swept": NOW,
    "position": 9,
    "views": {"timeline": {"version": 1, "position": 9, "lag": 0, "rebuilding": None}},
    "hears": {},
    "publishes": {"care": {"sequence": 4, "relayed": 4}},
    "publishing": {"position": 9, "lag": 0},
    "parked": 0,
    "held": 0,
}
HEARING = STATUS | {"hears": {"births.care": {"position": 4, "head": 4, "lag": 0, "seconds": 0}}}


def changed(place, value):
    found = {"births": copy.deepcopy(STATUS), "pregnancy_tracking": copy.deepcopy(HEARING)}
    where = found
    for name in place[:-1]:
        where = where[name]
    where[place[-1]] = value
    return found


def test_when_everything_has_caught_up_nothing_is_behind():
    assert behind({"births": STATUS, "pregnancy_tracking": HEARING}) == []


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("births", "views", "timeline", "lag"), 2, "births view timeline: 2"),
        (("births", "swept"), EARLIER, "births sweeps: 1 day, 0:00:00"),
        (("births", "swept"), None, "births sweeps: none yet"),
        (("births", "publishing", "lag"), 3, "births publishing: 3"),
        (("births", "publishes", "care", "relayed"), 1, "births relay care: 3"),
        (("pregnancy_tracking", "hears", "births.care", "head"), 6, "pregnancy_tracking hears births.care: 2"),
        (("pregnancy_tracking", "hears", "births.care", "position"), 1, "pregnancy_tracking hears births.care: 3"),
    ],
)
def test_whatever_waits_is_named(place, value, said):
    assert behind(changed(place, value)) == [said]
