"""The county year as written and done: its truth adds up, it stays within its time, one seed is one year."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict

import pytest

from services.console.acts import Act, filled, keep_acts, kept_acts
from services.console.county_year.births import boys_of
from services.console.county_year.year import BEGINS, script, script_of_births
from shared.contracts.departments import Birth, Sex, Vital


@pytest.fixture(scope="module", params=[(1, 60), (2025, 2_000)], ids=str)
def year(request, ground):
    seed, births = request.param
    return births, script(seed, births, ground)


def digest(script):
    """Of everything readable that is written and done."""
    told = [vars(each) | {"contract": each.contract.type, "personal": each.personal} for each in script.letters]
    acts = [asdict(act) for act in script.acts]
    return hashlib.sha256(json.dumps([told, acts, script.truth], default=str).encode()).hexdigest()


def test_the_same_seed_writes_the_same_letters(ground):
    assert digest(script(7, 200, ground)) == digest(script(7, 200, ground))
    assert digest(script(7, 200, ground)) != digest(script(8, 200, ground))


def test_the_truths_cells_add_up_to_the_births_and_to_the_ratios(year):
    births, script = year
    cells = script.truth["cells"]
    assert sum(cell["births"] for cell in cells) == births == script.truth["births"]
    there = [cell for cell in cells if cell["facility"] == "second-hospital"]
    boys = sum(cell["births"] for cell in there if cell["sex"] == "boy")
    assert boys == boys_of(sum(cell["births"] for cell in there), 130)


def test_what_letters_tell_and_clerks_do_ends_in_the_truth(year):
    """A plain reckoning: first tellings, without what is found to be told twice, with what is corrected."""
    _, script = year
    told = {letter.id: dict(letter.data) for letter in script.letters if letter.contract is Birth}
    told = {name: content for name, content in told.items() if not name.endswith("-again")}
    for correction in script.truth["corrections"]["approved"]:
        assert {name: told[correction["birth"]][name] for name in correction["told"]} == correction["told"]
        told[correction["birth"]] |= correction["true"]
    counted = Counter(
        (
            f"{content['born_at']:%Y-%m}",
            content["township"],
            content["facility"],
            str(content["birth_order"]) if content["birth_order"] < 3 else "3+",
            Sex(content["sex"]).value,
        )
        for content in told.values()
        if content["vital"] is Vital.LIVE
    )
    assert counted == {tuple(list(cell.values())[:-1]): cell["births"] for cell in script.truth["cells"]}


def test_nothing_is_written_before_it_happened_and_ids_are_given_once(year):
    _, script = year
    assert len({letter.id for letter in script.letters}) == len(script.letters)
    assert len({act.id for act in script.acts}) == len(script.acts)
    for letter in script.letters:
        assert letter.written_at.date() >= BEGINS
        assert letter.data.get("born_at", letter.written_at) <= letter.written_at


def test_the_births_without_the_care_are_the_same_births(ground):
    whole, births = script(7, 200, ground), script_of_births(7, 200, ground)
    assert births.letters == [letter for letter in whole.letters if letter.service == "births"]
    assert births.acts == [act for act in whole.acts if act.service == "births"]
    assert births.truth == {name: told for name, told in whole.truth.items() if name != "care"}


def test_late_notices_are_of_girls_in_one_township(ground):
    late = script_of_births(2025, 5_000, ground).truth["late"]
    assert set(late) == {"liuhezhen"}
    assert late["liuhezhen"]["girl"] > 3 * late["liuhezhen"]["boy"]


def test_every_kind_of_trouble_is_planted_however_few_the_births(ground):
    truth = script(3, 60, ground).truth
    assert all(truth["duplicates"][kind] for kind in ("told_again", "confirmed", "open", "twin_untold"))
    assert truth["corrections"]["approved"]
    assert truth["corrections"]["rejected"]
    assert truth["neonatal_deaths"]


def test_whoever_asks_for_a_correction_does_not_decide_it(year):
    _, script = year
    asked = {act.id.removeprefix("correction-"): act for act in script.acts if act.id.startswith("correction-")}
    decided = {act.id.removeprefix("decision-"): act for act in script.acts if act.id.startswith("decision-")}
    assert asked.keys() == decided.keys()
    for key, act in asked.items():
        assert act.day < decided[key].day
        assert act.who != decided[key].who


def test_acts_are_kept_and_filled_with_what_is_known(tmp_path, year):
    _, script = year
    keep_acts(tmp_path / "acts.jsonl", script.acts)
    kept = kept_acts(tmp_path / "acts.jsonl")
    assert [asdict(each) for each in kept] == [asdict(each) for each in script.acts]
    assert all(isinstance(each, Act) for each in kept)
    assert filled({"path": "/births/{birth-1}", "n": 3}, {"birth-1": "abc"}) == {"path": "/births/abc", "n": 3}
    with pytest.raises(KeyError):
        filled("/births/{birth-2}", {})
