"""The sex ratio cut by period, township, facility and birth order at once, small places together if that is wanted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from services.births.domain.policy import Statistics
from services.births.projections.areas import SEVERAL
from services.births.projections.periods import Span, name_of
from services.births.projections.sex_ratio import By, Live, total

Cut = Literal["township", "facility", "birth_order"]
CUTS: tuple[Cut, ...] = ("township", "facility", "birth_order")


class Cutting(NamedTuple):
    """What figures are cut by: periods of one length or none, and places or birth order."""

    span: Span | None
    cuts: tuple[Cut, ...]

    @property
    def by(self) -> tuple[By, ...]:
        """The columns to count by."""
        months: tuple[By, ...] = ("month",) if self.span else ()
        return months + tuple(cut for cut in CUTS if cut in self.cuts)


class Line(NamedTuple):
    """Live births of a period, places and a birth order; of all where it is None. Several places are small ones."""

    period: str | None
    township: tuple[str, ...] | None
    facility: tuple[str, ...] | None
    birth_order: str | None
    live: Live


def lines(found: Mapping[tuple[str, ...], Live], cutting: Cutting, year_starts_in: int) -> list[Line]:
    """Births by the columns of a cutting (as `live_cells` counts them), months joined to its periods, in order."""
    births: Counter[tuple[tuple[str, ...], str]] = Counter()
    for key, live in found.items():
        cell = (name_of(key[0], cutting.span, year_starts_in), *key[1:]) if cutting.span else key
        births[cell, "boys"] += live.boys
        births[cell, "girls"] += live.girls
    keys = dict.fromkeys(key for key, _ in sorted(births))
    return [_line(cutting, key, Live(births[key, "boys"], births[key, "girls"])) for key in keys]


def pooled(table: Sequence[Line], rules: Statistics) -> list[Line]:
    """The places of each period and birth order that are too small to stand alone as one line, if there are several."""
    groups: dict[tuple[str | None, str | None], list[Line]] = defaultdict(list)
    for line in table:
        groups[line.period, line.birth_order].append(line)
    return [line for group in groups.values() for line in _together(group, rules.pool_below)]


def _line(cutting: Cutting, key: tuple[str, ...], live: Live) -> Line:
    told = dict(zip(cutting.by, key, strict=True))
    township, facility = ((told[name],) if name in told else None for name in ("township", "facility"))
    return Line(told.get("month"), township, facility, told.get("birth_order"), live)


def _together(group: Sequence[Line], least: int) -> list[Line]:
    small = [line for line in group if line.live.births < least]
    if len(small) < SEVERAL:
        return list(group)
    together = small[0]._replace(
        township=_all_of(line.township for line in small),
        facility=_all_of(line.facility for line in small),
        live=total({number: line.live for number, line in enumerate(small)}),
    )
    return [*(line for line in group if line.live.births >= least), together]


def _all_of(places: Iterable[tuple[str, ...] | None]) -> tuple[str, ...] | None:
    """The codes of several lines, None where nothing was cut by them."""
    told = sorted({code for each in places if each for code in each})
    return tuple(told) or None
