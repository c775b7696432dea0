"""A deployment's directory: what it keeps, and what it refuses."""

from __future__ import annotations

import stat

import pytest

from services.console import addresses
from services.console.addresses import BrokerUnfit, StoreSilent, StoreTooOld, StoreUnfit, store_answers
from services.console.deployment import (
    AlreadyRunning,
    Asked,
    CountyDiffers,
    CountyUnfit,
    Deployment,
    DirectoryOccupied,
    DirectoryUnusable,
    NoDeployment,
    ScenarioDiffers,
    StoreDiffers,
    locked,
    prepare,
)


def test_a_new_deployment_is_private_and_lives_the_default_scenario(tmp_path):
    deployment = prepare(tmp_path / "data", Asked())
    assert deployment.scenario == "dayingxiang"
    assert deployment.urls == {"births": "http://127.0.0.1:8701", "pregnancy_tracking": "http://127.0.0.1:8702"}
    assert deployment.clock == tmp_path / "data" / "scenario" / "clock"
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "data" / "deployment.json").stat().st_mode) == 0o600


def test_without_a_scenario_no_clock_can_be_moved(tmp_path):
    assert prepare(tmp_path / "data", Asked(scenario="none")).clock is None


def test_what_is_not_asked_for_again_stays_as_it_was(tmp_path):
    prepare(tmp_path, Asked(store="postgresql://h/x", port_base=9000, seed=7))
    again = prepare(tmp_path, Asked())
    assert (again.store, again.port_base, again.seed) == ("postgresql://h/x", 9000, 7)
    assert Deployment.load(tmp_path) == again


def test_ports_and_broker_may_change(tmp_path):
    prepare(tmp_path, Asked())
    prepare(tmp_path, Asked(port_base=9100, broker="redis://h"))
    assert Deployment.load(tmp_path).port("births") == 9101
    assert Deployment.load(tmp_path).broker == "redis://h"


def test_the_store_cannot_change(tmp_path):
    prepare(tmp_path, Asked())
    with pytest.raises(StoreDiffers, match="postgresql://h/x"):
        prepare(tmp_path, Asked(store="postgresql://h/x"))


def test_a_store_that_differs_is_told_without_its_password(tmp_path):
    prepare(tmp_path, Asked(store="postgresql://me:secret@h/x"))
    with pytest.raises(StoreDiffers, match="postgresql://me:…@h/x, not in postgresql://me:…@h/y"):
        prepare(tmp_path, Asked(store="postgresql://me:other@h/y"))


@pytest.mark.parametrize("store", ["mysql://h/x", "stores", "sqlite:///x", "postgresql://h:port/x"])
def test_what_is_no_store_is_refused_and_nothing_made(tmp_path, store):
    with pytest.raises(StoreUnfit, match="postgresql://user@host/database"):
        prepare(tmp_path / "data", Asked(store=store))
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("broker", ["http://h", "localhost:6379", "amqp://h"])
def test_what_is_no_broker_is_refused_and_nothing_made(tmp_path, broker):
    with pytest.raises(BrokerUnfit, match="redis://host:6379"):
        prepare(tmp_path / "data", Asked(broker=broker))
    assert not (tmp_path / "data").exists()


def test_a_postgresql_that_is_away_or_keeps_us_out_is_named_without_the_password(postgres_server):
    with pytest.raises(StoreSilent, match=r"postgresql://me:…@127.0.0.1:1/x does not answer: .*refused"):
        store_answers("postgresql://me:secret@127.0.0.1:1/x")
    with pytest.raises(StoreSilent, match="nobody"):
        store_answers(postgres_server.replace("postgres:", "nobody:", 1))
    store_answers(postgres_server)


def test_a_postgresql_that_is_too_old_is_refused(postgres_server, monkeypatch):
    monkeypatch.setattr(addresses, "OLDEST", 99)
    with pytest.raises(StoreTooOld, match="99 or newer is needed"):
        store_answers(postgres_server)


def test_a_deployment_serves_one_county_for_ever(tmp_path):
    assert prepare(tmp_path / "a", Asked()).county == "demo"
    assert prepare(tmp_path / "b", Asked(county="linshui")).county == "linshui"
    with pytest.raises(CountyDiffers, match="linshui"):
        prepare(tmp_path / "a", Asked(county="linshui"))
    with pytest.raises(CountyUnfit, match="Lin Shui"):
        prepare(tmp_path / "c", Asked(county="Lin Shui"))


@pytest.mark.parametrize("asked", [Asked(scenario="none"), Asked(seed=3)])
def test_a_life_once_begun_cannot_become_another(tmp_path, asked):
    prepare(tmp_path, Asked(seed=2))
    with pytest.raises(ScenarioDiffers, match="dayingxiang, seed 2"):
        prepare(tmp_path, asked)


def test_a_directory_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(DirectoryOccupied):
        prepare(tmp_path, Asked())
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_directory_that_cannot_be_made_is_named_with_the_reason(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(DirectoryUnusable, match=f"{tmp_path}/file/data cannot be used .Not a directory"),
        locked(tmp_path / "file" / "data"),
    ):
        pass


def test_where_nothing_was_started_nothing_is_found(tmp_path):
    with pytest.raises(NoDeployment, match="evenborn up"):
        Deployment.load(tmp_path)


def test_one_process_runs_a_deployment(tmp_path):
    with locked(tmp_path), pytest.raises(AlreadyRunning), locked(tmp_path):
        pass
    with locked(tmp_path):
        pass
