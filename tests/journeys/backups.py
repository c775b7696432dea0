"""A service's stores seen from outside: copies of its log as backups hold them, and what of them still opens."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import psycopg

from services.births.main import DEFINITION as BIRTHS
from services.pregnancy_tracking.domain.events import PregnancyRegistered
from services.pregnancy_tracking.domain.woman import WOMAN
from services.pregnancy_tracking.domain.words import Identity, Observations
from services.pregnancy_tracking.main import DEFINITION as CARE
from shared.access import AccessLog, GlassBroken, RecordRead
from shared.eventstore import FactNames, Log, Recorded
from shared.kernel import Value
from shared.projecting.generations import Registry
from shared.projecting.tables import digest
from shared.sealed import Sealed
from shared.sealing import KeyStore, Sealer
from shared.service import Definition
from shared.settings import Secrets
from shared.stores import Stores
from tests.journeys.canaries import copied, stores_of
from tests.journeys.conftest import Life

DEFINITIONS: Mapping[str, Definition] = {"births": BIRTHS, "pregnancy_tracking": CARE}
SHAPES: Mapping[str, type[Value]] = {"mother": Identity, "identity": Identity, "observations": Observations}
"""What is sealed under each field (births seals the same shape of an identity)."""
Make = Callable[[], str]
"""Makes an empty database and gives its URL."""


def copy_of_log(life: Life, service: str, there: Path, make: Make | None) -> Stores:
    """A copy of a service's log: its files, or its tables in another database."""
    if make is None:
        (there / service).mkdir(parents=True)
        for file in (life.deployment.home / "stores" / service).glob("log.db*"):
            shutil.copy(file, there / service / file.name)
        return Stores(service, directory=there / service)
    copy = Stores(service, url=make())
    Log(copy, FactNames([])).close()
    with psycopg.connect(stores_of(life, service).url) as db, psycopg.connect(copy.url) as to:
        for (table,) in db.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'log'").fetchall():
            to.execute(f'TRUNCATE log."{table}"')
            with to.cursor() as cursor, cursor.copy(f'COPY log."{table}" FROM STDIN (FORMAT binary)') as rows:
                rows.write(copied(db, "log", table))
    return copy


def facts_in(stores: Stores) -> list[Recorded]:
    """Everything in a log."""
    log = Log(stores, FactNames([*DEFINITIONS[stores.service].facts, RecordRead, GlassBroken]))
    facts = log.read(0, 10_000)
    log.close()
    return facts


def sealed_in(facts: list[Recorded]) -> list[tuple[str, Sealed]]:
    """Every sealed value of a log with the case it is bound to: care seals for the woman, births for the birth."""
    women = {each.case: WOMAN.id(each.fact.person) for each in facts if isinstance(each.fact, PregnancyRegistered)}
    return [
        (women.get(each.case, each.case), value)
        for each in facts
        for _, value in each.fact
        if isinstance(value, Sealed)
    ]


def opened(life: Life, stores: Stores) -> str:
    """What opens of a log with the present key store, as one text."""
    sealer = sealer_of(life, stores.service)
    boxes = sealed_in(facts_in(stores))
    return "\n".join(repr(sealer.open(box, place, SHAPES[box.field])) for place, box in boxes)


def sealer_of(life: Life, service: str) -> Sealer:
    """The present key store, with the service's own secrets."""
    secrets = Secrets.load(life.deployment.secrets, service)
    keys = KeyStore(stores_of(life, service).engine("keys"), secrets.master)
    return Sealer(keys, secrets.purposes, secrets.fingerprint)


def keys_of(life: Life, service: str) -> dict[str, tuple[str, bool]]:
    """Every key of the present key store: whose it is, and whether it was destroyed."""
    with stores_of(life, service).engine("keys").connect() as db:
        rows = db.exec_driver_sql("SELECT key, person, wrapped IS NULL FROM data_keys").fetchall()
    return {key: (person, bool(destroyed)) for key, person, destroyed in rows}


def outcomes_of(life: Life, service: str) -> list[str]:
    """Every stored answer to a command."""
    with stores_of(life, service).engine("log").connect() as db:
        return [bytes(body).decode() for (body,) in db.exec_driver_sql("SELECT body FROM outcomes").fetchall()]


def digests(life: Life, service: str) -> dict[str, str]:
    """The digest of every view of a service as it answers now."""
    stores, found = stores_of(life, service), {}
    active = Registry(stores).active()
    for view in (*DEFINITIONS[service].views, AccessLog()):
        with stores.engine(f"view_{view.name}_{active[view.name].generation}").connect() as db:
            found[view.name] = digest(db, view.tables)
    stores.close()
    return found
