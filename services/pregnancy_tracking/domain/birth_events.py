"""What became of births that births told of, and of the benefits that came with them: a storage format."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from services.pregnancy_tracking.domain.words import Birth
from shared.kernel import Fact, Id


class Standing(StrEnum):
    """Where an entitlement stands. That it ended says nothing of why: it may have been declined."""

    OFFERED = "offered"
    APPLIED = "applied"
    GRANTED = "granted"
    PAID = "paid"
    ENDED = "ended"


# On the birth.


class BirthTold(Fact, stored_as="pregnancy_tracking.BirthTold"):
    """What births said of this birth with that sequence is taken in: whatever was said before is overtaken."""

    sequence: int
    counts: bool


class BenefitNoted(Fact, stored_as="pregnancy_tracking.BenefitNoted"):
    """Where an entitlement stands that came with this birth, since that day."""

    programme: Id
    standing: Standing
    since: date
    sequence: int


# On the pregnancy.


class BirthRevised(Fact, stored_as="pregnancy_tracking.BirthRevised"):
    """What was told of a birth of this pregnancy is corrected: it is as told here."""

    birth: Birth


class BirthWithdrawn(Fact, stored_as="pregnancy_tracking.BirthWithdrawn"):
    """A birth noted on this pregnancy does not belong to it, or does not count."""

    birth: Id
    born_on: date


class PregnancyReopened(Fact, stored_as="pregnancy_tracking.PregnancyReopened"):
    """The pregnancy did not end on that day after all: the birth that told so does not belong to it.

    `shared`: it was the end of a linked record.
    """

    person: Id
    ended_on: date
    shared: bool = False


# On the woman key.


class CourseReopened(Fact, stored_as="pregnancy_tracking.CourseReopened"):
    """Nothing tells any more that this pregnancy of hers has ended."""

    pregnancy: Id


class BirthForgotten(Fact, stored_as="pregnancy_tracking.BirthForgotten"):
    """A birth of hers does not count: it neither waits nor belongs to a pregnancy."""

    birth: Id


BIRTH_FACTS: tuple[type[Fact], ...] = (
    BirthTold,
    BenefitNoted,
    BirthRevised,
    BirthWithdrawn,
    PregnancyReopened,
    CourseReopened,
    BirthForgotten,
)
