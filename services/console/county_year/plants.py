"""What goes wrong, or not as usual, with the records of births: each child has at most one such thing planted."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from random import Random

from services.console.county_year.births import Child, Confinement
from shared.contracts.departments import Sex, Vital


class Plant(StrEnum):
    """What is planted with a child."""

    WRONG = "wrong"
    """Told wrongly, corrected: asked for by one clerk, approved by another."""
    REJECTED = "rejected"
    """Told rightly; a correction is asked for and rejected."""
    TOLD_AGAIN = "told_again"
    """The same content comes again under another message id: absorbed."""
    CONFIRMED = "confirmed"
    """Told again with another weight; found to be the same child."""
    OPEN = "open"
    """The same, and nobody has decided yet."""
    TWIN_UNTOLD = "twin_untold"
    """Both twins are told as single children; the second is suspected, and found to be a child of its own."""
    DIED = "died"
    """Died within 28 days."""
    REISSUED = "reissued"
    """Its certificate was lost and replaced."""


class Field(StrEnum):
    """What was told wrongly of a child."""

    SEX = "sex"
    BIRTH_ORDER = "birth_order"
    TOWNSHIP = "township"
    WEIGHT = "weight_grams"


SHARES = {
    Plant.WRONG: 0.012,
    Plant.REJECTED: 0.002,
    Plant.TOLD_AGAIN: 0.010,
    Plant.CONFIRMED: 0.006,
    Plant.OPEN: 0.002,
    Plant.DIED: 0.004,
    Plant.REISSUED: 0.005,
}
"""Of the live births; of everything at least one."""
UNTOLD_SHARE = 0.25
"""Of the pairs of twins."""
LATE_TOWNSHIP = "liuhezhen"
LATE_SHARES = {Sex.BOY: 0.05, Sex.GIRL: 0.35}
"""There, births are told weeks late, those of girls seven times as often; the number of days is LATE_DAYS."""
LATE_DAYS = (35, 75)
OTHERS_LATE, OTHERS_DAYS = 0.04, (2, 20)
"""Elsewhere some are told days late."""

Name = tuple[int, int]
"""A confinement's number, and the child's place in it from 0."""


def plants(seed: int, confinements: Sequence[Confinement]) -> dict[Name, Plant]:
    """What is planted with whom."""
    random = Random(f"{seed}:plants")  # noqa: S311 - a scenario is meant to be repeatable
    twins = [each for each in confinements if len(each.children) > 1]
    untold = random.sample(twins, min(len(twins), max(1, round(len(twins) * UNTOLD_SHARE))))
    planted = {(each.number, 1): Plant.TWIN_UNTOLD for each in untold}
    single = [(each.number, 0) for each in confinements if len(each.children) == 1 and _live(each.children[0])]
    counts = {plant: max(1, round(len(single) * share)) for plant, share in SHARES.items()}
    drawn = iter(random.sample(single, sum(counts.values())))
    return planted | {next(drawn): plant for plant, count in counts.items() for _ in range(count)}


def days_late(random: Random, township: str, child: Child) -> int:
    """Days between when a birth could be told and when it is."""
    if township == LATE_TOWNSHIP and random.random() < LATE_SHARES[child.sex]:
        return random.randint(*LATE_DAYS)
    return random.randint(*OTHERS_DAYS) if random.random() < OTHERS_LATE else 0


def _live(child: Child) -> bool:
    return child.vital is Vital.LIVE
