"""Clocks: county time, and a scenario's time that only its runner moves, forwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.clock import COUNTY_TIME, ScenarioClock, SystemClock


def test_the_wall_clock_speaks_county_time():
    assert SystemClock().now().utcoffset() == timedelta(hours=8)


def test_every_reader_of_a_scenario_lives_the_same_moment(tmp_path):
    runner, reader = ScenarioClock(tmp_path / "clock"), ScenarioClock(tmp_path / "clock")
    for day in (1, 2, 31):
        moment = datetime(2024, 10, day, 8, tzinfo=COUNTY_TIME)
        runner.move(moment)
        assert reader.now() == runner.now() == moment


def test_scenario_time_never_goes_back(tmp_path):
    clock = ScenarioClock(tmp_path / "clock")
    clock.move(datetime(2024, 10, 2, tzinfo=COUNTY_TIME))
    clock.move(datetime(2024, 10, 1, tzinfo=COUNTY_TIME))
    assert clock.now().day == 2


def test_scenario_time_is_county_time_whoever_moves_it(tmp_path):
    clock = ScenarioClock(tmp_path / "clock")
    clock.move(datetime(2024, 9, 30, 16, tzinfo=UTC))
    assert clock.now().isoformat() == "2024-10-01T00:00:00+08:00"


def test_without_a_runner_there_is_no_scenario(tmp_path):
    with pytest.raises(FileNotFoundError):
        ScenarioClock(tmp_path / "clock").now()
