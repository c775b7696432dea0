"""A unit's series of certificate numbers: each number is of one unit, and is taken once."""

from __future__ import annotations

from typing import NamedTuple

from services.births.domain.commands import OpenSeries
from services.births.domain.events import NumbersAllotted, NumberTaken, SeriesOpened
from services.births.domain.policy import Policy
from services.births.domain.reference import County
from shared.kernel import NOTHING, Case, Decision, Fact, Refusal, Value


class UnknownUnit(Refusal):
    """No unit of the county that answers for births has this code."""


class NumbersTaken(Refusal):
    """Numbers of this prefix belong to another series already."""


class NumbersImpossible(Refusal):
    """A series runs upward, from at least 1, within the digits of the policy."""


class SeriesExhausted(Refusal):
    """The unit has no certificate number left: open another series."""


class Numbers(NamedTuple):
    """Numbers of a prefix, from `first` to `last`, both included."""

    prefix: str
    first: int
    last: int


class CertificateSeries(Value):
    """What a unit has left, in the order it was opened."""

    left: tuple[Numbers, ...] = ()

    def next(self, unit: str) -> tuple[str, int]:
        """Prefix and number of the next certificate. Raises SeriesExhausted."""
        if not self.left:
            raise SeriesExhausted(f"{unit} has no certificate number left", pointer="/unit")
        return self.left[0].prefix, self.left[0].first


def evolve_series(series: CertificateSeries, fact: Fact) -> CertificateSeries:
    match fact:
        case SeriesOpened(prefix=prefix, first=first, last=last):
            return CertificateSeries(left=(*series.left, Numbers(prefix, first, last)))
        case NumberTaken(prefix=prefix, number=number):
            rest = (each._replace(first=number + 1) if each.prefix == prefix and each.first == number else each
                    for each in series.left)  # fmt: skip
            return CertificateSeries(left=tuple(each for each in rest if each.first <= each.last))
    return series


class Prefixed(Value):
    """Which numbers of a prefix belong to someone: first and last of each series."""

    allotted: tuple[tuple[int, int], ...] = ()


def evolve_prefix(prefixed: Prefixed, fact: Fact) -> Prefixed:
    match fact:
        case NumbersAllotted(first=first, last=last):
            return Prefixed(allotted=(*prefixed.allotted, (first, last)))
    return prefixed


SERIES = Case("series", CertificateSeries(), evolve_series)
"""One case per unit: the key is its code."""
PREFIX = Case("prefix", Prefixed(), evolve_prefix, private=True)
"""One case per prefix: it only holds that no two units are given one number."""


def open_series(
    command: OpenSeries, series: CertificateSeries, prefixed: Prefixed, county: County, policy: Policy
) -> Decision:
    """Give a unit numbers nobody has; nothing if it was given exactly these and has used none yet."""
    units = county.units()
    if command.unit not in units:
        raise UnknownUnit("no unit that answers for births", pointer="/unit", accepted=", ".join(sorted(units)))
    if Numbers(command.prefix, command.first, command.last) in series.left:
        return NOTHING
    most = 10**policy.of_records.certificate_digits - 1
    if not 1 <= command.first <= command.last <= most:
        raise NumbersImpossible("not a series", pointer="/first", accepted=f"1 to {most}, the first not after the last")
    taken = [f"{low}–{high}" for low, high in prefixed.allotted if low <= command.last and command.first <= high]
    if taken:
        raise NumbersTaken(f"{', '.join(taken)} belong to a series", pointer="/first")
    unit, first, last = command.unit, command.first, command.last
    return {
        SERIES.id(unit): [SeriesOpened(unit=unit, prefix=command.prefix, first=first, last=last)],
        PREFIX.id(command.prefix): [NumbersAllotted(unit=unit, first=first, last=last)],
    }
