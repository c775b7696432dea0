"""A deployment that does not run, on each kind of store, with sealed values in both services."""

from __future__ import annotations

from contextlib import ExitStack, closing
from datetime import date

import pytest

from services.console.deployment import Asked, prepare
from services.console.keys import make_secrets
from services.console.layout import SERVICES
from services.console.rotating import rotate_keys
from services.console.showing import Show
from services.console.words import Lang
from shared.eventstore import StartRefused
from shared.kernel import Value
from shared.sealing import Erased, KeyStore, Sealer
from shared.settings import Secrets
from shared.stores import Stores


class Born(Value):
    on: date


CANARY, PERSONS = Born(on=date(1995, 4, 17)), ("p1", "p2", "p3")


class Killed(BaseException):
    """Nothing after it runs but what the kernel does as well."""


@pytest.fixture(params=["sqlite", "postgresql"])
def deployment(request, tmp_path):
    store = request.getfixturevalue("new_database")() if request.param == "postgresql" else None
    made = prepare(tmp_path / "here", Asked(scenario="none", store=store))
    make_secrets(made.secrets, made.county, [])
    return made


@pytest.fixture
def stores_of(deployment):
    with ExitStack() as opened:
        yield lambda service: opened.enter_context(closing(Stores.open(deployment.stores, service, deployment.county)))


@pytest.fixture
def start(deployment, stores_of):
    """A service's sealer as after a start, with its secrets or another master key."""

    def sealer(service="births", master=None):
        secrets = Secrets.load(deployment.secrets, service)
        store = KeyStore(stores_of(service).engine("keys"), master or secrets.master)
        return Sealer(store, secrets.purposes, secrets.fingerprint)

    return sealer


@pytest.fixture
def sealed(start):
    """By service, what was sealed for three persons, and for one who was erased."""
    found = {}
    for service in SERVICES:
        sealer = start(service)
        found[service] = [sealer.seal(each, "case:1", "born", CANARY) for each in (*PERSONS, "erased")]
        sealer.flush()
        sealer.erase("erased")
    return found


@pytest.fixture
def opens(start, sealed):
    """Whether a master key, else that of its secrets, opens everything of a service."""

    def everything(service="births", master=None):
        try:
            sealer = start(service, master)
        except StartRefused:
            return False
        return [sealer.open(each, "case:1", Born) for each in sealed[service]] == [CANARY] * 3 + [Erased()]

    return everything


@pytest.fixture
def rotate(deployment):
    return lambda *services: rotate_keys(Show(Lang.EN), deployment, services)


@pytest.fixture
def masters(deployment):
    return lambda: {service: Secrets.load(deployment.secrets, service).master for service in SERVICES}


@pytest.fixture
def killed(rotate, monkeypatch, sealed):
    """Rotates the key of births and dies at a step, before it or after it was done."""

    def at(where, name, *, after):
        real = getattr(where, name)

        def die(*given):
            if after:
                real(*given)
            raise Killed

        with monkeypatch.context() as patched:
            patched.setattr(where, name, die)
            with pytest.raises(Killed):
                rotate("births")

    return at
