"""The transfer book: what waits for a unit, and what became of the rest, with nobody in it."""

from __future__ import annotations

import pytest

from services.pregnancy_tracking.domain.transfer_events import CareTransferDeclined
from services.pregnancy_tracking.domain.transfer_rules import ClosingGround, DeclineGround
from services.pregnancy_tracking.projections.transfers import TABLES, Direction, TransferBook, of_unit
from tests.pregnancy_tracking.scene import P1
from tests.pregnancy_tracking.transfer_scene import (
    ANSWER_BY,
    ASKED_ON,
    HERE,
    KEY,
    MOVED,
    RECEIVED,
    TAKEN_IN,
    TIMED_OUT,
    TURNED_DOWN,
    accepted,
    closed_here,
    open_transfer,
    withdrawn,
)

WITHIN = open_transfer("t2", county="demo", unit="qinghezhen-hospital", letter=None)
DECLINED = CareTransferDeclined(transfer="t1", ground=DeclineGround.NOT_ARRIVED, declined_on=ASKED_ON)


@pytest.fixture
def book(append, projector):
    """Facts first, then as many questions as a test has."""

    def following(*facts):
        append(*facts)
        engine = projector().engine(TransferBook.name)

        def rows(unit=None, **asked):
            with engine.connect() as db:
                return [dict(row) for row in db.execute(of_unit(unit, **asked)).mappings()]

        return rows

    return following


STATUSES = [
    ([open_transfer()], "t1", "waiting"),
    ([open_transfer(), MOVED], "t1", "accepted"),
    ([open_transfer(), TIMED_OUT], "t1", "timed_out"),
    ([open_transfer(), TIMED_OUT, {P1: [accepted()]}], "t1", "accepted"),
    ([open_transfer(), {P1: [DECLINED]}], "t1", "declined"),
    ([open_transfer(), {P1: [withdrawn()]}], "t1", "withdrawn"),
    ([RECEIVED], KEY, "waiting"),
    ([RECEIVED, {HERE: [TAKEN_IN]}], KEY, "accepted"),
    ([RECEIVED, {HERE: [TURNED_DOWN]}], KEY, "declined"),
    ([RECEIVED, {HERE: [closed_here(ClosingGround.PREGNANCY_ENDED)]}], KEY, "pregnancy_ended"),
]


@pytest.mark.parametrize(("facts", "transfer", "status"), STATUSES)
def test_a_transfer_is_as_far_as_it_is(book, facts, transfer, status):
    [row] = book(*facts)()
    assert (row["transfer"], row["status"]) == (transfer, status)
    assert (row["requested_on"], row["answer_by"]) == (ASKED_ON, ANSWER_BY)
    assert (row["changed_on"] is None) == (status == "waiting")


def test_a_unit_sees_what_it_asks_and_is_asked_and_not_what_a_namesake_over_there_is(book):
    rows = book(open_transfer(), WITHIN, RECEIVED)
    found = {each["transfer"]: each["direction"] for each in rows()}
    assert found == {"t1": "outgoing", "t2": "within", KEY: "incoming"}
    asked = {each["transfer"] for each in rows(unit="dayingxiang-hospital")}
    assert asked == {"t1", "t2", KEY}
    assert [each["transfer"] for each in rows(unit="qinghezhen-hospital")] == ["t2"]
    assert rows(unit="linshui-hospital") == []
    assert [each["transfer"] for each in rows(direction=Direction.INCOMING, status="waiting")] == [KEY]
    assert rows(direction=Direction.INCOMING, status="accepted") == []


def test_it_has_nobody_in_it():
    columns = {column.name for table in TABLES.tables.values() for column in table.columns}
    assert not columns & {"person", "pregnancy", "identity", "letter", "about", "village"}
