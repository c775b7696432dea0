"""Gives services that stand still a new master key: killed at any instant and run again, it ends the same.

Each step is durable before the next: the secrets with the new master key are written beside the present ones, all data
keys are wrapped anew in one transaction, the new secrets take the place of the present ones. So at every instant one of
the two files opens every key. What a disk keeps of a replaced file is beyond this.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from services.console.addresses import store_answers
from services.console.deployment import Deployment, NoDeployment, locked
from services.console.keys import next_secrets, take_next_secrets
from services.console.layout import SERVICES
from services.console.looking import ServiceUnknown
from services.console.showing import Show
from services.console.words import Trouble
from shared.eventstore import StartRefused
from shared.lease import Lease, acquire
from shared.sealing import ErasureUnfinished, KeyStore, SealBroken
from shared.settings import Secrets
from shared.stores import Stores


class ServiceRuns(Trouble):
    """A service that runs holds the old master key, and would go on wrapping with it."""


class KeysUnopened(Trouble):
    """Neither the present master key nor one that a rotation left opens every key."""


class KeyStoreRead(Trouble):
    """Old bytes cannot be cleared from a store that another program is reading."""


def rotate_keys(show: Show, deployment: Deployment, services: Sequence[str]) -> None:
    """Rotate the master keys of services, else of all; nothing is begun while one of them runs.

    Raises NoDeployment, ServiceUnknown, AlreadyRunning, ServiceRuns, StoreSilent, StoreTooOld, KeysUnopened,
    KeyStoreRead.
    """
    wanted = dict.fromkeys(services or SERVICES, 0)
    for unknown in wanted.keys() - SERVICES:
        raise ServiceUnknown(service=unknown, known=", ".join(SERVICES))
    if not deployment.secrets.exists():
        raise NoDeployment(data=deployment.home)
    if deployment.store:
        store_answers(deployment.store)
    with locked(deployment.home), ExitStack() as leases:
        for stores, lease in [leases.enter_context(_stopped(deployment, service)) for service in wanted]:
            with show.waiting("rotating", service=stores.service):
                wanted[stores.service] = _rotate(deployment.secrets, stores, lease)
            show.note("rotated", service=stores.service, keys=wanted[stores.service])
    show.done("backups_before", keys=wanted)


@contextmanager
def _stopped(deployment: Deployment, service: str) -> Iterator[tuple[Stores, Lease]]:
    """The stores of a service, which cannot start meanwhile. Raises ServiceRuns."""
    with closing(Stores.open(deployment.stores, service, deployment.county)) as stores:
        try:
            lease = acquire(stores)
        except StartRefused:
            raise ServiceRuns(service=service) from None
        with ExitStack() as held:
            held.callback(lease.release)
            yield stores, lease


def _rotate(home: Path, stores: Stores, lease: Lease) -> int:
    """Wrap all keys anew, again if a killed rotation did: it may not have cleared the old bytes. Gives their number."""
    service = stores.service
    present, new = Secrets.load(home, service).master, next_secrets(home, service).master
    try:
        count = _opened(stores, present, new).rewrap(new)
    except SealBroken:
        raise KeysUnopened(service=service) from None
    except ErasureUnfinished:
        raise KeyStoreRead(service=service) from None
    if not lease.held():
        raise ServiceRuns(service=service)
    take_next_secrets(home, service)
    return count


def _opened(stores: Stores, *masters: bytes) -> KeyStore:
    """The key store, by the first master key that opens it."""
    for master in masters:
        with suppress(StartRefused):
            return KeyStore(stores.engine("keys"), master)
    raise KeysUnopened(service=stores.service)
