"""While the store is away a service says so, and goes on where it was when the store is back."""

from __future__ import annotations

import time

import psycopg
import pytest
from fastapi.testclient import TestClient
from psycopg.sql import SQL, Identifier, Literal
from structlog.testing import capture_logs

from services.births.main import DEFINITION
from shared.service import application
from tests.births.api.doors import READS, as_, post


class Database:
    """The database of a service, whose server lets nobody in while it is away."""

    def __init__(self, url: str) -> None:
        self._url = url
        with psycopg.connect(url) as db:
            self._name = f"{db.info.dbname}_births"

    def away(self) -> None:
        self._admit("false")
        with psycopg.connect(self._url, autocommit=True) as db:
            query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}"
            db.execute(SQL(query).format(Literal(self._name)))

    def back(self) -> None:
        self._admit("true")

    def _admit(self, anybody: str) -> None:
        with psycopg.connect(self._url, autocommit=True) as db:
            statement = SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}")
            db.execute(statement.format(Identifier(self._name), SQL(anybody)))


@pytest.fixture
def database(new_database):
    return Database(new_database())


@pytest.fixture
def client(settings, database):
    there = settings.model_copy(update={"store": database._url})
    app = application(DEFINITION, there)
    with capture_logs(), TestClient(app, raise_server_exceptions=False) as client:  # printing them takes minutes
        yield client
        database.back()


def test_a_store_that_is_away_is_answered_503_until_it_is_back(client, database):
    before = post(client, command_id="first")
    database.away()
    answers = [post(client, command_id="second"), client.get(f"/births/{before.json()['birth']}", headers=READS)]
    for answer in answers:
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["retry-after"] == "2"
        assert answer.json()["refusal"] == "StoreAway"
    ready = client.get("/health/ready")
    assert ready.status_code == 503
    assert ready.json()["reasons"]["store"] == "the store is away: OperationalError"
    assert client.get("/health/live").status_code == 200
    database.back()
    again = post(client, command_id="second", born_at="2024-11-05T04:30:00+08:00")
    assert (post(client, command_id="first").json(), again.status_code) == (before.json(), 201)
    until_ready(client)


def until_ready(client):
    deadline = time.monotonic() + 60
    while (answer := client.get("/health/ready")).status_code != 200:
        # no broker runs here, so only what concerns the store has to be well again
        if not {"store", "writer", "views"} & answer.json()["reasons"].keys():
            return
        assert time.monotonic() < deadline, answer.json()
        time.sleep(0.1)


def test_metrics_say_so_and_go_on(client, database):
    assert "evenborn_store_away 0.0" in client.get("/metrics").text
    database.away()
    answer = client.get("/metrics")
    assert answer.status_code == 200
    for line in ("evenborn_store_away 1.0", "evenborn_parked_messages NaN", "evenborn_glass_to_review NaN"):
        assert line in answer.text
    database.back()


def test_an_operator_learns_so_too(client, database):
    database.away()
    assert client.get("/status", headers=as_("operator")).status_code == 503
