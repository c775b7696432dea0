"""Secrets of a deployment: random, complete, and nobody else's to read."""

from __future__ import annotations

import json
import stat
from datetime import timedelta

import pytest

from services.console.keys import (
    issuer_of,
    kid_of,
    make_secrets,
    passwords_of,
    public,
    reader_key_of,
    signing_key_of,
    user_of,
)
from services.console.layout import SERVICES
from shared.access import Verifier
from shared.clock import SystemClock
from shared.settings import Secrets
from shared.signing import Departments, decrypt, encrypt_for, sign

HOSPITAL, CLINIC = "dayingxiang-hospital", "dayingxiang-dongying-clinic"


@pytest.fixture
def home(tmp_path):
    make_secrets(tmp_path / "secrets", "demo", [HOSPITAL, CLINIC])
    return tmp_path / "secrets"


def test_only_the_owner_can_reach_any_secret(home):
    for path in [home, *home.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_service_can_load_its_secrets_and_holds_the_purposes_it_serves(home):
    births, care = (Secrets.load(home, service) for service in ("births", "pregnancy_tracking"))
    assert set(births.purposes) == {"care", "household"}
    assert set(care.purposes) == {"care"}
    assert births.purposes["care"] == care.purposes["care"]
    assert all(len(key) == 32 for key in (births.master, births.fingerprint, *births.purposes.values()))


def test_no_secret_is_used_twice(home):
    secrets = [Secrets.load(home, service) for service in SERVICES]
    private = [key for each in secrets for key in (each.master, each.fingerprint, each.token)]
    private += [key["d"] for each in secrets for key in (each.reader_key, each.signing_key)]
    private += [secrets[0].purposes["care"], secrets[0].purposes["household"]]
    private += [signing_key_of(home, department)["d"] for department in (HOSPITAL, CLINIC)]
    private += [json.loads((home / "issuer.json").read_text())["d"], *passwords_of(home).values()]
    assert len(set(private)) == len(private)


def test_no_two_deployments_share_a_secret(home, tmp_path):
    make_secrets(tmp_path / "other", "demo", [HOSPITAL])
    assert not set(passwords_of(home).values()) & set(passwords_of(tmp_path / "other").values())
    assert Secrets.load(home, "births").master != Secrets.load(tmp_path / "other", "births").master


def test_services_hold_only_the_public_part_of_others_keys(home):
    births = Secrets.load(home, "births")
    assert "d" not in births.issuer
    assert all("d" not in signer.key for signer in births.departments.values())
    assert "d" not in reader_key_of(home, "births")


def test_a_department_of_the_scenario_can_sign_and_address_a_service(home):
    births, now = Secrets.load(home, "births"), SystemClock().now()
    registry = Departments({kid: (signer.department, signer.key) for kid, signer in births.departments.items()})
    signature = sign(b"a message", signing_key_of(home, HOSPITAL), kid_of(HOSPITAL), now, timedelta(days=1))
    assert registry.verify(b"a message", signature, now).department == HOSPITAL
    assert decrypt(births.reader_key, encrypt_for(reader_key_of(home, "births"), b"personal")) == b"personal"


def test_tokens_of_the_issuer_and_of_services_are_the_countys(home):
    births, now = Secrets.load(home, "births"), SystemClock().now()
    verifier = Verifier(births.issuer, "demo")
    assert verifier.principal(births.token, now).subject == "service:births"
    assert verifier.principal(issuer_of(home, "demo").issue("console:x", "operator", (), (), timedelta(hours=1)), now)


def test_without_a_scenario_there_are_no_departments(tmp_path):
    make_secrets(tmp_path / "secrets", "demo", [])
    assert Secrets.load(tmp_path / "secrets", "births").departments == {}
    assert not list((tmp_path / "secrets" / "departments").iterdir())
    assert set(passwords_of(tmp_path / "secrets")) == {"operator", *SERVICES}


def test_a_second_start_keeps_the_secrets(home):
    before = {path: path.read_bytes() for path in home.rglob("*.json")}
    make_secrets(home, "demo", ["another"])
    assert {path: path.read_bytes() for path in home.rglob("*.json")} == before


def test_an_interrupted_first_start_begins_again(tmp_path):
    (tmp_path / "secrets.new" / "departments").mkdir(parents=True)
    (tmp_path / "secrets.new" / "births.json").write_text("half of i")
    make_secrets(tmp_path / "secrets", "demo", [HOSPITAL])
    assert Secrets.load(tmp_path / "secrets", "births")
    assert not (tmp_path / "secrets.new").exists()
    assert user_of(HOSPITAL) in passwords_of(tmp_path / "secrets")
    assert public({"x": 1, "d": 2}) == {"x": 1}
