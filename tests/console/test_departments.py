"""Departments become known by their public key, to every service and to the broker."""

from __future__ import annotations

import json

import pytest

from services.console import departments
from services.console.acl import users_file
from services.console.departments import DepartmentKnown, DepartmentUnfit, KeyUnfit, UnitUnknown
from services.console.deployment import Asked, NoDeployment, prepare
from services.console.keys import new_signing_key, passwords_of, public, registered, signing_key_of
from services.console.layout import SERVICES
from services.console.upping import furnish, writers
from shared.settings import Secrets

CODE = "xinglong-hospital"


@pytest.fixture
def deployment(tmp_path):
    made = prepare(tmp_path / "here", Asked(scenario="none"))
    furnish(made, None)
    return made


def add(deployment, code=CODE, key=None, kid=None, *, inbox=True, units=()):
    return departments.add(deployment, code, key, kid, inbox=inbox, units=units)


@pytest.mark.parametrize(
    ("code", "units", "spoken_for"),
    [
        (CODE, (), set()),
        ("county-hospital", (), {"county-hospital"}),
        ("private-clinic-east", (), set()),
        ("public-security", (), set()),
        ("information-centre", ("county-hospital", "county-maternity"), {"county-hospital", "county-maternity"}),
    ],
)
def test_it_speaks_for_the_units_it_is_given_else_for_its_own(deployment, code, units, spoken_for):
    """Who speaks for no unit of the county can tell nothing about persons, and so learns nothing about any."""
    assert set(add(deployment, code, units=units)["speaks_for"]) == spoken_for
    for service in SERVICES:
        assert Secrets.load(deployment.secrets, service).speaking()[code] == spoken_for


def test_nobody_speaks_for_a_unit_that_is_not_there(deployment):
    with pytest.raises(UnitUnknown):
        add(deployment, units=["nowhere"])
    assert registered(deployment.secrets) == {}


def test_without_a_scenario_nobody_may_write_until_somebody_is_added(deployment):
    assert writers(deployment) == []
    add(deployment)
    assert writers(deployment) == [CODE]
    assert furnish(deployment, None) == [CODE]


def test_every_service_knows_the_public_key_and_none_the_private_one(deployment):
    add(deployment)
    pair = signing_key_of(deployment.secrets, CODE)
    for service in SERVICES:
        entry = Secrets.load(deployment.secrets, service).departments[f"{CODE}-1"]
        assert (entry.department, entry.key, entry.inbox) == (CODE, public(pair), True)
        assert pair["d"] not in (deployment.secrets / f"{service}.json").read_text()


def test_a_department_that_keeps_its_own_key_gives_the_public_one_only(deployment, tmp_path):
    pair = new_signing_key()
    (tmp_path / "key.json").write_text(json.dumps(public(pair)))
    told = add(deployment, key=tmp_path / "key.json", kid="of-2026", inbox=False)
    assert told["kid"] == "of-2026"
    assert registered(deployment.secrets)["of-2026"].key == public(pair)
    assert not (deployment.secrets / "departments" / f"{CODE}.json").exists()
    assert "inbox" not in told["services"]["births"]


def test_what_it_is_told_is_what_a_department_needs_and_nothing_secret(deployment):
    told = add(deployment)
    assert told["source"] == "/demo/xinglong-hospital"
    assert told["services"]["births"] == {
        "events": "http://127.0.0.1:8701/events",
        "inbox": "demo:inbox.births.xinglong-hospital",
        "receipts": "demo:receipts.births.xinglong-hospital",
        "reader_key": public(Secrets.load(deployment.secrets, "births").reader_key),
    }
    assert '"d"' not in json.dumps(told)


def test_the_broker_lets_it_write_its_inboxes_and_read_its_receipts(deployment):
    add(deployment)
    lines = users_file("demo", passwords_of(deployment.secrets), writers(deployment)).splitlines()
    [line] = [each for each in lines if each.startswith(f"user department-{CODE} ")]
    assert f"%W~demo:inbox.births.{CODE} %R~demo:receipts.births.{CODE}" in line


@pytest.mark.parametrize("code", ["", "X", "a b", "a:b", "*", "-a", "a" * 61, "../a"])
def test_a_code_that_could_name_other_streams_is_refused(deployment, code):
    with pytest.raises(DepartmentUnfit):
        add(deployment, code)


def test_nobody_takes_over_a_department_or_a_key_id(deployment):
    add(deployment)
    for code, kid in ((CODE, None), (CODE, "other"), ("other", f"{CODE}-1")):
        with pytest.raises(DepartmentKnown):
            add(deployment, code, kid=kid)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '"x"', '{"kty": "OKP", "crv": "X25519", "x": "AA"}'])
def test_what_is_no_public_key_is_refused(deployment, tmp_path, content):
    (tmp_path / "key.json").write_text(content)
    with pytest.raises(KeyUnfit):
        add(deployment, key=tmp_path / "key.json")
    assert registered(deployment.secrets) == {}


def test_a_private_key_is_refused(deployment, tmp_path):
    (tmp_path / "key.json").write_text(json.dumps(new_signing_key()))
    with pytest.raises(KeyUnfit):
        add(deployment, key=tmp_path / "key.json")


def test_before_the_first_start_there_is_nothing_to_add_to(tmp_path):
    with pytest.raises(NoDeployment):
        add(prepare(tmp_path / "here", Asked(scenario="none")))
