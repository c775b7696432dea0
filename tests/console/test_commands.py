"""The `evenborn` command where nothing runs: what it refuses, and how it says so."""

from __future__ import annotations

import json
import socket

import pytest
from typer.testing import CliRunner

from services.console.commands import running
from services.console.deployment import Asked, locked, prepare
from services.console.keys import make_secrets
from services.console.main import app
from shared.access import Verifier
from shared.clock import SystemClock
from shared.settings import Secrets


@pytest.fixture
def run(tmp_path):
    def ask(*words, lang="en"):
        options = ("--data", str(tmp_path), "--lang", lang)
        return CliRunner().invoke(app, [*words, *options], catch_exceptions=False)

    return ask


@pytest.fixture
def deployment(tmp_path):
    made = prepare(tmp_path, Asked(scenario="none", port_base=64_000))
    make_secrets(made.secrets, made.county, [])
    return made


QUESTIONS = [
    ("status",),
    ("report", "quarter", "--township", "dayingxiang", "--quarter", "2025Q1"),
    ("report", "ratio", "--by", "township", "--by", "facility", "--period", "quarter", "--format", "csv"),
    ("timeline", "pregnancy:1"),
    ("timeline", "pregnancy:1", "--known-at", "2025-06-01", "--order", "recorded"),
    ("integrity",),
    ("procedures", "--facility", "county-hospital", "--anomalies"),
    ("integrity", "--facility", "county-hospital", "--since", "2025-06-01", "--anomalies", "--csv"),
    ("due", "--unit", "dayingxiang-hospital", "--post", "dayingxiang-midwife", "--state", "overdue"),
    ("digest", "--township", "dayingxiang", "--month", "2025-06", "--by-village"),
    ("digest", "--month", "2025-06"),
    ("coverage", "--since", "2024-10-01", "--until", "2025-09-30", "--csv"),
    ("rebuild", "timeline"),
    ("parked", "list"),
    ("access-log", "someone"),
    ("glass", "list"),
    ("glass", "list", "--all"),
    ("glass", "review", "births", "someone", "1"),
    ("certificate", "show", "P000000001"),
    ("certificate", "verify", "AAAA-AAAA-AAAA-AAAA"),
]


@pytest.mark.parametrize("words", [*QUESTIONS, ("token", "operator")])
def test_without_a_deployment_it_says_how_to_start_one(run, words):
    answer = run(*words)
    assert answer.exit_code == 1
    assert answer.stdout == ""
    assert "evenborn up --data" in answer.stderr


@pytest.mark.parametrize("words", [*QUESTIONS, ("token", "operator"), ("parked", "drop", "x"), ("neighbour", "list")])
def test_a_machine_that_waits_for_json_gets_the_trouble_as_its_one_document(run, words):
    if "--csv" in words:
        return
    answer = run(*words, "--json")
    told = json.loads(answer.stdout)
    assert (answer.exit_code, told["trouble"]) == (1, "NoDeployment")
    assert "evenborn up --data" in told["text"]["en"]
    assert "没有部署" in told["text"]["zh"]
    assert told["text"]["en"] in answer.stderr.replace("\n", "")


@pytest.mark.parametrize("words", [("frobnicate",), ("timeline",), ("up", "--births", "many"), ("due",), ("up", "--x")])
def test_a_command_line_nobody_understands_is_told_in_a_document_too(run, words):
    answer = run(*words, "--json")
    assert answer.exit_code == 2
    assert json.loads(answer.stdout)["trouble"] == "CommandUnfit"
    assert answer.stderr.startswith("Usage: evenborn")
    assert run(*words).stdout == ""


def test_stopped_before_there_was_an_answer_is_a_trouble_too(run, deployment, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "statuses", interrupted)
    answer = run("status", "--json")
    assert (answer.exit_code, json.loads(answer.stdout)["trouble"]) == (130, "Interrupted")


@pytest.mark.parametrize("words", QUESTIONS)
def test_a_service_that_does_not_answer_is_named(run, deployment, words):
    answer = run(*words)
    assert answer.exit_code == 1
    assert answer.stdout == ""
    assert "does not answer at http://127.0.0.1:6400" in answer.stderr


def test_troubles_are_told_in_chinese_too(run):
    assert "没有部署" in run("status", lang="zh").stderr


def test_a_scenario_that_is_not_built_is_refused_before_anything_is_made(run, tmp_path):
    answer = run("up", "--scenario", "county-decade")
    assert answer.exit_code == 1
    assert "dayingxiang, county-year, county-births, none" in answer.stderr
    assert not (tmp_path / "deployment.json").exists()


def test_the_number_of_births_of_the_source_cannot_be_chosen(run):
    answer = run("up", "--births", "50")
    assert answer.exit_code == 1
    assert "exactly 46 births" in answer.stderr


def test_a_county_year_has_so_many_births_that_all_can_happen_and_each_woman_is_somebody_else(run, tmp_path):
    for births in ("19", "20001"):
        answer = run("up", "--scenario", "county-year", "--births", births)
        assert answer.exit_code == 1
        assert "20 to 20000 births" in answer.stderr
    assert not (tmp_path / "deployment.json").exists()


def test_a_taken_port_is_refused_and_the_way_out_named(run):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = run("up", "--scenario", "none", "--port-base", str(port - 1))
    assert answer.exit_code == 1
    assert f"Port {port} is taken" in answer.stderr
    assert "--port-base" in answer.stderr


def test_a_second_up_is_refused(run, tmp_path):
    with locked(tmp_path):
        answer = run("up")
    assert answer.exit_code == 1
    assert "already running" in answer.stderr


def test_a_token_is_the_countys_and_says_what_was_asked(run, deployment):
    answer = run("token", "midwife", "--unit", "u1", "--unit", "u2", "--purpose", "care", "--hours", "2", "--json")
    principal = Verifier(Secrets.load(deployment.secrets, "births").issuer, "demo").principal(
        json.loads(answer.stdout)["token"], SystemClock().now()
    )
    assert (principal.role, principal.units, principal.purposes) == ("midwife", {"u1", "u2"}, {"care"})
    assert principal.subject.startswith("console:")


def test_a_role_that_does_not_exist_is_refused(run, deployment):
    assert run("token", "emperor").exit_code == 2
