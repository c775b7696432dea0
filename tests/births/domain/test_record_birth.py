"""Recording a birth."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from services.births.domain.birth import BirthIdTaken, BornTooLongAgo, Implausible, InFuture, PluralityImpossible
from services.births.domain.particulars import Sex, Vital
from services.births.domain.policy import IN_FORCE, POLICY, PolicyAdopted, PolicyMissing
from services.births.domain.reference import ADOPTED, COUNTY, ReferenceMissing, UnknownFacility, UnknownTownship
from shared.clock import COUNTY_TIME
from shared.sealed import Sealed
from tests.births.records import late
from tests.births.scene import MOTHER, NOW, RULES, birth_on_record, expecting, given, noted, record, recorded, suspected

DAY = timedelta(days=1)
TWINS = {"plurality": 2, "birth_order": 3}
AGAIN = {"command_id": "c-2", "birth": "b2"}


def test_a_birth_is_recorded_and_noted_on_its_mothers_record():
    given().when(record()).then({"birth:b1": [recorded()], "mother:m1": [noted()]})


@pytest.mark.parametrize("vital", Vital)
@pytest.mark.parametrize("sex", Sex)
def test_live_and_still_births_of_boys_and_girls_are_recorded(vital, sex):
    given().when(record(vital=vital, sex=sex)).then(birth_on_record(vital=vital, sex=sex))


def test_weight_and_gestation_may_be_unknown():
    unknown = {"weight_grams": None, "gestation_weeks": None}
    given().when(record(**unknown)).then(birth_on_record(**unknown))


def test_a_birth_told_in_another_offset_has_the_countys_date():
    late_evening_elsewhere = datetime(2024, 11, 2, 20, 30, tzinfo=UTC)
    decision = given().when(record(born_at=late_evening_elsewhere)).decision()
    assert decision["mother:m1"] == [noted(born_on=date(2024, 11, 3))]
    assert decision["birth:b1"][0].born_at.isoformat() == "2024-11-03T04:30:00+08:00"


def test_a_birth_recorded_after_the_policys_days_is_registered_late():
    timely, born_late = NOW - 30 * DAY, NOW - 31 * DAY
    assert len(given().when(record(born_at=timely)).decision()["birth:b1"]) == 1
    given().when(record(born_at=born_late, household="h1")).then(
        {
            "birth:b1": [recorded(born_at=born_late, household="h1"), late(31, household="h1")],
            "mother:m1": [noted(born_on=born_late.date())],
        }
    )


def test_nothing_is_recorded_under_a_policy_without_rules_for_records():
    before = RULES.model_copy(update={"records": None})
    given({"policy:county": [PolicyAdopted(policy=before)]}).when(record()).then_refused(PolicyMissing)


# Twins, and the mother's other births


def test_twins_are_two_births():
    first = record(**TWINS, number=1)
    given(birth_on_record(**TWINS, number=1)).when(record(**TWINS, **AGAIN, number=2)).then(
        {"birth:b2": [recorded(**TWINS, birth="b2", number=2)], "mother:m1": [noted("b2", number=2)]}
    )
    given(birth_on_record(**TWINS, number=2, birth="b2")).when(first).then(
        {"birth:b1": [recorded(**TWINS, number=1)], "mother:m1": [noted(number=1)]}
    )


def test_a_later_birth_of_the_same_mother_is_another_birth():
    earlier = birth_on_record(birth="b0", born_at=datetime(2022, 11, 3, 4, 30, tzinfo=COUNTY_TIME))
    given(earlier).when(record()).then({"birth:b1": [recorded()], "mother:m1": [noted()]})


def test_the_same_birth_of_another_mother_is_another_birth():
    given(birth_on_record()).when(record(**AGAIN, person="m2")).then(
        {"birth:b2": [recorded(birth="b2", person="m2")], "mother:m2": [noted("b2")]}
    )


# The same child told again


def test_the_same_birth_told_under_another_message_changes_nothing():
    sealed_anew = Sealed(key="k1", field="mother", box="YW5ldw==")
    given(birth_on_record()).when(record(**AGAIN, mother=sealed_anew)).then_nothing()


def test_the_same_birth_told_again_in_another_offset_changes_nothing():
    given(birth_on_record()).when(record(**AGAIN, born_at=datetime(2024, 11, 2, 20, 30, tzinfo=UTC))).then_nothing()


@pytest.mark.parametrize(
    "other",
    [
        {"sex": Sex.BOY},
        {"vital": Vital.STILL},
        {"facility": "home"},
        {"township": "hekou"},
        {"weight_grams": 3201},
        {"gestation_weeks": None},
        {"plurality": 2},
        {"birth_order": 1},
        {"born_at": datetime(2024, 11, 3, 4, 31, tzinfo=COUNTY_TIME)},
    ],
    ids=lambda other: next(iter(other)),
)
def test_the_same_child_told_with_other_content_is_a_suspected_duplicate(other):
    given(birth_on_record()).when(record(**AGAIN, **other)).then({"duplicate:b1": [suspected(**other)]})


def test_a_suspected_duplicate_told_again_changes_nothing():
    before = {"duplicate:b1": [suspected(sex=Sex.BOY)]}
    given(birth_on_record(), before).when(record(birth="b3", sex=Sex.BOY)).then_nothing()


def test_a_third_version_of_the_same_child_is_suspected_too():
    before = {"duplicate:b1": [suspected(sex=Sex.BOY)]}
    given(birth_on_record(), before).when(record(birth="b3", weight_grams=3000)).then(
        {"duplicate:b1": [suspected(birth="b3", weight_grams=3000)]}
    )


def test_another_version_must_meet_the_rules_too():
    given(birth_on_record()).when(record(**AGAIN, township="nowhere")).then_refused(
        UnknownTownship, "/township", "dayingxiang"
    )


# The pregnancy it ends

DUE = date(2024, 11, 10)


def linked_to(*pregnancies, **other):
    decision = given({MOTHER.id("m1"): pregnancies}).when(record(**other)).decision()
    return decision["birth:b1"][0].pregnancy


def test_a_birth_near_the_due_date_ends_that_pregnancy():
    assert linked_to(expecting(DUE)) == "p1"


def test_twins_end_the_same_pregnancy():
    facts = {MOTHER.id("m1"): [expecting(DUE)]}
    twin = birth_on_record(**TWINS, pregnancy="p1")
    [second] = given(facts, twin).when(record(**TWINS, **AGAIN, number=2)).decision()["birth:b2"]
    assert second.pregnancy == "p1"


@pytest.mark.parametrize(
    ("due", "pregnancy"),
    [
        (date(2024, 11, 3) + 168 * DAY, "p1"),
        (date(2024, 11, 3) + 169 * DAY, None),
        (date(2024, 11, 3) - 28 * DAY, "p1"),
        (date(2024, 11, 3) - 29 * DAY, None),
    ],
)
def test_a_birth_far_from_the_due_date_ends_another_pregnancy(due, pregnancy):
    assert linked_to(expecting(due)) == pregnancy


@pytest.mark.parametrize(
    ("noted_on", "pregnancy"),
    [
        (date(2024, 11, 3), "p1"),
        (date(2024, 11, 4), None),
        (date(2024, 11, 3) - 294 * DAY, "p1"),
        (date(2024, 11, 3) - 295 * DAY, None),
    ],
)
def test_a_birth_soon_after_an_undated_pregnancy_became_known_ends_it(noted_on, pregnancy):
    assert linked_to(expecting(None, noted_on=noted_on)) == pregnancy


def test_of_two_possible_pregnancies_the_one_known_last_is_taken():
    assert linked_to(expecting(DUE), expecting(DUE + DAY, "p2")) == "p2"


def test_a_pregnancy_of_other_years_is_passed_over():
    assert linked_to(expecting(DUE), expecting(DUE + 400 * DAY, "p2")) == "p1"


# Refusals


def test_a_birth_tomorrow_is_refused():
    given().when(record(born_at=NOW + DAY)).then_refused(InFuture, "/born_at", "2024-11-20T09:00:00+08:00")


def test_a_birth_in_a_minute_is_refused_and_one_this_moment_is_not():
    given().when(record(born_at=NOW + timedelta(minutes=1))).then_refused(InFuture, "/born_at")
    assert given().when(record(born_at=NOW)).decision()


def test_a_birth_is_recorded_until_the_last_day_before_the_child_is_eighteen():
    last = datetime(2006, 11, 21, 12, tzinfo=COUNTY_TIME)
    assert given().when(record(born_at=last)).decision()
    given().when(record(born_at=last - DAY)).then_refused(BornTooLongAgo, "/born_at", "less than 18 years")


def test_a_child_of_29_february_is_eighteen_on_1_march():
    leap_day = datetime(2004, 2, 29, 12, tzinfo=COUNTY_TIME)
    assert given().when(record(born_at=leap_day, at=datetime(2022, 2, 28, 12, tzinfo=COUNTY_TIME))).decision()
    given().when(record(born_at=leap_day, at=datetime(2022, 3, 1, 12, tzinfo=COUNTY_TIME))).then_refused(
        BornTooLongAgo, "/born_at"
    )


def test_an_unknown_facility_is_refused():
    given().when(record(facility="nowhere")).then_refused(UnknownFacility, "/facility", "county-hospital, home")


def test_an_unknown_township_is_refused():
    given().when(record(township="nowhere")).then_refused(UnknownTownship, "/township", "dayingxiang, hekou")


def test_a_third_twin_is_refused():
    given().when(record(plurality=2, number=3)).then_refused(PluralityImpossible, "/number", "up to 2")


@pytest.mark.parametrize(
    ("measure", "values", "accepted"),
    [
        ("weight_grams", (199, 8001), "200–8000"),
        ("gestation_weeks", (15, 47), "16–46"),
        ("plurality", (0, 9), "1–8"),
        ("number", (0, 9), "1–8"),
        ("birth_order", (0, 21), "1–20"),
    ],
)
def test_an_implausible_measure_is_refused(measure, values, accepted):
    for value in values:
        given().when(record(**{measure: value})).then_refused(Implausible, f"/{measure}", accepted)


def test_the_id_of_another_birth_is_refused():
    given(birth_on_record()).when(record(person="m2")).then_refused(BirthIdTaken, "/birth")


def test_nothing_is_recorded_before_reference_and_policy_are_adopted():
    given().without(COUNTY.id(ADOPTED)).when(record()).then_refused(ReferenceMissing)
    given().without(POLICY.id(IN_FORCE)).when(record()).then_refused(PolicyMissing)
