"""The charter, read off the types: what must not be possible has no place to be written down."""

from __future__ import annotations

import enum
import typing
from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from services.births import publishing as births_publishing
from services.births.domain.events import FACTS as BIRTHS_FACTS
from services.births.handling import HANDLERS as BIRTHS_COMMANDS
from services.pregnancy_tracking import publishing as tracking_publishing
from services.pregnancy_tracking.domain.events import FACTS as TRACKING_FACTS
from services.pregnancy_tracking.handling import HANDLERS as TRACKING_COMMANDS
from shared.contracts import benefits, births, counties, departments, pregnancy_tracking
from shared.contracts.cloudevents import Contract

SEX = {"sex", "boy", "girl", "male", "female", "gender", "fetal_sex", "foetal_sex"}
FREE_TEXT = {"note", "notes", "remark", "remarks", "comment", "comments", "description", "text", "reason_text"}
OF_BIRTHS = {departments.Birth}


def models_of(module: object, kind: type[BaseModel]) -> list[type[BaseModel]]:
    found = [each for each in vars(module).values() if isinstance(each, type) and issubclass(each, kind)]
    return [each for each in found if each is not kind]


def words_of(model: type[BaseModel]) -> Iterator[str]:
    """Every field name, and every code a field can hold, however deep."""
    for name, field in model.model_fields.items():
        yield name
        yield from codes_of(field.annotation)


def codes_of(annotation: object) -> Iterator[str]:
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        yield from (str(member.value) for member in annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from words_of(annotation)
    for inner in typing.get_args(annotation):
        yield from codes_of(inner)


TRACKING = [
    *TRACKING_FACTS,
    *TRACKING_COMMANDS,
    *models_of(pregnancy_tracking, Contract),
    *models_of(benefits, Contract),
    *models_of(counties, Contract),
    *(each for each in models_of(departments, departments.DepartmentMessage) if each not in OF_BIRTHS),
    *models_of(births, Contract),
]


@pytest.mark.parametrize("model", TRACKING, ids=lambda model: model.__name__)
def test_nothing_in_or_toward_the_care_of_a_pregnancy_can_hold_a_sex(model):
    assert SEX.isdisjoint(words_of(model))


def test_where_a_sex_is_recorded_the_child_is_born():
    with_sex = [model for model in (*BIRTHS_FACTS, *BIRTHS_COMMANDS) if "sex" in model.model_fields]
    assert with_sex
    assert all({"born_at", "vital"} <= model.model_fields.keys() for model in with_sex)


def test_a_sex_is_one_of_two_codes_never_text():
    assert {member.value for member in departments.Sex} == {"boy", "girl"}


@pytest.mark.parametrize("door", [births_publishing, tracking_publishing], ids=["births", "pregnancy_tracking"])
def test_channels_of_care_are_read_by_services_of_care_only(door):
    assert door.CHANNELS["care"] <= {"service:births", "service:pregnancy_tracking"}


def test_no_case_can_be_opened_against_a_person():
    kinds = {fact.stored_as for fact in (*BIRTHS_FACTS, *TRACKING_FACTS)}
    assert not [kind for kind in kinds if "Case" in kind or "Lead" in kind or "Offence" in kind]


@pytest.mark.parametrize("model", [*TRACKING_FACTS, *BIRTHS_FACTS], ids=lambda model: model.stored_as)
def test_no_fact_has_room_for_free_text_about_a_person(model):
    assert FREE_TEXT.isdisjoint(words_of(model))
