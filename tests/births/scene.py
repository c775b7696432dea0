"""Given facts, when a command, then facts or a refusal: the rules of births without any store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from services.births.domain.birth import BIRTH
from services.births.domain.commands import RecordBirth
from services.births.domain.data_faults import FaultLimits
from services.births.domain.duplicate import DUPLICATE
from services.births.domain.events import BirthNoted, BirthRecorded, DuplicateSuspected, PregnancyNoted
from services.births.domain.mother import MOTHER
from services.births.domain.particulars import Sex, Vital
from services.births.domain.policy import (
    IN_FORCE,
    POLICY,
    Linking,
    Plausible,
    Policy,
    PolicyAdopted,
    Range,
    Records,
    Statistics,
)
from services.births.domain.reference import ADOPTED, COUNTY, Facility, ReferenceAdopted, Township
from services.births.domain.suppression import Disclosure
from services.births.domain.watch_rules import WatchRules
from services.births.handling import HANDLERS
from shared.clock import COUNTY_TIME
from shared.kernel import Fact
from shared.sealed import Sealed
from tests.deciding import Facts, Given

NOW = datetime(2024, 11, 20, 9, tzinfo=COUNTY_TIME)
TOWNSHIPS = (
    Township(code="dayingxiang", name_zh="大营乡", name_en="Dayingxiang"),
    Township(code="hekou", name_zh="河口镇", name_en="Hekou"),
)
FACILITIES = (
    Facility(code="county-hospital", unit="county-hospital", name_zh="县人民医院", name_en="County Hospital"),
    Facility(code="home", unit="dayingxiang", kind="home", name_zh="家中", name_en="Home"),
)
RULES = Policy(
    version="test-1",
    late_registration_years=18,
    retention_years=0,
    statistical_year_starts_in=10,
    baseline=105,
    band=Range(least=103, most=107),
    plausible=Plausible(
        weight_grams=Range(least=200, most=8000),
        gestation_weeks=Range(least=16, most=46),
        plurality=Range(least=1, most=8),
        number=Range(least=1, most=8),
        birth_order=Range(least=1, most=20),
    ),
    linking=Linking(days_before_due=168, days_after_due=28, days_undated=294),
    records=Records(late_after_days=30, neonatal_days=28, same_child_within_days=0, certificate_digits=9),
    faults=FaultLimits(
        least_births=30, late_gap_percent=10, incomplete_percent=5, book_gap_percent=2, bookless=("home",)
    ),
    releases=Disclosure(least_cell=10, small_area=200, protection_width=5, least_changes=3),
    watch=WatchRules(
        alternative=115,
        threshold=4.0,
        false_alarm_births=50_000,
        false_discovery_rate=0.1,
        least_batch=10,
        close_after_days=30,
        looked_back_weeks=53,
    ),
    statistics=Statistics(funnel=(95, 99.8), pool_below=30),
)
REFERENCE = ReferenceAdopted(townships=TOWNSHIPS, facilities=FACILITIES)
SEALED = Sealed(key="k1", field="mother", box="c2VhbGVk")
ASKED = {"command_id": "c-1", "actor": "clerk", "at": NOW}
TOLD = {
    "birth": "b1",
    "person": "m1",
    "mother": SEALED,
    "facility": "county-hospital",
    "township": "dayingxiang",
    "born_at": datetime(2024, 11, 3, 4, 30, tzinfo=COUNTY_TIME),
    "vital": Vital.LIVE,
    "sex": Sex.GIRL,
    "weight_grams": 3200,
    "gestation_weeks": 39,
    "plurality": 1,
    "number": 1,
    "birth_order": 2,
}


def record(**other: Any) -> RecordBirth:
    """A birth told, as usual but for what is named."""
    return RecordBirth.model_validate(ASKED | TOLD | other)


def recorded(**other: Any) -> BirthRecorded:
    return BirthRecorded.model_validate(TOLD | {"pregnancy": None} | other)


def suspected(**other: Any) -> DuplicateSuspected:
    return DuplicateSuspected.model_validate(TOLD | {"birth": "b2", "of": "b1"} | other)


def noted(birth: str = "b1", born_on: date = date(2024, 11, 3), number: int = 1) -> BirthNoted:
    return BirthNoted(birth=birth, born_on=born_on, number=number)


def expecting(due: date | None, pregnancy: str = "p1", noted_on: date = date(2024, 3, 1)) -> PregnancyNoted:
    return PregnancyNoted(pregnancy=pregnancy, estimated_due_on=due, noted_on=noted_on)


def birth_on_record(**other: Any) -> Mapping[str, Sequence[Fact]]:
    """The facts of one birth, on the birth and on its mother's record."""
    fact = recorded(**other)
    entry = noted(fact.birth, fact.born_at.date(), fact.number)
    return {BIRTH.id(fact.birth): [fact], MOTHER.id(fact.person): [entry]}


STANDING = {
    COUNTY.id(ADOPTED): [REFERENCE],
    POLICY.id(IN_FORCE): [PolicyAdopted(policy=RULES)],
}


def given(*facts: Facts) -> Given:
    """Facts by case id; the county's reference and policy are adopted unless taken away."""
    return Given(HANDLERS, STANDING, *facts)


__all__ = [
    "BIRTH",
    "DUPLICATE",
    "MOTHER",
    "birth_on_record",
    "expecting",
    "given",
    "noted",
    "record",
    "recorded",
    "suspected",
]
