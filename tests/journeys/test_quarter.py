"""The main job: a township's quarter, lived through by real services, gives the report a county prints."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.journeys.conftest import deployed, live_through
from tests.journeys.quarter import QUARTER, figures

ROOT = Path(__file__).parents[2]
UP = [sys.executable, "-m", "services.console.main", "up"]


@pytest.fixture(scope="module")
def lived(tmp_path_factory, ports):
    """A newcomer's first start: the report, printed as JSON, and the directory it was lived in."""
    home = tmp_path_factory.mktemp("first") / "data"
    command = [*UP, "--data", str(home), "--port-base", str(ports), "--once", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    return home, done


def test_one_command_gives_the_quarter_exactly_and_nothing_else_on_standard_output(lived):
    report = json.loads(lived[1].stdout)
    assert figures(report) == QUARTER
    assert set(report) == {*QUARTER, "text"}


def test_the_report_says_in_both_languages_what_46_births_cannot_show(lived):
    text = json.loads(lived[1].stdout)["text"]
    assert "neither show nor exclude a normal ratio of 105" in text["en"]
    assert "既不能说明性别比正常" in text["zh"]
    for said in text.values():
        assert all(number in said for number in ("46", "142", "76", "270", "133.3", "175.0"))


def test_nothing_is_left_running_after_once(lived):
    home = str(lived[0])
    for process in psutil.process_iter(["cmdline", "environ"]):
        assert home not in str(process.info), process


def test_started_again_it_answers_the_same_and_lives_nothing_twice(lived, ports):
    command = [*UP, "--data", str(lived[0]), "--port-base", str(ports), "--once", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert json.loads(done.stdout) == json.loads(lived[1].stdout)
    assert "dayingxiang" in lived[1].stderr
    assert "dayingxiang" not in done.stderr


def test_the_directory_is_for_its_owner_only_and_secrets_are_random(lived):
    home = lived[0]
    assert home.stat().st_mode & 0o777 == 0o700
    for secret in (home / "secrets").iterdir():
        assert secret.stat().st_mode & 0o077 == 0, secret


def test_postgresql_gives_the_same_report(tmp_path, ports, new_database):
    with deployed(tmp_path / "data", ports + 20, store=new_database()) as life:
        assert figures(live_through(life)) == QUARTER
