"""Live births by position in the log, so that figures can be counted as they were known at any position.

A row is what one fact added (births 1) or took away (births -1); those up to a position, together, are what was known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import BigInteger, Column, Connection, Index, MetaData, Table, Text, func, select

from services.births.domain.data_faults import Registered
from services.births.domain.events import BirthCorrected, BirthRecorded, BirthReinstated, BirthVoided
from services.births.domain.particulars import Sex, Told, Vital
from services.births.domain.release_figures import NONE, Axis
from services.births.domain.suppression import Areas
from services.births.projections.sex_ratio import ORDERS, Filters
from shared.eventstore import Recorded
from shared.kernel import Fact
from shared.projecting import View, load

TABLES = MetaData()
CHANGES = Table(
    "changes",
    TABLES,
    Column("position", BigInteger, primary_key=True),
    Column("births", BigInteger, primary_key=True),
    Column("month", Text, nullable=False),
    Column("township", Text, nullable=False),
    Column("facility", Text, nullable=False),
    Column("birth_order", BigInteger, nullable=False),
    Column("sex", Text, nullable=False),
    Column("incomplete", BigInteger, nullable=False),
)
Index("changes_by_month", CHANGES.c.month)
COUNTED = ("township", "facility", "birth_order", "sex")


class ReleaseCounts(View):
    """One row per live birth that came to count, or ceased to, at a position.

    `birth_order` is 0, 1, 2: the last stands for all later ones. `incomplete` is 1 without weight or weeks.
    """

    name: ClassVar[str] = "release_counts"
    version: ClassVar[int] = 2
    tables: ClassVar[MetaData] = TABLES
    facts: ClassVar[tuple[type[Fact], ...]] = (BirthRecorded, BirthCorrected, BirthVoided, BirthReinstated)

    def project(self, batch: Sequence[Recorded], db: Connection) -> None:
        load(db, CHANGES, [row for recorded in batch for row in _changes(recorded)])


class Asked(NamedTuple):
    """Births from the first to the last day of whole months, as known at a position of the log."""

    first: date
    last: date
    position: int

    @property
    def months(self) -> Filters:
        """The same months, whatever was known when."""
        return Filters(f"{self.first:%Y-%m}", f"{self.last:%Y-%m}")


def births_at(db: Connection, asked: Asked) -> dict[Axis, Areas]:
    """Live births of each township and each facility that had some."""
    counted = [CHANGES.c[name] for name in COUNTED]
    query = select(*counted, func.sum(CHANGES.c.births)).where(*_within(asked)).group_by(*counted)
    areas: Mapping[Axis, dict[str, list[int]]] = {axis: defaultdict(lambda: list(NONE)) for axis in AXES}
    for township, facility, order, sex, births in map(tuple, db.execute(query)):
        index = 2 * order + (sex == Sex.GIRL)
        areas[Axis.TOWNSHIP][township][index] += int(births)
        areas[Axis.FACILITY][facility][index] += int(births)
    return {axis: {code: tuple(counts) for code, counts in sorted(each.items()) if any(counts)}
            for axis, each in areas.items()}  # fmt: skip


def changed_births(db: Connection, first: Asked, later: Asked) -> int:
    """How many births differ between two positions: those that came, or those that went, whichever are more."""
    ours, theirs = (_cells(db, each) for each in (first, later))
    moved = [theirs.get(key, 0) - ours.get(key, 0) for key in ours.keys() | theirs.keys()]
    return max(sum(each for each in moved if each > 0), -sum(each for each in moved if each < 0))


def registered_at(db: Connection, asked: Asked) -> list[Registered]:
    """How births of the county, each township and each facility were registered; without books, and how late."""
    places = {"county": Registered(place="county")}
    columns = (CHANGES.c.township, CHANGES.c.facility, CHANGES.c.sex)
    sums = (func.sum(CHANGES.c.births), func.sum(CHANGES.c.births * CHANGES.c.incomplete))
    rows = db.execute(select(*columns, *sums).where(*_within(asked)).group_by(*columns).order_by(*columns))
    for township, facility, sex, births, incomplete in rows:
        for place in ("county", f"township:{township}", f"facility:{facility}"):
            known = places.get(place, Registered(place=place))
            places[place] = _more(known, sex, int(births), int(incomplete))
    return list(places.values())


AXES = (Axis.TOWNSHIP, Axis.FACILITY)


def _within(asked: Asked) -> list[Any]:
    months = CHANGES.c.month.between(f"{asked.first:%Y-%m}", f"{asked.last:%Y-%m}")
    return [months, CHANGES.c.position <= asked.position]


def _cells(db: Connection, asked: Asked) -> dict[tuple[str, ...], int]:
    counted = [CHANGES.c[name] for name in COUNTED]
    rows = db.execute(select(*counted, func.sum(CHANGES.c.births)).where(*_within(asked)).group_by(*counted))
    return {tuple(row[:-1]): int(row[-1]) for row in rows}


def _more(known: Registered, sex: str, births: int, incomplete: int) -> Registered:
    more = {"boys" if sex == Sex.BOY else "girls": births, "incomplete": incomplete}
    return known.model_copy(update={name: getattr(known, name) + number for name, number in more.items()})


def _changes(recorded: Recorded) -> Iterator[dict[str, Any]]:
    match recorded.fact:
        case BirthRecorded() as told:
            yield from _change(recorded.position, 1, told)
        case BirthCorrected(before=before, after=after):
            yield from _change(recorded.position, -1, before)
            yield from _change(recorded.position, 1, after)
        case BirthVoided(told=told):
            yield from _change(recorded.position, -1, told)
        case BirthReinstated(told=told):
            yield from _change(recorded.position, 1, told)


def _change(position: int, births: int, told: Told) -> Iterator[dict[str, Any]]:
    if told.vital is Vital.LIVE:
        yield {
            "position": position,
            "births": births,
            "month": f"{told.born_at.year:04}-{told.born_at.month:02}",
            "township": told.township,
            "facility": told.facility,
            "birth_order": min(told.birth_order, len(ORDERS)) - 1,
            "sex": told.sex.value,
            "incomplete": int(told.weight_grams is None or told.gestation_weeks is None),
        }
