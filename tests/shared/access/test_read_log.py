"""The read log: each read and each broken glass is a fact, and the view tells who looked and why."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import Engine

from shared.access import (
    ACCESS,
    HANDLERS,
    AccessLog,
    BreakGlass,
    GlassBroken,
    GlassReason,
    LogRead,
    Principal,
    Purpose,
    RecordRead,
    Role,
    active_grant,
    break_glass,
    glass_broken,
    glass_of,
    log_read,
    permit,
    reads_of,
)
from shared.clock import COUNTY_TIME
from shared.eventstore import FactNames, Log, Recorded, envelope
from shared.kernel import Fact
from shared.stores import Stores
from shared.writer import Writer
from tests.reading import as_read

NOW = datetime(2024, 10, 15, 12, tzinfo=COUNTY_TIME)
CASES: Any = {(ACCESS, "her"): ACCESS.initial, (ACCESS, "other"): ACCESS.initial}


def read(number: int = 1, **changes: Any) -> LogRead:
    given: dict[str, Any] = {"command_id": f"c{number}", "actor": "midwife-1", "at": NOW, "person": "her"}
    given |= {"record": "pregnancy:1", "purpose": Purpose.CARE, "role": Role.MIDWIFE, "unit": "t1"}
    return LogRead(**given | changes)


def breaking(number: int = 1, **changes: Any) -> BreakGlass:
    given: dict[str, Any] = {"command_id": f"g{number}", "actor": "doctor-1", "at": NOW, "person": "her"}
    given |= {"reason": GlassReason.EMERGENCY, "role": Role.HOSPITAL, "unit": "h1"}
    return BreakGlass(**given | changes)


def decided(command: Any) -> Fact:
    [[fact]] = HANDLERS[type(command)](command, CASES).values()
    return fact


def recorded(position: int, command: Any) -> Recorded:
    head = envelope(at=command.at.astimezone(COUNTY_TIME), by=command.actor, command=command.command_id)
    return as_read(position, ACCESS.id(command.person), position, decided(command), head)


@pytest.fixture
def engine(stores: Stores) -> Engine:
    engine = stores.engine("view_access_log_1")
    AccessLog.tables.create_all(engine)
    return engine


def project(engine: Engine, *commands: Any) -> None:
    with engine.begin() as db:
        AccessLog().project([recorded(position, each) for position, each in enumerate(commands, 1)], db)


def test_a_read_is_a_fact_of_the_persons_access_case():
    assert log_read(read(), CASES) == {
        "access:her": [
            RecordRead(
                person="her",
                record="pregnancy:1",
                purpose=Purpose.CARE,
                role=Role.MIDWIFE,
                reader="midwife-1",
                unit="t1",
            )
        ]
    }


def test_a_broken_glass_is_a_fact_that_ends_after_fifteen_minutes():
    assert break_glass(breaking(), CASES) == {
        "access:her": [
            GlassBroken(
                person="her",
                reason=GlassReason.EMERGENCY,
                role=Role.HOSPITAL,
                reader="doctor-1",
                unit="h1",
                since=NOW,
                until=NOW + timedelta(minutes=15),
            )
        ]
    }


@pytest.mark.anyio
async def test_the_same_read_again_counts_again_and_a_repeated_command_does_not(stores, clock):
    log = Log(stores, FactNames([RecordRead, GlassBroken]))
    writer = Writer(log, HANDLERS, clock)
    first = await writer.write(read(1))
    assert await writer.write(read(1)) == first
    await writer.write(read(2))
    await writer.write(breaking())
    facts = [each.fact for each in log.read(0, 10)]
    writer.close()
    log.close()
    assert facts == [decided(read(1)), decided(read(2)), decided(breaking())]


def test_a_reason_is_a_code_and_never_text():
    with pytest.raises(ValidationError):
        breaking(reason="she is expecting a girl")


def test_she_sees_who_read_her_record_newest_first_page_by_page(engine):
    project(engine, *[read(number, actor=f"r{number}") for number in range(1, 8)], read(8, person="other"))
    with engine.connect() as db:
        page = reads_of(db, "her", limit=3)
        assert [row.reader for row in page] == ["r7", "r6", "r5"]
        page = reads_of(db, "her", limit=3, before=page[-1].position)
        assert [row.reader for row in page] == ["r4", "r3", "r2"]
        page = reads_of(db, "her", limit=3, before=page[-1].position)
        assert [row.reader for row in page] == ["r1"]
        assert reads_of(db, "her", before=page[-1].position) == []
        assert reads_of(db, "nobody") == []


def test_a_row_says_who_when_what_and_why(engine):
    project(engine, read())
    with engine.connect() as db:
        [row] = reads_of(db, "her")
    assert row._asdict() == {
        "position": 1,
        "person": "her",
        "record": "pregnancy:1",
        "purpose": "care",
        "role": "midwife",
        "reader": "midwife-1",
        "unit": "t1",
        "read_at": "2024-10-15T04:00:00.000000+00:00",
    }


def test_how_the_log_is_cut_into_batches_does_not_matter(stores):
    facts = [recorded(n, random.Random(n).choice([read, breaking])(n)) for n in range(1, 60)]
    found = []
    for area, size in (("view_access_log_1", 60), ("view_access_log_2", 1), ("view_access_log_3", 25)):
        engine = stores.engine(area)
        AccessLog.tables.create_all(engine)
        for start in range(0, len(facts), size):
            with engine.begin() as db:
                AccessLog().project(facts[start : start + size], db)
        with engine.connect() as db:
            found.append((reads_of(db, "her"), glass_broken(db, "auditor-1")))
    assert found[0] == found[1] == found[2]
    assert len(found[0][0]) + len(found[0][1]) == 59


def test_a_second_person_sees_broken_glass_and_never_only_ones_own(engine):
    project(engine, breaking(1), breaking(2, actor="doctor-2", person="other"), breaking(3))
    with engine.connect() as db:
        assert [row.position for row in glass_broken(db, "auditor-1")] == [3, 2, 1]
        assert [row.position for row in glass_broken(db, "doctor-1")] == [2]
        assert [row.position for row in glass_broken(db, "auditor-1", limit=1, before=3)] == [2]
        assert [row.position for row in glass_of(db, "her")] == [3, 1]
        [newest, *_] = glass_broken(db, "auditor-1")
        assert (newest.reason, newest.reader, newest.unit) == ("emergency", "doctor-1", "h1")


def test_she_sees_every_broken_glass_however_many(engine):
    project(engine, *(breaking(number) for number in range(1, 102)))
    with engine.connect() as db:
        assert len(glass_of(db, "her")) == 101


def test_a_broken_glass_opens_her_record_to_that_reader_for_its_time(engine):
    project(engine, breaking())
    doctor = Principal(
        subject="doctor-1",
        role=Role.HOSPITAL,
        county="demo",
        units=frozenset({"h1"}),
        purposes=frozenset({Purpose.CARE}),
    )
    later = NOW + timedelta(minutes=14)
    with engine.connect() as db:
        grant = active_grant(db, "doctor-1", "her", later)
        assert grant
        permit(doctor, "pregnancy.read", purpose="care", unit="t9", person="her", grant=grant, now=later)
        for reader, person, at in (
            ("doctor-2", "her", later),
            ("doctor-1", "other", later),
            ("doctor-1", "her", NOW + timedelta(minutes=15)),
            ("doctor-1", "her", NOW - timedelta(seconds=1)),
        ):
            assert active_grant(db, reader, person, at) is None


def test_of_several_grants_the_one_that_lasts_longest_counts(engine):
    project(engine, breaking(1), breaking(2, at=NOW + timedelta(minutes=10)))
    with engine.connect() as db:
        grant = active_grant(db, "doctor-1", "her", NOW + timedelta(minutes=12))
    assert grant
    assert grant.until == NOW + timedelta(minutes=25)
