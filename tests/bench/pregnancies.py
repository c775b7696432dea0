"""Synthetic pregnancies of a county: what their care leaves in the log, the same for the same seed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from services.pregnancy_tracking.domain.events import (
    BirthNoted,
    BirthPlaced,
    CareAssigned,
    CourseClosed,
    CourseOpened,
    HandbookIssued,
    PregnancyEnded,
    PregnancyRegistered,
    VisitLogged,
)
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY
from services.pregnancy_tracking.domain.woman import WOMAN
from services.pregnancy_tracking.domain.words import Birth, ContactPreference, Outcome, VisitKind, Vital
from shared.kernel import Fact
from tests.bench.births import FACILITIES, TOWNSHIPS, person, sealed

BEGAN = date(2015, 1, 1)
VISITS = 9
"""Visits of a pregnancy: five to eight antenatal ones, the others at home."""


def history(random: Random) -> list[tuple[str, Sequence[Fact]]]:
    """What a pregnancy leaves in the log, from its registration to its end: facts by case."""
    pregnancy, woman = f"{random.getrandbits(128):032x}", person(random)
    period = BEGAN + timedelta(days=random.randrange(3650))
    born_on = period + timedelta(days=280 + round(random.gauss(0, 9)))
    birth = _birth(random, born_on)
    care = [
        *_registration(random, woman, period),
        *(_visit(random, period + timedelta(weeks=9 + 3 * number)) for number in range(VISITS)),
        BirthNoted.model_construct(birth=birth),
        PregnancyEnded.model_construct(person=woman, outcome=Outcome.BIRTH, ended_on=born_on),
    ]
    key = [
        CourseOpened.model_construct(
            pregnancy=pregnancy, handbook=pregnancy, registered_on=_registered(period), last_menstrual_period=period
        ),
        CourseClosed.model_construct(pregnancy=pregnancy, ended_on=born_on),
        BirthPlaced.model_construct(birth=birth.birth, pregnancy=pregnancy),
    ]
    return [(PREGNANCY.id(pregnancy), care), (WOMAN.id(woman), key)]


def registered(random: Random, woman: str, period: date) -> list[tuple[str, Sequence[Fact]]]:
    """What a registration leaves in the log: facts by case."""
    pregnancy = f"{random.getrandbits(128):032x}"
    course = CourseOpened.model_construct(
        pregnancy=pregnancy, handbook=pregnancy, registered_on=_registered(period), last_menstrual_period=period
    )
    return [(PREGNANCY.id(pregnancy), _registration(random, woman, period)), (WOMAN.id(woman), [course])]


def _registration(random: Random, woman: str, period: date) -> list[Fact]:
    township, day = random.choice(TOWNSHIPS), _registered(period)
    return [
        PregnancyRegistered.model_construct(
            person=woman,
            identity=sealed(random, "identity"),
            registered_on=day,
            last_menstrual_period=period,
            estimated_due_on=period + timedelta(days=280),
            township=township,
            village=f"{township}-east",
            contact_preference=ContactPreference.VISIT,
            consented_on=day,
        ),
        CareAssigned.model_construct(
            township_post=f"{township}-midwife", village_post=f"{township}-east-doctor", assigned_on=day
        ),
        HandbookIssued.model_construct(handbook=f"H{random.randrange(10**9):09}", issued_on=day),
    ]


def _visit(random: Random, day: date) -> VisitLogged:
    return VisitLogged.model_construct(
        kind=random.choice((VisitKind.ANTENATAL, VisitKind.ANTENATAL, VisitKind.HOME)),
        visited_on=day,
        unit=random.choice(FACILITIES),
        observations=sealed(random, "observations"),
    )


def _birth(random: Random, born_on: date) -> Birth:
    return Birth.model_construct(
        birth=f"{random.getrandbits(128):032x}",
        born_on=born_on,
        vital=Vital.LIVE,
        facility=random.choice(FACILITIES),
        township=random.choice(TOWNSHIPS),
        plurality=1,
        number=1,
        gestation_weeks=39,
    )


def _registered(period: date) -> date:
    return period + timedelta(weeks=8)
