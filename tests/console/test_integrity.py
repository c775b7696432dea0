"""What `evenborn integrity` shows of a service's answer."""

from __future__ import annotations

import io
import json
from types import SimpleNamespace

import pytest
from rich.console import Console

from services.console.integrity import print_integrity, print_procedures
from services.console.showing import Show
from services.console.words import Lang
from shared.access import Role

DAY = {
    "facility": "county-hospital",
    "device": "us-1",
    "day": "2025-06-30",
    "first_counter": 1,
    "last_counter": 4,
    "entries": 2,
    "late": 0,
    "missing": 2,
    "anomalies": ["counter_gap"],
}
MONTH = {"facility": "county-hospital", "period": "month", "begins": "2025-06-01"}
FEW = MONTH | {"procedures": None, "without_certificate": None, "unauthorised": None, "late": None}


class Answers:
    """A service that has two pages of device-days, and one of procedures."""

    def __init__(self, procedures):
        self.asked, self.procedures = [], procedures

    def ask(self, service, path, role, *, params):
        self.asked.append((service, path, role, params))
        days = path == "/registers/integrity"
        page = {"rows": [DAY], "total": 1_001} if days else {"rows": self.procedures, "total": len(self.procedures)}
        return SimpleNamespace(text="facility,device\n" if days else "facility,period\n", json=lambda: page)


@pytest.fixture
def shown():
    def text(procedures, lang=Lang.EN, *, as_json=False, command=print_integrity, **options):
        out, answers = io.StringIO(), Answers(procedures)
        show = Show(lang, as_json, Console(file=out, width=200), Console(file=io.StringIO()))
        command(show, answers, {"facility": "county-hospital"}, **options)
        return out.getvalue(), answers.asked

    return text


def test_all_pages_are_asked_for_as_an_auditor(shown):
    _, asked = shown([])
    assert [(path, params["offset"]) for _, path, _, params in asked] == [
        ("/registers/integrity", 0),
        ("/registers/integrity", 1_000),
        ("/registers/procedures", 0),
    ]
    assert {(role, params["facility"]) for *_, role, params in asked} == {(Role.AUDITOR, "county-hospital")}


def test_device_days_and_procedures_are_tables_in_both_languages(shown):
    english, _ = shown([FEW])
    assert english.count("counter skipped") == 2
    assert "–" in english
    chinese, _ = shown([FEW], Lang.ZH)
    assert "计数缺号" in chinese


def test_for_a_machine_it_is_one_document(shown):
    text, _ = shown([FEW], as_json=True)
    assert json.loads(text) == {"device_days": [DAY, DAY], "procedures": [FEW]}


def test_for_a_spreadsheet_it_is_the_services_table(shown):
    assert shown([], as_csv=True)[0] == "facility,device\n"


def test_procedures_are_shown_alone_in_every_form(shown):
    table, asked = shown([FEW], Lang.ZH, command=print_procedures)
    assert [path for _, path, *_ in asked] == ["/registers/procedures"]
    assert "–" in table
    assert "计数缺号" not in table
    assert json.loads(shown([FEW], command=print_procedures, as_json=True)[0]) == {"procedures": [FEW]}
    assert shown([FEW], command=print_procedures, as_csv=True)[0] == "facility,period\n"
