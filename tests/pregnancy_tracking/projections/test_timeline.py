"""The timeline of a pregnancy: what happened when, and when it became known."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from operator import attrgetter

import pytest
from pydantic_core import from_json
from sqlalchemy import select

from services.pregnancy_tracking.domain.birth import BIRTH as BIRTH_CASE
from services.pregnancy_tracking.domain.birth_events import (
    BenefitNoted,
    BirthRevised,
    BirthWithdrawn,
    PregnancyReopened,
    Standing,
)
from services.pregnancy_tracking.domain.care_events import (
    CARE_FACTS,
    AgendaCleared,
    CounsellingGiven,
    CourseRedated,
    DangerSignRaised,
    LossSupportAssigned,
    PregnancyScheduled,
    RiskGraded,
)
from services.pregnancy_tracking.domain.duty_events import (
    DUTY_FACTS,
    Answerable,
    DutyKind,
    DutyMet,
    DutyOpened,
    DutyReassigned,
)
from services.pregnancy_tracking.domain.events import PersonErased
from services.pregnancy_tracking.domain.woman import WOMAN
from services.pregnancy_tracking.domain.words import (
    DangerSigns,
    Identity,
    Infectious,
    Observations,
    Outcome,
    RiskColour,
)
from services.pregnancy_tracking.projections.timeline import ENTRIES, Timeline, opened, shown_to, timeline
from services.pregnancy_tracking.projections.timeline_entries import OCCURRED_ON
from shared.clock import COUNTY_TIME
from tests.explaining import scanned
from tests.pregnancy_tracking.scene import BORN, P1, P2, UNDER_CARE, WOMAN_1, birth, ended, logged, noted, revised
from tests.pregnancy_tracking.scene import opened as course_opened
from tests.pregnancy_tracking.scene import taken_under_care as registered

VISIT = date(2024, 5, 6)
BIRTH = {P1: [noted(birth()), ended(Outcome.BIRTH, BORN)]}


@pytest.fixture
def look(projector):
    def rows(pregnancy="p1", **when):
        with projector().engine(Timeline.name).connect() as db:
            return timeline(db, pregnancy, **when)

    return rows


def kinds(rows):
    return [row.kind for row in rows]


def test_entries_are_in_the_order_they_happened_whatever_order_they_were_told_in(append, look, clock):
    clock.set(datetime(2024, 10, 6, tzinfo=COUNTY_TIME))
    append(UNDER_CARE, BIRTH)
    clock.set(datetime(2024, 10, 8, tzinfo=COUNTY_TIME))
    append({P1: [logged(VISIT)]})
    rows = look()
    assert kinds(rows) == [
        "PregnancyRegistered",
        "CareAssigned",
        "HandbookIssued",
        "VisitLogged",
        "BirthNoted",
        "PregnancyEnded",
    ]
    assert [row.occurred_at for row in rows][3:] == ["2024-05-06", "2024-10-05", "2024-10-05"]


def test_what_became_known_in_one_moment_stands_as_it_was_written_also_after_a_rebuild(append, projector, clock):
    now = clock.now()
    append(UNDER_CARE, {P1: [logged(BORN), logged(VISIT), logged(VISIT + timedelta(1))]})
    clock.set(now - timedelta(days=1))
    append({P1: [logged(VISIT, unit="county-hospital")]})
    following = projector()

    def looked(order):
        with following.engine(Timeline.name).connect() as db:
            rows = timeline(db, "p1", order=order)
        return [(row.occurred_at, from_json(row.body)["unit"]) for row in rows if row.kind == "VisitLogged"]

    own, other = "dayingxiang-hospital", "county-hospital"
    happened = [("2024-05-06", other), ("2024-05-06", own), ("2024-05-07", own), ("2024-10-05", own)]
    written = [("2024-10-05", own), ("2024-05-06", own), ("2024-05-07", own), ("2024-05-06", other)]
    assert (looked("occurred"), looked("recorded")) == (happened, written)
    assert following.rebuild(Timeline.name).same
    assert (looked("occurred"), looked("recorded")) == (happened, written)


def test_the_births_part_is_told_apart(append, look):
    append(UNDER_CARE, BIRTH, {P1: [revised(Outcome.BIRTH, BORN + timedelta(1))]})
    assert {row.kind: row.service for row in look()}.pop("BirthNoted") == "births"
    assert {row.service for row in look() if row.kind != "BirthNoted"} == {"pregnancy_tracking"}


def test_as_of_a_day_only_what_had_happened_by_then(append, look):
    append(UNDER_CARE, {P1: [logged(VISIT)]}, BIRTH)
    assert "VisitLogged" not in kinds(look(as_of=VISIT - timedelta(1)))
    assert kinds(look(as_of=VISIT))[-1] == "VisitLogged"
    assert kinds(look(as_of=datetime(2024, 5, 5, 16, 0, tzinfo=COUNTY_TIME)))[-1] == "HandbookIssued"
    assert kinds(look(as_of=datetime.fromisoformat("2024-05-05T16:00:00+00:00")))[-1] == "VisitLogged"


def test_known_at_a_moment_only_what_was_known_by_then(append, look, clock):
    clock.set(datetime(2024, 10, 6, 12, tzinfo=COUNTY_TIME))
    append(UNDER_CARE)
    clock.set(datetime(2024, 10, 8, 12, tzinfo=COUNTY_TIME))
    append({P1: [logged(VISIT)]})
    assert "VisitLogged" not in kinds(look(known_at=date(2024, 10, 7)))
    assert "VisitLogged" in kinds(look(known_at=date(2024, 10, 8)))
    assert "VisitLogged" not in kinds(look(known_at=datetime(2024, 10, 8, 11, 59, tzinfo=COUNTY_TIME)))
    assert "VisitLogged" in kinds(look(known_at=datetime.fromisoformat("2024-10-08T04:00:00+00:00")))
    assert look(known_at=date(2024, 10, 5)) == []


def test_each_pregnancy_has_its_own(append, look):
    append(UNDER_CARE, {P2: registered(registered_on=date(2025, 5, 5))})
    assert len(look("p1")) == len(look("p2")) == 3
    assert look("p3") == []


def test_sealed_parts_stay_sealed_until_asked_for_and_are_gone_once_she_is_erased(append, look, sealer):
    identity = sealer.seal("w1", WOMAN_1, "identity", Identity(document="330102199001011234", name="王秀英"))
    seen = sealer.seal("w1", WOMAN_1, "observations", Observations(values={"weight_kg": 54.5}))
    sealer.flush()
    append(
        {P1: [*registered(identity=identity), logged(VISIT, observations=seen), logged(VISIT, unit="dongying-clinic")]}
    )
    rows = look()
    assert "王秀英" not in str(rows)
    assert "54.5" not in str(rows)
    shown = [opened(row, "w1", sealer) for row in rows]
    assert shown[0]["body"]["identity"] == {
        "document": "330102199001011234",
        "name": "王秀英",
        "phone": None,
        "address": None,
    }
    assert [entry["body"]["observations"] for entry in shown[3:]] == [{"weight_kg": 54.5}, None]
    sealer.erase("w1")
    gone = [opened(row, "w1", sealer) for row in rows]
    assert gone[0]["body"]["identity"] == gone[3]["body"]["observations"] == {"erased": True}


def test_an_entry_is_shown_in_county_time_without_her_pseudonym(append, look, sealer):
    append({P1: [noted(birth()), ended(Outcome.BIRTH, BORN)]})
    shown = [opened(row, "w1", sealer) for row in look()]
    assert shown[0] == {
        "occurred_at": "2024-10-05",
        "recorded_at": "2024-10-15T12:00:00+08:00",
        "service": "births",
        "kind": "BirthNoted",
        "body": birth().model_dump(mode="json"),
    }
    assert shown[1]["body"] == {"outcome": "birth", "ended_on": "2024-10-05"}


B1 = BIRTH_CASE.id("b1")
GONE = {P1: [BirthWithdrawn(birth="b1", born_on=BORN), PregnancyReopened(person="w1", ended_on=BORN)]}


def benefit(standing, since):
    return {B1: [BenefitNoted(programme="insurance-premium", standing=standing, since=since, sequence=1)]}


OFFERED = benefit(Standing.OFFERED, date(2024, 10, 9))


def test_a_corrected_birth_and_a_withdrawn_one_are_entries_of_births(append, look, sealer):
    later = birth(born_on=BORN + timedelta(1))
    append(BIRTH, {P1: [BirthRevised(birth=later)]}, GONE)
    shown = [opened(row, "w1", sealer) for row in look()]
    told = [(entry["kind"], entry["occurred_at"], entry["service"]) for entry in shown]
    assert told == [
        ("BirthNoted", "2024-10-05", "births"),
        ("PregnancyEnded", "2024-10-05", "pregnancy_tracking"),
        ("BirthWithdrawn", "2024-10-05", "births"),
        ("PregnancyReopened", "2024-10-05", "pregnancy_tracking"),
        ("BirthRevised", "2024-10-06", "births"),
    ]
    assert shown[-1]["body"]["born_on"] == "2024-10-06"
    assert shown[3]["body"] == {"ended_on": "2024-10-05"}


def test_benefits_are_of_the_pregnancy_their_birth_belongs_to(append, look, sealer):
    append(UNDER_CARE, OFFERED)
    assert "BenefitNoted" not in kinds(look())
    append(BIRTH, benefit(Standing.PAID, date(2024, 12, 2)))
    rows = [row for row in look() if row.kind == "BenefitNoted"]
    assert [(row.occurred_at, row.service) for row in rows] == [("2024-10-09", "benefits"), ("2024-12-02", "benefits")]
    assert opened(rows[0], "w1", sealer)["body"] == {
        "programme": "insurance-premium",
        "standing": "offered",
        "since": "2024-10-09",
    }
    append(GONE, {P2: [noted(birth())]})
    assert "BenefitNoted" not in kinds(look())
    assert kinds(look("p2")) == ["BirthNoted", "BenefitNoted", "BenefitNoted"]


def test_a_benefit_is_known_once_its_birth_is(append, look, clock):
    clock.set(datetime(2024, 10, 10, tzinfo=COUNTY_TIME))
    append(UNDER_CARE, OFFERED)
    clock.set(datetime(2024, 10, 12, tzinfo=COUNTY_TIME))
    append(BIRTH)
    clock.set(datetime(2024, 10, 14, tzinfo=COUNTY_TIME))
    append(GONE)
    shows = [(day, "BenefitNoted" in kinds(look(known_at=date(2024, 10, day)))) for day in (11, 12, 13, 14)]
    assert shows == [(11, False), (12, True), (13, True), (14, False)]


ANSWERABLE = Answerable(unit="county-hospital", post=None, township_post="m", village_post="d", superior="o")
SUPPORT = "loss_support-1@2024-10-05"


def test_what_only_who_treated_her_knows_is_shown_to_nobody_else(append, look):
    support = DutyOpened.model_construct(
        duty=SUPPORT,
        kind=DutyKind.LOSS_SUPPORT,
        contact="loss_support-1",
        opens_on=BORN,
        due_until=BORN,
        lapses_on=BORN,
        known_on=BORN,
        answerable=ANSWERABLE,
    )
    treated = [
        LossSupportAssigned(unit="county-hospital", assigned_on=BORN),
        support,
        DutyMet(duty=SUPPORT, met_on=BORN, unit="county-hospital"),
        ended(Outcome.LOSS, BORN),
    ]
    append({P1: treated})
    rows = look()
    assert len(rows) == 4
    assert kinds(shown_to(rows, frozenset({"dongying-clinic"}), herself=False)) == ["PregnancyEnded"]
    assert shown_to(rows, frozenset({"county-hospital"}), herself=False) == list(rows)
    assert shown_to(rows, frozenset(), herself=True) == list(rows)


def test_support_after_a_stillbirth_is_shown_to_the_post_that_owes_it(append, look):
    append({P1: [DutyMet(duty=SUPPORT, met_on=BORN, unit="dayingxiang-hospital"), ended(Outcome.STILLBIRTH, BORN)]})
    assert kinds(shown_to(look(), frozenset({"dayingxiang-hospital"}), herself=False)) == ["DutyMet", "PregnancyEnded"]


def test_an_infection_is_shown_to_all_but_village_posts(append, look, sealer):
    infectious = sealer.seal("w1", WOMAN_1, "infectious", Infectious(infectious=True))
    signs = sealer.seal("w1", WOMAN_1, "danger_signs", DangerSigns(codes=("high_fever",)))
    sealer.flush()
    graded = RiskGraded(colour=RiskColour.ORANGE, graded_on=VISIT, unit="dayingxiang-hospital", infectious=infectious)
    append({P1: [graded, DangerSignRaised(raised_on=VISIT, unit="dayingxiang-hospital", signs=signs)]})
    shown = [opened(row, "w1", sealer)["body"] for row in look()]
    assert (shown[0]["infectious"], shown[1]["signs"]) == (True, ["high_fever"])
    village = [opened(row, "w1", sealer, village=True)["body"] for row in look()]
    assert (village[0], village[1]["signs"]) == (
        {"colour": "orange", "graded_on": "2024-05-06", "unit": "dayingxiang-hospital"},
        ["high_fever"],
    )


def test_counselling_is_there_by_her_case_until_she_is_erased(append, look):
    counselled = CounsellingGiven(unit="dayingxiang-hospital", given_on=VISIT, topics=("folic_acid",))
    append({WOMAN_1: [counselled]}, {P1: [logged(VISIT)]})
    assert kinds(look()) == ["VisitLogged"]
    assert kinds(look(pregnancy=("p1", WOMAN_1))) == ["CounsellingGiven", "VisitLogged"]
    append({WOMAN_1: [PersonErased(person="w1")]}, {WOMAN_1: [counselled]})
    assert kinds(look(pregnancy=(WOMAN_1,))) == ["CounsellingGiven"]


@pytest.mark.parametrize("fact", [*CARE_FACTS, *DUTY_FACTS], ids=lambda fact: fact.__name__)
def test_every_fact_about_a_pregnancy_with_a_day_has_its_entry(fact):
    elsewhere = {CourseRedated, PregnancyScheduled, AgendaCleared}
    assert (fact in OCCURRED_ON) == (fact not in elsewhere and fact is not DutyReassigned)


def test_it_is_rebuilt_to_the_same_rows(append, projector):
    append(
        UNDER_CARE,
        {P1: [logged(VISIT)]},
        BIRTH,
        OFFERED,
        GONE,
        {WOMAN_1: [PersonErased(person="w1"), course_opened("p2")]},
    )
    following = projector()
    before = following.digest(Timeline.name)
    assert following.rebuild(Timeline.name).same
    assert following.digest(Timeline.name) == before


def test_no_question_looks_through_all_entries(append, projector):
    append(UNDER_CARE, BIRTH)
    with projector().engine(Timeline.name).connect() as db:
        assert scanned(db, lambda db: timeline(db, "p1", known_at=BORN)) == set()
        assert scanned(db, lambda db: db.execute(select(ENTRIES).where(ENTRIES.c.kind == "VisitLogged"))) == {"entries"}


def test_it_can_be_searched_by_pregnancy_only():
    assert [column.name for column in ENTRIES.primary_key] == ["position"]
    assert [column.name for index in sorted(ENTRIES.indexes, key=attrgetter("name")) for column in index.columns] == [
        "birth",
        "pregnancy",
    ]
    assert WOMAN.kind not in ENTRIES.columns
