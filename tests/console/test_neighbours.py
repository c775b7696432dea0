"""Two deployments are made neighbours: what one says of itself, the other takes in, and nothing secret with it."""

from __future__ import annotations

import pytest
import yaml
from typer.testing import CliRunner

from services.console.deployment import Asked, prepare
from services.console.keys import make_secrets
from services.console.main import app
from services.console.neighbours import NeighbourUnfit, add, describe, known, shown
from shared.neighbours import county_of, department_of, load


@pytest.fixture
def county(tmp_path):
    def make(code):
        deployment = prepare(tmp_path / code, Asked(scenario="none", county=code, port_base=9200))
        make_secrets(deployment.secrets, code, [])
        return deployment

    return make


def test_a_county_describes_itself_without_anything_private(county):
    entry = describe(county("linshui"), "临水县", "Linshui County")
    door = entry["services"]["pregnancy_tracking"]
    assert (entry["code"], entry["name_zh"], door["address"]) == ("linshui", "临水县", "http://127.0.0.1:9202")
    assert set(door["signing_keys"]) == {"linshui-pregnancy_tracking-1"}
    assert {"dayingxiang-hospital", "qinghezhen-hospital"} <= {unit["code"] for unit in entry["units"]}
    assert "d" not in door["reader_key"].keys() | door["signing_keys"]["linshui-pregnancy_tracking-1"].keys()


def test_another_takes_it_in_and_takes_it_in_anew(county, tmp_path):
    here, there, file = county("demo"), county("linshui"), tmp_path / "linshui.yaml"
    assert known(here) == ()
    for address in (None, "https://linshui.example/care"):
        file.write_text(shown(describe(there, "临水县", "Linshui County", address)))
        assert add(here, file) == "linshui"
    [neighbour] = known(here)
    assert str(neighbour.services["pregnancy_tracking"].address) == "https://linshui.example/care"
    assert known(there) == ()


@pytest.mark.parametrize("told", ["", "code: x", "- 1", "{"])
def test_what_is_no_county_is_refused(county, tmp_path, told):
    file = tmp_path / "other.yaml"
    file.write_text(told)
    with pytest.raises(NeighbourUnfit):
        add(county("demo"), file)
    with pytest.raises(NeighbourUnfit):
        add(county("demo"), tmp_path / "nowhere.yaml")


def test_a_private_key_is_no_neighbours(county, tmp_path):
    here, file = county("demo"), tmp_path / "own.yaml"
    entry = describe(here, "本县", "Ours")
    entry["services"]["pregnancy_tracking"]["reader_key"]["d"] = "x" * 43
    file.write_text(yaml.safe_dump(entry))
    with pytest.raises(NeighbourUnfit, match="reader_key"):
        add(here, file)


def test_the_command_says_it_all(county, tmp_path):
    here, there, file = county("demo"), county("linshui"), tmp_path / "linshui.yaml"
    names = ["--name-zh", "临水县", "--name-en", "Linshui County"]
    run = CliRunner().invoke
    told = run(app, ["neighbour", "show", *names, "--data", str(there.home)])
    file.write_text(told.stdout)
    assert run(app, ["neighbour", "add", str(file), "--data", str(here.home)]).exit_code == 0
    listed = run(app, ["neighbour", "list", "--data", str(here.home), "--lang", "zh"])
    assert "临水县" in listed.stdout


def test_a_neighbour_is_received_under_a_name_of_its_own():
    assert county_of(department_of("linshui")) == "linshui"
    assert county_of("county-hospital") == ""


def test_without_a_file_there_are_no_neighbours(tmp_path):
    assert load(tmp_path / "nowhere.yaml") == ()
