"""What is true of the county's births, as the generator drew it: to be compared with what the services make of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from services.console.county_year.births import EXTREME, FIRST, LAST, RATIO, RATIO_THERE
from services.console.county_year.county import SECOND_HOSPITAL
from services.console.county_year.ground import HOME
from services.console.county_year.plants import LATE_TOWNSHIP, Plant
from services.console.county_year.records import Record
from shared.contracts.departments import Residence, Sex, Vital

CELL = ("month", "township", "facility", "birth_order", "sex")
LATE_AFTER = 30
"""Days after which a birth is registered late (births' policy)."""
LOOKS_EXTREME = 130
"""A ratio as high as that of the facility looks extreme; so does its mirror image."""
SMALL = 60
"""Live births of a township that can show little."""


def truth_of_births(records: Sequence[Record]) -> dict[str, Any]:
    """Counts of live births by month, township, facility, birth order and sex, and of everything planted.

    Lists name children by the message that told of them first. `small_but_extreme` are townships whose ratio looks
    extreme and whose few births cannot show it; `of_returned` mothers worked elsewhere until they came home for it.
    """
    live = [each for each in records if each.child.vital is Vital.LIVE]
    return {
        "from": FIRST.isoformat(),
        "to": LAST.isoformat(),
        "births": len(live),
        "stillbirths": len(records) - len(live),
        "ratio": RATIO,
        "facility_at_130": {"facility": SECOND_HOSPITAL, "ratio": RATIO_THERE},
        "cells": [
            dict(zip((*CELL, "births"), (*cell, count), strict=True)) for cell, count in sorted(_cells(live).items())
        ],
        "small_but_extreme": _extreme(live),
        "of_returned": sum(each.letters[0].data["residence"] == Residence.RETURNED for each in live),
        "home_births": sum(each.confinement.facility == HOME for each in live),
        "twins": sum(len(each.confinement.children) > 1 for each in live) // 2,
        "late": _late(live),
        "late_notices_in": LATE_TOWNSHIP,
        "duplicates": {plant.value: _planted(records, plant) for plant in DUPLICATES},
        "corrections": {
            "approved": [
                {"birth": f"birth-{each.key}", "told": _said(each), "true": _meant(each)}
                for each in records
                if each.plant is Plant.WRONG
            ],
            "rejected": _planted(records, Plant.REJECTED),
        },
        "neonatal_deaths": _planted(records, Plant.DIED),
        "certificates": {
            "valid": sum(bool(each.certificate) for each in records),
            "reissued": sum(each.certificate.startswith("reissue") for each in records),
        },
    }


DUPLICATES = (Plant.TOLD_AGAIN, Plant.CONFIRMED, Plant.OPEN, Plant.TWIN_UNTOLD)


def _cells(live: Iterable[Record]) -> Counter[tuple[str, ...]]:
    return Counter(
        (
            f"{each.born_at:%Y-%m}",
            each.confinement.township,
            each.confinement.facility,
            str(each.child.birth_order) if each.child.birth_order < 3 else "3+",  # noqa: PLR2004 - as figures tell them
            each.child.sex.value,
        )
        for each in live
    )


def _extreme(live: Iterable[Record]) -> list[str]:
    sexes = Counter((each.confinement.township, each.child.sex) for each in live)
    found = []
    for township in sorted({township for township, _ in sexes}):
        boys, girls = sexes[township, Sex.BOY], sexes[township, Sex.GIRL]
        apart = 100 * max(boys, girls) >= LOOKS_EXTREME * min(boys, girls)
        if boys + girls < SMALL and apart:
            found.append(township)
    return found or [EXTREME]


def _late(records: Iterable[Record]) -> dict[str, dict[str, int]]:
    """Live births registered late, by township and sex."""
    counted: dict[str, dict[str, int]] = {}
    for each in records:
        if each.days > LATE_AFTER:
            of_township = counted.setdefault(each.confinement.township, {"boy": 0, "girl": 0})
            of_township[each.child.sex.value] += 1
    return counted


def _planted(records: Iterable[Record], plant: Plant) -> list[str]:
    return [f"birth-{each.key}" for each in records if each.plant is plant]


def _said(record: Record) -> dict[str, Any]:
    return dict(record.wrong)


def _meant(record: Record) -> dict[str, Any]:
    true = {"township": record.confinement.township, **vars(record.child)}
    return {name: true[name] for name in record.wrong}
