"""The tree shows the architecture, and imports keep to it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from services.births.main import DEFINITION as BIRTHS
from services.pregnancy_tracking.main import DEFINITION as PREGNANCY_TRACKING
from shared.kernel import NotYet, Refusal

ROOT = Path(__file__).parents[2]
ROOMS = {"__init__.py", "README.md", "domain", "policy", "handling.py", "projections", "reactions.py", "publishing.py"}
ROOMS |= {"api.py", "main.py", "documentation.yaml", "openapi.json", "asyncapi.json"}


def test_imports_keep_to_the_rules():
    linter = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_the_top_level_is_fixed():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    folders = {path.split("/")[0] for path in listed if "/" in path}
    assert folders == {"services", "shared", "deploy", "tests", ".ci"}


@pytest.mark.parametrize("service", ["births", "pregnancy_tracking"])
def test_every_service_has_the_same_rooms(service):
    """A room is a file, or a folder once it has outgrown one."""
    found = {path for path in (ROOT / "services" / service).iterdir() if path.name != "__pycache__"}
    names = {f"{path.name}.py" if path.is_dir() and f"{path.name}.py" in ROOMS else path.name for path in found}
    assert names == ROOMS


@pytest.mark.parametrize("service", [BIRTHS, PREGNANCY_TRACKING], ids=lambda service: service.name)
def test_a_service_s_readme_names_its_every_command_fact_and_refusal(service):
    told = set(re.findall(r"\w+", (service.home / "README.md").read_text()))
    refusals = [each for kind in (Refusal, NotYet) for each in kind.__subclasses__()]
    own = [each for each in refusals if each.__module__.startswith(f"services.{service.name}.")]
    assert own
    assert {each.__name__ for each in (*service.facts, *service.handlers, *own)} <= told


def test_no_file_names_a_package_host_or_this_machine():
    pattern = r"--(extra-)?index-url|://[^ ]*/simple/|\"resolved\": *\"http"
    command = ["git", "grep", "-nIE", "-e", pattern, "--", ".", ":!tests/architecture"]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout == ""
