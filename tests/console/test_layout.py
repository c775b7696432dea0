"""The layout of a deployment: what the console grants on the broker is what the services say and hear."""

from __future__ import annotations

import pytest

from services.births.main import DEFINITION as BIRTHS
from services.console.layout import BRINGS, CHANNELS, HEARS, PURPOSES, REFERENCE, SERVICES
from services.pregnancy_tracking.main import DEFINITION as PREGNANCY_TRACKING

DEFINITIONS = {definition.name: definition for definition in (BIRTHS, PREGNANCY_TRACKING)}


@pytest.mark.parametrize("service", SERVICES)
def test_the_console_knows_what_each_service_says_and_hears(service):
    assert set(CHANNELS[service]) == set(DEFINITIONS[service].channels)
    assert set(HEARS[service]) == set(DEFINITIONS[service].hears)


def test_the_console_knows_who_sends_to_neighbour_counties():
    assert set(BRINGS) == {name for name, definition in DEFINITIONS.items() if definition.brings}


def test_it_runs_every_service_and_no_other():
    assert set(SERVICES) == set(DEFINITIONS) == set(PURPOSES)
    assert REFERENCE.is_dir()


def test_what_a_service_hears_another_lets_it_read():
    for service, channels in HEARS.items():
        heard = [name.split(".", 1) for name in channels]
        for publisher, channel in (each for each in heard if each[0] in DEFINITIONS):
            assert f"service:{service}" in DEFINITIONS[publisher].channels[channel]
