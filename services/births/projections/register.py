"""The register of births: one row per birth, the mother sealed. It is asked by birth id and by nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Column, Connection, MetaData, Row, Table, Text, select

from services.births.domain.events import BirthRecorded
from shared.eventstore import Recorded
from shared.kernel import Fact
from shared.projecting import View, load

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
    Column("recorded_at", Text, nullable=False),
)


class Register(View):
    """What is on record of each birth; `mother` is the JSON of a Sealed."""

    name: ClassVar[str] = "register"
    tables: ClassVar[MetaData] = TABLES
    facts: ClassVar[tuple[type[Fact], ...]] = (BirthRecorded,)

    def project(self, batch: Sequence[Recorded], db: Connection) -> None:
        rows: list[dict[str, Any]] = []
        for recorded in batch:
            match recorded.fact:
                case BirthRecorded() as birth:
                    rows.append(_row(birth) | {"recorded_at": recorded.recorded_at.isoformat()})
        load(db, BIRTHS, rows)


def birth_of(db: Connection, birth: str) -> Row[Any] | None:
    """The row of a birth, None if there is none."""
    return db.execute(select(BIRTHS).where(BIRTHS.c.birth == birth)).one_or_none()


def _row(birth: BirthRecorded) -> dict[str, Any]:
    return birth.model_dump(mode="json", exclude={"mother"}) | {"mother": birth.mother.model_dump_json()}
