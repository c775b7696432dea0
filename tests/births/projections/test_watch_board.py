"""The watch at a glance."""

from __future__ import annotations

import pytest

from services.births.domain.watch import WATCH
from services.births.projections.watch_board import State, WatchBoard, watched
from tests.births.watching import HOSPITAL, TOWNSHIP, cleared, dismissed, observed, raised, was_reset, week

KEY = WATCH.id(HOSPITAL.key)


@pytest.fixture
def board(projector):
    def look(**filters):
        with projector().engine(WatchBoard.name).connect() as db:
            rows = db.execute(watched(**filters)).all()
        assert all(type(row.births) is int for row in rows)
        return [(row.code, row.observed_week, row.births, row.state, row.signal_week, row.decided_on) for row in rows]

    return look


def test_an_area_shows_how_far_it_is_watched(append, board):
    append({KEY: [observed(HOSPITAL, 0, 5, 4), observed(HOSPITAL, 1, 3, 3), observed(HOSPITAL, 0, 6, 4)]})
    assert board() == [("county-hospital", str(week(1)), 16, "quiet", None, None)]


@pytest.mark.parametrize(
    ("decided", "state", "signal"),
    [
        (None, "raised", str(week(0))),
        (cleared(HOSPITAL, 0), "cleared", str(week(0))),
        (dismissed(HOSPITAL, 0), "dismissed", str(week(0))),
        (was_reset(HOSPITAL), "reset", None),
    ],
)
def test_what_last_became_of_a_signal_shows(append, board, decided, state, signal):
    append({KEY: [observed(HOSPITAL, 0, 200, 80), raised(HOSPITAL, 0), *([decided] if decided else [])]})
    day = "2024-10-15" if decided else None
    assert board() == [("county-hospital", str(week(0)), 280, state, signal, day)]


def test_open_signals_come_first_and_areas_are_filtered(append, board):
    append(
        {KEY: [observed(HOSPITAL, 0, 5, 4)]},
        {WATCH.id(TOWNSHIP.key): [observed(TOWNSHIP, 0, 200, 80), raised(TOWNSHIP, 0)]},
    )
    assert [row[0] for row in board()] == ["dayingxiang", "county-hospital"]
    assert [row[0] for row in board(kind="facility")] == ["county-hospital"]
    assert [row[0] for row in board(state=State.RAISED)] == ["dayingxiang"]
