"""The scenario's county, made as a deployment makes it."""

from __future__ import annotations

import pytest

from services.console.county_year import county
from services.console.county_year.ground import Ground


@pytest.fixture(scope="session")
def reference(tmp_path_factory):
    folder = tmp_path_factory.mktemp("county") / "county"
    county.write(folder)
    return folder


@pytest.fixture(scope="session")
def ground(reference):
    return Ground.load(reference)
