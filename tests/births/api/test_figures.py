"""Figures by HTTP: the quarterly report and the sex ratio, and what is documented."""

from __future__ import annotations

import pytest

from tests.births.api.doors import COUNTS, FORM, as_, figures, post, problem, until


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


def told(client, births):
    """Births of twins and their neighbours, once every figure shows them."""
    for number in range(births):
        mother = FORM["mother"] | {"document": f"1101011990010112{number:02}"}
        post(
            client,
            mother=mother,
            sex="boy" if number % 2 else "girl",
            facility="home" if number == 0 else FORM["facility"],
        )
    figures(client, births)
    return lambda path: client.get(path, headers=COUNTS)


def test_areas_stand_side_by_side_with_their_limits(client):
    ask = told(client, 3)
    [row] = ask("/sex-ratio/areas?from=2024-11&to=2024-11").json()["rows"]
    assert (row["areas"], row["births"], row["ratio"], row["standing"]) == (["dayingxiang"], 3, 50.0, "within")
    assert (row["inner_low"], row["inner_high"]) == (0, None)
    assert (row["exact_low"], row["exact_high"]) == (0.8, 960.5)
    [together] = ask("/sex-ratio/areas?by=facility").json()["rows"]
    assert together["areas"] == ["dayingxiang-hospital", "home"]
    exported = ask("/sex-ratio/areas?by=facility&format=csv&lang=zh").text.splitlines()
    assert exported[0].startswith("\ufeff地区或机构（小者合并）,活产数,男婴,女婴,出生人口性别比,95%精确区间下限")
    assert exported[1].startswith("大营乡卫生院、家中分娩,3,1,2,50.0")
    assert exported[1].endswith("偶然波动之内")


def test_the_sex_ratio_is_cut_by_anything_at_once(client):
    ask = told(client, 3)
    cut = "by=township&by=facility&by=birth_order&period=quarter"
    rows = ask(f"/sex-ratio/table?{cut}").json()["rows"]
    names = ("period", "township", "facility", "birth_order", "boys", "girls")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("2025Q1", ["dayingxiang"], ["dayingxiang-hospital"], "2", 1, 1),
        ("2025Q1", ["dayingxiang"], ["home"], "2", 0, 1),
    ]
    [together] = ask(f"/sex-ratio/table?{cut}&pool=true").json()["rows"]
    assert (together["facility"], together["births"]) == (["dayingxiang-hospital", "home"], 3)
    assert (together["exact_low"], together["exact_high"], together["standing"]) == (0.8, 960.5, "within")
    [whole] = ask("/sex-ratio/table?facility=dayingxiang-hospital&to=2024-11").json()["rows"]
    assert (whole["births"], whole["township"], whole["period"]) == (2, None, None)
    assert ask("/sex-ratio/table?birth_order=1").json()["rows"] == []


def test_a_cut_ratio_is_a_table_for_a_spreadsheet(client):
    ask = told(client, 3)
    cut = "/sex-ratio/table?by=facility&by=birth_order&period=month"
    head, first, *_ = ask(f"{cut}&format=csv&lang=zh").content.decode("utf-8-sig").splitlines()
    assert head.startswith("时期,乡镇,机构,孩次,活产数,男婴,女婴,出生人口性别比")
    assert first.startswith("2024-11,,大营乡卫生院,二孩,2,1,1,100.0,")
    assert ask(f"{cut}&format=xlsx&lang=en").content.startswith(b"PK")
    page = ask(f"{cut}&limit=1&offset=1").json()
    assert (page["total"], [row["facility"] for row in page["rows"]]) == (2, [["home"]])


@pytest.mark.parametrize("query", ["by=sex", "by=month", "period=week", "pool=perhaps"])
def test_what_figures_are_not_cut_by_is_refused(client, query):
    assert problem(client.get(f"/sex-ratio/table?{query}", headers=COUNTS))[:2] == (422, "Malformed")


def test_the_lag_is_told_by_sex(client):
    ask = told(client, 3)
    path = "/lag?from=2024-11&to=2024-11&township=dayingxiang"
    all_three = {"month": "2024-11", "later": 0, "boys": 1, "girls": 2}
    found = until(lambda: ask(path).json(), lambda found: found["rows"] == [all_three])
    assert (found["median_days"], found["late"]) == ({"boys": 17, "girls": 17}, {"boys": 0, "girls": 0})
    assert ask("/lag?facility=county-hospital").json()["median_days"] == {"boys": None, "girls": None}


def test_indicators_carry_counts_and_intervals(client):
    ask = told(client, 4)
    rows = until(lambda: ask("/indicators").json()["rows"], lambda rows: rows[1]["of"] == 4)
    assert [row["indicator"] for row in rows] == ["certified", "hospital", "stillbirths", "neonatal", "maternal"]
    assert rows[1] == {
        "indicator": "hospital", "count": 3, "of": 4, "per": 100, "value": 75.0, "low": 19.4, "high": 99.4
    }  # fmt: skip
    assert len(ask("/indicators?township=dayingxiang").json()["rows"]) == 4
    first = ask("/indicators?birth_order=1").json()["rows"]
    assert [(row["indicator"], row["of"]) for row in first[:2]] == [("certified", 0), ("hospital", 0)]
    assert [ask(f"/issuance?birth_order={order}").json()["live_births"] for order in (1, 2)] == [0, 4]
    assert ask("/indicators?from=2025-01").json()["rows"][1]["value"] is None
    book = ask("/indicators?format=xlsx&lang=zh")
    assert book.headers["content-disposition"] == 'attachment; filename="indicators.xlsx"'
    assert book.content.startswith(b"PK")


@pytest.mark.parametrize(
    ("query", "status", "refusal"),
    [
        ("from=2024", 422, "Malformed"),
        ("to=2024-13", 422, "Malformed"),
        ("birth_order=4", 422, "Malformed"),
        ("from=2024-12&to=2024-11", 409, "EndsBeforeItBegins"),
        ("townships=dayingxiang", 422, "Malformed"),
        ("From=2024-11", 422, "Malformed"),
        ("township=nowhere", 409, "UnknownTownship"),
        ("facility=nowhere", 409, "UnknownFacility"),
    ],
)
def test_filters_that_mean_nothing_are_refused(client, query, status, refusal):
    for path in ("sex-ratio", "sex-ratio/areas", "sex-ratio/table", "lag", "indicators", "issuance"):
        assert problem(client.get(f"/{path}?{query}", headers=COUNTS))[:2] == (status, refusal)


@pytest.mark.parametrize(
    "path",
    [
        "/sex-ratio",
        "/sex-ratio/areas",
        "/sex-ratio/table",
        "/lag",
        "/indicators",
        "/issuance",
        "/reports/quarter?quarter=2025Q1",
    ],
)
def test_figures_are_for_those_who_count(client, path):
    for headers in (as_("department"), as_("hospital"), as_("midwife")):
        assert problem(client.get(path, headers=headers))[:2] == (403, "AccessDenied")


# What is documented


def test_what_births_says_and_asks_for_is_documented(client):
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/births", "/births/{birth}", "/reports/quarter", "/sex-ratio", "/persons/erase"} <= set(paths)
    assert "BirthRecorded" in client.get("/asyncapi.json").text
