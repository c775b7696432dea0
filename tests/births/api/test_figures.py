"""Figures by HTTP: the quarterly report and the sex ratio, and what is documented."""

from __future__ import annotations

import pytest

from tests.births.api.doors import COUNTS, as_, figures, post, problem


def test_the_quarter_is_reported(client):
    post(client)
    made = figures(client, 1, "/reports/quarter?township=dayingxiang&quarter=2025Q1")
    assert (made["from"], made["to"], made["boys"], made["girls"]) == ("2024-10-01", "2024-12-31", 0, 1)
    assert made["by_birth_order"]["2"]["girls"] == 1
    assert made["text"]["en"].startswith("Dayingxiang, 2025Q1")
    assert made["text"]["zh"].startswith("大营乡2025年第一季度")


@pytest.mark.parametrize(
    ("query", "refusal", "pointer"),
    [
        ("township=dayingxiang&quarter=2025Q5", "QuarterMalformed", "/quarter"),
        ("township=nowhere&quarter=2025Q1", "UnknownTownship", "/township"),
    ],
)
def test_a_report_that_cannot_be_is_refused(client, query, refusal, pointer):
    assert problem(client.get(f"/reports/quarter?{query}", headers=COUNTS)) == (409, refusal, pointer)


def test_the_sex_ratio_is_filtered(client):
    post(client)
    post(client, number=2, plurality=2, sex="boy", birth_order=3)
    made = figures(client, 2)
    assert (made["boys"], made["girls"], made["ratio"]) == (1, 1, 100.0)
    assert made["interval95"][0] < made["wilson95"][0] < 100 < made["wilson95"][1] < made["interval95"][1]
    filters = "from=2024-11&to=2024-11&township=dayingxiang&facility=dayingxiang-hospital&birth_order=3%2B"
    narrowed = client.get(f"/sex-ratio?{filters}", headers=COUNTS).json()
    assert (narrowed["from"], narrowed["birth_order"], narrowed["births"]) == ("2024-11", "3+", 1)
    assert narrowed["by_birth_order"]["3+"]["boys"] == 1
    assert client.get("/sex-ratio?from=2024-12", headers=COUNTS).json()["births"] == 0


@pytest.mark.parametrize(
    ("query", "status", "refusal"),
    [
        ("from=2024", 422, "Malformed"),
        ("to=2024-13", 422, "Malformed"),
        ("birth_order=4", 422, "Malformed"),
        ("township=nowhere", 409, "UnknownTownship"),
        ("facility=nowhere", 409, "UnknownFacility"),
    ],
)
def test_filters_that_mean_nothing_are_refused(client, query, status, refusal):
    assert problem(client.get(f"/sex-ratio?{query}", headers=COUNTS))[:2] == (status, refusal)


@pytest.mark.parametrize("path", ["/sex-ratio", "/reports/quarter?township=dayingxiang&quarter=2025Q1"])
def test_figures_are_for_those_who_count(client, path):
    for headers in (as_("department"), as_("hospital"), as_("midwife")):
        assert problem(client.get(path, headers=headers))[:2] == (403, "AccessDenied")


# What is documented


def test_what_births_says_and_asks_for_is_documented(client):
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/births", "/births/{birth}", "/reports/quarter", "/sex-ratio", "/persons/erase"} <= set(paths)
    assert "BirthRecorded" in client.get("/asyncapi.json").text
