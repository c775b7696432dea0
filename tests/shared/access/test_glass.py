"""A broken glass waits for a second person, who looks at it once and is never whoever broke it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from pydantic import ValidationError

from shared.access import (
    ACCESS,
    AccessLog,
    BreakGlass,
    GlassBroken,
    GlassReason,
    GlassReviewed,
    GlassUnknown,
    LogRead,
    Purpose,
    ReviewerIsReader,
    ReviewGlass,
    Role,
    break_glass,
    glass_broken,
    log_read,
    review_glass,
    unreviewed_glass,
)
from shared.clock import COUNTY_TIME
from shared.eventstore import envelope
from shared.kernel import fold
from tests.reading import as_read

NOW = datetime(2024, 10, 15, 12, tzinfo=COUNTY_TIME)
ABOUT = envelope(at=NOW, by="someone", command="c")
WHO: dict[str, Any] = {"command_id": "c", "at": NOW, "person": "her"}
READ = LogRead(**WHO, actor="midwife-1", record="pregnancy:1", purpose=Purpose.CARE, role=Role.MIDWIFE)
BREAK = BreakGlass(**WHO, actor="doctor-1", reason=GlassReason.COVER, role=Role.HOSPITAL, unit="h1")
REVIEW = ReviewGlass(**WHO, actor="auditor-1", glass=2, role=Role.AUDITOR)
EMPTY: Any = {(ACCESS, "her"): ACCESS.initial}
[[READ_FACT]] = log_read(READ, EMPTY).values()
[[BROKEN]] = break_glass(BREAK, EMPTY).values()
REVIEWED = GlassReviewed(person="her", glass=2, role=Role.AUDITOR, reviewer="auditor-1")


def given(*facts):
    """Her access case after these facts."""
    cases: Any = {(ACCESS, "her"): fold(ACCESS.evolve, ACCESS.initial, facts)}
    return lambda command: review_glass(command, cases)


def test_a_second_person_looks_at_a_broken_glass():
    assert given(READ_FACT, BROKEN)(REVIEW) == {"access:her": [REVIEWED]}


def test_what_was_looked_at_is_looked_at():
    assert given(READ_FACT, BROKEN, REVIEWED)(REVIEW) == {}


def test_whoever_broke_it_is_no_second_person():
    with pytest.raises(ReviewerIsReader):
        given(READ_FACT, BROKEN)(REVIEW.model_copy(update={"actor": "doctor-1"}))


@pytest.mark.parametrize("glass", [0, 1, 3])
def test_a_read_is_no_broken_glass(glass):
    with pytest.raises(GlassUnknown):
        given(READ_FACT, BROKEN)(REVIEW.model_copy(update={"glass": glass}))


def test_the_stored_form_loads_for_ever():
    golden = '{"person":"her","glass":2,"role":"auditor","reviewer":"auditor-1"}'
    assert REVIEWED.model_dump_json() == golden
    assert GlassReviewed.model_validate_json(golden) == REVIEWED
    assert (GlassReviewed.stored_as, GlassBroken.stored_as) == ("access.GlassReviewed", "access.GlassBroken")


def test_it_counts_as_to_be_reviewed_until_somebody_did(stores):
    engine = stores.engine("view_access_log_1")
    AccessLog.tables.create_all(engine)
    for position, fact in enumerate((READ_FACT, BROKEN, REVIEWED), 1):
        with engine.begin() as db:
            AccessLog().project([as_read(position, "access:her", position, fact, ABOUT)], db)
        with engine.connect() as db:
            assert unreviewed_glass(db) == len(glass_broken(db, "auditor-1", unreviewed=True)) == (position == 2)
    with engine.connect() as db:
        [row] = glass_broken(db, "auditor-1")
    assert (row.glass, row.reviewer, row.reviewed_at) == (2, "auditor-1", "2024-10-15T04:00:00.000000+00:00")


def test_a_reason_is_never_text():
    with pytest.raises(ValidationError):
        BREAK.model_validate({**dict(BREAK), "reason": "she asked"})
