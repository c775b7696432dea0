"""Reports by HTTP: figures, a page, a PDF; of a quarter or a year, of a township or the county."""

from __future__ import annotations

import pytest

from services.births.projections.report.page import policy
from tests.births.api.doors import COUNTS, as_, figures, post, problem

QUARTER = "/reports/quarter?quarter=2025Q1"
YEAR = "/reports/year?year=2025"


def test_the_county_and_the_year_are_reported(client):
    post(client)
    county = figures(client, 1, QUARTER)
    assert (county["township"], county["quarter"], county["girls"]) == (None, "2025Q1", 1)
    year = figures(client, 1, f"{YEAR}&township=dayingxiang")
    assert (year["township"], year["year"], year["to"], "quarter" in year) == (
        "dayingxiang",
        "2025",
        "2025-09-30",
        False,
    )


@pytest.mark.parametrize("path", [f"{QUARTER}&township=dayingxiang", QUARTER, YEAR])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_report_is_a_page_and_a_pdf(client, path, lang):
    post(client, residence="returned")
    figures(client, 1, path)
    page = client.get(f"{path}&format=html&lang={lang}", headers=COUNTS)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers.get_list("content-security-policy") == [policy()]
    assert page.headers["cache-control"] == "no-store"
    assert ("出生情况" in page.text, "report on births" in page.text) == (lang == "zh", lang == "en")
    made = client.get(f"{path}&format=pdf&lang={lang}", headers=COUNTS)
    assert made.headers["content-type"] == "application/pdf"
    assert made.content.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/pdf", "application/pdf"),
        ("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"),
        ("application/json", "application/json"),
        ("*/*", "application/json"),
    ],
)
def test_the_caller_gets_what_it_accepts(client, accept, kind):
    answer = client.get(QUARTER, headers=COUNTS | {"accept": accept})
    assert answer.headers["content-type"] == kind


def test_a_format_that_is_named_counts_more_than_what_is_accepted(client):
    answer = client.get(f"{QUARTER}&format=json", headers=COUNTS | {"accept": "text/html"})
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/reports/year?year=2025Q1", (409, "YearMalformed", "/year")),
        ("/reports/year?year=2025&township=nowhere", (409, "UnknownTownship", "/township")),
        ("/reports/year", (422, "Malformed", "/query/year")),
        (f"{QUARTER}&format=docx", (422, "Malformed", "/query/format")),
        (f"{QUARTER}&lang=fr", (422, "Malformed", "/query/lang")),
    ],
)
def test_a_report_that_cannot_be_is_refused(client, path, answer):
    assert problem(client.get(path, headers=COUNTS)) == answer


@pytest.mark.parametrize("form", ["json", "html", "pdf"])
def test_reports_are_for_those_who_count(client, form):
    for headers in (as_("department"), as_("hospital"), as_("midwife")):
        assert problem(client.get(f"{YEAR}&format={form}", headers=headers))[:2] == (403, "AccessDenied")
