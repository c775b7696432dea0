"""The charter, tried on births: what must not exist does not."""

from __future__ import annotations

import typing
from datetime import timedelta

import pytest
from pydantic import BaseModel

from services.births.api import BirthForm
from services.births.domain.birth import InFuture
from services.births.domain.events import FACTS, BirthNoted, PregnancyNoted
from services.births.domain.particulars import Identity
from services.births.main import DEFINITION
from services.births.publishing import say
from shared import web
from shared.eventstore import envelope
from shared.publishing import event_of
from tests.births.release_scene import published as released
from tests.births.release_scene import restated
from tests.births.scene import NOW, given, record
from tests.births.watching import HOSPITAL, cleared
from tests.reading import as_read

SHAPES = [*FACTS, *DEFINITION.handlers, BirthForm, Identity]


def models_of(shape):
    """A shape and every value it holds, however deep."""
    yield shape
    for field in shape.model_fields.values():
        kinds = [field.annotation, *typing.get_args(field.annotation)]
        for kind in kinds:
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from models_of(kind)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_a_sex_is_told_only_with_the_moment_of_birth(shape):
    for model in models_of(shape):
        names = set(model.model_fields)
        assert "sex" not in names or "born_at" in names
        assert "sex" not in names or issubclass(model, web.RequestBody) or model.model_fields["born_at"].is_required()
        assert not [name for name in names if "fetal" in name or "foetal" in name or name in {"note", "remark", "text"}]


@pytest.mark.parametrize("ahead", [timedelta(seconds=1), timedelta(days=1), timedelta(days=200)])
def test_the_sex_of_a_child_not_yet_born_cannot_be_recorded(ahead):
    given().when(record(born_at=NOW + ahead)).then_refused(InFuture, "/born_at")


def test_a_mothers_record_holds_no_sex_and_no_order_of_her_children():
    assert set(BirthNoted.model_fields) == {"birth", "born_on", "number"}
    assert set(PregnancyNoted.model_fields) == {"pregnancy", "estimated_due_on", "noted_on"}


def test_no_department_reads_a_channel_of_births():
    assert {reader.partition(":")[0] for readers in DEFINITION.channels.values() for reader in readers} == {"service"}


def test_enforcement_reads_statistics_only_and_its_contracts_hold_nothing_linkable():
    readers = {channel for channel, who in DEFINITION.channels.items() if "service:enforcement" in who}
    assert readers == {"statistics"}
    figures = {"period", "edition", "first", "last", "published_on", "rows", "reason"}
    figures |= {"axis", "areas", "births", "boys", "girls", "ratio", "low", "high"}
    signal = {"area", "code", "false_alarm_births", "false_discovery_rate"}
    for contract in DEFINITION.says["statistics"]:
        for model in models_of(contract):
            assert set(model.model_fields) <= figures | signal, "a new field is weighed against the charter here"
            kinds = str([field.annotation for field in model.model_fields.values()])
            assert "datetime" not in kinds.replace("datetime.date", ""), "the day is the most exact time"


@pytest.mark.parametrize("fact", [released(), restated(), cleared(HOSPITAL, 0)], ids=lambda fact: fact.stored_as)
def test_enforcement_is_told_no_subject_but_an_area_and_nothing_to_trace_it_by(fact):
    head = envelope(at=NOW, by="clerk", command="c-1", correlation="corr-1", causation="cause-1", policy="test-1")
    [saying] = [each for each in say(as_read(7, "case", 1, fact, head)) if each.channel == "statistics"]
    event = event_of(saying, "demo", "births")
    assert event.subject in {None, HOSPITAL.code}
    assert {event.correlationid, event.causationid, event.policyversion, event.traceparent} == {None}
    assert event.time == NOW.replace(hour=0, minute=0, second=0, microsecond=0)


def test_no_view_finds_births_by_their_mother():
    tables = [table for view in DEFINITION.views for table in view.tables.tables.values()]
    keys = {column.name for table in tables for column in table.primary_key}
    keys |= {column.name for table in tables for index in table.indexes for column in index.columns}
    assert not keys & {"person", "mother", "pregnancy"}
