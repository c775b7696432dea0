"""The store and the broker a deployment is told to use: whether they can be ones, and whether the store answers."""

from __future__ import annotations

import re

import psycopg

from services.console.words import Trouble
from shared.stores import CONNECT_WITHIN, POSTGRES, maintenance

BROKERS = ("redis://", "rediss://", "unix://")
OLDEST = 15
"""The first PostgreSQL the stores are tried on."""


class StoreUnfit(Trouble):
    """What was named is no store we know."""


class BrokerUnfit(Trouble):
    """What was named is no broker we know."""


class StoreSilent(Trouble):
    """The PostgreSQL that was named does not let us in."""


class StoreTooOld(Trouble):
    """The PostgreSQL that was named lacks what the stores need."""


def without_password(url: str) -> str:
    """An address as people may see it."""
    return re.sub(r"(://[^/@]*:)[^/@]*@", r"\1…@", url)


def judge(store: str, broker: str) -> None:
    """Whether they can be addresses; "" is our own. Raises StoreUnfit, BrokerUnfit."""
    if store and not _is_postgres(store):
        raise StoreUnfit(asked=without_password(store))
    if broker and not broker.startswith(BROKERS):
        raise BrokerUnfit(asked=without_password(broker))


def store_answers(store: str) -> None:
    """Whether a PostgreSQL lets us in and is recent enough. Raises StoreSilent, StoreTooOld."""
    url = without_password(store)
    try:
        with psycopg.connect(maintenance(store), connect_timeout=CONNECT_WITHIN) as db:
            found = db.info.server_version // 10_000
    except psycopg.Error as error:
        raise StoreSilent(url=url, reason=str(error).partition("\n")[0]) from None
    if found < OLDEST:
        raise StoreTooOld(url=url, found=found, oldest=OLDEST)


def _is_postgres(store: str) -> bool:
    try:
        maintenance(store)
    except ValueError:
        return False
    return store.startswith(POSTGRES)
