"""What is pinned is enough on every Python there is from 3.11 on: markers were judged by the one that pinned."""

from __future__ import annotations

from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PYTHONS = ["3.11.0", "3.11.2", "3.11.9", "3.12.0", "3.13.0", "3.14.0"]


def pinned() -> set[str]:
    lines = (ROOT / "requirements-dev.txt").read_text().splitlines()
    return {canonicalize_name(line.partition("==")[0]) for line in lines if line[:1].isalnum()}


@pytest.mark.parametrize("full", PYTHONS)
def test_whatever_a_pinned_package_asks_for_on_this_python_is_pinned(full):
    """Debian 12 has 3.11.2, where redis asks for one package more than on 3.11.3."""
    python = {"python_full_version": full, "python_version": full.rpartition(".")[0], "extra": ""}
    known = pinned()
    asked = {
        (distribution.name, each.name)
        for distribution in distributions()
        if canonicalize_name(distribution.name) in known
        for each in map(Requirement, distribution.requires or [])
        if each.marker is None or each.marker.evaluate(python)
    }
    assert {(by, name) for by, name in asked if canonicalize_name(name) not in known} == set()


def test_setting_up_says_nothing_on_standard_output():
    """`make up ARGS="--once --json"` on a fresh machine prints one document, and nothing before it."""
    lines = (ROOT / "Makefile").read_text().splitlines()
    said = [line for line in lines if line.startswith("\t@echo")]
    assert said
    assert all(line.endswith(">&2") for line in said)
