"""Rotated master keys: wherever it is killed, one file opens every key; in the end only the new one does."""

from __future__ import annotations

import json
import stat

import pytest
from typer.testing import CliRunner

from services.console import keys, rotating
from services.console.departments import add
from services.console.keys import registered
from services.console.layout import SERVICES
from services.console.main import app
from shared.eventstore import StartRefused
from shared.sealing import KeyStore
from shared.sealing.wrapping import Master
from shared.settings import Secrets


def test_only_the_new_master_key_opens_a_service_and_nothing_else_of_its_secrets_changed(
    rotate, deployment, masters, opens
):
    old, before = masters(), Secrets.load(deployment.secrets, "births")
    rotate("births")
    assert opens("births")
    assert not opens("births", old["births"])
    assert masters()["pregnancy_tracking"] == old["pregnancy_tracking"]
    assert Secrets.load(deployment.secrets, "births").model_copy(update={"master": before.master}) == before


def test_without_a_name_every_service_gets_one_of_its_own_and_no_file_holds_an_old_one(
    rotate, deployment, masters, opens
):
    old = masters()
    texts = [json.loads((deployment.secrets / f"{service}.json").read_text())["master"] for service in SERVICES]
    rotate()
    assert len({*old.values(), *masters().values()}) == 4
    assert all(opens(service) for service in SERVICES)
    files = [path for path in deployment.secrets.rglob("*") if path.is_file()]
    assert not [path for path in files for each in texts if each in path.read_text()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


STEPS = {
    "nothing": (rotating, "next_secrets", False),
    "written beside": (rotating, "next_secrets", True),
    "some wrapped": (Master, "wrap", True),
    "wrapped": (KeyStore, "_scrub", False),
    "cleared": (KeyStore, "rewrap", True),
    "written again": (keys, "put_in_place", False),
    "in place": (rotating, "take_next_secrets", True),
}


@pytest.mark.parametrize("done", STEPS)
def test_killed_at_any_step_one_file_opens_every_key_and_run_again_it_ends_the_same(
    rotate, killed, deployment, opens, done
):
    old = Secrets.load(deployment.secrets, "births").master
    where, name, after = STEPS[done]
    killed(where, name, after=after)
    kept = [Secrets.load(deployment.secrets, path.stem).master for path in deployment.secrets.glob("births*.json")]
    assert [key for key in kept if opens("births", key)]
    rotate("births")
    assert opens("births")
    assert not opens("births", old)
    assert [path.name for path in deployment.secrets.glob("births*")] == ["births.json"]


def test_run_again_it_goes_on_with_the_master_key_that_wraps_already(rotate, killed, deployment, masters, start):
    killed(KeyStore, "rewrap", after=True)
    wraps = Secrets.load(deployment.secrets, "births.next").master
    with pytest.raises(StartRefused, match="evenborn keys rotate"):
        start("births")
    rotate("births")
    assert masters()["births"] == wraps


def test_a_department_that_was_added_before_it_is_run_again_stays(rotate, killed, deployment, opens):
    killed(KeyStore, "rewrap", after=True)
    add(deployment, "xinglong-hospital", None, None, inbox=True)
    rotate("births")
    assert set(registered(deployment.secrets)) == {"xinglong-hospital-1"}
    assert opens("births")


@pytest.mark.parametrize(("lang", "said"), [("en", "destroy the old ones"), ("zh", "销毁旧备份")])
def test_it_tells_how_many_keys_and_what_becomes_of_backups(deployment, sealed, lang, said):
    words = ["keys", "rotate", "births", "--data", str(deployment.home), "--lang", lang, "--json"]
    answer = CliRunner().invoke(app, words, catch_exceptions=False)
    assert json.loads(answer.stdout) == {"keys": {"births": 3}}
    assert said in answer.stderr
