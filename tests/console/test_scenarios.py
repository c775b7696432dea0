"""Scenarios: what one may try after them are commands there are."""

from __future__ import annotations

import shlex

import pytest
from typer.testing import CliRunner

from services.console.main import app
from services.console.scenarios import SCENARIOS

TRIES = sorted({each for scenario in SCENARIOS.values() for each in scenario.tries})


@pytest.mark.parametrize("command", TRIES)
def test_what_one_may_try_is_a_command(command, tmp_path):
    answer = CliRunner().invoke(app, [*shlex.split(command), "--data", str(tmp_path)])
    assert answer.exit_code == 1, answer.output  # not 2: it is understood, and only finds no deployment there
