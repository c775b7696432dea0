"""The charter, tried on pregnancy_tracking: what must not exist does not."""

from __future__ import annotations

from datetime import date

import pytest
import yaml

from services.pregnancy_tracking import api
from services.pregnancy_tracking.domain.events import FACTS, PregnancyEnded
from services.pregnancy_tracking.domain.pregnancy import Pregnancy
from services.pregnancy_tracking.domain.register_events import (
    AftercareOpened,
    DeviceDayClosed,
    ProcedureRecorded,
    ScanNoted,
    ScanRecorded,
    TerminationPerformed,
)
from services.pregnancy_tracking.domain.review_events import REVIEW_FACTS, TerminationRequested
from services.pregnancy_tracking.domain.woman import Course, Woman
from services.pregnancy_tracking.domain.words import Birth, Identity, Observations, Registration
from services.pregnancy_tracking.main import DEFINITION
from services.pregnancy_tracking.reactions import POLICIES
from shared import web
from shared.kernel import Id
from tests.pregnancy_tracking.asking import WHO, registered
from tests.pregnancy_tracking.conftest import POLICE
from tests.pregnancy_tracking.message_scene import tell
from tests.pregnancy_tracking.scene import P1, UNDER_CARE, birth, given, note, visit

FORMS = [
    each
    for door in api.DOORS
    for each in vars(door).values()
    if isinstance(each, type) and issubclass(each, web.RequestBody)
]
SHAPES = [*FACTS, *DEFINITION.handlers, *FORMS, Identity, Observations, Registration, Birth, Pregnancy, Course, Woman]
FORBIDDEN = {"sex", "gender", "note", "remark", "text", "comment", "reason", "parity", "birth_order", "score", "flag"}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_no_field_holds_a_childs_sex_free_text_or_a_score(shape):
    assert not set(shape.model_fields) & FORBIDDEN
    assert not [name for name in shape.model_fields if "fetal" in name]


def test_observations_are_numbers_and_nothing_else():
    assert Observations.model_fields["values"].annotation == dict[Id, float]


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


def test_no_department_reads_a_channel_of_pregnancy_tracking_but_the_superiors_of_its_units():
    readers = dict(DEFINITION.channels)
    assert readers.pop("supervision") == {"department:county-health"}
    assert {reader.partition(":")[0] for each in readers.values() for reader in each} == {"service"}


def test_a_pregnancy_that_nobody_ended_says_only_that_its_end_is_unknown():
    assert set(PregnancyEnded.model_fields) == {"person", "outcome", "ended_on", "shared"}


def test_a_visit_and_a_birth_leave_nothing_else_behind():
    seen = given(UNDER_CARE).when(visit(date(2024, 8, 5))).decision()
    assert [type(fact).__name__ for fact in seen[P1]] == ["VisitLogged"]
    ended = given(UNDER_CARE).when(note(birth())).decision()
    assert {type(fact).__name__ for facts in ended.values() for fact in facts} == {
        "BirthNoted",
        "PregnancyEnded",
        "CourseClosed",
        "BirthPlaced",
        "BirthTold",
    }


def test_no_register_says_who_was_examined_or_treated():
    for fact in (ScanRecorded, DeviceDayClosed, ProcedureRecorded, AftercareOpened, ScanNoted, TerminationPerformed):
        assert not set(fact.model_fields) & {"person", "pregnancy", "document", "identity", "certificate", "counters"}
    assert not set(ScanNoted.model_fields) & {"counter", "device", "operators", "scanned_at"}


def test_nothing_unsealed_in_a_review_says_whose_it_is_or_why():
    unsealed = {name for fact in REVIEW_FACTS for name in fact.model_fields}
    assert not unsealed & {"person", "pregnancy", "document", "gestation_weeks"}
    assert "ground" not in TerminationRequested.model_fields


@pytest.mark.parametrize("rules", sorted(POLICIES.glob("*.yaml")), ids=lambda path: path.stem)
def test_no_ground_and_no_purpose_of_any_policy_is_about_a_childs_sex(rules):
    told = yaml.safe_load(rules.read_text(encoding="utf-8"))
    review, registers = told.get("review", {}), told.get("registers", {})
    codes = [*review.get("grounds", []), *review.get("decline_grounds", []), *registers.get("purposes", [])]
    assert not [code for code in codes for word in ("sex", "gender", "boy", "girl") if word in code]


def test_nothing_counts_examinations_or_terminations_of_a_woman():
    for state in (Pregnancy, Course, Woman):
        assert not [name for name, field in state.model_fields.items() if field.annotation is int]
    tables = [table for view in DEFINITION.views for table in view.tables.tables.values()]
    by_pregnancy = [table for table in tables if "pregnancy" in table.columns]
    assert not [table.name for table in by_pregnancy if {"scans", "terminations", "count"} & set(table.columns.keys())]


def test_enforcement_reads_oversight_only_and_its_contracts_hold_nothing_linkable():
    readers = {channel: who for channel, who in DEFINITION.channels.items() if "service:enforcement" in who}
    assert set(readers) == {"oversight"}
    for contract in DEFINITION.says["oversight"]:
        linkable = {"person", "pregnancy", "entry", "certificate", "counter", "operators", "scanned_at", "performed_at"}
        assert not set(contract.model_fields) & linkable
        assert "facility" in contract.model_fields


ASKED = {
    "visit": ("evenborn.hospital.antenatal_visit.v1", {"visited_on": "2025-06-29", "unit": "dayingxiang-hospital"}),
    "own": ("evenborn.hospital.antenatal_visit.v1", {"visited_on": "2025-06-29", "unit": POLICE}),
    "decline": ("evenborn.village.decline.v1", {"declined_on": "2025-06-29"}),
    "death": ("evenborn.hospital.maternal_death.v1", {"died_on": "2025-06-29"}),
}


@pytest.mark.parametrize("asked", ASKED)
def test_who_cares_for_nobody_learns_from_no_receipt_whether_she_is_pregnant(served, asked):
    """A department that speaks for no unit gets the same answer about everybody, and nothing is written."""
    registered(served)
    before = served.service.log.head()
    kind, data = ASKED[asked]
    hers, nobodys = (
        tell(served, f"{asked}-{document}", kind, data, {"document": document}, department=POLICE)
        for document in (WHO["document"], "330102199001019999")
    )
    assert hers | {"id": ""} == nobodys | {"id": ""}
    assert (hers["status"], hers["reason"]["name"], hers["results"]) == ("rejected", "NotItsUnit", [])
    assert served.service.log.head() == before
