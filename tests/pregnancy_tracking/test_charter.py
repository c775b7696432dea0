"""The charter, tried on pregnancy_tracking: what must not exist does not."""

from __future__ import annotations

from datetime import date

import pytest

from services.pregnancy_tracking import api
from services.pregnancy_tracking.domain import commands
from services.pregnancy_tracking.domain.events import FACTS, PregnancyEnded
from services.pregnancy_tracking.domain.pregnancy import Pregnancy
from services.pregnancy_tracking.domain.woman import Course, Woman
from services.pregnancy_tracking.domain.words import Birth, Identity, Observations, Registration
from services.pregnancy_tracking.main import DEFINITION
from shared import web
from shared.kernel import Command
from tests.pregnancy_tracking.scene import P1, UNDER_CARE, birth, given, note, visit

COMMANDS = [each for each in vars(commands).values() if isinstance(each, type) and issubclass(each, Command)]
FORMS = [each for each in vars(api).values() if isinstance(each, type) and issubclass(each, web.RequestBody)]
SHAPES = [*FACTS, *COMMANDS, *FORMS, Identity, Observations, Registration, Birth, Pregnancy, Course, Woman]
FORBIDDEN = {"sex", "gender", "note", "remark", "text", "comment", "reason", "parity", "birth_order", "score", "flag"}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_no_field_holds_a_childs_sex_free_text_or_a_score(shape):
    assert not set(shape.model_fields) & FORBIDDEN
    assert not [name for name in shape.model_fields if "fetal" in name]


def test_observations_are_numbers_and_nothing_else():
    assert Observations.model_fields["values"].annotation == dict[api.Id, float]


def test_care_knows_nothing_of_a_childs_sex_after_birth_either():
    assert set(Birth.model_fields) == {
        "birth",
        "born_on",
        "vital",
        "facility",
        "township",
        "plurality",
        "number",
        "gestation_weeks",
    }


def test_no_view_finds_women_by_anything():
    tables = [table for view in DEFINITION.views for table in view.tables.tables.values()]
    columns = {column.name for table in tables for column in table.columns}
    assert not columns & {"person", "document", "name", "outcome", "visits", "births"}


def test_no_department_reads_a_channel_of_pregnancy_tracking():
    assert {reader.partition(":")[0] for readers in DEFINITION.channels.values() for reader in readers} == {"service"}


def test_a_pregnancy_that_nobody_ended_says_only_that_its_end_is_unknown():
    assert set(PregnancyEnded.model_fields) == {"person", "outcome", "ended_on"}


def test_a_visit_and_a_birth_leave_nothing_else_behind():
    seen = given(UNDER_CARE).when(visit(date(2024, 8, 5))).decision()
    assert [type(fact).__name__ for fact in seen[P1]] == ["VisitLogged"]
    ended = given(UNDER_CARE).when(note(birth())).decision()
    assert {type(fact).__name__ for facts in ended.values() for fact in facts} == {
        "BirthNoted",
        "PregnancyEnded",
        "CourseClosed",
        "BirthPlaced",
    }
