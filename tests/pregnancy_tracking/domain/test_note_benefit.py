"""Benefits are noted by the birth they came with."""

from __future__ import annotations

from datetime import date

from services.pregnancy_tracking.domain.birth import BIRTH, NoteBenefit, evolve
from services.pregnancy_tracking.domain.birth_events import BenefitNoted, Standing
from services.pregnancy_tracking.domain.events import PersonErased
from tests.pregnancy_tracking.scene import ASKED, given, told

ABOUT = {"programme": "insurance-premium", "standing": Standing.OFFERED, "since": date(2024, 10, 9), "sequence": 1}


def benefit(**other):
    return NoteBenefit(**ASKED, birth="b1", **(ABOUT | other))


def noted(**other):
    return {BIRTH.id("b1"): [BenefitNoted(**(ABOUT | other))]}


def test_a_benefit_is_noted_whether_its_birth_is_known_or_not():
    given().when(benefit()).then(noted())
    given(told()).when(benefit()).then(noted())


def test_what_was_said_before_is_overtaken_per_programme():
    paid = {"standing": Standing.PAID, "sequence": 3}
    given(noted(**paid)).when(benefit()).then_nothing()
    given(noted(**paid)).when(benefit(**paid)).then_nothing()
    given(noted()).when(benefit(**paid)).then(noted(**paid))
    other = {"programme": "water-fee"}
    given(noted(**paid)).when(benefit(**other)).then(noted(**other))


def test_other_facts_leave_a_birth_as_it_was():
    assert evolve(BIRTH.initial, PersonErased(person="w1")) == BIRTH.initial
