"""Broken glass on the console: what waits for a second person, and that one looked; and who read whose record."""

from __future__ import annotations

import json

import httpx
import pytest

from services.console.looking import PAGE, ServiceUnknown, print_access_log, print_glass, review_glass
from services.console.showing import Show
from services.console.words import Lang
from shared.access import Purpose, Role

BROKEN = {"since": "2024-11-20T04:00:00.000000+00:00", "reader": "doctor-9", "role": "hospital", "reason": "emergency"}
BROKEN |= {"person": "her-pseudonym", "glass": 3, "reviewer": None}


class Answering:
    """Two services of which one has a broken glass, and what they were asked."""

    def __init__(self):
        self.asked = []

    def names(self):
        return ["births", "pregnancy_tracking"]

    def ask(self, service, path, role, **options):
        assert (role, options.pop("purpose")) == (Role.AUDITOR, Purpose.AUDIT)
        self.asked.append((service, path, options))
        return httpx.Response(200, json={"glass": [BROKEN] if service == "births" else []})


@pytest.mark.parametrize(("lang", "reason"), [(Lang.EN, "emergency"), (Lang.ZH, "急救")])
def test_glass_is_listed_with_what_a_review_names_it_by(capsys, lang, reason):
    services = Answering()
    print_glass(Show(lang), services, unreviewed=True)
    assert {options["params"]["unreviewed"] for _, _, options in services.asked} == {True}
    told = capsys.readouterr().out
    assert all(each in told for each in ("births", "2024-11-20 12:00", "doctor-9", reason, "her-pseudonym", "3"))


def test_a_machine_gets_all_of_it(capsys):
    print_glass(Show(Lang.EN, as_json=True), Answering(), unreviewed=False)
    assert json.loads(capsys.readouterr().out) == [{"service": "births", **BROKEN}]


def test_who_looked_says_so_to_the_service_that_has_it(capsys):
    services = Answering()
    review_glass(Show(Lang.EN), services, "births", "her-pseudonym", 3)
    seen = {"person": "her-pseudonym", "glass": 3}
    assert services.asked == [("births", "/glass/review", {"method": "POST", "json": seen})]
    assert "you looked at glass 3" in capsys.readouterr().err


def test_a_service_that_is_not_there_is_refused():
    with pytest.raises(ServiceUnknown, match="births, pregnancy_tracking"):
        review_glass(Show(Lang.EN), Answering(), "enforcement", "her-pseudonym", 3)


class Reads(Answering):
    """Services that know of a page and two reads more each, newest first."""

    def ask(self, service, path, role, **options):
        super().ask(service, path, role, **options)
        newest = options["params"].get("before", PAGE + 3)
        positions = range(newest - 1, max(newest - 1 - options["params"]["limit"], 0), -1)
        read = {"read_at": BROKEN["since"], "reader": "midwife-1", "role": "midwife", "purpose": "care", "record": "r"}
        return httpx.Response(200, json={"entries": [read | {"position": position} for position in positions]})


def test_all_who_read_a_record_are_asked_for_page_by_page(capsys):
    services = Reads()
    print_access_log(Show(Lang.EN, as_json=True), services, {"person": "her-pseudonym"})
    found = [(each["service"], each["position"]) for each in json.loads(capsys.readouterr().out)]
    everything = list(range(PAGE + 2, 0, -1))
    assert found == [(service, position) for service in services.names() for position in everything]
    asked = [options["params"] for _, _, options in services.asked]
    assert asked == [{"limit": PAGE}, {"limit": PAGE, "before": 3}] * 2
    assert all(options["json"] == {"person": "her-pseudonym"} for _, _, options in services.asked)
