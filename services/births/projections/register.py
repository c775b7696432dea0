"""The register of births: one row per birth, the mother sealed. It is asked by birth id and by nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Column, Connection, MetaData, Row, Table, Text, bindparam, select, update

from services.births.domain.events import (
    BirthCorrected,
    BirthRecorded,
    BirthReinstated,
    BirthVoided,
    NeonatalDeathRecorded,
    NeonatalDeathWithdrawn,
    RegisteredLate,
)
from shared.eventstore import Recorded
from shared.kernel import Fact
from shared.projecting import View, load

KEY = "of_birth"
"""The name of the parameter that says which row changes."""

TABLES = MetaData()
BIRTHS = Table(
    "births",
    TABLES,
    Column("birth", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("mother", Text, nullable=False),
    Column("pregnancy", Text),
    Column("facility", Text, nullable=False),
    Column("township", Text, nullable=False),
    Column("born_at", Text, nullable=False),
    Column("vital", Text, nullable=False),
    Column("sex", Text, nullable=False),
    Column("weight_grams", BigInteger),
    Column("gestation_weeks", BigInteger),
    Column("plurality", BigInteger, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("birth_order", BigInteger, nullable=False),
    Column("residence", Text, nullable=False),
    Column("recorded_at", Text, nullable=False),
    Column("late_days", BigInteger),
    Column("corrected_at", Text),
    Column("died_on", Text),
    Column("duplicate_of", Text),
)


class Register(View):
    """What is on record of each birth as it was last corrected; `mother` is the JSON of a Sealed.

    `late_days` are the days after which it was registered, if that was late; `duplicate_of` is the birth it was
    voided for, while it does not count.
    """

    name: ClassVar[str] = "register"
    version: ClassVar[int] = 3
    tables: ClassVar[MetaData] = TABLES
    facts: ClassVar[tuple[type[Fact], ...]] = (
        BirthRecorded,
        RegisteredLate,
        BirthCorrected,
        NeonatalDeathRecorded,
        NeonatalDeathWithdrawn,
        BirthVoided,
        BirthReinstated,
    )

    def project(self, batch: Sequence[Recorded], db: Connection) -> None:
        rows: list[dict[str, Any]] = []
        changes: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for recorded in batch:
            if isinstance(recorded.fact, BirthRecorded):
                rows.append(_row(recorded.fact) | {"recorded_at": recorded.recorded_at.isoformat()})
            else:
                change = _change(recorded)
                changes[tuple(change)].append(change)
        load(db, BIRTHS, rows)
        for columns, changed in changes.items():
            values: dict[str, Any] = {column: bindparam(column) for column in columns if column != KEY}
            db.execute(update(BIRTHS).where(BIRTHS.c.birth == bindparam(KEY)).values(values), changed)


def birth_of(db: Connection, birth: str) -> Row[Any] | None:
    """The row of a birth, None if there is none."""
    return db.execute(select(BIRTHS).where(BIRTHS.c.birth == birth)).one_or_none()


def _row(birth: BirthRecorded) -> dict[str, Any]:
    told = birth.model_dump(mode="json", include=set(BIRTHS.columns.keys()) - {"mother"})
    return told | {"residence": birth.residence.value, "mother": birth.mother.model_dump_json()}


def _change(recorded: Recorded) -> dict[str, Any]:
    """The columns a fact changes, and which birth's. Changes of the same columns stay in order."""
    match recorded.fact:
        case BirthCorrected(birth=birth, after=after, mother=mother):
            told = after.model_dump(mode="json") | {"residence": after.residence.value}
            now = told | {"corrected_at": recorded.recorded_at.isoformat()}
            return {KEY: birth} | now | ({"mother": mother.model_dump_json()} if mother else {})
        case RegisteredLate(birth=birth, days=days):
            return {KEY: birth, "late_days": days}
        case NeonatalDeathRecorded(birth=birth, died_on=died_on):
            return {KEY: birth, "died_on": died_on.isoformat()}
        case NeonatalDeathWithdrawn(birth=birth):
            return {KEY: birth, "died_on": None}
        case BirthVoided(birth=birth, of=of):
            return {KEY: birth, "duplicate_of": of}
        case BirthReinstated(birth=birth):
            return {KEY: birth, "duplicate_of": None}
    raise TypeError(recorded.fact.stored_as)
