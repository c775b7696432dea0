"""Which pregnancies are under care, and where: for counting, with nothing in it about anybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from sqlalchemy import Boolean, Column, Connection, Date, Index, MetaData, Table, Text, func, select

from services.pregnancy_tracking.domain.birth_events import PregnancyReopened
from services.pregnancy_tracking.domain.events import PregnancyEnded, PregnancyRegistered
from services.pregnancy_tracking.domain.link_events import PregnanciesLinked, PregnanciesUnlinked
from shared.eventstore import Recorded
from shared.kernel import Fact, key_of
from shared.projecting import View, load, put

TABLES = MetaData()
REGISTERED = Table(
    "registered",
    TABLES,
    Column("pregnancy", Text, primary_key=True),
    Column("township", Text, nullable=False),
    Column("registered_on", Date, nullable=False),
)
Index("registered_by_township", REGISTERED.c.township, REGISTERED.c.pregnancy)
ENDED = Table("ended", TABLES, Column("pregnancy", Text, primary_key=True), Column("ended", Boolean, nullable=False))
JOINED = Table("joined", TABLES, Column("pregnancy", Text, primary_key=True), Column("joined", Boolean, nullable=False))
"""Whether a record is linked with the one that its pregnancy is counted by."""


class Registrations(View):
    """One row per record, one more when it ended (or had not, after all), and one if another record is of the same.

    How it ended is not asked.
    """

    name: ClassVar[str] = "registrations"
    version: ClassVar[int] = 4
    tables: ClassVar[MetaData] = TABLES
    facts: ClassVar[tuple[type[Fact], ...]] = (
        *(PregnancyRegistered, PregnancyEnded, PregnancyReopened),
        *(PregnanciesLinked, PregnanciesUnlinked),
    )

    def project(self, batch: Sequence[Recorded], db: Connection) -> None:
        registered: list[dict[str, Any]] = []
        ended: list[dict[str, Any]] = []
        joined: list[dict[str, Any]] = []
        for recorded in batch:
            pregnancy = key_of(recorded.case)
            match recorded.fact:
                case PregnancyRegistered(township=township, registered_on=registered_on):
                    registered.append({"pregnancy": pregnancy, "township": township, "registered_on": registered_on})
                case PregnancyEnded() | PregnancyReopened():
                    ended.append({"pregnancy": pregnancy, "ended": isinstance(recorded.fact, PregnancyEnded)})
                case PregnanciesLinked(joined=other):
                    joined.append({"pregnancy": pregnancy, "joined": pregnancy == other})
                case PregnanciesUnlinked():
                    joined.append({"pregnancy": pregnancy, "joined": False})
        load(db, REGISTERED, registered)
        put(db, ENDED, ended)
        put(db, JOINED, joined)


def counts(db: Connection, township: str | None = None) -> list[dict[str, Any]]:
    """Pregnancies ever registered and now under care, per township; nothing finer, so that no family stands out.

    Linked records are one pregnancy.
    """
    query = (
        select(
            REGISTERED.c.township,
            func.count().label("registered"),
            (func.count() - func.count(ENDED.c.pregnancy)).label("active"),
        )
        .join_from(REGISTERED, ENDED, (REGISTERED.c.pregnancy == ENDED.c.pregnancy) & ENDED.c.ended, isouter=True)
        .where(REGISTERED.c.pregnancy.not_in(select(JOINED.c.pregnancy).where(JOINED.c.joined)))
        .group_by(REGISTERED.c.township)
        .order_by(REGISTERED.c.township)
    )
    if township is not None:
        query = query.where(REGISTERED.c.township == township)
    return [dict(row) for row in db.execute(query).mappings()]
