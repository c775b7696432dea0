"""Reports at the console: shown as tables, printed as JSON, kept as documents."""

from __future__ import annotations

import json

import pytest

from services.console.reports import DocumentKind, TableKind, show_ratio, show_report
from services.console.showing import Show
from services.console.words import Lang
from tests.console.test_certificates import Answering

CELL = {"boys": 27, "girls": 19, "ratio": 142.1, "interval95": [76.1, 270.4]}
REPORT = CELL | {
    "township": None,
    "year": "2025",
    "from": "2024-10-01",
    "to": "2025-09-30",
    "by_birth_order": {"1": CELL},
    "text": {"zh": "活产46例", "en": "46 live births"},
}
YEAR = {"year": "2025", "township": None}


def test_a_year_of_the_county_is_shown(capsys):
    services = Answering(json=REPORT)
    show_report(Show(Lang.EN), services, "year", YEAR, None, None)
    assert services.asked == [("births", "/reports/year", "statistician", None, {"year": "2025"})]
    told = capsys.readouterr().out
    assert "Births in the whole county, 2025 (2024-10-01 to 2025-09-30)" in told
    assert "76.1 – 270.4" in told


def test_the_report_for_a_machine_is_the_services(capsys):
    show_report(Show(Lang.EN, as_json=True), Answering(json=REPORT), "year", YEAR, None, None)
    assert json.loads(capsys.readouterr().out) == REPORT


LINE = {
    "period": "2025Q1", "township": ["dayingxiang", "hekou"], "facility": None, "birth_order": "3+", "births": 46,
    "boys": 27, "girls": 19, "ratio": 142.1, "exact_low": 76.1, "exact_high": 270.4, "standing": "within",
}  # fmt: skip


def test_a_cut_ratio_is_shown_by_what_it_is_cut_by(capsys):
    services = Answering(json={"total": 1, "rows": [LINE]})
    show_ratio(Show(Lang.EN), services, {"by": ["township", "birth_order"], "period": "quarter"}, None, None)
    [(*_, asked)] = services.asked
    assert (asked["by"], asked["period"], "format" in asked) == (["township", "birth_order"], "quarter", False)
    told = capsys.readouterr().out
    assert all(each in told for each in ("2025Q1", "dayingxiang,", "hekou", "third or later", "76.1 – 270.4", "chance"))
    assert "facility" not in told


def test_a_cut_ratio_is_written_as_a_table(tmp_path):
    services = Answering(content=b"table")
    show_ratio(Show(Lang.ZH), services, {"by": ["facility"]}, TableKind.CSV, tmp_path / "made")
    assert (tmp_path / "made").read_bytes() == b"table"
    assert services.asked[0][-1] == {"by": ["facility"], "format": "csv", "lang": "zh"}


@pytest.mark.parametrize(("lang", "kind"), [(Lang.ZH, DocumentKind.PDF), (Lang.EN, DocumentKind.HTML)])
def test_a_document_is_written_in_the_persons_language(tmp_path, lang, kind):
    services = Answering(content=b"document")
    show_report(Show(lang), services, "quarter", {"quarter": "2025Q1", "township": "t"}, kind, tmp_path / "made")
    assert (tmp_path / "made").read_bytes() == b"document"
    assert services.asked[0][-1] == {"quarter": "2025Q1", "township": "t", "format": kind, "lang": lang}


def test_a_document_without_a_file_goes_to_standard_output(capfdbinary):
    show_report(Show(Lang.EN), Answering(content=b"%PDF-"), "year", YEAR, DocumentKind.PDF, None)
    assert capfdbinary.readouterr().out == b"%PDF-"
